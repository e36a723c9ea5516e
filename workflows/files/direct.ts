/** The direct checks, which run on every pull request whoever opened it: no secret, no identity, a token that only reads. */
import { verdictCheck } from "../../pipeline/checks";
import type { Pipeline, RunCheck, VerdictCheck } from "../../pipeline/model";
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { CORE_JOB, PLAN_JOB } from "../legs";
import { checkout } from "../steps";
import { expression, type Concurrency, type RunStep, type StepsJob, type Triggers, type Workflow } from "../syntax";
import { queueTrigger, RenderError, runnerLabel, type RenderContext } from "./context";
import { coreJob } from "./core";
import { jobIdOf, planJob, verdictJob } from "./plan-job";

/**
 * Activity types that GitHub takes by default, and `edited`: a pull request's base is changed by that alone, and the check it has then is of another base
 * (docs.github.com, "Events that trigger workflows"). A new title starts the checks, too; to skip them would let a skipped check pass.
 */
const PULL_REQUEST_TYPES = ["opened", "synchronize", "reopened", "edited"] as const;

/** Every pull request, and every merge group: no branch filter and no path filter, as a check that is filtered out never reports. */
function onEveryChange(pipeline: Pipeline): Triggers {
  return { pull_request: { types: [...PULL_REQUEST_TYPES] }, ...queueTrigger(pipeline) };
}

/** A newer push to the pull request makes the older run moot. Merge groups have no number but a branch each: one never cancels another. */
function supersede({ mergeQueue }: Pipeline): Concurrency {
  const number = "github.event.pull_request.number";
  return { group: `${expression("github.workflow")}-${expression(mergeQueue === undefined ? number : `${number} || github.ref`)}`, "cancel-in-progress": true };
}

/** Name of the required check that is the verdict of a workflow. @throws RenderError when the pipeline requires none */
export function requiredVerdict(pipeline: Pipeline, of: VerdictCheck["of"]): string {
  const check = verdictCheck(pipeline, of);
  if (!check) throw new RenderError(`no required check is the verdict of ${WORKFLOWS[of].file}`);
  return check.context;
}

/** A required check that runs commands, as a workflow of one job: the job needs nothing and has no condition, so it always reports. */
export function checkWorkflow({ pipeline }: RenderContext, check: RunCheck): Workflow {
  const { context, minutes, runner, run } = check;
  const job: StepsJob = {
    name: context,
    "runs-on": runnerLabel(pipeline, runner ?? pipeline.defaultRunner),
    permissions: { contents: "read" },
    "timeout-minutes": minutes,
    steps: [checkout, ...run.map(commandStep)],
  };
  return workflow(pipeline, context, { [jobIdOf(context)]: job });
}

function commandStep({ name, run, directory, env }: RunCheck["run"][number]): RunStep {
  return { name, ...(Object.keys(env).length === 0 ? {} : { env }), ...(directory === undefined ? {} : { "working-directory": directory }), run };
}

/** The core container, Rust and pytest. */
export function coreWorkflow(context: RenderContext): Workflow {
  const name = requiredVerdict(context.pipeline, "direct");
  return workflow(context.pipeline, WORKFLOWS.direct.name, {
    [PLAN_JOB]: planJob(context, "direct"),
    [CORE_JOB]: coreJob(context, "fork"),
    [jobIdOf(name)]: verdictJob(context, "direct", name),
  });
}

function workflow(pipeline: Pipeline, name: string, jobs: Workflow["jobs"]): Workflow {
  return { name, on: onEveryChange(pipeline), permissions: {}, concurrency: supersede(pipeline), defaults: { run: { shell: "bash" } }, jobs };
}
