/** Looking into properties. */
import { isFields, isList, markOf, type Value } from "../value";

/** The value at field names; undefined where there is none on the way, or where a mark stands in it. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => (isFields(inner) && markOf(inner) === undefined ? inner[key] : undefined), value);
}

/** A text at field names; undefined for anything else. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** A number at field names, also one that is written as a text; undefined for anything else. */
export function numberAt(value: Value | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  if (typeof found === "number") return found;
  return typeof found === "string" && /^-?\d+(\.\d+)?$/.test(found) ? Number(found) : undefined;
}

/** A switch at field names. @param missing what it is where it is not set */
export function flagAt(value: Value | undefined, missing: boolean, ...path: readonly string[]): boolean {
  const found = valueAt(value, ...path);
  return typeof found === "boolean" ? found : missing;
}

/** Elements of a list at field names; none where there is no list. */
export function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = valueAt(value, ...path);
  return isList(found) ? found : [];
}

/** Texts and numbers of a list at field names, as texts. */
export function textsAt(value: Value | undefined, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).flatMap((each) => (typeof each === "string" || typeof each === "number" ? [String(each)] : []));
}

/** The value at a path as the engine writes it, such as `spec.hard["requests.cpu"]` or `rules[0].id`. */
export function valueAtPath(value: Value | undefined, path: string): Value | undefined {
  return stepsOfPath(path).reduce<Value | undefined>((inner, step) => {
    if (isList(inner)) return inner[Number(step)];
    return isFields(inner) && markOf(inner) === undefined ? inner[step] : markOf(inner) === "hidden" ? inner : undefined;
  }, value);
}

function stepsOfPath(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) => quoted?.replaceAll(/\\(.)/g, "$1") ?? index ?? name ?? "");
}
