/** Reads workflow files with GitHub's own parser, so that the file itself is judged and not a second description of it. */
import { parse } from "yaml";
import { loadParser } from "./parser.cjs";

/** A job as the file has it. Strings may hold expressions. */
export interface GateJob {
  readonly id: string;
  readonly name?: string;
  readonly needs: readonly string[];
  /** The effective condition: GitHub's parser has written the implied `success() && (...)` in where the author left it out. */
  readonly condition: string;
  readonly matrix?: unknown;
  readonly continueOnError: unknown;
  /** Path of the reusable workflow that it calls, relative to the repository's root. */
  readonly calls?: string;
  readonly with: Readonly<Record<string, unknown>>;
  /** `inherit`, or what a called workflow is handed. */
  readonly secrets: "inherit" | Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly environment?: string;
  readonly permissions: unknown;
  readonly runsOn: unknown;
  /** Image of the container in which its steps run. */
  readonly container?: unknown;
  readonly env: Readonly<Record<string, unknown>>;
  readonly steps: readonly GateStep[];
}

export interface GateStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env: Readonly<Record<string, unknown>>;
  readonly with: Readonly<Record<string, unknown>>;
  /** Whether the job goes on, and ends well, when the step fails; may be an expression. */
  readonly continueOnError: unknown;
}

/** A filter of one event: `branches`, `paths`, `types` and their kin, as lists. */
export type EventFilter = Readonly<Record<string, readonly string[]>>;

export interface GateWorkflow {
  /** Path in the repository, such as `.github/workflows/pr.yaml`. */
  readonly path: string;
  readonly name: string;
  readonly events: Readonly<Record<string, EventFilter>>;
  /** Outputs of `on.workflow_call`, as expressions over `jobs`. */
  readonly callOutputs: Readonly<Record<string, string>>;
  /** Defaults of the inputs of `on.workflow_call`. */
  readonly callInputs: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: readonly GateJob[];
}

type Mapping = Record<string, unknown>;

/**
 * Parses one workflow file.
 * @throws Error that lists everything GitHub's parser finds wrong with it.
 */
export async function readWorkflow(path: string, content: string): Promise<GateWorkflow> {
  const { NoOperationTraceWriter, parseWorkflow, convertWorkflowTemplate } = await loadParser();
  const parsed = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0 || parsed.value === undefined) throw new Error(`${path}:\n${errors.map((error) => `  ${error.message}`).join("\n")}`);
  const template = await convertWorkflowTemplate(parsed.context, parsed.value);
  const raw = parse(content) as Mapping;
  const conditions = new Map(template.jobs.map((job) => [job.id.value, job.if.expression]));
  const call = mapping(mapping(raw["on"])["workflow_call"]);
  return {
    path,
    name: typeof raw["name"] === "string" ? raw["name"] : path,
    events: readEvents(raw["on"]),
    callOutputs: Object.fromEntries(Object.entries(mapping(call["outputs"])).map(([name, output]) => [name, String(mapping(output)["value"])])),
    callInputs: Object.fromEntries(Object.entries(mapping(call["inputs"])).map(([name, input]) => [name, mapping(input)["default"]])),
    permissions: raw["permissions"],
    jobs: Object.entries(mapping(raw["jobs"])).map(([id, job]) => readJob(id, mapping(job), conditions.get(id) ?? "success()")),
  };
}

function readJob(id: string, job: Mapping, condition: string): GateJob {
  const environment = job["environment"];
  return {
    id,
    name: job["name"] as string | undefined,
    needs: list(job["needs"]),
    condition,
    matrix: mapping(job["strategy"])["matrix"],
    continueOnError: job["continue-on-error"] ?? false,
    calls: typeof job["uses"] === "string" ? job["uses"].replace(/^\.\//, "") : undefined,
    with: mapping(job["with"]),
    secrets: job["secrets"] === "inherit" ? "inherit" : mapping(job["secrets"]),
    outputs: mapping(job["outputs"]),
    environment: typeof environment === "string" ? environment : (mapping(environment)["name"] as string | undefined),
    permissions: job["permissions"],
    runsOn: job["runs-on"],
    container: typeof job["container"] === "string" ? job["container"] : mapping(job["container"])["image"],
    env: mapping(job["env"]),
    steps: (Array.isArray(job["steps"]) ? job["steps"] : []).map(mapping).map((step) => ({
      id: step["id"] as string | undefined,
      uses: step["uses"] as string | undefined,
      run: step["run"] as string | undefined,
      env: mapping(step["env"]),
      with: mapping(step["with"]),
      continueOnError: step["continue-on-error"] ?? false,
    })),
  };
}

/** `on` may be a name, a list of names, or a mapping. */
function readEvents(on: unknown): Record<string, EventFilter> {
  if (typeof on === "string" || Array.isArray(on)) return Object.fromEntries(list(on).map((name) => [name, {}]));
  return Object.fromEntries(Object.entries(mapping(on)).map(([name, filter]) => [name, readFilter(name, filter)]));
}

function readFilter(event: string, filter: unknown): EventFilter {
  if (event === "schedule") return { cron: (filter as { cron: string }[]).map((entry) => entry.cron) };
  if (event === "workflow_call" || event === "workflow_dispatch") return {};
  return Object.fromEntries(Object.entries(mapping(filter)).map(([key, value]) => [key, list(value)]));
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function list(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
