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
      stacks: steps.stacksJob(0, steps.fromVariables("base", "only"), { BASE: expression("github.event.before"), ONLY: expression("inputs.stack") }),
      apply: applyJob(),
    },
  };
}

/** Minutes that an apply waits for one before it: its state's lock keeps the two apart (cli/apply/turn.ts). */
const WAIT_MINUTES = "60";

/** In no concurrency group: any branch's workflow could name it, and cancel an apply in its middle. */
function applyJob(): StepsJob {
  return {
    name: `apply (${steps.STACK.name})`,
    needs: ["stacks"],
    if: `${steps.STACKS} != '[]'`,
    strategy: steps.eachStack,
    "runs-on": steps.STACK.runner,
    environment: applyEnvironment(steps.STACK.name),
    permissions: { contents: "read", "id-token": "write", "pull-requests": "read", checks: "read" },
    "timeout-minutes": 120,
    steps: [
      steps.checkoutWithHistory(0),
      ...steps.install,
      ...steps.engine,
      steps.command("Preview again, compare with what was reviewed, and apply", "apply", steps.fromVariables("stack", "base", "fingerprint", "wait"), {
        ...steps.engineEnvironment,
        GITHUB_TOKEN: expression("github.token"),
        BASE: expression("github.event.before"),
        FINGERPRINT: expression("inputs.fingerprint"),
        WAIT: WAIT_MINUTES,
      }),
      steps.keepReport,
    ],
  };
}
