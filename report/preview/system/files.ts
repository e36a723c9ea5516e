/** Files of the target repository. */
import type { RenderedFile } from "../../../workflows/settings";
import { textDiff } from "../diff/text";
import type { SystemChange } from "../model";
import { say, words } from "../statement";
import type { ConfigSide } from "./side";

/** One statement for each file; their lines are in the resource changes. */
export function workflowFiles(before: ConfigSide, after: ConfigSide): SystemChange[] {
  const old = new Map(before.files.map((file) => [file.path, file]));
  const wanted = new Map(after.files.map((file) => [file.path, file]));
  return [...new Set([...old.keys(), ...wanted.keys()])].sort().flatMap((path) => fileChange(path, old.get(path), wanted.get(path)));
}

function fileChange(path: string, before: RenderedFile | undefined, after: RenderedFile | undefined): SystemChange[] {
  if (before === undefined) return [{ kind: "file-added", effect: "added", subject: path, facts: { file: path }, sentence: say`The file ${path} is added.` }];
  if (after === undefined) return [{ kind: "file-removed", effect: "removed", subject: path, facts: { file: path }, sentence: say`The file ${path} is removed.` }];
  if (before.content === after.content && before.mode === after.mode) return [];
  const { addedLines, removedLines } = textDiff(before.content, after.content);
  return [{ kind: "file-changed", effect: "changed", subject: path, facts: { file: path, addedLines, removedLines }, sentence: say`The file ${path} changes: ${addedLines} ${words(addedLines === 1 ? "line" : "lines")} added, ${removedLines} removed.` }];
}
