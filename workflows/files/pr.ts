/**
 * `pr.yaml`: fast feedback on what changed, on mirror branches; on main, what the test suite does not do; in a merge queue, what needs neither
 * an identity nor a runner of one's own.
 */
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { checksCore, CORE_JOB, PLAN_JOB } from "../legs";
import { expression, literal, type Workflow } from "../syntax";
import { imageJobs } from "./backend";
import { queueTrigger, type RenderContext } from "./context";
import { coreJob } from "./core";
import { requiredVerdict } from "./direct";
import { jobIdOf, planJob, verdictJob } from "./plan-job";

/** The whole file. */
export function prWorkflow(context: RenderContext): Workflow {
  const { repository } = context.pipeline;
  const verdict = requiredVerdict(context.pipeline, "backend");
  return {
    name: WORKFLOWS.backend.name,
    on: { push: { branches: [repository.defaultBranch, `${repository.mirrorBranchPrefix}[0-9]+`] }, ...queueTrigger(context.pipeline) },
    permissions: {},
    concurrency: perBranchButMain(repository.defaultBranch),
    defaults: { run: { shell: "bash" } },
    jobs: {
      [PLAN_JOB]: planJob(context, "backend"),
      ...(checksCore(context.pipeline, "backend") ? { [CORE_JOB]: coreJob(context, "mirror") } : {}),
      ...imageJobs(context, "backend"),
      [jobIdOf(verdict)]: verdictJob(context, "backend", verdict),
    },
  };
}

/**
 * One run a mirror branch, the newest; and one a merge group, as each has a branch of its own. Runs of main have a group each: in a shared group a third push would cancel the second while it
 * waits, also without `cancel-in-progress`.
 */
function perBranchButMain(defaultBranch: string): Workflow["concurrency"] {
  const main = `github.ref == ${literal(`refs/heads/${defaultBranch}`)}`;
  return {
    group: `${expression("github.workflow")}-${expression(`${main} && github.run_id || github.ref`)}`,
    "cancel-in-progress": expression(`!(${main})`),
  };
}
