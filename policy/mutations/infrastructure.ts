/** Harmful changes of registries, clusters, runners and of the stack as a whole. */
import { add, alter, drop, gone, unknown, weaken, type Mutation } from "./mutation";

const images = "Repository registries-images";
const lifecycle = "LifecyclePolicy registries-images-lifecycle";
const acr = "Registry registries-acr";
const purge = "Task registries-acr-purge";
const cluster = "ManagedCluster runner-cluster-cluster";
const pool = "AgentPool runner-cluster-pool-gpu1";
const builder = "Release runners-builder-amd64-release";
const plain = "Release runners-deploy-tester-release";
const spec = "values template spec";
const guard = (name: string): string => `ValidatingAdmissionPolicy deployment-tests-guard-gpu-cicd-${name}`;
const binding = (name: string): string => `ValidatingAdmissionPolicyBinding deployment-tests-guard-gpu-cicd-${name}-binding`;
const runnerRole = "ClusterRole deployment-tests-guard-open-role";
const digest = `@sha256:${"0".repeat(64)}`;

export const infrastructureMutations: readonly Mutation[] = [
  ...weaken("ecr-tags-immutable", images, "imageTagMutability", "MUTABLE", "MUTABLE_WITH_EXCLUSION", gone, unknown),
  ...weaken("ecr-tags-immutable", images, "imageTagMutabilityExclusionFilters 0 filter", "*", "m*", "main*", unknown),
  ...weaken("ecr-scanned-and-encrypted", images, "imageScanningConfiguration scanOnPush", false, gone, unknown),
  ...weaken("ecr-scanned-and-encrypted", images, "encryptionConfigurations", gone, [], [{ encryptionType: "NONE" }]),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy rules 1 rulePriority", 1, 0, "2", 9),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy rules 0 selection tagPatternList", gone, ["a*b*c*d*e*"]),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy rules 3 selection countUnit", gone, "weeks"),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy rules 0 selection countNumber", 0, gone),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy rules 0 action type", "delete"),
  ...weaken("ecr-lifecycle-valid", lifecycle, "policy", "none", unknown),
  ...weaken("newest-images-kept", lifecycle, "policy rules 0 selection countNumber", 1),
  ...weaken("newest-images-kept", lifecycle, "policy rules 0 selection tagPatternList", ["mein-*"]),
  ...weaken("newest-images-kept", lifecycle, "policy rules", (rules: object[]) => rules.slice(1)),
  ...weaken("acr-closed", acr, "adminUserEnabled", true, gone, unknown),
  ...weaken("acr-closed", acr, "anonymousPullEnabled", true, gone),
  ...weaken("acr-purge-keeps-newest", purge, "step encodedTaskContent steps 0 cmd", "acr purge --filter 'ai-dynamo/dynamo:.*' --ago 14d", "acr purge --filter 'ai-dynamo/dynamo:^main-' --ago 14d --keep 1", "acr purge --ago 14d", "rm -rf /"),
  ...weaken("acr-purge-keeps-newest", purge, "step encodedTaskContent", unknown, ""),
  ...drop("buckets-private", "BucketPublicAccessBlock caches-sccache-private"),
  ...weaken("buckets-private", "BucketPublicAccessBlock caches-sccache-private", "blockPublicPolicy", false, gone, unknown),
  ...weaken("buckets-private", "BucketServerSideEncryptionConfiguration caches-sccache-encryption", "rules", []),
  ...weaken("no-public-policies", "BucketPolicy caches-sccache-policy", "policy Statement 0 Effect", "Allow"),
  ...weaken("no-public-policies", "RepositoryPolicy registries-cache-policy", "policy Statement 0 Effect", "Allow"),

  ...weaken("aks-entra-only", cluster, "disableLocalAccounts", false, gone, unknown),
  ...weaken("aks-entra-only", cluster, "enableRBAC", false),
  ...weaken("aks-entra-only", cluster, "aadProfile", gone),
  ...weaken("aks-entra-only", cluster, "aadProfile enableAzureRBAC", false),
  ...weaken("aks-entra-only", cluster, "oidcIssuerProfile enabled", false),
  ...weaken("aks-entra-only", cluster, "securityProfile workloadIdentity enabled", false),
  ...weaken("aks-network-closed", cluster, "apiServerAccessProfile", gone, { disableRunCommand: true, authorizedIPRanges: [] }),
  ...weaken("aks-network-closed", cluster, "apiServerAccessProfile authorizedIPRanges", ["0.0.0.0/0"], ["203.0.113.0/24", "0.0.0.0/1"], ["somewhere/x"], unknown),
  ...weaken("aks-network-closed", cluster, "apiServerAccessProfile disableRunCommand", false, gone),
  ...weaken("aks-network-closed", cluster, "networkProfile networkPolicy", "none", gone),
  ...weaken("aks-supported-version", cluster, "kubernetesVersion", "1.29", "2.0", "latest", gone, unknown),
  ...weaken("aks-supported-version", cluster, "autoUpgradeProfile upgradeChannel", "none", gone),
  ...weaken("aks-supported-version", cluster, "autoUpgradeProfile nodeOSUpgradeChannel", "None"),
  ...weaken("gpu-pools-from-zero", pool, "nodeTaints", [], ["sku=gpu:PreferNoSchedule"], gone, unknown),
  ...weaken("gpu-pools-from-zero", pool, "minCount", 1, gone),
  ...weaken("gpu-pools-from-zero", pool, "enableAutoScaling", false),
  ...weaken("gpu-pools-from-zero", pool, "mode", "System"),
  ...weaken("pools-within-budget", pool, "maxCount", 160, gone, unknown),
  ...weaken("pools-within-budget", "AgentPool runner-cluster-pool-bldamd", "maxCount", 1000),
  ...weaken("pools-within-budget", pool, "vmSize", "Standard_ND96isr_H100_v5", "Standard_NC96ads_A100_v4"),
  ...weaken("pods-fit-nodes", pool, "vmSize", "Standard_NC4as_T4_v3"),
  ...weaken("pods-fit-nodes", builder, `${spec} initContainers 1 resources requests memory`, "128Gi", "lots"),
  ...weaken("pods-fit-nodes", builder, `${spec} nodeSelector kubernetes.azure.com/agentpool`, "bldamd2"),
  ...weaken("pods-fit-nodes", "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec containers 0 resources requests nvidia.com/gpu", "2"),
  ...weaken("namespaces-restricted", "Namespace runners-deploy-tester-namespace", "metadata labels pod-security.kubernetes.io/enforce", "privileged", gone, unknown),
  ...weaken("namespaces-restricted", "Namespace runners-controller-namespace", "metadata labels", gone),
  ...drop("test-namespaces-guarded", guard("test-namespaces")),
  ...drop("test-namespaces-guarded", guard("test-resourcequotas-stay")),
  ...drop("test-namespaces-guarded", binding("test-quota")),
  ...weaken("test-namespaces-guarded", guard("test-role-bindings"), "spec failurePolicy", "Ignore", gone, unknown),
  ...weaken("test-namespaces-guarded", guard("test-namespaces"), "spec validations", [], [{ expression: "true" }]),
  ...weaken("test-namespaces-guarded", guard("test-namespaces"), "spec validations 0 expression", (before: string) => `${before} || true`),
  ...weaken("test-namespaces-guarded", guard("test-role-bindings"), "spec matchConstraints resourceRules 0 operations", ["UPDATE"]),
  ...weaken("test-namespaces-guarded", guard("test-default-deny"), "spec matchConstraints excludeResourceRules", [{ resources: ["pods"] }]),
  ...weaken("test-namespaces-guarded", binding("test-quota"), "spec paramRef parameterNotFoundAction", "Allow", gone),
  ...weaken("test-namespaces-guarded", binding("test-namespaces"), "spec validationActions", ["Warn"], ["Audit"], []),
  ...weaken("test-namespaces-guarded", binding("test-namespaces"), "spec matchResources", { namespaceSelector: { matchLabels: { none: "such" } } }),
  ...weaken("cluster-roles-narrow", runnerRole, "rules 0 verbs", ["*"]),
  ...weaken("cluster-roles-narrow", runnerRole, "rules 2 resourceNames", gone, []),
  ...weaken("cluster-roles-narrow", runnerRole, "rules 1 verbs", ["create", "escalate"], ["impersonate"]),
  ...weaken("cluster-roles-narrow", "ClusterRoleBinding deployment-tests-guard-open-binding", "roleRef name", "cluster-admin", unknown),
  ...weaken("cluster-roles-narrow", "ClusterRoleBinding deployment-tests-guard-open-binding", "subjects 0 name", "system:authenticated"),

  ...weaken("runner-charts-one-version", builder, "version", "0.14.0", gone, unknown),
  ...weaken("runner-charts-one-version", builder, "values runnerScaleSetName", "prod-default-v1"),
  ...weaken("runner-charts-one-version", builder, "values scaleSetLabels", ["gpu", "x64"]),
  ...drop("runner-charts-one-version", "Release runners-controller"),
  ...weaken("runner-pods-confined", builder, `${spec} hostUsers`, gone, true),
  ...weaken("runner-pods-confined", builder, `${spec} hostNetwork`, true),
  ...weaken("runner-pods-confined", builder, `${spec} hostPID`, true, unknown),
  ...weaken("runner-pods-confined", builder, `${spec} volumes 0`, { name: "work", hostPath: { path: "/var/run/docker.sock" } }),
  ...weaken("runner-pods-confined", plain, `${spec} containers 0 securityContext privileged`, true),
  ...weaken("runner-pods-confined", plain, `${spec} containers 0 securityContext allowPrivilegeEscalation`, true, gone),
  ...weaken("runner-pods-confined", plain, `${spec} containers 0 securityContext capabilities add`, ["SYS_ADMIN"]),
  ...weaken("runner-pods-confined", builder, "values containerMode", { type: "dind" }),
  ...weaken("runner-pods-confined", "ConfigMap runners-tester-amd64-gpu-job-pod", "data job.yaml spec hostPID", true),
  ...weaken("runner-images-current", builder, `${spec} containers 0 image`, "ghcr.io/actions/actions-runner:2.337.0", `ghcr.io/actions/actions-runner:2.320.0${digest}`, `ghcr.io/actions/actions-runner:latest${digest}`, unknown),
  ...weaken("runner-images-current", builder, `${spec} initContainers 1 image`, "docker:dind"),
  ...weaken("runner-credentials-by-reference", builder, "values githubConfigSecret", { github_token: "not shown" }, "Not A Name", gone, unknown),
  ...weaken("runners-ephemeral", "Release runners-controller", "chart", "oci://ghcr.io/actions/actions-runner-controller-charts/actions-runner-controller"),
  ...weaken("runners-ephemeral", plain, `${spec} containers 0 command`, ["bash", "-c", "./config.sh --unattended && ./run.sh"]),
  ...add("runners-ephemeral", "kubernetes:actions.summerwind.dev/v1alpha1:RunnerDeployment", "old", { metadata: { name: "old", namespace: "old" } }),
  ...drop("runner-namespaces-limited", "ResourceQuota runners-builder-amd64-quota"),
  ...drop("runner-namespaces-limited", "NetworkPolicy runners-builder-amd64-traffic"),
  ...weaken("runner-namespaces-limited", builder, "namespace", "arc-prod-default-v1"),

  ...alter("stateful-protected", images, "not protected", () => ({ protect: false })),
  ...alter("stateful-protected", acr, "not protected", () => ({ protect: false })),
  ...alter("stateful-protected", cluster, "not protected", () => ({ protect: false })),
  ...weaken("resources-tagged", images, "tags", gone, {}, { owner: "a", stack: "b" }, { owner: "", stack: "b", "cost-centre": "c" }, unknown),
  ...weaken("resources-tagged", pool, "tags cost-centre", gone),
];
