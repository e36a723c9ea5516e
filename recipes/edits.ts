/** Edits as somebody makes them in an editor: lines come in, every other line stays as it is. */
import { NAMESPACE } from "../config/file";
import { STACK, type Edit } from "./recipe";

const STEP = 2;

/**
 * An entry below a key of the stack's config, such as a framework below `frameworks`, or a deployment test below `deployments` and `tests` in it. `entry` is
 * YAML, indented as below no key.
 */
export function entryIn(path: string | readonly string[], ...entry: readonly string[]): Edit {
  const [key = "", ...inner] = typeof path === "string" ? [path] : path;
  const keys = [`${NAMESPACE}:${key}:`, ...inner.map((name) => `${name}:`)];
  return { path: `Pulumi.${STACK}.yaml`, apply: (before) => withEntry(before, keys, entry) };
}

/** A file that was not there. @throws Error where it is */
export function newFile(path: string, content: string): Edit {
  return {
    path,
    apply: (before) => {
      if (before !== "") throw new Error(`${path} is there already`);
      return content;
    },
  };
}

/** Text behind a place that stands once in a file. */
export function after(path: string, place: string, text: string): Edit {
  return { path, apply: (before) => insertedAfter(before, place, text) };
}

/** Below as many of the keys as are there, with those that are not. */
function withEntry(text: string, keys: readonly string[], entry: readonly string[]): string {
  const lines = text.replace(/\n$/, "").split("\n");
  let above = -1;
  let depth = 0;
  for (const key of keys) {
    const at = lineOf(lines, above + 1, indented(key, depth + 1));
    if (at === -1) break;
    above = at;
    depth += 1;
  }
  const missing = [...keys.slice(depth).map((key, index) => indented(key, depth + index + 1)), ...entry.map((line) => indented(line, keys.length + 1))];
  const place = above === -1 ? lines.length : above + 1;
  return [...lines.slice(0, place), ...missing, ...lines.slice(place), ""].join("\n");
}

/** Where a line stands among those from a place on that are indented as it is or deeper; -1 where it does not. */
function lineOf(lines: readonly string[], from: number, line: string): number {
  const depth = indentOf(line);
  const length = lines.slice(from).findIndex((other) => from > 0 && other.trim() !== "" && indentOf(other) < depth);
  const found = lines.slice(from, length === -1 ? undefined : from + length).indexOf(line);
  return found === -1 ? -1 : from + found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function indented(line: string, depth: number): string {
  return `${" ".repeat(depth * STEP)}${line}`;
}

function insertedAfter(text: string, place: string, insertion: string): string {
  const parts = text.split(place);
  if (parts.length !== 2) throw new Error(`${JSON.stringify(place)} stands ${parts.length - 1} times in the file: allowed is once`);
  return `${parts[0]}${place}${insertion}${parts[1]}`;
}
