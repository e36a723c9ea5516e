/** What a resource type is, for people. */

const TITLES: Readonly<Record<string, string>> = {
  "aws:ecr/repository:Repository": "ECR repository",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "ECR lifecycle policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "ECR repository policy",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "IAM identity provider",
  "aws:iam/role:Role": "IAM role",
  "aws:iam/rolePolicy:RolePolicy": "IAM role's permissions",
  "aws:s3/bucket:Bucket": "S3 bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "S3 public access block",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "S3 encryption",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "S3 lifecycle rules",
  "aws:s3/bucketPolicy:BucketPolicy": "S3 bucket policy",
  "azure-native:authorization:RoleAssignment": "Azure role assignment",
  "azure-native:containerregistry:Registry": "Azure container registry",
  "azure-native:containerregistry:Task": "Azure registry task",
  "azure-native:containerservice:AgentPool": "AKS node pool",
  "azure-native:containerservice:ManagedCluster": "AKS cluster",
  "azure-native:containerservice:MaintenanceConfiguration": "AKS maintenance window",
  "azure-native:managedidentity:FederatedIdentityCredential": "federated credential",
  "azure-native:managedidentity:UserAssignedIdentity": "managed identity",
  "azure-native:resources:ResourceGroup": "Azure resource group",
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": "environment secret",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": "environment variable",
  "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate": "OIDC subject template",
  "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions": "Actions permissions",
  "github:index/actionsRunnerGroup:ActionsRunnerGroup": "runner group",
  "github:index/repositoryEnvironment:RepositoryEnvironment": "environment",
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": "environment's branch policy",
  "github:index/repositoryFile:RepositoryFile": "file",
  "github:index/repositoryRuleset:RepositoryRuleset": "ruleset",
  "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions": "workflow token's permissions",
  "kubernetes:core/v1:ConfigMap": "ConfigMap",
  "kubernetes:core/v1:Secret": "Kubernetes secret",
  "kubernetes:core/v1:ServiceAccount": "service account",
  "kubernetes:core/v1:Namespace": "namespace",
  "kubernetes:core/v1:ResourceQuota": "resource quota",
  "kubernetes:core/v1:LimitRange": "limit range",
  "kubernetes:batch/v1:CronJob": "CronJob",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": "network policy",
  "kubernetes:helm.sh/v3:Release": "Helm release",
  "kubernetes:rbac.authorization.k8s.io/v1:Role": "Kubernetes role",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": "role binding",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": "cluster role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": "cluster role binding",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": "admission policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": "admission policy's binding",
};

/** A type that is not listed by its own name in words: `RepositoryRuleset` is `repository ruleset`. */
export function titleOf(type: string): string {
  const known = TITLES[type];
  if (known !== undefined) return known;
  if (type.startsWith("pulumi:providers:")) return `${type.slice("pulumi:providers:".length)} provider`;
  const name = type.slice(type.lastIndexOf(":") + 1);
  return name.replaceAll(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`).replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}
