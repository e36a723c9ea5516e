/** Unified diffs of texts. */
import { structuredPatch } from "diff";
import type { DiffLine, Hunk } from "../model";

/** Lines of context around a change, as git shows them. */
const CONTEXT = 3;

/** Most changed lines for which the shortest diff is sought; it takes the square of them in time. Beyond, the old text goes and the new one comes. */
const LONGEST_SEARCH = 4_000;

export interface TextDiff {
  readonly hunks: readonly Hunk[];
  readonly addedLines: number;
  readonly removedLines: number;
}

/** The diff of two texts; undefined is a text that is not there. */
export function textDiff(before: string | undefined, after: string | undefined): TextDiff {
  const hunks = hunksOf(before ?? "", after ?? "");
  const count = (kind: DiffLine["kind"]): number => hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);
  return { hunks, addedLines: count("added"), removedLines: count("removed") };
}

function hunksOf(before: string, after: string): Hunk[] {
  if (before === "" || after === "") return wholeHunk(before, after);
  const patch = structuredPatch("", "", before, after, undefined, undefined, { context: CONTEXT, maxEditLength: LONGEST_SEARCH });
  if (patch === undefined) return wholeHunk(before, after);
  return patch.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({ oldStart, oldLines, newStart, newLines, lines: lines.flatMap(diffLine) }));
}

/** `\ No newline at end of file` is about the line before it and no line itself. */
function diffLine(line: string): DiffLine[] {
  const text = line.slice(1);
  switch (line.charAt(0)) {
    case "+":
      return [{ kind: "added", text }];
    case "-":
      return [{ kind: "removed", text }];
    case "\\":
      return [];
    default:
      return [{ kind: "context", text }];
  }
}

function wholeHunk(before: string, after: string): Hunk[] {
  const removed = linesOf(before);
  const added = linesOf(after);
  const line = (kind: DiffLine["kind"]) => (text: string): DiffLine => ({ kind, text });
  return [
    {
      oldStart: removed.length === 0 ? 0 : 1,
      oldLines: removed.length,
      newStart: added.length === 0 ? 0 : 1,
      newLines: added.length,
      lines: [...removed.map(line("removed")), ...added.map(line("added"))],
    },
  ];
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
