/** Harmful changes of rulesets and of the jobs that report required checks. */
import { add, drop, gone, unknown, weaken, type Mutation } from "./mutation";

const main = "RepositoryRuleset protection-main";
const release = "RepositoryRuleset protection-release";
const mirrors = "RepositoryRuleset protection-mirrors";
const checks = "rules requiredStatusChecks requiredChecks";
/** The list without one context; told by that name, as the function's text is the same for all. */
const without = (context: string) =>
  Object.assign((all: readonly { readonly context: string }[]) => all.filter((check) => check.context !== context), { toString: () => `the list without ${context}` });
const file = (name: string): string => `RepositoryFile workflows-.github/workflows/${name}`;
const reported = "required-checks-reported";

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
  ...drop(reported, file("pre-commit.yml")),
  ...add(reported, "github:index/repositoryFile:RepositoryFile", "impostor", {
    repository: "dynamo",
    file: ".github/workflows/impostor.yml",
    content: "on: pull_request\npermissions: {}\nconcurrency: c\njobs: { x: { name: DCO, runs-on: ubuntu-24.04 }, y: { name: pre-commit, runs-on: ubuntu-24.04, timeout-minutes: 1, permissions: {}, steps: [] } }\n",
  }),
];
