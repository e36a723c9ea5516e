/** What a refresh tells the engine: the inputs that the cloud holds, in the program's terms. */
import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceKind } from "./kind";
import { covers, parsePath, valueAt, withValueAt, type Path } from "./paths";

/**
 * The inputs found in the cloud, fitted to those in state so that only real drift differs:
 * what is written but never read back keeps its value; lists without order keep the order of the state; and what the program never
 * set is passed over while the cloud has it empty or off.
 */
export function foundInputs(kind: ResourceKind<unknown>, found: Properties, state: Properties): Properties {
  const sets = (kind.sets ?? []).map(parsePath);
  const fitted = fit(found, state, [], sets) as Properties;
  return (kind.writeOnly ?? []).reduce<Properties>((inputs, text) => {
    const path = parsePath(text);
    const kept = valueAt(state, path);
    if (kept === undefined || valueAt(inputs, path) !== undefined) return inputs;
    return withValueAt(inputs, path, () => kept) as Properties;
  }, fitted);
}

function fit(found: unknown, state: unknown, at: Path, sets: readonly Path[]): unknown {
  if (Array.isArray(found)) return fitList(found, Array.isArray(state) ? state : [], at, sets);
  if (!isObject(found)) return found;
  const old = isObject(state) ? state : {};
  const kept = Object.entries(found).filter(([key, value]) => value !== undefined && (key in old || !isEmpty(value)));
  return Object.fromEntries(kept.map(([key, value]) => [key, fit(value, old[key], [...at, key], sets)]));
}

function fitList(found: readonly unknown[], state: readonly unknown[], at: Path, sets: readonly Path[]): readonly unknown[] {
  const isSet = sets.some((pattern) => pattern.length === at.length && covers(pattern, at));
  const ordered = isSet ? inOrderOf(state, found, at, sets) : found;
  return ordered.map((item, i) => fit(item, state[i], [...at, i], sets));
}

/** The elements that state has too come first, in the state's order and places; new ones follow. */
function inOrderOf(state: readonly unknown[], found: readonly unknown[], at: Path, sets: readonly Path[]): readonly unknown[] {
  const left = [...found];
  const matched = state.flatMap((old, i) => {
    const place = left.findIndex((item) => isDeepStrictEqual(fit(item, old, [...at, i], sets), old));
    return place < 0 ? [] : left.splice(place, 1);
  });
  return [...matched, ...left];
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The zero value of its type: what an API answers for something nobody asked for. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.values(value).every(isEmpty);
  return value === null || value === undefined || value === false || value === 0 || value === "";
}
