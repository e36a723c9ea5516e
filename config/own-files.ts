/** Workflow files that a team adds beside the pipeline's own. They are delivered with it and must not stand in its way: extensions/README.md. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Finding, Pipeline } from "../pipeline/model";
import type { RenderedFile } from "../workflows";
import { WORKFLOW_FOLDER } from "../workflows/names";

/** Where they are, from the project's root. */
export const OWN_WORKFLOWS = "extensions/workflows";

const DOCS = "extensions/README.md";
const CHECK = "own-workflows";

/**
 * Every workflow file of a team's own, as it is delivered. Hidden files are left out.
 * @param project folder of the project
 */
export function ownWorkflowFiles(project: string): RenderedFile[] {
  const folder = join(project, OWN_WORKFLOWS);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort()
    .map((name) => ({ path: `${WORKFLOW_FOLDER}/${name}`, content: readFileSync(join(folder, name), "utf8") }));
}

/** What is wrong with them beside the files of the pipeline. */
export function ownFileFindings(own: readonly RenderedFile[], files: readonly RenderedFile[], { requiredChecks }: Pipeline): Finding[] {
  if (own.length === 0) return [];
  const taken = new Map(files.map(({ path }) => [path.toLowerCase(), path]));
  const names = new Set(files.filter(({ path }) => isWorkflow(path)).map(({ path, content }) => nameOf(path, mapping(parse(content)))));
  const required = requiredChecks.map(({ context }) => context);
  return own.flatMap(({ path, content }) => {
    const finding = (found: string, allowed: string): Finding => ({ check: CHECK, path: sourceOf(path), found, allowed, docs: DOCS });
    if (!/^[\w][\w.-]*\.ya?ml$/.test(path.slice(WORKFLOW_FOLDER.length + 1)))
      return [finding("a name that is no workflow file's", "a file NAME.yml of letters, digits, `.`, `_` and `-`")];
    const workflow = read(content);
    if (workflow === undefined) return [finding("what is no workflow", "a YAML file with `on` and `jobs`")];
    const name = nameOf(path, workflow);
    const there = taken.get(path.toLowerCase());
    return [
      ...(there === undefined ? [] : [finding(`the path of the pipeline's own ${there}`, "another name")]),
      // Runs of one concurrency group cancel each other, and the pipeline's groups begin with the workflow's name.
      ...(names.has(name) ? [finding(`name: ${name}, which a workflow of the pipeline has`, "another name")] : []),
      ...required
        .filter((context) => Object.entries(mapping(workflow["jobs"])).some(([id, job]) => mayReport(id, mapping(job), context)))
        .map((context) => finding(`a job that may report ${context}`, "jobs whose names no required check has")),
    ];
  });
}

function sourceOf(path: string): string {
  return `${OWN_WORKFLOWS}${path.slice(WORKFLOW_FOLDER.length)}`;
}

function isWorkflow(path: string): boolean {
  return path.startsWith(`${WORKFLOW_FOLDER}/`) && /\.ya?ml$/.test(path);
}

type Mapping = Readonly<Record<string, unknown>>;

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function read(content: string): Mapping | undefined {
  try {
    const workflow = mapping(parse(content));
    return "on" in workflow && Object.keys(mapping(workflow["jobs"])).length > 0 ? workflow : undefined;
  } catch {
    return undefined;
  }
}

/** A workflow without a name goes by its path. Source: docs.github.com, "Workflow syntax", `name`. */
function nameOf(path: string, workflow: Mapping): string {
  return typeof workflow["name"] === "string" ? workflow["name"] : path;
}

/**
 * Whether a job may report a check of that name. A job reports its name, or its id; one of a matrix adds its values, and one that calls a workflow the
 * name of each job there. What an expression makes of a name may be anything.
 * Source: docs.github.com, "Troubleshooting required status checks".
 */
function mayReport(id: string, job: Mapping, context: string): boolean {
  const name = typeof job["name"] === "string" ? job["name"] : id;
  const parts = name.split(/\$\{\{.*?\}\}/s).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}(?: \\(.*\\)| / .*)?$`, "is").test(context);
}
