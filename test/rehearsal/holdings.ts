/** What the clouds hold and what the state says they hold, in the same words: a resource that was made twice or lost shows as a difference. */
import { join } from "node:path";
import type { Rehearsal, StateResource } from "./harness";

/** `kind name`, the name as the sandbox's inventory gives it. */
type Line = string;

/** Kind in the inventory by type. A type that is not here is part of another's line, or a Kubernetes object. */
const KINDS: Readonly<Record<string, string>> = {
  "aws:ecr/repository:Repository": "ECR repository",
  "aws:iam/role:Role": "IAM role",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "IAM identity provider",
  "aws:s3/bucket:Bucket": "S3 bucket",
  "azure-native:resources:ResourceGroup": "resource group",
  "azure-native:containerregistry:Registry": "container registry",
  "azure-native:containerregistry:Task": "registry task",
  "azure-native:managedidentity:UserAssignedIdentity": "managed identity",
  "azure-native:managedidentity:FederatedIdentityCredential": "federated credential",
  "azure-native:authorization:RoleAssignment": "role assignment",
  "azure-native:containerservice:ManagedCluster": "AKS cluster",
  "azure-native:containerservice:AgentPool": "node pool",
  "azure-native:containerservice:MaintenanceConfiguration": "maintenance window",
  "github:index/repositoryRuleset:RepositoryRuleset": "ruleset",
  "github:index/repositoryEnvironment:RepositoryEnvironment": "environment",
  "github:index/repositoryFile:RepositoryFile": "file",
  "github:index/actionsRunnerGroup:ActionsRunnerGroup": "runner group",
  "kubernetes:helm.sh/v3:Release": "Helm release",
};

/** Settings that every repository has, and objects that `clusterObjects` lists. */
const LEFT_OUT = ["Actions permissions", "OIDC subject", "Namespace", "ResourceQuota", "ValidatingAdmissionPolicy"];

/** What the clouds hold, besides Kubernetes objects. Helm releases go without the name of their cluster. */
export async function cloudLines(rehearsal: Rehearsal): Promise<readonly Line[]> {
  const inventory = await rehearsal.client.call("GET /inventory");
  const entries = inventory.flatMap(({ entries }) => entries).filter(({ kind }) => !LEFT_OUT.includes(kind));
  return entries.map(({ kind, name }) => `${kind} ${kind === "Helm release" ? name.slice(name.indexOf("/") + 1) : name}`).sort();
}

/** The same, as the state has it. A cluster brings its first node pool. */
export function stateLines(state: readonly StateResource[]): readonly Line[] {
  return state.flatMap((resource) => {
    const kind = KINDS[resource.type];
    if (kind === undefined) return [];
    const pools = (resource.inputs?.["agentPoolProfiles"] ?? []) as readonly { readonly name: string }[];
    return [`${kind} ${nameOf(resource)}`, ...pools.map(({ name }) => `node pool ${nameOf(resource)}/${name}`)];
  }).sort();
}

function nameOf({ type, id = "", outputs }: StateResource): string {
  if (type.startsWith("github:")) return githubName(type, id, outputs);
  if (type === "azure-native:authorization:RoleAssignment" || type === "azure-native:resources:ResourceGroup") return id.split("/").at(-1)!;
  // Below the provider's namespace, types and names alternate.
  if (type.startsWith("azure-native:")) return id.split("/").slice(8).filter((_, i) => i % 2 === 0).join("/");
  return id.replace(/^arn:.*:oidc-provider\//, "");
}

function githubName(type: string, id: string, outputs: StateResource["outputs"]): string {
  if (type.endsWith(":RepositoryFile") || type.endsWith(":RepositoryEnvironment")) return id.split(":")[1]!;
  return String(outputs!["name"]);
}

/** `KIND namespace/name` of every object that the provider wrote in a cluster, asked with kubectl. */
export async function clusterObjects(rehearsal: Rehearsal, context: string, state: readonly StateResource[]): Promise<readonly Line[]> {
  const kinds = [...new Set(objectsOf(state).map(({ type }) => type))].map(resourceArgument);
  const kubectl = join(rehearsal.client.layout.bin, "kubectl");
  const answer = await rehearsal.command(kubectl, "--context", context, "get", kinds.join(","), "--all-namespaces", "--show-managed-fields", "-o", "json");
  const { items } = JSON.parse(answer) as { items: readonly KubernetesObject[] };
  return items.filter(isOurs).map(({ kind, metadata }) => `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`).sort();
}

/**
 * An account of which nothing is set has no field that anybody could own; Kubernetes itself makes `default` in every namespace, and more in its own. What Helm
 * made belongs to its release.
 */
function isOurs({ kind, metadata }: KubernetesObject): boolean {
  if (metadata.annotations?.["meta.helm.sh/release-name"] !== undefined) return false;
  if (kind === "ServiceAccount") return metadata.name !== "default" && !metadata.namespace!.startsWith("kube-");
  return (metadata.managedFields ?? []).some(({ manager }) => manager.startsWith("pulumi-kubernetes"));
}

/** The same, as the state has it. */
export function stateObjects(state: readonly StateResource[]): readonly Line[] {
  return objectsOf(state).map(({ type, id }) => `${type.split(":").at(-1)!} ${id}`).sort();
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>>; readonly managedFields?: readonly { readonly manager: string }[] };
}

/** Helm releases are kept in Secrets of Helm's own. */
function objectsOf(state: readonly StateResource[]): readonly StateResource[] {
  return state.filter(({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:helm.sh/v3:Release");
}

/** `kubernetes:batch/v1:CronJob` as kubectl takes it: `CronJob.v1.batch`. */
function resourceArgument(type: string): string {
  const [, version = "", kind = ""] = type.split(":");
  const [group = "", name = ""] = version.split("/");
  return group === "core" ? kind : `${kind}.${name}.${group}`;
}
