/**
 * The substitute for copy-pr-bot, for organisations that cannot install that app: `/ok to test SHA` in a pull request copies exactly that
 * commit to its mirror branch.
 *
 * A branch that the workflow's own token writes starts no workflow (GitHub, "Triggering a workflow from a workflow"), so the program writes it
 * with a token of the app that the ruleset lets write mirror branches. Events that carry code of others (`pull_request_target`) are not
 * used: comments and a clock start it, and it runs only the default branch's files.
 */
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { checkoutPrograms, runProgram } from "../steps";
import { expression, type StepsJob, type Workflow } from "../syntax";
import { RenderError, runnerLabel, type RenderContext } from "./context";
import { MIRROR_SECRET } from "./secrets";

export const MIRROR_FILE = WORKFLOWS.mirror.file;

/** What a vetter writes; the full commit follows. */
export const MIRROR_PHRASE = "/ok to test";

/** Minutes between sweeps, which mirror trusted pull requests and remove the branches of closed ones. */
export const SWEEP_MINUTES = 20;
const SWEEP_CRON = `7-59/${SWEEP_MINUTES} * * * *`;

/** The whole file. @throws RenderError when no environment holds the app's key */
export function mirrorWorkflow(context: RenderContext): Workflow {
  return {
    name: WORKFLOWS.mirror.name,
    on: { issue_comment: { types: ["created"] }, schedule: [{ cron: SWEEP_CRON, timezone: "Etc/UTC" }] },
    permissions: {},
    // One at a time: two comments on one pull request must not race for its branch.
    concurrency: { group: `${expression("github.workflow")}-${expression("github.event.issue.number || 'sweep'")}`, "cancel-in-progress": false },
    defaults: { run: { shell: "bash" } },
    jobs: { mirror: mirrorJob(context) },
  };
}

function mirrorJob({ pipeline }: RenderContext): StepsJob {
  const environment = pipeline.secrets.find(({ name }) => name === MIRROR_SECRET)?.environments[0];
  if (environment === undefined) throw new RenderError(`mirrorBot.kind is "workflow", but no environment holds the secret ${MIRROR_SECRET}`);
  return {
    name: "mirror",
    if: `github.event_name == 'schedule' || (github.event.issue.pull_request && startsWith(github.event.comment.body, '${MIRROR_PHRASE}'))`,
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    environment,
    permissions: { contents: "read" },
    "timeout-minutes": 10,
    steps: [
      checkoutPrograms,
      runProgram({ name: "Mirror", program: "mirror", env: { [MIRROR_SECRET]: expression(`secrets.${MIRROR_SECRET}`) } }),
    ],
  };
}
