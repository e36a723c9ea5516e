/** After a merge: applies every stack that it concerns, once people have agreed, and never what nobody was shown. */
import { BASH, expression, type StepsJob, type Workflow } from "../syntax";
import { applyEnvironment } from "./environments";
import * as steps from "./steps";

/** @param stacks every stack, for applying one by hand */
export function applyWorkflow(defaultBranch: string, stacks: readonly string[]): Workflow {
  return {
    name: "Infrastructure apply",
    on: {
      push: { branches: [defaultBranch] },
      workflow_dispatch: {
        inputs: {
          stack: { description: "The stack to apply", required: true, type: "choice", options: stacks },
          fingerprint: { description: "Fingerprint of the change, as a refused apply printed it: exactly this change is applied", required: true, type: "string" },
        },
      },
    },
    permissions: {},
    defaults: BASH,
    jobs: {
      stacks: steps.stacksJob(0, { BASE: expression("github.event.before"), ONLY: expression("inputs.stack") }),
      apply: applyJob(),
    },
  };
}

/** One at a time for each stack, and never cancelled in the middle. */
function applyJob(): StepsJob {
  return {
    name: `apply (${steps.STACK.name})`,
    needs: ["stacks"],
    if: `${steps.STACKS} != '[]'`,
    strategy: steps.eachStack,
    "runs-on": steps.STACK.runner,
    environment: applyEnvironment(steps.STACK.name),
    concurrency: { group: `infrastructure-apply-${steps.STACK.name}`, "cancel-in-progress": false },
    permissions: { contents: "read", "id-token": "write", "pull-requests": "read", checks: "read" },
    "timeout-minutes": 120,
    steps: [
      steps.checkoutWithHistory(0),
      ...steps.install,
      ...steps.engine,
      steps.command("Preview again, compare with what was reviewed, and apply", "apply.ts", {
        ...steps.engineEnvironment,
        GITHUB_TOKEN: expression("github.token"),
        BASE: expression("github.event.before"),
        FINGERPRINT: expression("inputs.fingerprint"),
      }),
      steps.keepReport,
    ],
  };
}
