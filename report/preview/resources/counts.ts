/** Resources by what happens to them. */
import type { Counts } from "../model";
import { STACK_TYPE } from "../read/urn";
import type { Change } from "./change";

const NONE: Counts = { create: 0, update: 0, replace: 0, delete: 0, rename: 0, import: 0, forget: 0, same: 0 };

/** Components and the stack itself group resources and are none. */
export function countsOf(changes: readonly Change[]): Counts {
  return changes.filter(isCounted).reduce((counts, { operation }) => ({ ...counts, [operation]: counts[operation] + 1 }), NONE);
}

export function isCounted({ step }: Change): boolean {
  return step.custom && step.type !== STACK_TYPE;
}

/** Everything but what stays as it is. */
export function changedCount(counts: Counts): number {
  return Object.entries(counts).reduce((sum, [operation, count]) => (operation === "same" ? sum : sum + count), 0);
}

/** In the order in which a reader wants them. */
export const OPERATION_WORDS: readonly (readonly [keyof Counts, string])[] = [
  ["create", "to create"],
  ["update", "to update"],
  ["replace", "to replace"],
  ["delete", "to delete"],
  ["rename", "to rename"],
  ["import", "to import"],
  ["forget", "to forget"],
  ["same", "unchanged"],
];

/** Such as `2 to update, 1 to delete, 240 unchanged`. */
export function countsText(counts: Counts): string {
  const parts = OPERATION_WORDS.filter(([operation]) => counts[operation] > 0).map(([operation, words]) => `${counts[operation]} ${words}`);
  return parts.length === 0 ? "no resources" : parts.join(", ");
}
