/** Small readers of properties whose types nobody has checked. Reading through them keeps the engine's unknown values effective. */
import type { Props } from "./rule";

/** The value at a dotted path, or undefined. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((parent, key) => (isProps(parent) ? parent[key] : undefined), value);
}

/** Whether a value is an object with properties: neither null nor a list. */
export function isProps(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list; nothing when it is absent. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index) => (value as unknown[])[index]) : [];
}

/** The texts of a list. */
export function texts(value: unknown): readonly string[] {
  return items(value).filter((item): item is string => typeof item === "string");
}

/** The texts of what may be a list, a single value or nothing. */
export function oneOrMore(value: unknown): readonly string[] {
  return Array.isArray(value) ? texts(value) : value === undefined ? [] : [String(value)];
}

/** A value as people read it: `nothing` for what is absent, JSON for the rest, at most 120 characters. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Names in a list for people: `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "none") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
