/** The direct checks, which run on every pull request whoever opened it: no secret, no identity, a token that only reads. */
import type { Pipeline } from "../../pipeline/model";
import { CORE_JOB, PLAN_JOB } from "../legs";
import { checkout } from "../steps";
import { expression, type Concurrency, type Step, type StepsJob, type Triggers, type Workflow } from "../syntax";
import { queueTrigger, RenderError, runnerLabel, type RenderContext } from "./context";
import { coreJob } from "./core";
import { jobIdOf, planJob, verdictJob } from "./plan-job";

/** Every pull request, and every merge group: no branch filter and no path filter, as a check that is filtered out never reports. */
function onEveryChange(pipeline: Pipeline): Triggers {
  return { pull_request: {}, ...queueTrigger(pipeline) };
}

/** A newer push to the pull request makes the older run moot. Merge groups have no number but a branch each: one never cancels another. */
function supersede({ mergeQueue }: Pipeline): Concurrency {
  const number = "github.event.pull_request.number";
  return { group: `${expression("github.workflow")}-${expression(mergeQueue === undefined ? number : `${number} || github.ref`)}`, "cancel-in-progress": true };
}

/** pre-commit's version; its hooks and theirs are in the repository's own `.pre-commit-config.yaml`. */
export const PRE_COMMIT_VERSION = "4.3.0";

const PRE_COMMIT = `pipx run --spec "pre-commit==\${PRE_COMMIT_VERSION}" pre-commit run --all-files --show-diff-on-failure --color always
`;

/** Files that carry a licence header, as git's pathspecs. */
export const HEADER_PATTERNS = ["*.py", "*.rs", "*.go", "*.sh", "*.ts", "*.js", "*.mjs", "*.c", "*.h", "*.cpp", "*.cu", "*.toml", "*.yaml", "*.yml", "*Dockerfile*"] as const;

/** The two lines of a header that SPDX defines. */
const COPYRIGHT = `read -ra patterns <<<"\${PATTERNS}"
missing="$(
  {
    git grep --files-without-match --fixed-strings 'SPDX-License-Identifier:' -- "\${patterns[@]}" || true
    git grep --files-without-match --fixed-strings 'SPDX-FileCopyrightText:' -- "\${patterns[@]}" || true
  } | sort --unique
)"
if [[ -n "\${missing}" ]]; then
  while IFS= read -r file; do
    echo "::error file=\${file}::No SPDX-FileCopyrightText and SPDX-License-Identifier lines."
  done <<<"\${missing}"
  exit 1
fi
echo "Every file has its SPDX header."
`;

/** Name of the required check that a workflow file reports. @throws RenderError when the pipeline requires none of it */
export function requiredContext(pipeline: Pipeline, file: string): string {
  const check = pipeline.requiredChecks.find(({ reporter }) => reporter.kind === "job" && reporter.workflow === file);
  if (!check) throw new RenderError(`no required check is reported by ${file}`);
  return check.context;
}

/** `pre-commit`: formatting and YAML. */
export function preCommitWorkflow({ pipeline }: RenderContext, file: string): Workflow {
  const steps: Step[] = [checkout, { name: "Run every hook", env: { PRE_COMMIT_VERSION }, run: PRE_COMMIT }];
  return singleCheck(pipeline, file, "Pre-commit", 10, steps);
}

/** `copyright-checks`: SPDX headers. */
export function copyrightWorkflow({ pipeline }: RenderContext, file: string): Workflow {
  const steps: Step[] = [checkout, { name: "Look for SPDX headers", env: { PATTERNS: HEADER_PATTERNS.join(" ") }, run: COPYRIGHT }];
  return singleCheck(pipeline, file, "Copyright", 5, steps);
}

function singleCheck(pipeline: Pipeline, file: string, name: string, minutes: number, steps: readonly Step[]): Workflow {
  const context = requiredContext(pipeline, file);
  const job: StepsJob = {
    name: context,
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    permissions: { contents: "read" },
    "timeout-minutes": minutes,
    steps,
  };
  return workflow(pipeline, name, { [jobIdOf(context)]: job });
}

/** The core container, Rust and pytest. */
export function coreWorkflow(context: RenderContext, file: string): Workflow {
  const name = requiredContext(context.pipeline, file);
  return workflow(context.pipeline, "Core container", {
    [PLAN_JOB]: planJob(context, "direct"),
    [CORE_JOB]: coreJob(context, "fork"),
    [jobIdOf(name)]: verdictJob(context, "direct", name),
  });
}

function workflow(pipeline: Pipeline, name: string, jobs: Workflow["jobs"]): Workflow {
  return { name, on: onEveryChange(pipeline), permissions: {}, concurrency: supersede(pipeline), defaults: { run: { shell: "bash" } }, jobs };
}
