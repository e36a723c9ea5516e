/** Whether each stack's pipeline fits the product repository as it is: on a pull request of this project, and every night with one issue a stack. */
import { actions } from "../actions";
import { BASH, expression, type ActionStep, type RunStep, type Step, type StepsJob, type Workflow } from "../syntax";
import * as steps from "./steps";

/** Where the product repository is checked out. */
const PRODUCT = "product";
const FOLDER = ".sandbox/fit";
const ARTIFACT = `fit-${steps.STACK.name}`;
const ARTIFACTS = "fit-*";

/** Its whole history: what is not in a part of a repository cannot be told from what is not in the repository. None of it runs. */
const checkoutProduct: ActionStep = {
  name: "Check out the product repository",
  uses: actions.checkout,
  with: { repository: expression("matrix.repository"), ref: expression("matrix.branch"), path: PRODUCT, "persist-credentials": false, "fetch-depth": 0 },
};

/**
 * What is found is told only in files: a file's name could be read as a command of the runner in a log. The first look decides; the second writes the
 * same for people, and finds what the first has found, so its own code says nothing more.
 */
const holdAgainst: RunStep = {
  name: "Hold the pipeline against it",
  env: { STACK: steps.STACK.name },
  run: `mkdir --parents ${FOLDER}
code=0
node_modules/.bin/gpu-cicd fit --dir ${PRODUCT} --stack "\${STACK}" --format json --out "${FOLDER}/\${STACK}.json" || code=$?
node_modules/.bin/gpu-cicd fit --dir ${PRODUCT} --stack "\${STACK}" --format markdown --out "\${GITHUB_STEP_SUMMARY}" || true
exit "\${code}"
`,
};

const keep: ActionStep = {
  name: "Keep what was found",
  if: "!cancelled()",
  uses: actions.uploadArtifact,
  with: { name: ARTIFACT, path: FOLDER, "include-hidden-files": true, "if-no-files-found": "error", "retention-days": 90 },
};

const fetchFits: ActionStep = { ...steps.fetchReports, name: "Fetch what was found", with: { pattern: ARTIFACTS, path: "fits" } };

/** No identity, and a token that reads only this repository: the product repository is public, or this job cannot look at it. */
export function fitJob(condition: string | undefined): StepsJob {
  const all: readonly Step[] = [steps.checkoutWithHistory(1), ...steps.install, checkoutProduct, holdAgainst, keep];
  return {
    name: `fit (${steps.STACK.name})`,
    needs: ["stacks"],
    ...(condition === undefined ? {} : { if: condition }),
    strategy: steps.eachStack,
    "runs-on": steps.HOSTED_RUNNER,
    permissions: { contents: "read" },
    "timeout-minutes": 20,
    steps: [...all],
  };
}

/** Holds every stack's pipeline against the product repository. @param schedule when, beside a start by hand */
export function fitWorkflow(schedule: { readonly cron: string; readonly timezone: string }): Workflow {
  return {
    name: "Infrastructure fit",
    on: { schedule: [schedule], workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: "infrastructure-fit", "cancel-in-progress": false },
    defaults: BASH,
    jobs: { stacks: steps.stacksJob(1, { every: true }), look: fitJob(undefined), tell: steps.tellJob(fetchFits, "tell-fit", "fits") },
  };
}
