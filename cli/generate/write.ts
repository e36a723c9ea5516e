/** Writes changes so that no reader sees half a file, and no failure leaves half of the files. */
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Change } from "./changes";

/** All new contents stand beside their files before the first one takes its place; what goes, goes last. */
export function writeChanges(changes: readonly Change[], project: string): void {
  const staged: { readonly from: string; readonly to: string }[] = [];
  try {
    for (const change of changes) {
      if (change.what === "gone") continue;
      const to = join(project, change.path);
      const from = `${to}.${process.pid}.new`;
      mkdirSync(dirname(to), { recursive: true });
      staged.push({ from, to });
      writeFileSync(from, change.content);
    }
  } catch (error) {
    for (const { from } of staged) rmSync(from, { force: true });
    throw error;
  }
  for (const { from, to } of staged) renameSync(from, to);
  for (const { path, what } of changes) if (what === "gone") remove(path, project);
}

/** A folder that becomes empty goes too. */
function remove(path: string, project: string): void {
  rmSync(join(project, path));
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    try {
      rmdirSync(join(project, folder));
    } catch {
      return;
    }
  }
}
