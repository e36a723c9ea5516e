/** Property paths, in the notation the engine uses: `a.b[0]["key.with.dots"]`. Patterns may hold `[*]` for any element or key. */

export type Path = readonly (string | number)[];

const WILDCARD = "*";
const PLAIN_KEY = /^[^.[\]"]+$/;

/** The path in the engine's notation; keys with dots, quotes or brackets are quoted. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!PLAIN_KEY.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** Reads a path or a pattern. Throws an Error that names the text when brackets or quotes do not close. */
export function parsePath(text: string): Path {
  const steps: (string | number)[] = [];
  const token = /\.?([^.[\]"]+)|\[(\d+)\]|\[(\*)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new Error(`property path '${text}' cannot be read at character ${at + 1}`);
    if (found[2] !== undefined) steps.push(Number(found[2]));
    else steps.push(found[1] ?? found[3] ?? found[4]!.replaceAll('\\"', '"'));
  }
  return steps;
}

/** Whether one step of a pattern covers one step of a path. */
function stepMatches(pattern: string | number, step: string | number): boolean {
  return pattern === WILDCARD || String(pattern) === String(step);
}

/** Whether `pattern` covers `path` or one of its ancestors. */
export function covers(pattern: Path, path: Path): boolean {
  return pattern.length <= path.length && pattern.every((step, i) => stepMatches(step, path[i]!));
}

/** What is left of `pattern` below `path`, or undefined when the path does not lead towards it. */
export function remainder(pattern: Path, path: Path): Path | undefined {
  const leads = path.length <= pattern.length && path.every((step, i) => stepMatches(pattern[i]!, step));
  return leads ? pattern.slice(path.length) : undefined;
}

/** Every value that a pattern finds in `value`; absent ones are left out. */
export function valuesAt(value: unknown, pattern: Path): readonly unknown[] {
  const [step, ...rest] = pattern;
  if (value === undefined) return [];
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  const children = step === WILDCARD ? Object.values(value) : [(value as Record<string | number, unknown>)[step]];
  return children.flatMap((child) => valuesAt(child, rest));
}

/** The value at an exact path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

/** A copy of `value` in which the value at `path` is `replace(old)`; unchanged when the path's parent does not exist. */
export function withValueAt(value: unknown, path: Path, replace: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replace(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? withValueAt(item, rest, replace) : item));
  const object = value as Record<string, unknown>;
  if (rest.length > 0 && !(step in object)) return value;
  return { ...object, [step]: withValueAt(object[step], rest, replace) };
}

/** Paths of the leaves of `value` (scalars, and empty lists and objects) for which `holds` is true. */
export function leavesWhere(value: unknown, holds: (leaf: unknown) => boolean, at: Path = []): readonly Path[] {
  if (typeof value === "object" && value !== null) {
    const children: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
      ? value.map((item, i) => [i, item] as const)
      : Object.entries(value);
    if (children.length > 0) return children.flatMap(([step, child]) => leavesWhere(child, holds, [...at, step]));
  }
  return holds(value) ? [at] : [];
}
