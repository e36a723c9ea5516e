/** Broken required checks. */
import type { RequiredCheck, RunCheck } from "../../../../pipeline/model";
import { pipeline, queued } from "../../fixtures";
import { withPipeline, type Broken } from "../breaking";

const docs: RunCheck = { kind: "run", context: "docs-links", title: "Links work", failure: "A link is broken.", fix: "Mend it.", minutes: 10, run: [{ name: "Run the check", run: "true", env: {} }] };
const withCheck = (change: Partial<RunCheck>, ...more: readonly RequiredCheck[]): Broken[1] => withPipeline({ requiredChecks: [...pipeline.requiredChecks, { ...docs, ...change }, ...more] });
const without = (context: string): RequiredCheck[] => pipeline.requiredChecks.filter((check) => check.context !== context);

export const requiredCheckCases: readonly Broken[] = [
  ["unknown-runner", withCheck({ runner: "nowhere" }), "pipeline.requiredChecks[6].runner", '"nowhere"', `a runner class: ${pipeline.runnerClasses.map(({ id }) => id).sort().join(", ")}`],
  [
    "runner-trust",
    withCheck({ runner: "bench-gpu" }),
    "pipeline.requiredChecks[6].runner",
    '"bench-gpu", which does not admit fork',
    "a runner class that admits fork",
  ],
  [
    "required-check-app",
    withPipeline({ requiredChecks: [...pipeline.requiredChecks, { kind: "app", context: "license/cla", title: "CLA", failure: "", fix: "Sign it.", slug: "github-actions", appId: 15368 }] }),
    "pipeline.requiredChecks[6].appId",
    "15368, GitHub Actions, as which every job of every workflow reports",
    "the id of another app, or a check of kind run",
  ],
  ["required-check-name", withCheck({ context: "build" }), "pipeline.requiredChecks[6].context", '"build", which a workflow of GitHub\'s own reports', "a name of its own"],
  ["required-check-name", withCheck({ context: "CodeQL" }), "pipeline.requiredChecks[6].context", '"CodeQL", which a workflow of GitHub\'s own reports', "a name of its own"],
  ["duplicate", withCheck({ context: "Sign-Off" }), "pipeline.requiredChecks[6].context", '"sign-off", as in pipeline.requiredChecks[2].context', "each required check once"],
  [
    "required-check-file",
    withCheck({ context: "pr" }),
    "pipeline.requiredChecks[6].context",
    '"pr", whose workflow is pr.yml, as is pr.yaml of the pipeline',
    "a name that makes a file of its own",
  ],
  [
    "required-check-file",
    withCheck({ context: "core container" }),
    "pipeline.requiredChecks[6].context",
    '"core container", whose workflow is core-container.yml, as is dynamo-status-check.yml of the pipeline, by its name "Core container"',
    "a name that makes a file of its own",
  ],
  [
    "required-check-file",
    withCheck({}, { ...docs, context: "docs links" }),
    "pipeline.requiredChecks[7].context",
    '"docs links", whose workflow is docs-links.yml, as is docs-links.yml of the check "docs-links"',
    "a name that makes a file of its own",
  ],
  [
    "required-check-verdict",
    withPipeline({ requiredChecks: without("images-gate") }),
    "pipeline.requiredChecks",
    "no check of kind verdict and of: backend",
    "one: only it holds a pull request back until pr.yaml has built and tested it on its mirror, and the merge queue rests on it",
  ],
  [
    "required-check-verdict",
    withPipeline({ requiredChecks: [...pipeline.requiredChecks, { kind: "verdict", of: "direct", context: "core", title: "Again", failure: "", fix: "Look." }] }),
    "pipeline.requiredChecks[6].of",
    '"direct", as "core-gate" has it',
    "one check of dynamo-status-check.yml, which reports one verdict",
  ],
  [
    "merge-queue-limits",
    { pipeline: { ...queued, requiredChecks: [...pipeline.requiredChecks, { ...docs, minutes: 300 }] } },
    "pipeline.mergeQueue.checkResponseTimeoutMinutes",
    "120 minutes",
    'at least 300: those of the check "docs-links"',
  ],
];
