/**
 * What act 0.2.89 cannot run as GitHub does, changed in the rendered files by the functions here and by nothing else. act alone reads the
 * changed files: the commit that jobs check out holds the files as they were rendered.
 */
import { parse, stringify } from "yaml";
import type { RenderedFile } from "../../../workflows/index";

/** A job as parsed YAML. */
export interface ActJob {
  name?: string;
  needs?: string[];
  if?: string;
  "runs-on"?: string;
  container?: { image: string };
  services?: unknown;
  env?: Record<string, string>;
  uses?: string;
  with?: Record<string, unknown>;
  permissions?: Record<string, string>;
  secrets?: unknown;
  strategy?: unknown;
  steps?: { name?: string; uses?: string; run?: string; env?: Record<string, string>; with?: Record<string, unknown> }[];
}

export interface ActWorkflow {
  name: string;
  on: Record<string, { inputs?: Record<string, unknown> } | null>;
  jobs: Record<string, ActJob>;
}

export type Adaptation = (workflow: ActWorkflow) => void;

/** Input by which a call hands down its own check name. */
const CALLER = "act-caller";

/** Variable that holds the image of the container in which a job would run on GitHub. */
export const CONTAINER_IMAGE = "CONTAINER_IMAGE";

/** Steps that look at the pod, the services and the image of a job with `container`: on the host there are none (test/workflows/scripts.test.ts runs them). */
const OF_THE_CONTAINER = ["Look at the pod", "Wait for the services", "Look at the image"];

/**
 * act starts Docker for a job with `container`, also where its runner is the host. The job runs on the host instead, and a variable says
 * which image GitHub would have started.
 */
export function withoutContainers({ jobs }: ActWorkflow): void {
  for (const job of Object.values(jobs)) {
    if (job.container === undefined) continue;
    job.env = { ...job.env, [CONTAINER_IMAGE]: job.container.image };
    delete job.container;
    delete job.services;
    job.steps = job.steps?.filter(({ name }) => name === undefined || !OF_THE_CONTAINER.includes(name));
  }
}

/** act's schema refuses a permission that is newer than it, and act heeds none. */
export function withoutNewPermissions({ jobs }: ActWorkflow): void {
  for (const { permissions = {} } of Object.values(jobs)) delete permissions["artifact-metadata"];
}

/**
 * act's log names a called job by its direct caller alone, so that two calls of one file cannot be told apart. Every job is named as its check
 * on GitHub is, `CALLER / JOB`, between two `@`; what a matrix adds to a caller's name is left out.
 */
export function withCheckNames({ on, jobs }: ActWorkflow): void {
  const called = "workflow_call" in on;
  const caller = called ? `\${{ inputs.${CALLER} }}` : "";
  if (called) on.workflow_call = { ...on.workflow_call, inputs: { ...on.workflow_call?.inputs, [CALLER]: { type: "string", required: true } } };
  for (const [id, job] of Object.entries(jobs)) {
    const name = `${caller}${job.name ?? id}`;
    job.name = `@${name}@`;
    if (job.uses !== undefined) job.with = { ...job.with, [CALLER]: `${name} / ` };
  }
}

/** Every change that each run gets. */
export const adaptations: readonly Adaptation[] = [withoutContainers, withoutNewPermissions, withCheckNames];

/**
 * When a called workflow fails, act starts none of the later jobs, whatever their condition. Each call becomes a job of its own steps that ends
 * as the call did: act then runs the jobs that judge it, by their own conditions and on results of its own.
 * @param results result of each call that ended; one that did not begin succeeds if it runs
 * @param kept calls that stay calls. Default: none
 */
export function callsAsPlainJobs(results: Readonly<Record<string, string>>, runner: string, kept: readonly string[] = []): Adaptation {
  return ({ jobs }) => {
    for (const [id, job] of Object.entries(jobs)) {
      if (job.uses === undefined || kept.includes(id)) continue;
      const { name, needs, if: condition } = job;
      jobs[id] = { name, needs, if: condition, "runs-on": runner, steps: [{ name: `End as ${id} did`, run: results[id] === "failure" ? "exit 1\n" : "exit 0\n" }] };
    }
  };
}

/** The workflow files among rendered ones, changed. */
export function adapted(files: readonly RenderedFile[], changes: readonly Adaptation[] = adaptations): RenderedFile[] {
  return files
    .filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
    .map(({ path, content }) => {
      const workflow = parse(content) as ActWorkflow;
      for (const change of changes) change(workflow);
      return { path, content: stringify(workflow, { lineWidth: 0 }) };
    });
}
