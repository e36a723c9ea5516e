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
  ...weaken(undefined, main, "conditions refName includes", ["~DEFAULT_BRANCH", "refs/heads/develop"]),
  ...weaken(undefined, main, "rules pullRequest requiredApprovingReviewCount", 2, 6),
  ...weaken(undefined, main, "rules requiredSignatures", true),
  ...weaken(undefined, file("pre-commit.yml"), "content", (text: string) => `# A comment.\n${text}`),
  ...weaken(undefined, file("pre-commit.yml"), "content jobs pre-commit steps 1 name", "Run the hooks"),
  ...weaken(undefined, role, "description", "Other words"),
  ...weaken(undefined, role, "maxSessionDuration", 3600),
  ...weaken(undefined, role, "assumeRolePolicy Version", "2012-10-17 "),
  ...weaken(undefined, role, "assumeRolePolicy Statement 0 Condition StringEquals token.actions.githubusercontent.com:repository_owner_id", "197234011"),
  ...weaken(undefined, "RolePolicy identities-main-images-permissions", "policy Statement", reversed),
  ...weaken(undefined, "RolePolicy identities-main-images-permissions", "policy Statement 1 Action", reversed),
  ...weaken(undefined, "RoleAssignment identities-main-images-AcrPush", "description", "Other words"),
  ...weaken(undefined, "Repository registries-images", "imageTagMutabilityExclusionFilters", reversed),
  ...weaken(undefined, lifecycle, "policy rules", reversed),
  ...weaken(undefined, lifecycle, "policy rules 0 selection countNumber", 100),
  ...weaken(undefined, lifecycle, "policy rules 0 description", "Other words"),
  ...weaken(undefined, pool, "maxCount", 12),
  ...weaken(undefined, pool, "osDiskSizeGB", 1024),
  ...weaken(undefined, cluster, "apiServerAccessProfile authorizedIPRanges", ["203.0.113.0/24", "198.51.100.16/28"]),
  ...weaken(undefined, cluster, "tags team", "ci"),
  ...weaken(undefined, cluster, "kubernetesVersion", "1.36.2"),
  ...weaken(undefined, builder, "values maxRunners", 4),
  ...weaken(undefined, "ValidatingAdmissionPolicyBinding runners-pods-binding", "spec validationActions", ["Deny", "Audit"]),
  ...weaken(undefined, "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "value", "another value"),
];

const intended = "resources-as-intended";

/**
 * Changes that no general policy minds, and that no config explains: a stack that has a manifest is held to it, so that people see them. Only the policy about the
 * manifest may say a word.
 */
export const unexplained: readonly Mutation[] = [
  ...weaken(intended, main, "conditions refName includes", ["refs/heads/main"], ["~ALL"]),
  ...weaken(intended, main, "bypassActors", []),
  ...weaken(intended, main, "bypassActors 0 bypassMode", "pull_request"),
  ...weaken(intended, file("ci-test-suite.yml"), "content name", "Everything"),
  ...weaken(intended, "RepositoryEnvironment repository-main-images", "waitTimer", 5),
  ...weaken(intended, pool, "nodeTaints", (taints: readonly string[]) => [...taints, "team=a:NoSchedule"]),
  ...weaken(intended, file("pre-commit.yml"), "content jobs pre-commit timeout-minutes", 3),
  ...weaken(intended, file("pre-commit.yml"), "content jobs pre-commit steps 0 uses", `actions/checkout@${SHA}`),
  ...weaken(intended, file("pr.yaml"), "content jobs plan permissions", { contents: "read" }),
  ...weaken(intended, file("pr.yaml"), "content concurrency group", "pr-${{ github.ref }}"),
  ...weaken(intended, file("ci-test-suite.yml"), "content on schedule", (list: readonly unknown[]) => [...list, { cron: "0 12 * * 0", timezone: "UTC" }]),
  ...weaken(intended, "RepositoryFile workflows-.github/CODEOWNERS", "content", (text: string) => `${text}/docs/ @ai-dynamo/writers\n`),
  ...weaken(intended, "RepositoryFile workflows-.github/workflows/README.md", "content", "# Words\n"),
  ...weaken(intended, "ActionsRepositoryPermissions repository-actions", "allowedActions", "selected"),
  ...weaken(intended, "Repository registries-images", "imageTagMutability", "IMMUTABLE"),
  ...weaken(intended, "Repository registries-images", "encryptionConfigurations", [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:us-west-2:111122223333:key/1" }]),
  ...weaken(intended, lifecycle, "policy rules 4 selection countNumber", 7),
  ...weaken(intended, "Task registries-acr-purge", "trigger timerTriggers 0 schedule", "0 5 * * *"),
  ...weaken(intended, "Registry registries-acr", "sku name", "Standard"),
  ...weaken(intended, pool, "nodeTaints", ["sku=gpu:NoExecute"]),
  ...weaken(intended, pool, "availabilityZones", ["1"]),
  ...weaken(intended, cluster, "apiServerAccessProfile authorizedIPRanges", ["203.0.113.7"]),
  ...weaken(intended, cluster, "apiServerAccessProfile", { enablePrivateCluster: true, disableRunCommand: true }),
  ...weaken(intended, cluster, "kubernetesVersion", "1.37"),
  ...weaken(intended, cluster, "autoUpgradeProfile upgradeChannel", "stable"),
  ...weaken(intended, cluster, "networkProfile networkPolicy", "calico"),
  ...weaken(intended, builder, "values template spec terminationGracePeriodSeconds", 120),
  ...weaken(intended, builder, "values template spec initContainers 1 resources requests cpu", "12000m"),
  ...weaken(intended, "Namespace runners-builder-amd64-namespace", "metadata labels pod-security.kubernetes.io/enforce", "baseline"),
  ...weaken(intended, "ActionsEnvironmentVariable repository-main-images-AWS_REGION", "value", "us-east-1"),
  ...weaken(intended, "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec securityContext seccompProfile", gone),
  ...weaken(intended, lifecycle, "policy rules 0 selection countNumber", 20),
  ...weaken(intended, pool, "maxCount", 20),
  ...add(intended, "kubernetes:core/v1:ConfigMap", "notes", { metadata: { name: "notes", namespace: "arc-systems" }, data: { "notes.txt": "a: [unfinished", "more.yaml": "spec: none" } }),
];
