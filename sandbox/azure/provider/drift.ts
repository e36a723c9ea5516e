/** What changed behind the program's back, told in the program's own terms, as azure-native tells it. */
import { isObject, same, type Json } from "../arm/values";

/**
 * The inputs that a refresh records: the inputs of the state with every difference between what the cloud held then (`before`) and what it holds now
 * (`after`) laid over them. Lists are taken by index, whatever their elements are called: a list in which the cloud has put something first gets
 * every one of its elements mixed up (pulumi-azure-native, provider/pkg/provider/diff.go, applyDiff and applyValueDiff).
 */
export function drifted(inputs: Json, before: Json, after: Json): Json {
  const kept = Object.entries(inputs).filter(([key]) => before[key] === undefined || after[key] !== undefined);
  const changed = Object.keys(after).filter((key) => after[key] !== undefined && !same(before[key], after[key]));
  const values = changed.map((key) => [key, before[key] === undefined || inputs[key] === undefined ? after[key] : laidOver(inputs[key], before[key], after[key])]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(values) };
}

function laidOver(base: unknown, before: unknown, after: unknown): unknown {
  if (isObject(base) && isObject(before) && isObject(after)) return drifted(base, before, after);
  if (!Array.isArray(base) || !Array.isArray(before) || !Array.isArray(after)) return after;
  return after.map((item: unknown, index) => (index < base.length && index < before.length ? laidOver(base[index], before[index], item) : item));
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
