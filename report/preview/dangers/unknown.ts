/** Dangers of what no other detector knows: that something goes is all that can be said of it. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { say, words } from "../statement";
import { danger } from "./danger";
import { isGone, isReplaced } from "./ends";

/** @param known types of which the other detectors say all that there is to say */
export function unknownDangers(change: Change, known: ReadonlySet<string>): Danger[] {
  const { resource, step } = change;
  // A component is nothing in a cloud, and a provider is a connection to one.
  if (known.has(resource.type) || !step.custom || /^pulumi:/.test(resource.type)) return [];
  const what = say`The ${words(resource.title)} ${resource.name}`;
  const unknown = words("what is lost with it, this report does not know");
  if (isGone(change)) return [danger("unknown-deleted", change, { type: resource.type }, say`${what} (${resource.type}) is deleted: ${unknown}.`)];
  return isReplaced(change) ? [danger("unknown-replaced", change, { type: resource.type }, say`${what} (${resource.type}) is replaced: ${unknown}.`)] : [];
}
