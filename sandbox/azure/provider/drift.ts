/** What changed behind the program's back, told in the program's own terms. */
import { isObject, same, type Json } from "../arm/values";

/**
 * The inputs that would give what the cloud holds now: the inputs of the state with every change from what the cloud held then (`before`)
 * to what it holds now (`after`). What ARM filled in by itself was there before and so is no change.
 */
export function drifted(inputs: Json, before: Json, after: Json): Json {
  const keys = [...new Set([...Object.keys(inputs), ...Object.keys(before), ...Object.keys(after)])];
  const values = keys.map((key) => [key, driftedValue(inputs[key], before[key], after[key])] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function driftedValue(input: unknown, before: unknown, after: unknown): unknown {
  if (same(before, after)) return input;
  if (isObject(before) && isObject(after)) {
    const inner = drifted(isObject(input) ? input : {}, before, after);
    return input === undefined && Object.keys(inner).length === 0 ? undefined : inner;
  }
  const lists = [input ?? [], before, after];
  return lists.every(isNamedList) ? driftedList(...(lists as [NamedList, NamedList, NamedList])) : after;
}

type NamedList = readonly (Json & { readonly name: string })[];

const isNamedList = (value: unknown): value is NamedList => Array.isArray(value) && value.every((item) => isObject(item) && typeof item.name === "string");

/** Lists of named things: by name, those of the inputs first. */
function driftedList(inputs: NamedList, before: NamedList, after: NamedList): readonly Json[] {
  const byName = (list: NamedList, name: string): Json | undefined => list.find((item) => item.name === name);
  const kept = inputs.filter(({ name }) => byName(after, name) !== undefined || byName(before, name) === undefined);
  const merged = kept.map((item) => driftedValue(item, byName(before, item.name), byName(after, item.name)) as Json);
  const added = after.filter(({ name }) => byName(inputs, name) === undefined && byName(before, name) === undefined);
  return [...merged, ...added];
}

/** The value without what equals ARM's defaults, for an import. Paths in `kept` stay: the SDK writes them itself. */
export function withoutDefaults(value: Json, defaults: Json, kept: readonly string[], where = ""): Json {
  const left = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const path = `${where}${key}`;
    if (kept.includes(path)) return [[key, item]];
    if (isObject(item) && isObject(defaults[key])) {
      const inner = withoutDefaults(item, defaults[key], kept, `${path}.`);
      return Object.keys(inner).length === 0 ? [] : [[key, inner]];
    }
    return same(item, defaults[key]) ? [] : [[key, item]];
  });
  return Object.fromEntries(left);
}
