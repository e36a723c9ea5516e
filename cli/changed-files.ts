/** The files that a branch changes, asked of git in a checkout of the repository. */
import { spawnSync } from "node:child_process";
import type { ChangedFile } from "../pipeline/plan";
import { UsageError, type Finding } from "./kit/usage";

/** Room for the list of a large change. */
const OUTPUT_BYTES = 256 * 1024 * 1024;

/** Git could not say. The message tells what was asked and what git answered. */
export class ChangedFilesError extends UsageError {}

/**
 * What the checked-out commit changes since it left `base`, as a pull request counts it: from the merge base, renames under both names. What
 * is not committed is not part of it.
 * @param base any name of a commit, such as `origin/main`
 * @throws ChangedFilesError when the folder is no checkout, git does not know the base, or the two have no common commit
 */
export function changedFilesSince(folder: string, base: string): ChangedFile[] {
  const about = (problem: string): Finding => (name) => `${name("base")} is ${JSON.stringify(base)}: ${problem}`;
  git(folder, (name) => `${name("dir")} is ${JSON.stringify(folder)}: no checkout of a git repository`, ["rev-parse", "--git-dir"]);
  const commit = git(folder, about("git knows no such commit"), ["rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`]).trim();
  const fork = git(folder, about("it has no commit in common with HEAD; a shallow clone needs its history first (git fetch --unshallow)"), ["merge-base", commit, "HEAD"]).trim();
  return parse(git(folder, about("its files cannot be compared"), ["diff", "--name-status", "-z", "--find-renames", "--no-ext-diff", fork, "HEAD"]));
}

function git(folder: string, failure: Finding, args: readonly string[]): string {
  const result = spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: OUTPUT_BYTES });
  if (result.error) throw new ChangedFilesError([`git: ${result.error.message}`]);
  if (result.status !== 0) throw new ChangedFilesError([failure, result.stderr.trim()].filter((part) => part !== ""));
  return result.stdout;
}

/** Fields end with a zero byte: a status and one path, or for a rename the status and both. A copy leaves its origin as it was. */
function parse(output: string): ChangedFile[] {
  const fields = output.split("\0");
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const status = fields[at]!.charAt(0);
    if (status === "R") files.push({ path: fields[at + 2]!, status: "renamed", previousPath: fields[at + 1]! });
    else if (status === "C") files.push({ path: fields[at + 2]!, status: "added" });
    else files.push({ path: fields[at + 1]!, status: status === "A" ? "added" : status === "D" ? "removed" : "modified" });
    at += status === "R" || status === "C" ? 3 : 2;
  }
  return files;
}
