/** What is dangerous about a preview, gravest first. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { AllChanges } from "./all";
import { QUIET_WHERE_INTENDED, SEVERITIES, type DangerKind } from "./catalogue";
import { clusterDangers, encryptionDangers, mutabilityDangers, poolDangers, switchDangers } from "./clouds";
import { actionsDangers, branchPolicyDangers, environmentDangers, fileDangers, runnerGroupDangers, subjectTemplateDangers, variableDangers, workflowTokenDangers } from "./github";
import { admissionBindingDangers, admissionPolicyDangers, bindingDangers, kubernetesRoleDangers, namespaceDangers, networkPolicyDangers, quotaDangers } from "./kubernetes";
import { protectedDangers } from "./protected";
import { words } from "../statement";
import { rulesetDangers, RULESET } from "./rulesets";
import { releaseDangers } from "./runners";
import { isSameKind } from "./holders";
import { secretDangers, secretHolders } from "./secrets";
import { statefulDangers } from "./stateful";
import { credentialDangers, identityDangers, oidcProviderDangers, resourcePolicyDangers, roleAssignmentDangers, roleDangers, rolePolicyDangers } from "./trust";
import { unknownDangers } from "./unknown";
import { releaseSourceDangers, workloadDangers } from "./workloads";

export { DANGER_KINDS, type DangerKind } from "./catalogue";

type Detector = (change: Change, all: AllChanges) => Danger[];

/** What is asked of every resource. */
const OF_ALL: readonly Detector[] = [statefulDangers, protectedDangers, secretDangers, switchDangers];

/** What is asked of one type. */
const OF_TYPE: Readonly<Record<string, readonly Detector[]>> = {
  [RULESET]: [rulesetDangers],
  "github:index/repositoryEnvironment:RepositoryEnvironment": [environmentDangers],
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": [branchPolicyDangers],
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": [variableDangers],
  "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions": [actionsDangers],
  "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions": [workflowTokenDangers],
  "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate": [subjectTemplateDangers],
  "github:index/actionsRunnerGroup:ActionsRunnerGroup": [runnerGroupDangers],
  "github:index/repositoryFile:RepositoryFile": [fileDangers],
  "aws:iam/role:Role": [roleDangers],
  "aws:iam/rolePolicy:RolePolicy": [rolePolicyDangers],
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": [oidcProviderDangers],
  "aws:ecr/repository:Repository": [mutabilityDangers],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": [(change) => resourcePolicyDangers(change, "repository")],
  "aws:s3/bucketPolicy:BucketPolicy": [(change) => resourcePolicyDangers(change, "bucket")],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [encryptionDangers],
  "azure-native:managedidentity:UserAssignedIdentity": [identityDangers],
  "azure-native:managedidentity:FederatedIdentityCredential": [credentialDangers],
  "azure-native:authorization:RoleAssignment": [roleAssignmentDangers],
  "azure-native:containerservice:ManagedCluster": [clusterDangers],
  "azure-native:containerservice:AgentPool": [poolDangers],
  "kubernetes:core/v1:Namespace": [namespaceDangers],
  "kubernetes:core/v1:ResourceQuota": [quotaDangers],
  "kubernetes:core/v1:LimitRange": [quotaDangers],
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": [networkPolicyDangers],
  "kubernetes:rbac.authorization.k8s.io/v1:Role": [kubernetesRoleDangers],
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": [kubernetesRoleDangers],
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": [bindingDangers],
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": [bindingDangers],
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": [admissionPolicyDangers],
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": [admissionBindingDangers],
  "kubernetes:helm.sh/v3:Release": [releaseDangers, releaseSourceDangers],
  "kubernetes:batch/v1:CronJob": [workloadDangers],
  "kubernetes:batch/v1:Job": [workloadDangers],
  "kubernetes:apps/v1:DaemonSet": [workloadDangers],
  "kubernetes:apps/v1:Deployment": [workloadDangers],
  "kubernetes:apps/v1:StatefulSet": [workloadDangers],
  "kubernetes:core/v1:Pod": [workloadDangers],
  "kubernetes:core/v1:ConfigMap": [workloadDangers],
};

/** What runs for somebody who misses it: its detector compares two versions, and says nothing of an end. */
const WORKLOADS: ReadonlySet<string> = new Set(["kubernetes:apps/v1:DaemonSet", "kubernetes:apps/v1:Deployment", "kubernetes:batch/v1:Job", "kubernetes:core/v1:Pod"]);

/** Types whose deletion means what the detectors say, and nothing where they say nothing. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(OF_TYPE).filter((type) => !WORKLOADS.has(type)),
  ...secretHolders,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "azure-native:containerregistry:Registry",
  "azure-native:containerregistry:Task",
  "azure-native:containerservice:MaintenanceConfiguration",
  "azure-native:resources:ResourceGroup",
  "kubernetes:core/v1:ServiceAccount",
]);

/**
 * @param azureRoles names of Azure's built-in roles by the id of their definition
 * @param intended whether the whole stack is as the manifest of its config says
 */
export function dangersOf(changes: readonly Change[], azureRoles: Readonly<Record<string, string>>, intended = false): Danger[] {
  const judged = changes.map(asKnownType);
  const all = new AllChanges(judged, azureRoles);
  const own = new Map(changes.map(({ resource }) => [resource.urn, resource]));
  const dangers = judged.flatMap((change) => dangersOfOne(change, all)).map((danger) => ({ ...danger, ...(danger.resource && { resource: own.get(danger.resource.urn)! }) }));
  return dangers.map((danger) => (intended && mayBeQuiet(danger) ? quiet(danger) : danger)).sort(byGravity);
}

function dangersOfOne(change: Change, all: AllChanges): Danger[] {
  const detectors = [...OF_ALL, ...(change.operation === "same" ? [] : (OF_TYPE[change.resource.type] ?? []))];
  const found = detectors.flatMap((detect) => detect(change, all));
  return found.length > 0 ? found : unknownDangers(change, KNOWN);
}

/** A change of a type in another version of its API, as one of the type that is known. */
function asKnownType(change: Change): Change {
  const { type } = change.resource;
  const known = KNOWN.has(type) ? undefined : [...KNOWN].find((one) => isSameKind(one, type));
  return known === undefined ? change : { ...change, resource: { ...change.resource, type: known }, step: { ...change.step, type: known } };
}

/** What is gone, or is a workflow that cannot be read as one, stays loud. */
function mayBeQuiet({ kind, facts }: Danger): boolean {
  return QUIET_WHERE_INTENDED.has(kind as DangerKind) && facts["removed"] !== true && facts["unread"] !== true;
}

/** The danger where the change is what the reviewed manifest says. */
function quiet(danger: Danger): Danger {
  const sentence = [...danger.sentence, ...words(" The stack's manifest says the same.")];
  return { ...danger, severity: "medium", facts: { ...danger.facts, intended: true }, sentence };
}

/** Gravest first, then by what it is about, so that two previews of one change say the same in the same order. */
function byGravity(one: Danger, other: Danger): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || compare(one.category, other.category) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
