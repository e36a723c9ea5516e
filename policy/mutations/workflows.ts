/** Harmful changes of workflow files and of what GitHub is told about Actions. */
import { add, drop, gone, unknown, weaken, type Mutation } from "./mutation";

const file = (name: string): string => `RepositoryFile workflows-.github/workflows/${name}`;
const pr = file("pr.yaml");
const status = file("dynamo-status-check.yml");
const image = file("image.yml");
const nightly = file("ci-test-suite.yml");
const preview = "RepositoryEnvironmentDeploymentPolicy repository-main-images-main";
const script = "content jobs plan steps 1";

export const workflowMutations: readonly Mutation[] = [
  ...weaken("workflow-files-parse", pr, "content", "on: [unfinished", "jobs: {}", unknown),
  ...weaken("actions-pinned", pr, "content jobs plan steps 0 uses", "actions/checkout@v7", "actions/checkout@main", "actions/checkout", "actions/checkout@8e8c483", "docker://alpine:3.20"),
  ...weaken("actions-pinned", image, "content jobs build steps 1 uses", "aws-actions/configure-aws-credentials@v6.0.0"),
  ...weaken("actions-pinned", image, "content jobs test container image", "alpine:3.20", "${{ inputs.image }}"),
  ...weaken("actions-pinned", pr, "content jobs vllm-amd64 uses", "ai-dynamo/dynamo/.github/workflows/image.yml@main"),
  ...weaken("workflow-least-permissions", pr, "content permissions", gone, "write-all", { contents: "read" }),
  ...weaken("workflow-least-permissions", image, "content jobs build permissions", gone, "write-all", { contents: "write", "id-token": "write" }, { packages: "write" }),
  ...weaken("workflow-least-permissions", nightly, "content jobs plan permissions", { actions: "write" }),
  ...weaken("no-untrusted-checkout", nightly, "content", (text: string) => text.replace("workflow_dispatch: {}", "pull_request_target: {}").replace("persist-credentials: false", "persist-credentials: false\n          ref: ${{ github.event.pull_request.head.sha }}")),
  ...weaken("no-untrusted-checkout", nightly, "content", (text: string) => text.replace("workflow_dispatch: {}", "workflow_run: { workflows: [pre-commit] }").replace("persist-credentials: false", "persist-credentials: false\n          repository: ${{ github.event.workflow_run.head_repository.full_name }}")),
  ...weaken("no-untrusted-checkout", pr, "content jobs plan steps 0 with allow-unsafe-pr-checkout", true),
  ...weaken("scripts-without-expressions", pr, `${script} run`, 'echo "${{ github.event.head_commit.message }}"', "node plan.mjs ${{ github.ref_name }}", "echo ${{\n  github.actor }}"),
  ...weaken("scripts-without-expressions", pr, `${script} shell`, "bash -c '${{ github.ref_name }}' {0}"),
  ...weaken("scripts-without-expressions", image, "content jobs build steps 3 run", "docker pull ${{ inputs.image }}"),
  ...weaken("secrets-in-environments", pr, `${script} env`, { TOKEN: "${{ secrets.HF_TOKEN }}" }, { ALL: "${{ toJSON(secrets) }}" }),
  ...weaken("secrets-in-environments", pr, `${script} env SECRET`, "${{ secrets[github.ref_name] }}", "${{ join(secrets.*) }}", "${{ SECRETS.HF_TOKEN }}"),
  ...weaken("secrets-in-environments", pr, "content env", { HF_TOKEN: "${{ secrets.HF_TOKEN }}" }),
  ...weaken("secrets-in-environments", pr, "content jobs vllm-amd64 secrets", "inherit"),
  ...weaken("secrets-in-environments", image, "content jobs test environment", gone),
  ...weaken("fork-jobs-untrusted", status, "content jobs plan runs-on", "prod-builder-amd-v1", "self-hosted", ["self-hosted", "linux"], { group: "dynamo-builders" }),
  ...weaken("fork-jobs-untrusted", status, "content jobs plan permissions", { contents: "read", "id-token": "write" }),
  ...weaken("fork-jobs-untrusted", status, "content jobs core environment", "pull-request-images", "main-images"),
  ...weaken("fork-jobs-untrusted", status, `${script} env TOKEN`, "${{ secrets.HF_TOKEN }}"),
  ...weaken("fork-jobs-untrusted", image, "content on pull_request", {}),
  ...weaken("jobs-bounded", pr, "content jobs plan timeout-minutes", gone, 100000),
  ...weaken("jobs-bounded", pr, "content jobs vllm-amd64 with timeout-minutes", 100000),
  ...weaken("jobs-bounded", pr, "content concurrency", gone),
  ...weaken("checkouts-without-credentials", pr, "content jobs plan steps 0 with persist-credentials", gone, true, "false"),
  ...weaken("nightly-schedule-present", nightly, "content on schedule", gone, [], [{ cron: "0 0 1 * *", timezone: "America/Los_Angeles" }], [{ cron: "0 0 * * *" }]),
  ...drop("nightly-schedule-present", nightly),
  ...weaken("runner-labels-resolve", pr, "content jobs plan runs-on", "ubuntu-latest", "prod-builder-amd-v2", ["ubuntu-24.04", "x64"]),
  ...weaken("runner-labels-resolve", pr, "content jobs vllm-amd64 with runner", "prod-builder-amd-v2"),
  ...weaken("runner-labels-resolve", image, "content jobs build runs-on", "${{ vars.RUNNER }}"),
  ...drop("runner-labels-resolve", "Release runners-builder-amd64-release"),

  ...weaken("actions-settings-strict", "ActionsRepositoryPermissions repository-actions", "shaPinningRequired", false, gone, unknown),
  ...drop("actions-settings-strict", "ActionsRepositoryPermissions repository-actions"),
  ...weaken("actions-settings-strict", "WorkflowRepositoryPermissions repository-token", "defaultWorkflowPermissions", "write", gone),
  ...weaken("actions-settings-strict", "WorkflowRepositoryPermissions repository-token", "canApprovePullRequestReviews", true),
  ...weaken("actions-settings-strict", "WorkflowRepositoryPermissions repository-token", "repository", "gpu-cicd"),
  ...weaken("actions-settings-strict", "ActionsRepositoryOidcSubjectClaimCustomizationTemplate repository-oidc-subject", "useDefault", false),
  ...weaken("environments-limited", "RepositoryEnvironment repository-main-images", "deploymentBranchPolicy", gone, { protectedBranches: true, customBranchPolicies: false }, unknown),
  ...weaken("environments-limited", "RepositoryEnvironment repository-main-images", "canAdminsBypass", true, gone),
  ...weaken("environments-limited", "RepositoryEnvironment repository-infra-prod-apply", "reviewers", gone, [], [{ teams: [] }]),
  ...weaken("environments-limited", "RepositoryEnvironment repository-infra-prod-apply", "preventSelfReview", false),
  ...weaken("environments-limited", preview, "branchPattern", "*", "pull-request/*", "mai*", unknown),
  ...weaken("environments-limited", "RepositoryEnvironmentDeploymentPolicy repository-infra-prod-apply-main", "branchPattern", "refs/pull/*/merge"),
  ...drop("environments-limited", "RepositoryEnvironmentDeploymentPolicy repository-deployment-tests-main"),
  ...drop("environments-limited", "RepositoryEnvironment repository-main-images"),
  ...weaken("environments-limited", pr, "content jobs vllm-amd64 with environment", "staging"),
  ...weaken("runner-groups-selected", "ActionsRunnerGroup repository-group-dynamo-builders", "visibility", "all", "private", unknown),
  ...weaken("runner-groups-selected", "ActionsRunnerGroup repository-group-dynamo-builders", "selectedRepositoryIds", [], [912342202], [912342201, 1034501177]),
  ...weaken("runner-groups-selected", "Release runners-builder-amd64-release", "values runnerGroup", "default", gone),
  ...weaken("workflow-owners-present", "RepositoryFile workflows-.github/CODEOWNERS", "content", "", "/docs/ @ai-dynamo/dynamo-ops\n", (text: string) => `${text}\n/.github/\n`, (text: string) => `${text}\n/.github/workflows/pr.yaml\n`, "/.github/* @ai-dynamo/dynamo-ops\n"),
  ...drop("workflow-owners-present", "RepositoryFile workflows-.github/CODEOWNERS"),

  ...weaken("no-long-lived-credentials", "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "secretName", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AZURE_CLIENT_SECRET", "AZURE_ACR_PASSWORD", "REGISTRY_PASSWORD", "PROD_KUBECONFIG", unknown),
  ...weaken("no-long-lived-credentials", "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "value", "AKIAIOSFODNN7EXAMPLE", '{"auths":{}}', "kind: Config\n", unknown),
  ...weaken("no-long-lived-credentials", "ActionsEnvironmentVariable repository-main-images-AWS_REGION", "variableName", "AWS_SECRET_ACCESS_KEY", unknown),
  ...weaken("no-long-lived-credentials", "Secret runners-builder-amd64-github-app", "type", "kubernetes.io/dockerconfigjson", unknown),
  ...add("no-long-lived-credentials", "github:index/actionsSecret:ActionsSecret", "whole-repository", { repository: "dynamo", secretName: "HF_TOKEN", value: "x" }),
];
