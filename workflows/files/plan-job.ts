/** The first job of a workflow, which decides what runs, and the last one, which decides whether it was good. */
import type { PlanScope } from "../../pipeline/plan";
import { PLAN_JOB, switchedJobs } from "../legs";
import { checkoutPrograms, runProgram } from "../steps";
import { expression, literal, type Expression, type StepsJob } from "../syntax";
import { runnerLabel, type RenderContext } from "./context";

/** What `plan.mjs` puts out. Each is JSON unless it says otherwise. */
export const PLAN_OUTPUTS = {
  /** Ids of the jobs that run. */
  jobs: "jobs",
  /** Parts that run: `core`, `rust`, and so on. */
  parts: "parts",
  /** Plain text: `pull-request`, `post-merge` or `nightly`. */
  mode: "mode",
  /** Plain text: what every tag of the run starts with, the commit in place. */
  tagPrefix: "tag-prefix",
  /** Image id to the key of its list in `suites`. */
  tests: "tests",
  /** Key to a list of test suites; images that are tested alike share one. */
  suites: "suites",
  /** Framework to its list of deployment tests. */
  deployments: "deployments",
} as const;

/** One of the plan's outputs, inside an expression. */
export function planOutput(name: keyof typeof PLAN_OUTPUTS): string {
  return `needs.${PLAN_JOB}.outputs.${PLAN_OUTPUTS[name]}`;
}

/** The condition under which a switched job runs. */
export function selected(jobId: string): string {
  return `contains(fromJSON(${planOutput("jobs")}), ${literal(jobId)})`;
}

/** Decides what runs. Its token can read the files of a pull request and, where a merge group needs its pull request's checks, those; nothing else. */
export function planJob({ pipeline }: RenderContext, scope: PlanScope): StepsJob {
  const readsChecks = scope === "backend" && pipeline.mergeQueue !== undefined;
  return {
    name: "plan",
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    permissions: { contents: "read", "pull-requests": "read", ...(readsChecks ? { checks: "read" as const } : {}) },
    "timeout-minutes": 10,
    outputs: Object.fromEntries(Object.values(PLAN_OUTPUTS).map((name) => [name, expression(`steps.plan.outputs.${name}`)])) as Record<string, Expression>,
    steps: [checkoutPrograms, runProgram({ name: "Plan", id: "plan", program: "plan", env: { CI_SCOPE: scope, GITHUB_TOKEN: expression("github.token") } })],
  };
}

/**
 * Decides whether the run was good. It has no matrix, runs whatever happened, and needs every switched job and the plan, so no failure, no
 * cancellation and no skip that the plan did not ask for goes by it.
 */
export function verdictJob({ pipeline }: RenderContext, scope: PlanScope, name: string): StepsJob {
  return {
    name,
    needs: [PLAN_JOB, ...switchedJobs(pipeline, scope).map(({ id }) => id)],
    if: "always()",
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    permissions: { contents: "read" },
    "timeout-minutes": 10,
    steps: [checkoutPrograms, runProgram({ name: "Judge", program: "verdict", env: { CI_JOBS: expression(planOutput("jobs")), CI_NEEDS: expression("toJSON(needs)") } })],
  };
}

/** Id of a job whose check has the given name: what GitHub does not take in an id becomes a dash. */
export function jobIdOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "-").replace(/^([^A-Za-z_])/, "_$1");
}
