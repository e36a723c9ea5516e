/** The two configs that a report compares, read where their code is. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { readStack } from "../../config/read";
import { sourceOf } from "../../config/file";
import type { ConfigSide, ReadConfig } from "../../report/preview";
import { readFileOf } from "../kit/files";
import { UsageError } from "../kit/usage";
import { describe } from "./describe";

/** Room for a commit's files. */
const ARCHIVE_BYTES = 512 * 1024 * 1024;

/** Room for a described config. */
const DESCRIPTION_BYTES = 64 * 1024 * 1024;

/** The script that describes a config, in the code whose config it is. */
const DESCRIBE = "describe.ts";

/**
 * What a config file of a stack means to the code of this checkout. What is wrong with what it says is for the report to tell.
 * @param option key of the option that names the file
 * @throws UsageError for a file that cannot be read, or that is no config of a stack
 */
export function sideOfFile(stack: string, file: string, option: string): ReadConfig {
  const text = readFileOf(option, file);
  const parsed = parsedYaml(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed) || !("config" in parsed))
    throw new UsageError([(name) => `${name(option)} is ${JSON.stringify(file)}: found ${formOfYaml(parsed)}; wanted a stack file, YAML with the key config, such as Pulumi.${stack}.yaml`]);
  return orError(() => ({ ref: { name: basename(file) }, ...describe(stack, readStack(sourceOf(stack, text))) }));
}

/** What a text says as YAML; undefined for what is none. */
function parsedYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function formOfYaml(parsed: unknown): string {
  if (parsed === undefined) return "no YAML";
  if (parsed === null) return "nothing";
  if (Array.isArray(parsed)) return "a list";
  return typeof parsed === "object" ? `YAML with the keys ${Object.keys(parsed).slice(0, 5).join(", ")}` : "a text";
}

/**
 * What a commit's config means to that commit's own code: a default that changes in code changes the system as one in config does. The commit is
 * laid out in a temporary folder; this checkout is not touched.
 * @param ref any name of a commit, such as `origin/main`
 * @throws UsageError when git knows no such commit
 */
export function sideOfCommit(project: string, stack: string, ref: string): ReadConfig {
  const commit = commitOf(project, ref);
  const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-base-"));
  try {
    layOut(project, commit, folder);
    return orError(() => ({ ref: { name: ref, commit }, ...describedIn(folder, stack) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Full hash of a commit. */
export function commitOf(project: string, ref: string): string {
  const found = git(project, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (found.status !== 0) throw new UsageError([(name) => `${name("base")} is ${JSON.stringify(ref)}: git knows no such commit`]);
  return found.stdout.toString("utf8").trim();
}

/** The commit that is checked out, and whether files differ from it; undefined outside of a checkout. */
export function head(project: string): { readonly name: string; readonly commit: string } | undefined {
  const commit = git(project, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (commit.status !== 0) return undefined;
  const branch = git(project, ["rev-parse", "--abbrev-ref", "HEAD"]).stdout.toString("utf8").trim();
  const dirty = git(project, ["status", "--porcelain"]).stdout.length > 0;
  return { name: dirty ? `${branch}, with changes that are not committed` : branch, commit: commit.stdout.toString("utf8").trim() };
}

function git(project: string, args: readonly string[]) {
  return spawnSync("git", ["-C", project, ...args], { maxBuffer: ARCHIVE_BYTES });
}

/** The files of a commit, with the packages of this checkout. */
function layOut(project: string, commit: string, folder: string): void {
  const archive = git(project, ["archive", "--format=tar", commit]);
  if (archive.status !== 0) throw new Error(`git archive ${commit}: ${archive.stderr.toString("utf8").trim()}`);
  const unpacked = spawnSync("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (unpacked.status !== 0) throw new Error(`tar: ${unpacked.error?.message ?? unpacked.stderr.toString("utf8").trim()}`);
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
}

/** The commit's code describes its own config; only how it is asked is of this checkout. */
function describedIn(folder: string, stack: string): Omit<ConfigSide, "ref"> {
  const script = join(folder, "cli", "report", DESCRIBE);
  mkdirSync(dirname(script), { recursive: true });
  copyFileSync(join(__dirname, DESCRIBE), script);
  const run = spawnSync(process.execPath, ["--import", require.resolve("tsx"), script, stack], { cwd: folder, encoding: "utf8", maxBuffer: DESCRIPTION_BYTES });
  if (run.status !== 0) throw new Error(run.stderr.trim().split("\n").slice(0, 20).join("\n") || `it ended with ${run.status}`);
  return JSON.parse(run.stdout) as Omit<ConfigSide, "ref">;
}

function orError(read: () => ConfigSide): ReadConfig {
  try {
    return read();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
