/** Which elements of two lists belong together. */
import { diffArrays } from "diff";
import { isFields, isList, type Value } from "../value";

/** A set before and after. */
export interface Pairs {
  readonly added: readonly Value[];
  readonly removed: readonly Value[];
  /** Elements that are known again and differ otherwise. */
  readonly changed: readonly { readonly name: string | number; readonly before: Value; readonly after: Value }[];
  readonly kept: number;
}

/**
 * Pairs the elements of two sets: equal ones first, then those of one key, and where only one object is left on each side, these two.
 * @param meaning one text for all values that mean the same
 * @param key fields that name an element
 */
export function pairSets(before: readonly Value[], after: readonly Value[], meaning: (value: Value) => string, key: readonly string[] | undefined): Pairs {
  const { left, right, kept } = withoutEqual(before, after, meaning);
  const names = key === undefined ? undefined : { left: left.map((value) => nameOf(value, key)), right: right.map((value) => nameOf(value, key)) };
  if (names !== undefined && areNames(names.left) && areNames(names.right)) return byName(left, names.left, right, names.right, kept);
  const [old, wanted] = [left[0], right[0]];
  if (left.length === 1 && right.length === 1 && isStructure(old) && isStructure(wanted)) {
    return { added: [], removed: [], changed: [{ name: after.indexOf(wanted), before: old, after: wanted }], kept };
  }
  return { added: right, removed: left, changed: [], kept };
}

/** Elements of one side that have no equal on the other; each equal takes one. */
function withoutEqual(before: readonly Value[], after: readonly Value[], meaning: (value: Value) => string): { left: Value[]; right: Value[]; kept: number } {
  const open = new Map<string, Value[]>();
  for (const value of before) {
    const text = meaning(value);
    open.set(text, [...(open.get(text) ?? []), value]);
  }
  const right = after.filter((value) => open.get(meaning(value))?.shift() === undefined);
  const left = [...open.values()].flat();
  return { left, right, kept: before.length - left.length };
}

function byName(left: readonly Value[], leftNames: readonly string[], right: readonly Value[], rightNames: readonly string[], kept: number): Pairs {
  const old = new Map(leftNames.map((name, index) => [name, left[index]!]));
  const wanted = new Map(rightNames.map((name, index) => [name, right[index]!]));
  return {
    added: right.filter((_, index) => !old.has(rightNames[index]!)),
    removed: left.filter((_, index) => !wanted.has(leftNames[index]!)),
    changed: [...wanted].flatMap(([name, after]) => (old.has(name) ? [{ name, before: old.get(name)!, after }] : [])),
    kept,
  };
}

/** What an element is known by; a field that it lacks is an empty part, but one field has to be there. */
function nameOf(value: Value, key: readonly string[]): string | undefined {
  if (!isFields(value)) return undefined;
  const parts = key.map((name) => value[name]);
  if (parts.every((part) => part === undefined) || parts.some((part) => typeof part === "object" && part !== null)) return undefined;
  return parts.filter((part) => part !== undefined && part !== null).join("/");
}

/** True when every element has a name of its own. */
function areNames(names: readonly (string | undefined)[]): names is readonly string[] {
  return names.every((name) => name !== undefined) && new Set(names).size === names.length;
}

function isStructure(value: Value | undefined): value is Value {
  return isFields(value) || isList(value);
}

/** An element before, after, or both; by index. */
export interface Aligned {
  readonly from?: number;
  readonly to?: number;
}

/** Aligns two lists whose order counts: what stays between two changes is left out, and what goes and comes at one place is one element. */
export function alignLists(before: readonly string[], after: readonly string[]): Aligned[] {
  const aligned: Aligned[] = [];
  let [from, to] = [0, 0];
  let [gone, come]: [number[], number[]] = [[], []];
  const settle = (): void => {
    for (let index = 0; index < Math.max(gone.length, come.length); index += 1) aligned.push({ ...at("from", gone[index]), ...at("to", come[index]) });
    [gone, come] = [[], []];
  };
  for (const { added, removed, count = 0 } of diffArrays([...before], [...after])) {
    if (added) come.push(...range(to, (to += count)));
    else if (removed) gone.push(...range(from, (from += count)));
    else {
      settle();
      from += count;
      to += count;
    }
  }
  settle();
  return aligned;
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function at(side: keyof Aligned, index: number | undefined): Aligned {
  return index === undefined ? {} : { [side]: index };
}
