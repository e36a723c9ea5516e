/** On a pull request: previews every stack that it concerns, and shows reviewers what it means. */
import { BASH, expression, type StepsJob, type Workflow } from "../syntax";
import { ownActions } from "./actions";
import { previewEnvironment } from "./environments";
import { fitJob } from "./fit";
import * as steps from "./steps";

/** Jobs with an identity run only for branches of this repository: a fork's pull request gets no token that a cloud would take. */
const OWN_BRANCH = "github.event.pull_request.head.repo.full_name == github.repository";

const NUMBER = expression("github.event.pull_request.number");
const HEAD = expression("github.event.pull_request.head.sha");

/** Previews what a pull request changes, and reports it. */
export function previewWorkflow(): Workflow {
  return {
    name: "Infrastructure preview",
    on: { pull_request: {} },
    permissions: {},
    concurrency: { group: `infrastructure-preview-${NUMBER}`, "cancel-in-progress": true },
    defaults: BASH,
    jobs: { stacks: steps.stacksJob(2, steps.fromVariables("base"), { BASE: "HEAD^1" }), fit: fitJob(`${steps.STACKS} != '[]'`), preview: previewJob(), show: showJob() },
  };
}

/** Reads, and holds no token that could write to the repository. The merge of the pull request is what is previewed. */
function previewJob(): StepsJob {
  return {
    name: `preview (${steps.STACK.name})`,
    needs: ["stacks"],
    if: `${OWN_BRANCH} && ${steps.STACKS} != '[]'`,
    strategy: steps.eachStack,
    "runs-on": steps.STACK.runner,
    environment: previewEnvironment(steps.STACK.name),
    permissions: { contents: "read", "id-token": "write" },
    "timeout-minutes": 45,
    steps: [
      steps.checkoutWithHistory(2),
      ...steps.install,
      ...steps.engine,
      steps.command("Preview, and say what it means", "report --cloud real", { ...steps.fromVariables("stack", "base"), drift: true, capacity: true }, { ...steps.engineEnvironment, BASE: "HEAD^1" }),
      steps.keepReport,
    ],
  };
}

/** Writes to the pull request, and has no identity in a cloud. A stack without a report fails its check. */
function showJob(): StepsJob {
  return {
    name: "show",
    needs: ["stacks", "preview"],
    if: `!cancelled() && ${OWN_BRANCH} && needs.stacks.result == 'success' && ${steps.STACKS} != '[]'`,
    "runs-on": steps.HOSTED_RUNNER,
    permissions: { contents: "read", "pull-requests": "write", checks: "write", "security-events": "write" },
    "timeout-minutes": 15,
    steps: [
      steps.checkoutWithHistory(1),
      ...steps.install,
      { ...steps.fetchReports, if: "needs.preview.result != 'skipped'" },
      steps.command("Comment and report the checks", "show", steps.fromVariables("stacks", "reports", "pull-request", "commit"), {
        GITHUB_TOKEN: expression("github.token"),
        STACKS: expression(steps.STACKS),
        REPORTS: "reports",
        PULL_REQUEST: NUMBER,
        COMMIT: HEAD,
      }),
      { name: "Show violated policies in the code view", if: "hashFiles('reports/**/*.sarif') != ''", uses: ownActions.uploadSarif, with: { sarif_file: "reports" } },
    ],
  };
}
