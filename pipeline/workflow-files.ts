/** The workflows that every pipeline has. Those of required checks that run commands stand beside them, one a check (`checks.ts`). */
import type { PlanScope } from "./plan";

/**
 * File and name of each workflow: those with a plan by its scope, those that others call, and the mirror bot's. The name begins the concurrency
 * groups of a workflow's runs, so no two workflows share one.
 */
export const WORKFLOWS = {
  direct: { file: "dynamo-status-check.yml", name: "Core container" },
  backend: { file: "pr.yaml", name: "PR" },
  suite: { file: "ci-test-suite.yml", name: "CI test suite" },
  image: { file: "image.yml", name: "Image" },
  imagePublish: { file: "image-publish.yml", name: "Image, published" },
  deployment: { file: "deployment-test.yml", name: "Deployment test" },
  verdicts: { file: "verdicts.yml", name: "Verdicts" },
  mirror: { file: "mirror-bot.yml", name: "Mirror bot" },
} as const;

/** The workflow file that each scope's jobs are in. */
export const WORKFLOW_FILES: Readonly<Record<PlanScope, string>> = { direct: WORKFLOWS.direct.file, backend: WORKFLOWS.backend.file, suite: WORKFLOWS.suite.file };
