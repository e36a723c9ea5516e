/** Plain values: comparing, merging, and taking paths out of JSON. */

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Structural equality; a key with the value undefined equals a missing one. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

/** `over` laid on `under`: objects merge key by key, everything else is taken from `over` when it says something. */
export function overlay(under: unknown, over: unknown): unknown {
  if (over === undefined || over === null) return under;
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Json = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = overlay(under[key], value);
  return merged;
}

/** `overlay` of two objects. */
export const overlayObjects = (under: Json, over: Json): Json => overlay(under, over) as Json;

/** The value without the given paths (`a.b`, `list[].c`, `map.*.c`) and without undefined keys. */
export function omitPaths(value: Json, paths: readonly string[]): Json {
  const split = paths.map((path) => path.replace(/\[\]/g, ".[]").split("."));
  return omit(value, split) as Json;
}

function omit(value: unknown, paths: readonly (readonly string[])[]): unknown {
  const below = (step: string) => paths.filter((path) => path[0] === step && path.length > 1).map((path) => path.slice(1));
  if (Array.isArray(value)) {
    const inner = below("[]");
    return value.map((item) => omit(item, inner));
  }
  if (!isObject(value)) return value;
  const dropped = new Set(paths.filter((path) => path.length === 1).map((path) => path[0]));
  const everywhere = below("*");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !dropped.has(key) && item !== undefined)
      .map(([key, item]) => [key, omit(item, [...below(key), ...everywhere])]),
  );
}

/** The object without these keys. */
export const without = (value: Json, ...keys: readonly string[]): Json => Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** The value at a dotted path of object keys. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** A deep copy of JSON. */
export const copy = <T>(value: T): T => structuredClone(value);
