/** Change sets of a repository's history: a JSON text a line, as `git log --name-status` tells them. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ChangedFile, Changes } from "../../pipeline/plan";

/** Status letters of `git diff --name-status` (git-diff(1), --diff-filter); a rename or copy may have a likeness behind its letter, and its old path last. */
const path = z.string().min(1);
const file = z.union([z.tuple([z.string().regex(/^[AMDT]$|^[RC]\d*$/), path]), z.tuple([z.string().regex(/^[RC]\d*$/), path, path])]);
const changeSet = z.object({ commit: z.string(), files: z.array(file).min(1) });

/**
 * Reads the change sets of a file.
 * @throws Error that names the file and every line that is no change set
 */
export function readChangeSets(path: string): Changes[] {
  const lines = readFileSync(path, "utf8").split("\n").filter((line) => line.trim() !== "");
  const read = lines.map((line) => changeSet.safeParse(parsed(line)));
  const wrong = read.flatMap(({ success }, index) => (success ? [] : [index + 1]));
  if (read.length === 0 || wrong.length > 0) {
    const found = read.length === 0 ? "no change set" : `line ${wrong.join(", ")}`;
    throw new Error(`${path}: found ${found}; allowed are lines of {"commit": "...", "files": [["M", "path"], ["R", "path", "old path"]]}`);
  }
  return read.map(({ data }) => ({ known: true, files: data!.files.map(changedFile) }));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function changedFile([letter, path, previousPath]: z.infer<typeof file>): ChangedFile {
  if (previousPath !== undefined) return { path, status: "renamed", previousPath };
  return { path, status: letter === "A" ? "added" : letter === "D" ? "removed" : "modified" };
}
