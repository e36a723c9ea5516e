/**
 * Values of properties, as a report may show them: JSON, with a mark where a value is secret and where it is not known before the apply. An
 * object whose only key is `~` is such a mark; a key of a real object that begins with `~` gets another one before it, so none can be mistaken.
 */

/** A property's value. Never a secret: those are marks. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Stands for a value that is secret, or was. */
export const HIDDEN = { "~": "hidden" } as const;

/** Stands for a value that only the apply will know. */
export const UNKNOWN = { "~": "unknown" } as const;

/** What a value is a mark of; undefined for a value that is shown. */
export function markOf(value: Value | undefined): "hidden" | "unknown" | undefined {
  if (!isFields(value)) return undefined;
  const mark = value["~"];
  return mark === "hidden" || mark === "unknown" ? mark : undefined;
}

/** True for an object; lists, texts and null are none. A mark is an object too: ask `markOf` first. */
export function isFields(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The key of a real object, written so that it cannot be mistaken for a mark's. */
export function escapedKey(key: string): string {
  return key.startsWith("~") ? `~${key}` : key;
}

/** The key as its owner wrote it. */
export function plainKey(key: string): string {
  return key.startsWith("~~") ? key.slice(1) : key;
}

/** True for a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True when two values are written alike, whatever the order of their keys. */
export function equalValues(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (isList(one) && isList(other)) return one.length === other.length && one.every((each, index) => equalValues(each, other[index]));
  if (!isFields(one) || !isFields(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && equalValues(one[key], other[key]));
}
