import { createHash, randomBytes } from "node:crypto";
import { ArmError } from "../errors";
import { formatResourceId, idKey, RESOURCE_GROUPS, type ResourceId } from "../ids";
import { DEFAULT_VERSION, mayUpgrade, resolveVersion } from "../kubernetesVersions";
import { refuseChanges } from "../immutability";
import type { Stored } from "../store";
import type { ArmType, PutRequest, World } from "../type";
import { at, isObject, overlayObjects, without, type Json } from "../values";
import { buildPool } from "./agentPools";
import { autoScalerDefaults, clusterDefaults, clusterEnvelope, clusterImmutable, clusterProperties, clusterReadOnly } from "./clusterBody";
import { clusterFindings } from "./clusterRules";
import { AGENT_POOLS, containerServiceVersions, MANAGED_CLUSTERS } from "./containerService";
import { resolveIdentity } from "./envelopes";
import { USER_ASSIGNED_IDENTITIES, userAssignedIdentities } from "./identities";
import { userKubeconfig } from "./kubeconfig";
import { poolImmutable } from "./poolBody";

const MAXIMUM_POOLS = 100;

/** Microsoft.ContainerService/managedClusters. */
export const managedClusters: ArmType = {
  type: MANAGED_CLUSTERS,
  apiVersions: containerServiceVersions,
  name: {
    pattern: /^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/,
    rule: "a cluster's name has 1 to 63 letters, digits, underscores and hyphens and starts and ends with a letter or digit",
  },
  idCase: "resourcegroups",
  located: true,
  envelope: clusterEnvelope,
  properties: clusterProperties,
  readOnly: clusterReadOnly,
  immutable: clusterImmutable,
  defaults: clusterDefaults,
  provisioning: "operation",
  patch: "tags",
  check: clusterFindings,
  put: putCluster,
  show: ({ document, id }, world) => ({ ...document, properties: { ...propertiesOf(document), agentPoolProfiles: inlinePools(world, id) } }),
  takeDown,
  actions: { listClusterUserCredential, listClusterAdminCredential },
};

const propertiesOf = (document: Json): Json => (isObject(document.properties) ? document.properties : {});

const poolsOf = (world: World, clusterId: string): readonly Stored[] =>
  world.store
    .within(clusterId)
    .filter((resource) => resource.type === AGENT_POOLS)
    .sort((a, b) => a.name.localeCompare(b.name));

const inlinePools = (world: World, clusterId: string): readonly Json[] =>
  poolsOf(world, clusterId).map((pool) => ({ name: pool.name, ...propertiesOf(pool.document) }));

function putCluster(request: PutRequest): ReturnType<ArmType["put"]> {
  const { body, existing, world, resourceId, id } = request;
  requirePools(request);
  const version = versionOf(request);
  const identity = resolveIdentity(request);
  if (existing === undefined) {
    requireDnsPrefix(body.properties);
    makeNodeGroup(request, nodeGroupName(request));
  }
  const settled = settledProperties(request, version);
  putPools(request, settled, version);
  const properties = overlayObjects(without(body.properties, "agentPoolProfiles"), settled);
  const work = async (): Promise<void> => {
    if (world.endpoints.has(idKey(resourceId))) return;
    const endpoint = await world.clusters.create({ id: resourceId, name: id.names[0] ?? "", kubernetesVersion: version });
    world.endpoints.set(idKey(resourceId), endpoint);
  };
  return { document: { ...body, identity, properties }, work };
}

function requirePools({ body, existing }: PutRequest): void {
  if (existing !== undefined || Array.isArray(body.properties.agentPoolProfiles)) return;
  throw new ArmError(400, "InvalidParameter", "Required parameter agentPoolProfiles is missing (null).", "agentPoolProfiles");
}

/** Full version that the control plane runs; fails where AKS would not upgrade. */
function versionOf({ body, existing }: PutRequest): string {
  const running = at(existing?.document, "properties.currentKubernetesVersion");
  const asked = body.properties.kubernetesVersion;
  if (typeof running !== "string") return resolveVersion(typeof asked === "string" ? asked : DEFAULT_VERSION);
  if (typeof asked !== "string") return running;
  const wanted = resolveVersion(asked, running);
  if (!mayUpgrade(running, wanted)) {
    throw new ArmError(
      400,
      "OperationNotAllowed",
      `Upgrading Kubernetes version ${running} to ${wanted} is not allowed. Available upgrades: the next minor version and newer patches of this one. See https://aka.ms/aks-supported-k8s-ver for version details.`,
      "kubernetesVersion",
    );
  }
  return wanted;
}

/** What AKS decides: names, hosts, identities, versions. Everything decided once stays. */
function settledProperties(request: PutRequest, version: string): Json {
  const { body, existing, world, resourceId } = request;
  const before = propertiesOf(existing?.document ?? {});
  const location = String(body.location);
  const dnsPrefix = String(before.dnsPrefix ?? requireDnsPrefix(body.properties));
  const nodeResourceGroup = nodeGroupName(request);
  const host = createHash("sha256").update(idKey(resourceId)).digest("hex").slice(0, 8);
  const resourceUID = String(before.resourceUID ?? randomBytes(12).toString("hex"));
  return {
    azurePortalFQDN: `${dnsPrefix}-${host}.portal.hcp.${location}.azmk8s.io`,
    currentKubernetesVersion: version,
    dnsPrefix,
    ...hosts(body.properties, `${dnsPrefix}-${host}`, location),
    kubernetesVersion: body.properties.kubernetesVersion ?? before.kubernetesVersion ?? version,
    maxAgentPools: MAXIMUM_POOLS,
    nodeResourceGroup,
    powerState: { code: "Running" },
    resourceUID,
    identityProfile: { kubeletidentity: kubeletOf(request, nodeResourceGroup) },
    networkProfile: settledNetwork(body.properties),
    ...(isObject(body.properties.aadProfile) ? { aadProfile: { tenantID: world.store.tenant, ...body.properties.aadProfile } } : {}),
    ...(isObject(body.properties.autoScalerProfile) ? { autoScalerProfile: { ...autoScalerDefaults, ...body.properties.autoScalerProfile } } : {}),
    ...settledIssuer(body.properties, before, `https://${location}.oic.prod-aks.azure.com/${world.store.tenant}/${guidFrom(resourceUID)}/`),
  };
}

/** A private cluster is known by its private name; by the public one too only where that was asked for. */
function hosts(properties: Json, host: string, location: string): Json {
  const access = isObject(properties.apiServerAccessProfile) ? properties.apiServerAccessProfile : {};
  const fqdn = `${host}.hcp.${location}.azmk8s.io`;
  if (access.enablePrivateCluster !== true) return { fqdn };
  const privateFQDN = `${host}.${guidFrom(host)}.privatelink.${location}.azmk8s.io`;
  return access.enablePrivateClusterPublicFQDN === true ? { fqdn, privateFQDN } : { privateFQDN };
}

/** The kubelet's identity: the one that the body names, or AKS's own in the node group, with the ids that Entra knows it by. */
function kubeletOf({ id, body, existing, world }: PutRequest, group: string): Json {
  const named = at(body.properties, "identityProfile.kubeletidentity.resourceId") ?? at(existing?.document, "properties.identityProfile.kubeletidentity.resourceId");
  const resourceId = typeof named === "string" ? named : kubeletId(id, group);
  const identity = world.store.get(resourceId);
  if (identity === undefined) {
    throw new ArmError(400, "BadRequest", `The kubelet identity '${resourceId}' was not found.`, "identityProfile.kubeletidentity");
  }
  return { resourceId, clientId: at(identity.document, "properties.clientId"), objectId: at(identity.document, "properties.principalId") };
}

/** The node group: chosen at creation and never again. */
const nodeGroupName = ({ body, existing, id }: PutRequest): string =>
  String(body.properties.nodeResourceGroup ?? at(existing?.document, "properties.nodeResourceGroup") ?? `MC_${id.group}_${id.names[0]}_${String(body.location)}`.slice(0, 80));

function requireDnsPrefix(properties: Json): string {
  const prefix = properties.dnsPrefix ?? properties.fqdnSubdomain;
  if (typeof prefix === "string") return prefix;
  throw new ArmError(400, "InvalidParameter", "Required parameter dnsPrefix is missing (null).", "dnsPrefix");
}

const kubeletId = (id: ResourceId, group: string): string =>
  formatResourceId({ subscription: id.subscription, group, type: USER_ASSIGNED_IDENTITIES, names: [`${id.names[0]}-agentpool`] }, "resourcegroups");

function settledNetwork(properties: Json): Json {
  const network = isObject(properties.networkProfile) ? properties.networkProfile : {};
  const balancer = network.outboundType === "loadBalancer" ? { loadBalancerProfile: { backendPoolType: "NodeIPConfiguration", managedOutboundIPs: { count: 1 } } } : {};
  return overlayObjects({ ...balancer, podCidrs: [network.podCidr], serviceCidrs: [network.serviceCidr] }, network);
}

/** The issuer's URL comes with the first switch-on and stays; AKS never switches an issuer off. */
function settledIssuer(properties: Json, before: Json, url: string): Json {
  const isOn = at(properties, "oidcIssuerProfile.enabled") === true;
  const issuerURL = at(before, "oidcIssuerProfile.issuerURL");
  if (!isOn && issuerURL !== undefined) {
    throw new ArmError(400, "OIDCIssuerFeatureCannotBeDisabled", "OIDC issuer feature cannot be disabled.", "oidcIssuerProfile.enabled");
  }
  return isOn ? { oidcIssuerProfile: { enabled: true, issuerURL: issuerURL ?? url } } : {};
}

/** A GUID that stays the same for one text. */
function guidFrom(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** Writes the inline pools. On a cluster that is there it may change pools, and not add any. */
function putPools({ body, existing, world, resourceId }: PutRequest, settled: Json, version: string): void {
  const wanted = Array.isArray(body.properties.agentPoolProfiles) ? (body.properties.agentPoolProfiles as Json[]) : [];
  const built = wanted.map((pool) => {
    const { name, ...asked } = pool;
    const id = `${resourceId}/agentPools/${String(name)}`;
    const before = world.store.get(id);
    if (existing !== undefined && before === undefined) refuseNewPool();
    if (before !== undefined) refuseChanges(poolImmutable, propertiesOf(before.document), asked);
    const properties = buildPool(asked, { version, network: settled.networkProfile, existing: before && propertiesOf(before.document) });
    return { id, type: AGENT_POOLS, name: String(name), document: { properties: { ...properties, provisioningState: "Succeeded" } } };
  });
  for (const pool of built) world.store.put(pool);
}

function refuseNewPool(): never {
  throw new ArmError(
    400,
    "BadRequest",
    "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations. For agent pool specific change, please use per agent pool operations: https://aka.ms/agent-pool-rest-api",
    "agentPoolProfiles",
  );
}

/** AKS makes a group of its own for nodes, and in it the kubelet's identity. */
function makeNodeGroup({ id, body, world, resourceId }: PutRequest, group: string): void {
  const groupId = formatResourceId({ subscription: id.subscription, group, type: RESOURCE_GROUPS, names: [] });
  if (world.store.get(groupId) !== undefined) {
    throw new ArmError(409, "NodeResourceGroupAlreadyExists", `The node resource group '${group}' already exists; a cluster makes its own.`, "nodeResourceGroup");
  }
  world.store.put({
    id: groupId,
    type: RESOURCE_GROUPS,
    name: group,
    document: { location: body.location, managedBy: resourceId, properties: { provisioningState: "Succeeded" } },
  });
  const kubelet = kubeletId(id, group);
  const name = `${id.names[0]}-agentpool`;
  const { document } = userAssignedIdentities.put({
    id: { ...id, group, type: USER_ASSIGNED_IDENTITIES, names: [name] },
    resourceId: kubelet,
    body: { location: body.location, properties: {} },
    existing: undefined,
    world,
  });
  world.store.put({ id: kubelet, type: USER_ASSIGNED_IDENTITIES, name, document });
}

/** Ids of the node group and what is in it. */
function nodeGroupOf(cluster: Stored): string {
  const subscription = cluster.id.split("/").slice(0, 3).join("/");
  return `${subscription}/resourceGroups/${String(at(cluster.document, "properties.nodeResourceGroup"))}`;
}

async function takeDown(cluster: Stored, world: World): Promise<void> {
  await world.clusters.remove(cluster.id);
  world.endpoints.delete(idKey(cluster.id));
  const group = nodeGroupOf(cluster);
  for (const resource of world.store.within(group)) world.store.delete(resource.id);
}

function listClusterUserCredential(cluster: Stored, world: World, query: Readonly<Record<string, string>>): Json {
  if (query.format !== undefined && query.format !== "exec") {
    throw new ArmError(400, "BadRequest", `The format '${query.format}' is not supported for Kubernetes 1.24 and later. Use the format 'exec'.`, "format");
  }
  const tenant = at(cluster.document, "properties.aadProfile.tenantID");
  if (typeof tenant !== "string") return refuseStaticCredential();
  const endpoint = world.endpoints.get(idKey(cluster.id));
  if (endpoint === undefined) throw new ArmError(409, "OperationNotAllowed", `The API server of the managed cluster '${cluster.name}' does not run.`);
  const group = cluster.id.split("/")[4] ?? "";
  const value = userKubeconfig({ cluster: cluster.name, group, tenant, endpoint });
  return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(value).toString("base64") }] };
}

function listClusterAdminCredential(cluster: Stored): Json {
  if (at(cluster.document, "properties.disableLocalAccounts") !== true) return refuseStaticCredential();
  throw new ArmError(400, "BadRequest", "Getting static credential is not allowed because this cluster is set to disable local accounts.");
}

/** The sandbox makes no client certificates: only Entra users reach its clusters. */
const refuseStaticCredential = (): never => {
  throw new ArmError(400, "NotSupportedInSandbox", "Certificates of local accounts are not made in the sandbox; use an Entra cluster (aadProfile.managed: true) and listClusterUserCredential.");
};
