/** The detailed difference between the inputs in state and the inputs of the program. */
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./kind";
import { covers, formatPath, parsePath, remainder, valuesAt, type Path } from "./paths";
import { unknownPaths } from "./wire";

/** What decides how a difference is seen: a part of a ResourceKind. Patterns may hold `[*]`. */
export interface DiffRules {
  /** Paths whose change needs a replacement. */
  readonly replaceOn: readonly string[];
  /** Paths of lists whose order means nothing. */
  readonly sets?: readonly string[];
  /** Paths that are passed over. */
  readonly ignore?: readonly string[];
  /** True when nothing can change in place. */
  readonly immutable?: boolean;
}

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
  readonly replaces: boolean;
}

type Difference = Omit<Change, "replaces"> & { readonly old: unknown; readonly new: unknown };

/** Every change from `olds` to `news`, in the order of the properties. An unknown new value counts as a change. */
export function compare(olds: Properties, news: Properties, rules: DiffRules): readonly Change[] {
  const sets = (rules.sets ?? []).map(parsePath);
  const ignored = (rules.ignore ?? []).map(parsePath);
  const replaceOn = rules.replaceOn.map(parsePath);
  return differences(olds, news, [], sets)
    .filter((difference) => !ignored.some((pattern) => covers(pattern, difference.path)))
    .map((difference) => ({
      path: difference.path,
      kind: difference.kind,
      replaces: rules.immutable === true || replaceOn.some((pattern) => forces(pattern, difference)),
    }));
}

/** A pattern above or at the change is hit by it; one below is hit when its own value differs between both sides. */
function forces(pattern: Path, difference: Difference): boolean {
  if (covers(pattern, difference.path)) return true;
  const below = remainder(pattern, difference.path);
  return below !== undefined && !isDeepStrictEqual(valuesAt(difference.old, below), valuesAt(difference.new, below));
}

function differences(old: unknown, now: unknown, path: Path, sets: readonly Path[]): readonly Difference[] {
  if (isDeepStrictEqual(old, now) && unknownPaths(now).length === 0) return [];
  if (old === undefined) return [{ path, kind: "add", old, new: now }];
  if (now === undefined) return [{ path, kind: "delete", old, new: now }];
  if (Array.isArray(old) && Array.isArray(now)) {
    const isSet = sets.some((pattern) => pattern.length === path.length && covers(pattern, path));
    return isSet ? setDifferences(old, now, path) : listDifferences(old, now, path, sets);
  }
  if (isObject(old) && isObject(now)) return objectDifferences(old, now, path, sets);
  return [{ path, kind: "update", old, new: now }];
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectDifferences(old: Properties, now: Properties, path: Path, sets: readonly Path[]): readonly Difference[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(old[key], now[key], [...path, key], sets));
}

function listDifferences(old: readonly unknown[], now: readonly unknown[], path: Path, sets: readonly Path[]): readonly Difference[] {
  const length = Math.max(old.length, now.length);
  return Array.from({ length }, (_, i) => differences(old[i], now[i], [...path, i], sets)).flat();
}

/** Elements are matched by equality; what is left is reported at its own index on its own side. */
function setDifferences(old: readonly unknown[], now: readonly unknown[], path: Path): readonly Difference[] {
  const added = new Set(now.keys());
  const deleted = [...old.keys()].filter((i) => {
    const match = [...added].find((j) => isDeepStrictEqual(old[i], now[j]) && unknownPaths(now[j]).length === 0);
    if (match !== undefined) added.delete(match);
    return match === undefined;
  });
  const indices = [...new Set([...deleted, ...added])].sort((a, b) => a - b);
  return indices.map((i): Difference => {
    const gone = deleted.includes(i) ? old[i] : undefined;
    const came = added.has(i) ? now[i] : undefined;
    return { path: [...path, i], kind: gone === undefined ? "add" : came === undefined ? "delete" : "update", old: gone, new: came };
  });
}

/** Changes by formatted path, for the engine. */
export function byPath(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(changes.map((change) => [formatPath(change.path), change]));
}
