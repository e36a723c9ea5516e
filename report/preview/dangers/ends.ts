/** Which operations end what was there. */
import type { Change } from "../resources/change";

/** True where the thing in the cloud goes and nothing comes in its place. */
export function isGone({ operation }: Change): boolean {
  return operation === "delete";
}

/** True where the thing in the cloud goes and another one comes. */
export function isReplaced({ operation, renamed }: Change): boolean {
  return operation === "replace" || (operation === "rename" && renamed?.recreated === true);
}

/** True where it stays the same thing and changes. */
export function isChanged(change: Change): boolean {
  return change.before !== undefined && change.after !== undefined && !isGone(change) && change.operation !== "same";
}
