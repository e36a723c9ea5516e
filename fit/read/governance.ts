/** Reads what decides on merges beside this pipeline: workflow files, CODEOWNERS, files of rulesets. */
import { posix } from "node:path";
import ignore from "ignore";
import { readWorkflow, type GateJob } from "../../workflows/gate/read";
import { expandMatrix, type MatrixLeg } from "../../workflows/gate/matrix";
import type { CodeownersReading, Read, WorkflowReading } from "../readings";
import type { Tree } from "./tree";

export const WORKFLOW_PATTERN = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/** Where GitHub looks for CODEOWNERS; the first one counts. Source: docs.github.com, "About code owners". */
export const CODEOWNERS_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

/**
 * Files from which apps and actions set rulesets, branch protection or required checks: probot/settings, github/safe-settings, Apache's .asf.yaml,
 * Mergify, and rulesets exported from GitHub's own page.
 */
const RULESET_FILES = /^(?:\.github\/(?:settings\.ya?ml|safe-settings\/.+\.ya?ml|rulesets\/.+\.json|mergify\.ya?ml|branch-protection.*\.(?:ya?ml|json))|\.asf\.yaml|\.mergify\.ya?ml)$/;

/** Workflow files that are in the repository, with the names under which their jobs report. */
export async function readWorkflows(tree: Tree, paths: readonly string[]): Promise<{ path: string; read: Read<WorkflowReading> }[]> {
  tree.load(paths);
  return Promise.all(paths.map(async (path) => ({ path, read: await workflowOf(tree, path) })));
}

async function workflowOf(tree: Tree, path: string): Promise<Read<WorkflowReading>> {
  const text = tree.text(path);
  if (!text.ok) return text;
  try {
    const workflow = await readWorkflow(path, text.value);
    const lines = text.value.split("\n");
    return { ok: true, value: { path, contexts: workflow.jobs.flatMap((job) => namesOf(job).map((name) => ({ name, line: lineOf(lines, job.id) }))) } };
  } catch (error) {
    const [first, second] = (error as Error).message.split("\n");
    return { ok: false, fault: { kind: "unparsable", message: (second ?? first ?? "").trim() } };
  }
}

/**
 * A job reports under its name, or its id, as written where it is skipped; one with a matrix once for each leg. What only a run knows stays an
 * expression.
 */
function namesOf(job: GateJob): string[] {
  const name = job.name ?? job.id;
  const legs = legsOf(job.matrix);
  const filled = legs.map((leg) => (name.includes("${{") ? name.replace(/\$\{\{\s*matrix\.([\w.-]+)\s*\}\}/g, (whole, path: string) => valueAt(leg, path) ?? whole) : `${name} (${Object.values(leg).join(", ")})`));
  return [...new Set([name, ...filled])];
}

function legsOf(matrix: unknown): readonly MatrixLeg[] {
  try {
    return matrix === undefined ? [] : expandMatrix(matrix);
  } catch {
    // A matrix that a run computes.
    return [];
  }
}

function valueAt(leg: MatrixLeg, path: string): string | undefined {
  const value = path.split(".").reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? (at as MatrixLeg)[part] : undefined), leg);
  return value === undefined || typeof value === "object" ? undefined : String(value);
}

function lineOf(lines: readonly string[], id: string): number {
  const at = lines.findIndex((line) => line.trimEnd() === `  ${id}:`);
  return at === -1 ? 1 : at + 1;
}

/** Every CODEOWNERS file that GitHub could take. Patterns are gitignore's, without `!` and `[]`. */
export function readCodeowners(tree: Tree): CodeownersReading[] {
  return CODEOWNERS_PATHS.filter((path) => tree.has(path)).map((path) => {
    const text = tree.text(path);
    const lines = text.ok ? text.value.split("\n") : [];
    return { path, entries: lines.flatMap((line, index) => entryOf(line, index + 1, tree.files)) };
  });
}

function entryOf(text: string, line: number, files: readonly string[]): CodeownersReading["entries"] {
  const [pattern, ...owners] = text.replace(/(^|\s)#.*$/, "").trim().split(/\s+/);
  if (pattern === undefined || pattern === "") return [];
  const matcher = ignore().add(pattern);
  return [{ pattern, owners, line, matches: files.some((path) => matcher.ignores(path)) }];
}

/** Files that set rules for branches. */
export function rulesetFiles(files: readonly string[]): string[] {
  return files.filter((path) => RULESET_FILES.test(posix.normalize(path)));
}
