/** Changes that hurt nobody: order, words, sizes within the budget, more of what is demanded. No rule may say a word. */
import { add, gone, weaken, type Mutation } from "./mutation";

const file = (name: string): string => `RepositoryFile workflows-.github/workflows/${name}`;
const main = "RepositoryRuleset protection-main";
const pool = "AgentPool runner-cluster-pool-gpu1";
const cluster = "ManagedCluster runner-cluster-cluster";
const builder = "Release runners-builder-amd64-release";
const role = "Role identities-main-images-role";
const lifecycle = "LifecyclePolicy registries-images-lifecycle";
const reversed = (list: readonly unknown[]): readonly unknown[] => [...list].reverse();
const SHA = "0123456789abcdef0123456789abcdef01234567";

export const harmless: readonly Mutation[] = [
  ...weaken(undefined, main, "rules requiredStatusChecks requiredChecks", reversed),
  ...weaken(undefined, main, "name", "main and more"),
  ...weaken(undefined, main, "rules pullRequest requiredApprovingReviewCount", 2, 6),
  ...weaken(undefined, main, "rules requiredSignatures", true),
  ...weaken(undefined, main, "conditions refName includes", ["refs/heads/main"], ["~DEFAULT_BRANCH", "refs/heads/develop"], ["~ALL"]),
  ...weaken(undefined, main, "bypassActors", []),
  ...weaken(undefined, main, "bypassActors 0 bypassMode", "pull_request"),
  ...weaken(undefined, file("pre-commit.yml"), "content", (text: string) => `# A comment.\n${text}`),
  ...weaken(undefined, file("pre-commit.yml"), "content name", "Pre-commit"),
  ...weaken(undefined, file("pre-commit.yml"), "content jobs pre-commit timeout-minutes", 3),
  ...weaken(undefined, file("pre-commit.yml"), "content jobs pre-commit steps 0 uses", `actions/checkout@${SHA}`),
  ...weaken(undefined, file("pre-commit.yml"), "content jobs pre-commit steps 1 name", "Run the hooks"),
  ...weaken(undefined, file("pr.yaml"), "content jobs plan permissions", { contents: "read" }),
  ...weaken(undefined, file("pr.yaml"), "content concurrency group", "pr-${{ github.ref }}"),
  ...weaken(undefined, file("ci-test-suite.yml"), "content on schedule", (list: readonly unknown[]) => [...list, { cron: "0 12 * * 0", timezone: "UTC" }]),
  ...weaken(undefined, "RepositoryFile workflows-.github/CODEOWNERS", "content", (text: string) => `${text}/docs/ @ai-dynamo/writers\n`),
  ...weaken(undefined, "RepositoryFile workflows-.github/workflows/README.md", "content", "# Words\n"),
  ...weaken(undefined, "RepositoryEnvironment repository-main-images", "waitTimer", 5),
  ...weaken(undefined, "ActionsRepositoryPermissions repository-actions", "allowedActions", "selected"),
  ...weaken(undefined, role, "description", "Other words"),
  ...weaken(undefined, role, "maxSessionDuration", 3600),
  ...weaken(undefined, role, "assumeRolePolicy Version", "2012-10-17 "),
  ...weaken(undefined, role, "assumeRolePolicy Statement 0 Condition StringEquals token.actions.githubusercontent.com:ref", "refs/heads/main"),
  ...weaken(undefined, "RolePolicy identities-main-images-permissions", "policy Statement", reversed),
  ...weaken(undefined, "RolePolicy identities-main-images-permissions", "policy Statement 1 Action", reversed),
  ...weaken(undefined, "RoleAssignment identities-main-images-AcrPush", "description", "Other words"),
  ...weaken(undefined, "Repository registries-images", "imageTagMutabilityExclusionFilters", reversed),
  ...weaken(undefined, "Repository registries-images", "imageTagMutability", "IMMUTABLE"),
  ...weaken(undefined, "Repository registries-images", "encryptionConfigurations", [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:us-west-2:111122223333:key/1" }]),
  ...weaken(undefined, lifecycle, "policy rules", reversed),
  ...weaken(undefined, lifecycle, "policy rules 0 selection countNumber", 100, 10),
  ...weaken(undefined, lifecycle, "policy rules 0 description", "Other words"),
  ...weaken(undefined, lifecycle, "policy rules 4 selection countNumber", 7),
  ...weaken(undefined, "Task registries-acr-purge", "trigger timerTriggers 0 schedule", "0 5 * * *"),
  ...weaken(undefined, "Registry registries-acr", "sku name", "Standard"),
  ...weaken(undefined, pool, "maxCount", 12, 17),
  ...weaken(undefined, pool, "osDiskSizeGB", 1024),
  ...weaken(undefined, pool, "nodeTaints", ["sku=gpu:NoSchedule", "team=a:NoSchedule"], ["sku=gpu:NoExecute"]),
  ...weaken(undefined, pool, "availabilityZones", ["1"]),
  ...weaken(undefined, cluster, "apiServerAccessProfile authorizedIPRanges", ["203.0.113.7"], ["203.0.113.0/24", "198.51.100.16/28"]),
  ...weaken(undefined, cluster, "apiServerAccessProfile", { enablePrivateCluster: true, disableRunCommand: true }),
  ...weaken(undefined, cluster, "kubernetesVersion", "1.35", "1.34.2"),
  ...weaken(undefined, cluster, "autoUpgradeProfile upgradeChannel", "stable"),
  ...weaken(undefined, cluster, "networkProfile networkPolicy", "calico"),
  ...weaken(undefined, cluster, "tags team", "ci"),
  ...weaken(undefined, builder, "values maxRunners", 4),
  ...weaken(undefined, builder, "values template spec terminationGracePeriodSeconds", 120),
  ...weaken(undefined, builder, "values template spec initContainers 1 resources requests cpu", "12000m"),
  ...weaken(undefined, "Namespace runners-builder-amd64-namespace", "metadata labels pod-security.kubernetes.io/enforce", "baseline"),
  ...weaken(undefined, "ValidatingAdmissionPolicyBinding runners-pods-binding", "spec validationActions", ["Deny", "Audit"]),
  ...weaken(undefined, "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "value", "another value"),
  ...weaken(undefined, "ActionsEnvironmentVariable repository-main-images-AWS_REGION", "value", "us-east-1"),
  ...add(undefined, "kubernetes:core/v1:ConfigMap", "notes", { metadata: { name: "notes", namespace: "arc-systems" }, data: { "notes.txt": "a: [unfinished", "more.yaml": "spec: none" } }),
  ...weaken(undefined, "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec automountServiceAccountToken", gone),
];
