/** What is dangerous about a preview, gravest first. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { AllChanges } from "./all";
import { SEVERITIES } from "./catalogue";
import { clusterDangers, encryptionDangers, mutabilityDangers, poolDangers, switchDangers } from "./clouds";
import { actionsDangers, branchPolicyDangers, environmentDangers, fileDangers, runnerGroupDangers, subjectTemplateDangers, variableDangers, workflowTokenDangers } from "./github";
import { admissionBindingDangers, admissionPolicyDangers, bindingDangers, kubernetesRoleDangers, namespaceDangers, networkPolicyDangers, quotaDangers } from "./kubernetes";
import { protectedDangers } from "./protected";
import { rulesetDangers, RULESET } from "./rulesets";
import { releaseDangers } from "./runners";
import { secretDangers } from "./secrets";
import { statefulDangers } from "./stateful";
import { credentialDangers, identityDangers, oidcProviderDangers, resourcePolicyDangers, roleAssignmentDangers, roleDangers, rolePolicyDangers } from "./trust";

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
  "kubernetes:helm.sh/v3:Release": [releaseDangers],
};

/** @param azureRoles names of Azure's built-in roles by the id of their definition */
export function dangersOf(changes: readonly Change[], azureRoles: Readonly<Record<string, string>>): Danger[] {
  const all = new AllChanges(changes, azureRoles);
  const dangers = changes.flatMap((change) => [...OF_ALL, ...(change.operation === "same" ? [] : (OF_TYPE[change.resource.type] ?? []))].flatMap((detect) => detect(change, all)));
  return dangers.sort(byGravity);
}

/** Gravest first, then by what it is about, so that two previews of one change say the same in the same order. */
function byGravity(one: Danger, other: Danger): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || compare(one.category, other.category) || compare(one.id, other.id);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
