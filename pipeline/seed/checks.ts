/** Default required checks: four on every pull request, the fifth once a maintainer has had it mirrored. */
import type { RequiredCheck } from "../model";

/** Id of the app under which GitHub Actions reports check runs. */
export const GITHUB_ACTIONS_APP_ID = 15368;
/** Id of the DCO app (github.com/apps/dco). */
export const DCO_APP_ID = 1861;

export const seedRequiredChecks: readonly RequiredCheck[] = [
  {
    context: "pre-commit",
    title: "Python formatting (black, isort), YAML validation",
    reporter: { kind: "job", workflow: "pre-commit.yml" },
    appId: GITHUB_ACTIONS_APP_ID,
    reports: "every-pull-request",
  },
  {
    context: "copyright-checks",
    title: "Validates SPDX headers",
    reporter: { kind: "job", workflow: "copyright-checks.yml" },
    appId: GITHUB_ACTIONS_APP_ID,
    reports: "every-pull-request",
  },
  {
    context: "DCO",
    title: "Checks Developer Certificate of Origin signature",
    reporter: { kind: "app", slug: "dco" },
    appId: DCO_APP_ID,
    reports: "every-pull-request",
  },
  {
    context: "dynamo-status-check",
    title: "Builds core container, runs Rust + pytest",
    reporter: { kind: "job", workflow: "dynamo-status-check.yml" },
    appId: GITHUB_ACTIONS_APP_ID,
    reports: "every-pull-request",
  },
  {
    context: "backend-status-check",
    title: "Builds framework containers (vLLM, SGLang, TRT-LLM) + tests",
    reporter: { kind: "job", workflow: "pr.yaml" },
    appId: GITHUB_ACTIONS_APP_ID,
    reports: "after-mirror",
  },
];
