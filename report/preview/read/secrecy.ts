/** What begins or stops to be secret: looked at before both sides are blinded, and told only by paths. */
import { field, element, place, type Place } from "../diff/paths";
import { isFields, isList, markOf, type Value } from "../value";
import type { Fields } from "./preview";

/** Paths at which a value is secret on one side and stands in the clear on the other. */
export function secrecyChanges(before: Fields, after: Fields): ReadonlyMap<string, "exposed" | "sealed"> {
  return new Map(changes(before, after, place("")));
}

function changes(before: Value | undefined, after: Value | undefined, at: Place): [string, "exposed" | "sealed"][] {
  if (before === undefined || after === undefined) return [];
  const [wasHidden, isHidden] = [before, after].map((value) => markOf(value) === "hidden");
  if (wasHidden !== isHidden) return markOf(before) === "unknown" || markOf(after) === "unknown" ? [] : [[at.text, wasHidden ? "exposed" : "sealed"]];
  if (isFields(before) && isFields(after)) return Object.keys(before).flatMap((key) => changes(before[key], after[key], field(at, key)));
  if (isList(before) && isList(after)) return before.flatMap((value, index) => changes(value, after[index], element(at, index)));
  return [];
}
