/** Dangers in registries, buckets and clusters: what they let in, what they keep safe, and upgrades that move running jobs. */
import { aksChanges, isRefused, type AksThing } from "../../../clouds/aks-changes";
import { versionMove } from "../../../clouds/kubernetes-move";
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { physicalName } from "../resources/physical";
import { flagAt, listAt, numberAt, textAt, textsAt, valueAt } from "../resources/values";
import { say, words, type Facts, type Sentence } from "../statement";
import { equalValues, isFields } from "../value";
import type { DangerKind } from "./catalogue";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";

/** A switch that opens something when it leaves its safe value. */
interface Switch {
  readonly kind: DangerKind;
  readonly path: readonly string[];
  readonly safe: boolean | string;
  /** What holds from then on, after the thing's name. */
  readonly then: string;
}

const SWITCHES: Readonly<Record<string, readonly Switch[]>> = {
  "azure-native:containerregistry:Registry": [
    { kind: "registry-access-opened", path: ["adminUserEnabled"], safe: false, then: "gets an administrator with a password" },
    { kind: "registry-access-opened", path: ["anonymousPullEnabled"], safe: false, then: "gives its images to everybody" },
    { kind: "network-opened", path: ["publicNetworkAccess"], safe: "Disabled", then: "is reached from the internet" },
    { kind: "network-opened", path: ["networkRuleSet", "defaultAction"], safe: "Deny", then: "is reached from every address" },
  ],
  "azure-native:containerservice:ManagedCluster": [
    { kind: "cluster-authentication-loosened", path: ["disableLocalAccounts"], safe: true, then: "takes local accounts, which no directory knows and nobody can lock" },
    { kind: "cluster-authentication-loosened", path: ["aadProfile", "enableAzureRBAC"], safe: true, then: "no longer asks Azure who may do what in it" },
    { kind: "cluster-authentication-loosened", path: ["enableRBAC"], safe: true, then: "lets everybody who is let in do everything" },
    { kind: "network-opened", path: ["apiServerAccessProfile", "enablePrivateCluster"], safe: true, then: "has an API server on the internet" },
    { kind: "network-opened", path: ["apiServerAccessProfile", "disableRunCommand"], safe: true, then: "runs commands for whoever has the right in Azure, past its own network" },
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((name) => ({
    kind: "public-access-opened" as const,
    path: [name],
    safe: true,
    then: `no longer has ${name} on its bucket`,
  })),
  "aws:ecr/repository:Repository": [{ kind: "scanning-removed", path: ["imageScanningConfiguration", "scanOnPush"], safe: true, then: "no longer scans images when they are pushed" }],
};

/** Switches of a resource that leave their safe value. The block of public access protects by being there. */
export function switchDangers(change: Change): Danger[] {
  const switches = SWITCHES[change.resource.type] ?? [];
  const name = physicalName(change.before ?? change.after, change.resource.name);
  if (change.resource.type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" && isGone(change)) return [danger("public-access-opened", change, { on: name }, say`Nothing keeps the bucket ${name} from being made public any more.`)];
  if (!isChanged(change)) return [];
  return switches.flatMap(({ kind, path, safe, then }) => {
    const property = path.join(".");
    if (valueAt(change.before, ...path) !== safe || valueAt(change.after, ...path) === safe) return [];
    return [danger(kind, change, { on: name, property }, say`The ${words(change.resource.title)} ${name} ${words(then)}.`, { property })];
  });
}

/** Images that could not be overwritten and then can. */
export function mutabilityDangers(change: Change): Danger[] {
  if (!isChanged(change)) return [];
  const repository = physicalName(change.before, change.resource.name);
  const [was, becomes] = [change.before, change.after].map((fields) => textAt(fields, "imageTagMutability") ?? "MUTABLE");
  const filters = (fields: Change["before"]): readonly string[] => listAt(fields, "imageTagMutabilityExclusionFilters").flatMap((filter) => textAt(filter, "filter") ?? []);
  const excluded = filters(change.after).filter((filter) => !filters(change.before).includes(filter));
  const property = "imageTagMutability";
  if (was !== "MUTABLE" && becomes === "MUTABLE") return [danger("images-mutable", change, { repository, before: was!, after: becomes }, say`Every tag of ${repository} can be overwritten: an image that was tested need not be the one that is deployed.`, { property })];
  if (was === "MUTABLE") return [];
  const exclusions = was === "IMMUTABLE" && becomes === "IMMUTABLE_WITH_EXCLUSION" ? filters(change.after) : excluded;
  return exclusions.map((filter) => danger("images-mutable", change, { repository, tags: filter }, say`Tags ${filter} of ${repository} can be overwritten.`, { property: "imageTagMutabilityExclusionFilters", about: filter }));
}

export function encryptionDangers(change: Change): Danger[] {
  if (!isGone(change)) return [];
  const bucket = textAt(change.before, "bucket") ?? change.resource.name;
  return [danger("encryption-removed", change, { bucket }, say`The encryption of the bucket ${bucket} is no longer set.`)];
}

export function clusterDangers(change: Change): Danger[] {
  if (!isChanged(change)) return [];
  const cluster = textAt(change.before, "resourceName") ?? change.resource.name;
  return [...refusals("cluster", change, { cluster }, say`the cluster ${cluster}`), ...administrators(change, cluster), ...ranges(change, cluster), ...versions(change, cluster), ...systemPools(change, cluster)];
}

function administrators(change: Change, cluster: string): Danger[] {
  const path = ["aadProfile", "adminGroupObjectIDs"] as const;
  const had = textsAt(change.before, ...path);
  return textsAt(change.after, ...path)
    .filter((group) => !had.includes(group))
    .map((group) => danger("cluster-administrator-added", change, { cluster, group }, say`Members of the group ${group} administer the cluster ${cluster}.`, { property: path.join("."), about: group }));
}

/** No range at all lets everybody in, unless the cluster is private. */
function ranges(change: Change, cluster: string): Danger[] {
  const path = ["apiServerAccessProfile", "authorizedIPRanges"] as const;
  const [had, has] = [textsAt(change.before, ...path), textsAt(change.after, ...path)];
  const property = path.join(".");
  if (had.length > 0 && has.length === 0 && !flagAt(change.after, false, "apiServerAccessProfile", "enablePrivateCluster")) {
    return [danger("network-opened", change, { cluster, property }, say`The API server of ${cluster} is reached from every address.`, { property })];
  }
  if (had.length === 0) return [];
  return has.filter((range) => !had.includes(range)).map((range) => danger("network-opened", change, { cluster, range }, say`The API server of ${cluster} is reached from ${range} as well.`, { property, about: range }));
}

function versions(change: Change, cluster: string): Danger[] {
  const [was, becomes] = [textAt(change.before, "kubernetesVersion"), textAt(change.after, "kubernetesVersion")];
  if (was === undefined || becomes === undefined || was === becomes) return [];
  const move = versionMove(was, becomes);
  if (move === "same minor") return [];
  if (move === "refused") return [refusedMove(change, { cluster }, say`The control plane of ${cluster}`, "kubernetesVersion", was, becomes)];
  const sentence = say`The control plane of ${cluster} goes from Kubernetes ${was} to ${becomes}; it cannot go back, and its API may not answer for a while.`;
  return [danger("cluster-upgraded", change, { cluster, before: was, after: becomes }, sentence, { property: "kubernetesVersion" })];
}

/** AKS refuses the way from one version to the other: an apply would fail there. */
function refusedMove(change: Change, names: Facts, what: Sentence, property: string, was: string, becomes: string): Danger {
  const sentence = say`${what} cannot go from Kubernetes ${was} to ${becomes}: AKS goes up one minor version at a time, and never back. An apply would fail here.`;
  return danger("change-refused", change, { ...names, property, before: was, after: becomes }, sentence, { property });
}

/** Changes in place that AKS refuses, by its table. What is replaced is another danger. */
function refusals(of: AksThing, change: Change, names: Facts, what: Sentence): Danger[] {
  return aksChanges.flatMap((row) => {
    const [before, after] = [change.before, change.after].map((fields) => valueAt(fields, ...row.property.split(".")));
    if (before === undefined || row.of !== of || equalValues(before, after) || !isRefused(row, before, after)) return [];
    const sentence = say`${row.property} of ${what} cannot change in place: an apply would fail here. Another value takes another ${words(of === "pool" ? "pool, under a name of its own: add it, move what uses it, then remove this one" : "cluster")}.`;
    return [danger("change-refused", change, { ...names, property: row.property }, sentence, { property: row.property })];
  });
}

function systemPools(change: Change, cluster: string): Danger[] {
  const pools = new Map(listAt(change.before, "agentPoolProfiles").flatMap((pool) => (isFields(pool) ? [[textAt(pool, "name") ?? "", pool] as const] : [])));
  return listAt(change.after, "agentPoolProfiles").flatMap((pool) => {
    const name = textAt(pool, "name") ?? "";
    const [was, becomes] = [numberAt(pools.get(name), "maxCount"), numberAt(pool, "maxCount")];
    if (was === undefined || becomes === undefined || becomes >= was) return [];
    return [danger("pool-maximum-lowered", change, { cluster, pool: name, before: was, after: becomes }, lowered(name, cluster, was, becomes), { property: `agentPoolProfiles[${name}].maxCount`, about: name })];
  });
}

function lowered(pool: string, cluster: string, was: number, becomes: number): Sentence {
  return say`The node pool ${pool} of ${cluster} grows to ${becomes} nodes instead of ${was}: pods beyond that wait.`;
}

export function poolDangers(change: Change): Danger[] {
  const { before, after, causes } = change;
  const pool = textAt(before ?? after, "agentPoolName") ?? change.resource.name;
  const cluster = textAt(before ?? after, "resourceName") ?? "its cluster";
  if (isGone(change)) return [danger("pool-deleted", change, { pool, cluster }, say`The node pool ${pool} of ${cluster} is deleted: jobs on its nodes are ended.`)];
  if (isReplaced(change)) return [danger("pool-replaced", change, { pool, cluster, causes: [...causes] }, say`The node pool ${pool} of ${cluster} is replaced, as ${causes} cannot change in place: jobs on its nodes are ended. A pool under a name of its own, with the old one removed afterwards, ends none.`)];
  if (!isChanged(change)) return [];
  const [max, newMax] = [numberAt(before, "maxCount"), numberAt(after, "maxCount")];
  const [version, newVersion] = [textAt(before, "orchestratorVersion"), textAt(after, "orchestratorVersion")];
  return [
    ...(max !== undefined && newMax !== undefined && newMax < max ? [danger("pool-maximum-lowered", change, { pool, cluster, before: max, after: newMax }, lowered(pool, cluster, max, newMax), { property: "maxCount" })] : []),
    ...refusals("pool", change, { pool, cluster }, say`the node pool ${pool} of ${cluster}`),
    ...(version !== undefined && newVersion !== undefined && versionMove(version, newVersion) === "refused" ? [refusedMove(change, { pool, cluster }, say`The node pool ${pool} of ${cluster}`, "orchestratorVersion", version, newVersion)] : []),
    ...(version !== undefined && newVersion !== undefined && ["next minor", "unknown"].includes(versionMove(version, newVersion)) && version !== newVersion
      ? [danger("pool-upgraded", change, { pool, cluster, before: version, after: newVersion }, say`The nodes of ${pool} of ${cluster} go from Kubernetes ${version} to ${newVersion}: each is drained and replaced, and jobs on it are ended.`, { property: "orchestratorVersion" })]
      : []),
  ];
}
