/** Harmful changes of rulesets and of the jobs that report required checks. */
import { add, drop, gone, unknown, weaken, type Mutation } from "./mutation";

const main = "RepositoryRuleset protection-main";
const release = "RepositoryRuleset protection-release";
const mirrors = "RepositoryRuleset protection-mirrors";
const releasesBorn = "RepositoryRuleset protection-releases-born";
const tags = "RepositoryRuleset protection-tags";
const born = "refs-born-restricted";
const checks = "rules requiredStatusChecks requiredChecks";
/** The list without one context; told by that name, as the function's text is the same for all. */
const without = (context: string) =>
  Object.assign((all: readonly { readonly context: string }[]) => all.filter((check) => check.context !== context), { toString: () => `the list without ${context}` });
const file = (name: string): string => `RepositoryFile workflows-.github/workflows/${name}`;
const reported = "required-checks-reported";
const fromMain = "verdicts-from-main";
const verdicts = file("verdicts.yml");
const status = file("dynamo-status-check.yml");
const verdictKey = "ActionsEnvironmentSecret repository-verdicts-VERDICT_APP_PRIVATE_KEY";

export const checkMutations: readonly Mutation[] = [
  ...drop("required-checks-present", main),
  ...drop("required-checks-present", release),
  ...weaken("required-checks-present", main, "enforcement", "disabled", "evaluate", gone, unknown),
  ...weaken("required-checks-present", main, "target", "tag", unknown),
  ...weaken("required-checks-present", release, "conditions refName includes", ["refs/heads/releases/*"], ["refs/heads/release"], [], unknown),
  ...weaken("required-checks-present", release, "conditions refName includes", ["refs/heads/release/1.0"], ["refs/heads/{release,x}/*"]),
  ...weaken("required-checks-present", release, "conditions refName excludes", ["refs/heads/release/2*"], ["~ALL"]),
  ...weaken("required-checks-present", main, "repository", "gpu-cicd"),
  ...weaken("required-checks-present", main, "conditions refName excludes", ["~DEFAULT_BRANCH"], ["refs/heads/m*"]),
  ...weaken("required-checks-present", main, checks, ...["pre-commit", "copyright-checks", "DCO", "dynamo-status-check", "backend-status-check"].map(without), [], gone, unknown),
  ...weaken("required-checks-present", main, `${checks} 1 context`, "backend-status-checks", "Backend-Status-Check"),
  ...weaken("required-checks-pinned", main, `${checks} 1 integrationId`, gone, 1861, 0, unknown),
  ...weaken("required-checks-pinned", release, `${checks} 0 integrationId`, gone, 15368),
  ...weaken("rulesets-without-bypass", main, "bypassActors 0 bypassMode", "exempt", gone, unknown),
  ...weaken("rulesets-without-bypass", main, "bypassActors 0 actorId", 740002, 329410),
  ...weaken("rulesets-without-bypass", release, "bypassActors 0 actorType", "Team", "OrganizationAdmin"),
  ...weaken("rulesets-without-bypass", main, "bypassActors", [{ actorType: "RepositoryRole", actorId: 5, bypassMode: "always" }], [{ actorType: "DeployKey", bypassMode: "always" }]),
  ...weaken("protected-branches-reviewed", main, "rules deletion", false, gone, unknown),
  ...weaken("protected-branches-reviewed", main, "rules nonFastForward", false, gone),
  ...weaken("protected-branches-reviewed", release, "rules pullRequest", gone),
  ...weaken("protected-branches-reviewed", main, "rules pullRequest requireCodeOwnerReview", false, gone),
  ...weaken("protected-branches-reviewed", main, "rules pullRequest dismissStaleReviewsOnPush", false),
  ...weaken("protected-branches-reviewed", main, "rules pullRequest requireLastPushApproval", false),
  ...weaken("protected-branches-reviewed", main, "rules pullRequest requiredApprovingReviewCount", 0, gone, unknown),
  ...weaken("protected-branches-reviewed", main, "rules requiredStatusChecks strictRequiredStatusChecksPolicy", false),
  ...drop("mirror-branches-restricted", mirrors),
  ...weaken("mirror-branches-restricted", mirrors, "rules creation", false, gone, unknown),
  ...weaken("mirror-branches-restricted", mirrors, "rules update", false),
  ...weaken("mirror-branches-restricted", mirrors, "rules deletion", gone),
  ...weaken("mirror-branches-restricted", mirrors, "enforcement", "evaluate"),
  ...weaken("mirror-branches-restricted", mirrors, "bypassActors 0 actorId", 740001),
  ...weaken("mirror-branches-restricted", mirrors, "conditions refName includes", ["refs/heads/pull-requests/*"], ["refs/heads/pull-request/1"]),
  ...weaken("mirror-branches-restricted", mirrors, "conditions refName excludes", ["refs/heads/pull-request/2*"]),
  ...weaken("mirror-branches-restricted", mirrors, "repository", "gpu-cicd", unknown),
  ...weaken("mirror-branches-restricted", mirrors, "conditions refName includes", ["refs/heads/pull-request/*"], ["refs/heads/pull-request/*", "refs/heads/pull-request/*/**/*"], ["refs/heads/pull-request/*", "refs/heads/pull-request"]),
  ...drop(born, releasesBorn),
  ...weaken(born, releasesBorn, "rules creation", false, gone, unknown),
  ...weaken(born, releasesBorn, "enforcement", "disabled", "evaluate"),
  ...weaken(born, releasesBorn, "target", "tag"),
  ...weaken(born, releasesBorn, "repository", "gpu-cicd"),
  ...weaken(born, releasesBorn, "conditions refName includes", ["refs/heads/release/*"], ["refs/heads/release/*", "refs/heads/release/*/**/*"], ["refs/heads/release/*/**/*", "refs/heads/release"], ["refs/heads/release/1.0"]),
  ...weaken(born, releasesBorn, "conditions refName excludes", ["refs/heads/release/2*"], ["~ALL"]),
  ...weaken(born, releasesBorn, "bypassActors 0 actorId", 9120045, gone),
  ...weaken(born, releasesBorn, "bypassActors", (before: readonly object[]) => [...before, { actorType: "RepositoryRole", actorId: 4, bypassMode: "always" }]),
  ...drop(born, tags),
  ...weaken(born, tags, "conditions refName includes", ["refs/tags/v*"], ["~DEFAULT_BRANCH"]),
  ...weaken(born, tags, "conditions refName excludes", ["refs/tags/nightly-*"]),
  ...["creation", "update", "deletion"].flatMap((rule) => weaken(born, tags, `rules ${rule}`, false, gone)),
  ...weaken(born, tags, "enforcement", "disabled"),
  ...weaken(born, tags, "bypassActors 0 actorType", "Integration", "User"),
  ...weaken("rulesets-without-bypass", tags, "bypassActors 0 bypassMode", "exempt"),
  ...weaken("rulesets-without-bypass", main, "bypassActors 0", { actorType: "Team", actorId: 9120044, bypassMode: "always" }),
  ...weaken(reported, file("pre-commit.yml"), "content jobs pre-commit name", "pre-commits", "${{ github.job }}"),
  ...weaken(reported, file("pre-commit.yml"), "content jobs pre-commit strategy", { matrix: { node: [20, 22] } }),
  ...weaken(reported, file("pre-commit.yml"), "content jobs pre-commit if", "github.actor != 'dependabot[bot]'", "success()"),
  ...weaken(reported, file("pre-commit.yml"), "content jobs pre-commit continue-on-error", true),
  ...weaken(reported, file("copyright-checks.yml"), "content on pull_request", { paths: ["src/**"] }, { branches: ["main"] }, { types: ["opened"] }, { "paths-ignore": ["docs/**"] }),
  ...weaken(reported, file("dynamo-status-check.yml"), "content jobs dynamo-status-check if", gone, "!cancelled()", "always() && needs.plan.result == 'success'"),
  ...weaken(reported, file("pr.yaml"), "content jobs backend-status-check if", gone, "success()", "failure()"),
  ...weaken(reported, file("pr.yaml"), "content on push branches", ["main"], ["main", "pull-request/1"], ["main", "pull-request/[0-9]+", "!pull-request/13"]),
  ...weaken(reported, file("pr.yaml"), "content on push paths", ["lib/**"]),
  ...weaken(reported, file("ci-test-suite.yml"), "content jobs notify name", "backend-status-check", "${{ github.event.inputs.name }}"),
  ...drop(fromMain, verdicts),
  ...weaken(fromMain, verdicts, "content on", { pull_request: {} }, { workflow_run: { workflows: ["pre-commit"], types: ["requested", "completed"] } }, { workflow_run: {} }),
  ...weaken(fromMain, verdicts, "content on push", { branches: ["main"] }),
  ...weaken(fromMain, verdicts, "content on workflow_run types", ["completed"], ["requested"], gone),
  ...weaken(fromMain, verdicts, "content on workflow_run branches", ["main"]),
  ...weaken(fromMain, verdicts, "content jobs report environment", gone, "main-images"),
  ...weaken(fromMain, status, "content jobs plan environment", "verdicts", { name: "verdicts" }),
  // The start is by the name of the workflow.
  ...weaken(fromMain, file("pre-commit.yml"), "content name", "Pre-commit"),
  ...drop(fromMain, verdictKey),
  ...weaken(fromMain, verdictKey, "environment", "main-images"),
  ...weaken(fromMain, verdictKey, "repository", "gpu-cicd"),
  ...add(fromMain, "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", "key-elsewhere", { repository: "dynamo", environment: "main-images", secretName: "VERDICT_APP_PRIVATE_KEY", value: "x" }),
  ...drop(reported, file("pre-commit.yml")),
  ...add(reported, "github:index/repositoryFile:RepositoryFile", "impostor", {
    repository: "dynamo",
    file: ".github/workflows/impostor.yml",
    content: "on: pull_request\npermissions: {}\nconcurrency: c\njobs: { x: { name: DCO, runs-on: ubuntu-24.04 }, y: { name: pre-commit, runs-on: ubuntu-24.04, timeout-minutes: 1, permissions: {}, steps: [] } }\n",
  }),
];
