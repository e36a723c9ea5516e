/** Dangers about the stack's own protection from deletion. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { say, words } from "../statement";
import { danger } from "./danger";
import { isGone, isReplaced } from "./ends";

export function protectedDangers(change: Change): Danger[] {
  const { resource, step } = change;
  const wasProtected = step.old?.protect === true;
  if (wasProtected && (isGone(change) || isReplaced(change))) {
    const what = isGone(change) ? "delete" : "replace";
    return [danger("protected-blocked", change, { operation: what }, say`The ${words(resource.title)} ${resource.name} is protected from deletion and the change would ${words(what)} it: the apply refuses that.`)];
  }
  if (wasProtected && step.new?.protect === false) {
    return [danger("protection-lifted", change, {}, say`The ${words(resource.title)} ${resource.name} is no longer protected from deletion.`)];
  }
  return [];
}
