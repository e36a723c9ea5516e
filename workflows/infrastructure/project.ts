/** The tests of this project: on its pull requests, and every week on a machine that has nothing cached. */
import { BASH, expression, type ActionStep, type Workflow } from "../syntax";
import { ownActions } from "./actions";
import * as steps from "./steps";

/** What a pull request of this project must pass; the job's name is the check's. */
export const PROJECT_CHECK = "test";

/** Minutes. From cold a run takes up to fifty: the tools of the sandbox are built first. */
const TIMEOUT_MINUTES = 90;

/** Go in the highest version that a go.mod of `sandbox/tools` asks for, which a test holds. */
export const GO_VERSION = "1.26";

const setUpGo: ActionStep = { name: "Set up Go", uses: ownActions.setupGo, with: { "go-version": GO_VERSION, cache: false } };

/** @param schedule when everything is tested although nothing changed here: what the tests fetch may have changed */
export function projectWorkflow(schedule: { readonly cron: string; readonly timezone: string }): Workflow {
  return {
    name: "Tests",
    on: { pull_request: {}, schedule: [schedule], workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: `tests-${expression("github.event.pull_request.number || github.run_id")}`, "cancel-in-progress": true },
    defaults: BASH,
    jobs: {
      test: {
        name: PROJECT_CHECK,
        "runs-on": steps.HOSTED_RUNNER,
        permissions: { contents: "read" },
        "timeout-minutes": TIMEOUT_MINUTES,
        // Nothing is brought from another run: what a pull request left in a cache would be run by the next.
        steps: [steps.checkoutWithHistory(0), setUpGo, ...steps.install, { name: "Run everything that must pass", run: "make test\n" }],
      },
    },
  };
}
