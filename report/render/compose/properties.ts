/** Changes of properties as lines of a diff, one property after the other. */
import type { HiddenChange, PropertyChange, SetChange, TextChange, ValueChange } from "../../preview/model";
import { isFields, markOf, plainKey, type Value } from "../../preview/value";
import type { Block, DiffText } from "../document";

const MARKS = { hidden: "[secret]", unknown: "[known after the apply]" } as const;

/** What a reader is told of values that are not shown. */
const HIDDEN_LINES: Readonly<Record<HiddenChange["change"], readonly (readonly ["+" | "-", string])[]>> = {
  added: [["+", "[secret]"]],
  removed: [["-", "[secret]"]],
  changed: [["-", "[secret]"], ["+", "[another secret]"]],
  exposed: [["-", "[secret]"], ["+", "[no longer secret; not shown here]"]],
  sealed: [["-", "[not secret before; not shown here]"], ["+", "[secret]"]],
};

/** Blocks for all changes of one resource: one diff for what fits into lines, and one for each file. */
export function propertyBlocks(name: string, changes: readonly PropertyChange[]): Block[] {
  const inLines = changes.filter((change) => !isFile(change));
  const lines = inLines.flatMap((change) => propertyLines(change, ""));
  const diff: Block[] = lines.length === 0 ? [] : [{ kind: "diff", label: `Properties of ${name}`, lines }];
  return [...diff, ...changes.filter(isFile).map((change): Block => ({ kind: "diff", label: `Change of ${change.file ?? change.path}`, lines: unifiedLines(change) }))];
}

/** A text whose lines a reviewer reads, and not its structure. */
function isFile(change: PropertyChange): change is TextChange {
  return change.kind === "text" && (change.file !== undefined || change.structure === undefined);
}

function propertyLines(change: PropertyChange, indent: string): DiffText[] {
  switch (change.kind) {
    case "value":
      return valueLines(change, indent);
    case "set":
      return setLines(change, indent);
    case "document":
      return [header(change, indent, `${change.language.toUpperCase()} text`), ...change.changes.flatMap((inner) => propertyLines(inner, `${indent}  `))];
    case "text":
      return [header(change, indent, `${change.language?.toUpperCase() ?? "structured"} text`), ...(change.structure ?? []).flatMap((inner) => propertyLines(inner, `${indent}  `))];
    case "hidden":
      return HIDDEN_LINES[change.change].map(([sign, words]) => ({ sign, text: `${indent}${change.path}: ${words}${why(change)}` }));
  }
}

function valueLines(change: ValueChange, indent: string): DiffText[] {
  const { path, before, after } = change;
  return [
    ...(before === undefined ? [] : shown("-", `${indent}${path}`, before, indent, "")),
    ...(after === undefined ? [] : shown("+", `${indent}${path}`, after, indent, why(change))),
    ...(after === undefined && change.replaces ? [{ sign: " ", text: `${indent}${path}:${why(change)}` } as const] : []),
  ];
}

function setLines(change: SetChange, indent: string): DiffText[] {
  const inner = `${indent}  `;
  return [
    header(change, indent, `${change.kept} kept`),
    ...change.removed.flatMap((each) => shown("-", inner, each, inner, "")),
    ...change.added.flatMap((each) => shown("+", inner, each, inner, "")),
    ...change.changed.flatMap((each) => propertyLines(each, inner)),
  ];
}

function header(change: PropertyChange, indent: string, words: string): DiffText {
  return { sign: "@", text: `@@ ${indent}${change.path} (${words})${why(change)} @@` };
}

function why({ replaces }: PropertyChange): string {
  return replaces ? " (forces the replacement)" : "";
}

/** A value after its path: on the same line where it is short, else as indented JSON. */
function shown(sign: "+" | "-", start: string, value: Value, indent: string, end: string): DiffText[] {
  const prefix = start.trim() === "" ? start : `${start}: `;
  const compact = JSON.stringify(readable(value));
  if (compact.length <= 100 || !isFields(value) && !Array.isArray(value)) return [{ sign, text: `${prefix}${unquoted(value, compact)}${end}` }];
  const [first = "", ...rest] = JSON.stringify(readable(value), undefined, 2).split("\n");
  return [{ sign, text: `${prefix}${first}${end}` }, ...rest.map((line): DiffText => ({ sign, text: `${indent}${line}` }))];
}

/** A mark reads as such, not as a text in quotes. */
function unquoted(value: Value, compact: string): string {
  const mark = markOf(value);
  return mark === undefined ? compact : MARKS[mark];
}

/** Marks as words, and keys as their owners wrote them. */
function readable(value: Value): Value {
  const mark = markOf(value);
  if (mark !== undefined) return MARKS[mark];
  if (Array.isArray(value)) return (value as readonly Value[]).map(readable);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainKey(key), readable(inner)])) : value;
}

function unifiedLines({ hunks }: TextChange): DiffText[] {
  const signs = { context: " ", added: "+", removed: "-" } as const;
  return hunks.flatMap((hunk): DiffText[] => [
    { sign: "@", text: `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@` },
    ...hunk.lines.map(({ kind, text }) => ({ sign: signs[kind], text })),
  ]);
}
