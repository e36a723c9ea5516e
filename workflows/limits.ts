/** What GitHub takes, held against what a pipeline would give it: refused here with everything that is wrong, and not by GitHub with one thing at a time. */
import type { Finding, Pipeline } from "../pipeline/model";
import type { PlanScope } from "../pipeline/plan";
import { select, WORKFLOW_FILES } from "../pipeline/select";
import { podContract } from "../pipeline/test-contract";
import { occasionOf } from "../pipeline/events";
import { occasions, PLAN_JOB, switchedJobs } from "./legs";
import { planOutputs } from "./plan-outputs";
import { runnerUses } from "./runner-modes";
import type { RenderedFile } from "./settings";
import { isCall, type Workflow } from "./syntax";

/** Jobs of one matrix (GitHub, "Actions limits"). */
export const MATRIX_LEGS = 256;
/** Reusable workflows that one file may call, and how deep calls may nest (GitHub, "Reusing workflow configurations"). */
export const CALLED_WORKFLOWS = 50;
export const CALL_DEPTH = 10;
/** Bytes of one job's outputs (GitHub, "Actions limits"). */
export const OUTPUT_BYTES = 1_000_000;
/** Bytes of one environment variable on Linux (`MAX_ARG_STRLEN`): the verdict reads all results from one. */
export const VARIABLE_BYTES = 131_072;
/** Bytes of a file that the contents API reads and writes whole (GitHub REST, "Get repository content"). */
export const FILE_BYTES = 1_000_000;
/** A job's id (GitHub, "Workflow syntax": `jobs.<job_id>`). */
const JOB_ID = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** A digest and a reference, as long as they get, to measure results with. */
const LONG_OUTPUT = { result: "cancelled", outputs: { digest: `sha256:${"0".repeat(64)}`, reference: `${"r".repeat(120)}@sha256:${"0".repeat(64)}` } };

/** The pipeline cannot be rendered for GitHub. `findings` has everything that is wrong. */
export class LimitsError extends Error {
  override readonly name = "LimitsError";
  constructor(readonly findings: readonly Finding[]) {
    super(["The workflows do not fit what GitHub takes:", ...findings.map(({ path, found, allowed }) => `  ${path}: found ${found}; allowed: ${allowed}`)].join("\n"));
  }
}

/** @throws LimitsError with every finding */
export function enforceLimits(pipeline: Pipeline, workflows: Readonly<Record<string, Workflow>>, files: readonly RenderedFile[]): void {
  const findings = [
    ...scopes().flatMap((scope) => runFindings(pipeline, scope)),
    ...scopes().flatMap((scope) => jobFindings(pipeline, scope)),
    ...Object.keys(workflows).flatMap((name) => callFindings(name, workflows)),
    ...files.flatMap(sizeFinding),
    ...runnerFindings(pipeline),
  ];
  if (findings.length > 0) throw new LimitsError(findings);
}

function scopes(): PlanScope[] {
  return Object.keys(WORKFLOW_FILES) as PlanScope[];
}

/** What the largest plan of each event would hand from job to job. */
function runFindings(pipeline: Pipeline, scope: PlanScope): Finding[] {
  return occasions(pipeline, scope).flatMap((event) => {
    const plan = select(pipeline, event, { known: false, why: "Everything is asked for." }, scope);
    const { tagPrefix } = occasionOf(pipeline, event);
    const outputs = planOutputs(pipeline, plan, scope, { tagPrefix });
    const at = `${WORKFLOW_FILES[scope]} on ${event.name}`;
    const needs = { [PLAN_JOB]: { result: "success", outputs }, ...Object.fromEntries(switchedJobs(pipeline, scope).map(({ id }) => [id, LONG_OUTPUT])) };
    const suites = Object.values(JSON.parse(outputs.suites ?? "{}") as Record<string, unknown[]>);
    return [
      ...pipeline.frameworks.flatMap(({ id }) => atMost(`${at}: deployment tests of ${id}`, plan.deployments.filter(({ framework }) => framework === id).length, MATRIX_LEGS, "matrix legs")),
      ...atMost(`${at}: test suites of an image`, Math.max(0, ...suites.map(({ length }) => length)), MATRIX_LEGS, "matrix legs"),
      ...atMost(`${at}: outputs of ${PLAN_JOB}`, bytes(Object.values(outputs).join("")), OUTPUT_BYTES, "bytes"),
      ...atMost(`${at}: results that the verdict reads`, bytes(JSON.stringify(needs, undefined, 2)), VARIABLE_BYTES, "bytes"),
    ];
  });
}

function jobFindings(pipeline: Pipeline, scope: PlanScope): Finding[] {
  const ids = switchedJobs(pipeline, scope).map(({ id }) => id);
  return ids
    .filter((id) => !JOB_ID.test(id))
    .map((id) => ({ path: `${WORKFLOW_FILES[scope]}: job`, found: JSON.stringify(id), allowed: `an id that matches ${JOB_ID.source}` }));
}

function callFindings(name: string, workflows: Readonly<Record<string, Workflow>>): Finding[] {
  const reached = new Set<string>();
  const depth = callDepth(name, workflows, reached, [name]);
  return [...atMost(`${name}: reusable workflows called`, reached.size, CALLED_WORKFLOWS, "files"), ...atMost(`${name}: nesting of calls`, depth, CALL_DEPTH, "levels")];
}

function callDepth(name: string, workflows: Readonly<Record<string, Workflow>>, reached: Set<string>, path: readonly string[]): number {
  const called = [...new Set(Object.values(workflows[name]?.jobs ?? {}).flatMap((job) => (isCall(job) ? [job.uses.replace("./.github/workflows/", "")] : [])))];
  const depths = called.map((file) => {
    reached.add(file);
    return path.includes(file) ? Number.POSITIVE_INFINITY : 1 + callDepth(file, workflows, reached, [...path, file]);
  });
  return Math.max(0, ...depths);
}

function sizeFinding({ path, content }: RenderedFile): Finding[] {
  return atMost(path, bytes(content), FILE_BYTES, "bytes");
}

/** Tests run in a container that the runner's cluster pulls without a login, and its pod is either a builder's or a tester's. */
function runnerFindings(pipeline: Pipeline): Finding[] {
  return pipeline.runnerClasses.flatMap((runner, index) => {
    const uses = runnerUses(pipeline, runner.id);
    const at = `pipeline.runnerClasses[${index}]`;
    return [
      ...(runner.kind === "hosted" && uses.tests ? [{ path: at, found: "a hosted runner that tests images", allowed: "a scale set: hosted machines cannot pull the image" }] : []),
      ...(runner.kind === "scale-set" && uses.tests && uses.builds && runner.pod.gpus > 0
        ? [{ path: `${at}.pod.gpus`, found: "a GPU class that builds and tests", allowed: "one of the two: a Docker daemon beside the runner has no GPU" }]
        : []),
      ...(uses.tests && uses.builds && podContract(pipeline, runner.id).services > 0
        ? [{ path: at, found: "services beside tests, on a class that builds too", allowed: "a class for these tests: Docker puts a service on an address of its own, and not on localhost" }]
        : []),
    ];
  });
}

function atMost(path: string, found: number, most: number, unit: string): Finding[] {
  return found <= most ? [] : [{ path, found: `${Number.isFinite(found) ? found : "endless"} ${unit}`, allowed: `at most ${most}` }];
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
