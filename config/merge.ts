/**
 * How stack config changes the default pipeline.
 *
 * - An object changes the entries that it names and leaves the others. `null` removes an entry.
 * - A list of things that have a name (frameworks by `id`, required checks by `context`, deployment tests by `framework/profile`, ...) is
 *   changed by an object of these names: each entry changes that thing, a new name adds one at the end, `null` or `false` removes one.
 * - Everything else - texts, numbers, lists - takes the place of the default as a whole. A list also takes the place of a list of named things.
 */

import { configFields, fieldsBelow } from "../pipeline/schema/walk";

/** A value as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Fields that name the things of a list, by the path of the list; the schemas say so (`namedList`). */
const named = new Map(
  fieldsBelow(configFields).flatMap(({ path, meta: { namedBy } }) => (namedBy === undefined ? [] : [[path.join("."), namedBy] as const])),
);

/** Fields that name the things of the list at a path; undefined for any other list. */
export function nameFields(path: readonly string[]): readonly string[] | undefined {
  return named.get(path.join("."));
}

/** The name of a thing in such a list; undefined when a part of it is missing. */
export function nameOf(value: unknown, fields: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const parts = fields.map((field) => (value as Record<string, unknown>)[field]);
  return parts.every((part) => typeof part === "string") ? parts.join("/") : undefined;
}

/** Told of an entry of a named list that is neither an object nor removes one. The thing stays as it was, or has only its name. */
type Misfit = (list: readonly string[], name: string, value: Json) => void;

/** The default with the change made. Neither is touched. @param path of the value, for lists of named things. */
export function merge(base: Json | undefined, change: Json, path: readonly string[] = [], misfit: Misfit = () => {}): Json {
  const fields = nameFields(path);
  if (fields !== undefined && (base === undefined || Array.isArray(base)) && isObject(change)) return mergeNamed(base ?? [], change, fields, path, misfit);
  // Also where there is nothing to change: a `null` inside must not end up as a value.
  if (isObject(change)) return mergeObject(isObject(base) ? base : {}, change, path, misfit);
  return change;
}

function mergeObject(base: JsonObject, change: JsonObject, path: readonly string[], misfit: Misfit): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(base[key], value, [...path, key], misfit));
  }
  return Object.fromEntries(merged);
}

function mergeNamed(base: readonly Json[], change: JsonObject, fields: readonly string[], path: readonly string[], misfit: Misfit): Json[] {
  const merged = new Map(base.map((thing) => [nameOf(thing, fields) ?? "", thing]));
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === false) {
      merged.delete(name);
      continue;
    }
    if (!isObject(value)) misfit(path, name, value);
    merged.set(name, withName(merge(merged.get(name), isObject(value) ? value : {}, [...path, "*"], misfit), name, fields));
  }
  return [...merged.values()];
}

/** A thing that config adds need not repeat its name. */
function withName(thing: Json, name: string, fields: readonly string[]): Json {
  if (!isObject(thing)) return thing;
  // The name of one field may hold any sign: a check of an app is called as the app calls it, such as license/cla.
  const parts = fields.length === 1 ? [name] : name.split("/");
  return { ...Object.fromEntries(fields.map((field, index) => [field, parts[index] ?? ""])), ...thing };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
