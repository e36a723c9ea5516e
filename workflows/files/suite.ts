/** `ci-test-suite.yml`: post-merge and nightly. Everything is built and tested, main is deployed, and Slack hears of it. */
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { deployedOperator } from "../../pipeline/tests";
import { PLAN_JOB, CORE_JOB, deploymentsJobs, imageLegs, switchedJobs, type DeploymentsJob } from "../legs";
import { checkoutPrograms, runProgram } from "../steps";
import { expression, literal, type CallJob, type StepsJob, type Workflow } from "../syntax";
import { imageJobs } from "./backend";
import { runnerLabel, type RenderContext } from "./context";
import { coreJob } from "./core";
import { DEPLOYMENT_FILE } from "./deployment";
import { planJob, planOutput, selected, verdictJob } from "./plan-job";
import { SLACK_SECRET, TEST_SECRET } from "./secrets";

/** Name of the job that sums a run of the suite up. It is not required of pull requests, as none starts it. */
export const SUITE_VERDICT = "ci-test-suite-status";
const NOTIFY_JOB = "notify";

/** The whole file. */
export function suiteWorkflow(context: RenderContext): Workflow {
  const { repository, schedule } = context.pipeline;
  return {
    name: WORKFLOWS.suite.name,
    on: {
      push: { branches: [repository.defaultBranch, repository.releaseBranches] },
      schedule: [{ cron: schedule.cron, timezone: schedule.timezone }],
      workflow_dispatch: {},
    },
    permissions: {},
    concurrency: { group: runGroup(context.pipeline), "cancel-in-progress": false },
    defaults: { run: { shell: "bash" } },
    jobs: {
      [PLAN_JOB]: planJob(context, "suite"),
      [CORE_JOB]: coreJob(context, "protected"),
      ...imageJobs(context, "suite"),
      ...deploymentCalls(context),
      [SUITE_VERDICT]: verdictJob(context, "suite", SUITE_VERDICT),
      [NOTIFY_JOB]: notifyJob(context),
    },
  };
}

/**
 * A group for every run, so that none of a protected branch is cancelled for another; or one for all merges, where the newest that waits takes the place of
 * those before it. What has begun ends in either case: GitHub lets one run of a group run and one wait, and a newer one cancels that which waits
 * (docs.github.com, "Control the concurrency of workflows and jobs").
 */
function runGroup({ mainRuns, repository }: RenderContext["pipeline"]): string {
  const own = "github.run_id";
  const merges = `github.event_name == 'push' && github.ref == ${literal(`refs/heads/${repository.defaultBranch}`)}`;
  return `${expression("github.workflow")}-${expression(mainRuns === "every" ? own : `${merges} && 'merges' || ${own}`)}`;
}

/** A call for each framework that is deployed, by job id. */
function deploymentCalls(context: RenderContext): Record<string, CallJob> {
  const { pipeline } = context;
  const legs = imageLegs(pipeline, "suite");
  const image = deployedOperator(pipeline, legs.map((leg) => leg.image));
  const operator = legs.find((leg) => leg.image === image)?.jobId;
  return Object.fromEntries(deploymentsJobs(pipeline, legs).map((job) => [job.id, deploymentCall(context, job, operator)]));
}

/** One leg a graph. It waits for the image that the framework's graphs are made of and for the operator's, and for no other. */
function deploymentCall({ pipeline }: RenderContext, { id, framework, imageJob }: DeploymentsJob, operator: string | undefined): CallJob {
  return {
    name: id,
    needs: [PLAN_JOB, ...(operator === undefined ? [] : [operator]), imageJob],
    if: selected(id),
    permissions: { contents: "read", "id-token": "write", attestations: "read" },
    strategy: {
      "fail-fast": false,
      "max-parallel": pipeline.deployments.maxParallel,
      matrix: { include: expression(`fromJSON(${planOutput("deployments")})[${literal(framework)}]`) },
    },
    uses: `./.github/workflows/${DEPLOYMENT_FILE}`,
    with: {
      profile: expression("matrix.profile"),
      manifest: expression("matrix.manifest"),
      image: expression(`needs.${imageJob}.outputs.reference`),
      operator: operator === undefined ? "" : expression(`needs.${operator}.outputs.reference`),
    },
    secrets: { [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`) },
  };
}

/** One message a run. Runs of a branch that may not notify have no environment to read the webhook from, so they send none. */
function notifyJob({ pipeline }: RenderContext): StepsJob {
  const environment = pipeline.secrets.find(({ name }) => name === SLACK_SECRET)?.environments[0];
  return {
    name: NOTIFY_JOB,
    needs: [PLAN_JOB, ...switchedJobs(pipeline, "suite").map(({ id }) => id), SUITE_VERDICT],
    if: "always()",
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    ...(environment === undefined ? {} : { environment }),
    permissions: { contents: "read" },
    "timeout-minutes": 10,
    steps: [
      checkoutPrograms,
      runProgram({
        name: "Tell Slack",
        program: "notify",
        env: {
          CI_MODE: expression(planOutput("mode")),
          CI_JOBS: expression(planOutput("jobs")),
          CI_NEEDS: expression("toJSON(needs)"),
          CI_JUDGES: SUITE_VERDICT,
          SLACK_WEBHOOK_URL: expression(`secrets.${SLACK_SECRET}`),
        },
      }),
    ],
  };
}
