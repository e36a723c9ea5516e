/** The little that the programs ask of git. */
import { spawnSync } from "node:child_process";
import type { ChangedFile } from "../../pipeline/plan";
import { ProgramError } from "./environment";

export interface Git {
  /** A checkout of the repository, of any depth. */
  readonly directory: string;
  /** Token with which a private repository is read. */
  readonly token: string;
  /** Base address of the server, such as `https://github.com`. */
  readonly serverUrl: string;
}

/** Room for the list of a large change. */
const OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * The files that differ between two commits. Only the two commits and their trees are fetched, not the history between and no file.
 * Renames are not looked for, as that needs the files: a renamed file shows as removed and added, and so counts under both names.
 * @throws ProgramError when git fails, with its message
 */
export function changedBetween(git: Git, base: string, head: string): ChangedFile[] {
  const missing = [base, head].filter((commit) => !has(git, commit));
  if (missing.length > 0) run(git, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--filter=blob:none", "origin", ...missing]);
  return parse(run(git, ["diff-tree", "-r", "-z", "--no-renames", "--name-status", base, head]));
}

function has(git: Git, commit: string): boolean {
  return spawnSync("git", ["cat-file", "-e", `${commit}^{tree}`], { cwd: git.directory, env: { ...process.env, GIT_NO_LAZY_FETCH: "1" } }).status === 0;
}

function run(git: Git, args: readonly string[]): string {
  const result = spawnSync("git", args, { cwd: git.directory, env: { ...process.env, ...credentials(git) }, encoding: "utf8", maxBuffer: OUTPUT_BYTES });
  if (result.error) throw new ProgramError(`git ${args[0]}: ${result.error.message}`);
  if (result.status !== 0) throw new ProgramError(`git ${args[0]}: ${result.stderr.trim().split("\n").at(-1) ?? "failed"}`);
  return result.stdout;
}

/** The token goes to git by the environment: arguments and the repository's config can be read by every later step. */
function credentials({ token, serverUrl }: Git): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  return {
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}

const STATUS: Readonly<Record<string, ChangedFile["status"]>> = { A: "added", D: "removed" };

/** Reads `STATUS NUL PATH NUL` pairs; a path can hold any other character. */
function parse(output: string): ChangedFile[] {
  const fields = output.split("\0");
  const files: ChangedFile[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    files.push({ path: fields[index + 1] ?? "", status: STATUS[fields[index] ?? ""] ?? "modified" });
  }
  return files;
}
