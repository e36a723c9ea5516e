/** What the sandbox shows of each resource type, and what only the real cloud can. docs/rehearsal.md is rendered from this. */

import type { JudgedRun } from "./cli/judges";
import recorded from "./judged.json";

/** By whom each type was judged in the run that was recorded last. */
export const judged: JudgedRun = recorded;

export interface Fidelity {
  /** Type token; of Kubernetes, where every kind goes through the same API server, `kubernetes:*` stands for all but Helm releases. */
  readonly type: string;
  /** What answers. */
  readonly answeredBy: string;
  readonly shows: string;
  readonly cannotShow: string;
}

const MOTO = "moto's server, behind a gateway that refuses what AWS refuses; requests are held to AWS's published models";
const ARM = "our server with Azure Resource Manager's semantics, held to Microsoft's published models of request bodies";
const GITHUB = "our server, held to GitHub's OpenAPI description";

export const fidelity: readonly Fidelity[] = [
  { type: "aws:ecr/repository:Repository", answeredBy: MOTO, shows: "name, mutability and its exclusion filters, scanning, encryption, tags; a repository with images is not deleted", cannotShow: "scans, encryption keys, quotas, pull-through caches" },
  { type: "aws:ecr/lifecyclePolicy:LifecyclePolicy", answeredBy: MOTO, shows: "every published rule about rules", cannotShow: "that an image really expires; rules by last pull or that archive, which the emulator cannot hold" },
  { type: "aws:ecr/repositoryPolicy:RepositoryPolicy", answeredBy: MOTO, shows: "the document's shape, actions and principals", cannotShow: "its effect on a push" },
  { type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", answeredBy: MOTO, shows: "one provider an account, its audiences", cannotShow: "that AWS reaches GitHub's keys" },
  { type: "aws:iam/role:Role", answeredBy: MOTO, shows: "the trust policy's validity, and who can assume the role: the sandbox's STS evaluates it", cannotShow: "token signatures; session policies" },
  { type: "aws:iam/rolePolicy:RolePolicy", answeredBy: MOTO, shows: "shape, known actions, ARNs", cannotShow: "whether its rights are enough for a job" },
  { type: "aws:s3/bucket:Bucket", answeredBy: MOTO, shows: "name, tags; a bucket with objects is not deleted", cannotShow: "that the name is free in the world" },
  { type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", answeredBy: MOTO, shows: "its four switches", cannotShow: "their effect" },
  { type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", answeredBy: MOTO, shows: "the rule", cannotShow: "keys" },
  { type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", answeredBy: MOTO, shows: "the rules", cannotShow: "that an object really expires" },
  { type: "aws:s3/bucketPolicy:BucketPolicy", answeredBy: MOTO, shows: "the document's shape", cannotShow: "its effect on a request" },
  { type: "azure-native:resources:ResourceGroup", answeredBy: ARM, shows: "location; deleting it deletes what it holds", cannotShow: "locks and Azure Policy" },
  { type: "azure-native:containerregistry:Registry", answeredBy: ARM, shows: "name, tier, admin user, anonymous pull", cannotShow: "pushes and pulls; that the name is free in the world" },
  { type: "azure-native:containerregistry:Task", answeredBy: ARM, shows: "trigger, platform, content", cannotShow: "a run of the purge" },
  { type: "azure-native:managedidentity:UserAssignedIdentity", answeredBy: ARM, shows: "client and principal ids", cannotShow: "how long Entra takes to replicate them" },
  { type: "azure-native:managedidentity:FederatedIdentityCredential", answeredBy: ARM, shows: "20 at most, unique, one write at a time; who is let in is proved with Entra's documented rule", cannotShow: "an exchange of a real token" },
  { type: "azure-native:authorization:RoleAssignment", answeredBy: ARM, shows: "known roles, scope, uniqueness, conditions' presence", cannotShow: "that Azure RBAC lets a request through, inside a cluster too" },
  { type: "azure-native:containerservice:ManagedCluster", answeredBy: `${ARM}; behind each cluster a real API server`, shows: "asynchronous creation, immutable properties, defaults, supported versions, Entra-only kubeconfig", cannotShow: "nodes, networks, upgrades, quota, private access" },
  { type: "azure-native:containerservice:AgentPool", answeredBy: ARM, shows: "names, sizes' form, scaling bounds, taints, what cannot change in place", cannotShow: "that a size exists in the region, GPU drivers, scaling, spot eviction" },
  { type: "azure-native:containerservice:MaintenanceConfiguration", answeredBy: ARM, shows: "names and windows", cannotShow: "an upgrade inside one" },
  { type: "kubernetes:*", answeredBy: "a real kube-apiserver, etcd and the controllers of namespaces, quotas and garbage", shows: "validation, admission policies, Pod Security, quotas, RBAC by impersonation, field ownership, deletion order", cannotShow: "pods: no node exists, so nothing is scheduled, pulled or run; network policies are stored, not enforced" },
  { type: "kubernetes:helm.sh/v3:Release", answeredBy: "the same API server, in Helm's own storage", shows: "chart, version, every value against a typed schema; the objects of a model of the chart, in the cluster, and its pods by dry run; the order of sets and controller", cannotShow: "that the chart renders what its model does, unless `make charts` judged it; the schemas of its custom resource definitions; what its controller does" },
  { type: "github:index/repositoryRuleset:RepositoryRuleset", answeredBy: GITHUB, shows: "rules, required checks, bypass actors that exist; a write to a protected branch is refused", cannotShow: "rules of the organisation" },
  { type: "github:index/repositoryEnvironment:RepositoryEnvironment", answeredBy: GITHUB, shows: "reviewers that exist, wait timer", cannotShow: "a deployment that waits" },
  { type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy", answeredBy: GITHUB, shows: "patterns, duplicates", cannotShow: "GitHub's own matching of a ref" },
  { type: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", answeredBy: GITHUB, shows: "encryption with the environment's key", cannotShow: "a job that reads it; the real provider does not notice a secret that somebody replaced" },
  { type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable", answeredBy: GITHUB, shows: "names, values, duplicates", cannotShow: "a job that reads it" },
  { type: "github:index/repositoryFile:RepositoryFile", answeredBy: GITHUB, shows: "commits, hashes, conflicts, protected branches", cannotShow: "a run: triggers, checks and merges are the gate model's and its proofs'" },
  { type: "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions", answeredBy: GITHUB, shows: "allowed actions, SHA pinning", cannotShow: "a refused action" },
  { type: "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions", answeredBy: GITHUB, shows: "the token's default", cannotShow: "a token" },
  { type: "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate", answeredBy: GITHUB, shows: "the template", cannotShow: "a token" },
  { type: "github:index/actionsRunnerGroup:ActionsRunnerGroup", answeredBy: GITHUB, shows: "name, visibility, repositories", cannotShow: "a runner that registers; the real provider does not notice a group that is gone" },
];
