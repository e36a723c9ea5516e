import { z } from "zod";
import { ArmError } from "../errors";
import { mayJoin, resolveVersion } from "../kubernetesVersions";
import { parseVmSize } from "../vmSizes";
import type { Store, Stored } from "../store";
import type { ArmType } from "../type";
import { at, isObject, overlayObjects, type Json } from "../values";
import { AGENT_POOLS, containerServiceVersions } from "./containerService";
import { poolDefaults, poolFindings, poolImmutable, poolName, poolReadOnly, poolShape } from "./poolBody";

const SPOT_KEY = "kubernetes.azure.com/scalesetpriority";

/** What a pool is built within. */
export interface PoolContext {
  /** Full version of the control plane. */
  readonly version: string;
  /** `networkProfile` of the cluster. */
  readonly network: unknown;
  readonly existing: Json | undefined;
}

/** Properties of a pool as AKS answers them, out of what was asked for. */
export function buildPool(wanted: Json, { version, network, existing }: PoolContext): Json {
  const kept = existing === undefined ? {} : { count: existing.count, orchestratorVersion: existing.orchestratorVersion };
  const asked = String(wanted.orchestratorVersion ?? kept.orchestratorVersion ?? version);
  const node = resolveVersion(asked, existing === undefined ? undefined : String(existing.currentOrchestratorVersion));
  requireJoin(node, version);
  const filled = overlayObjects(overlayObjects({ ...poolDefaults, maxPods: maxPodsOf(network) }, kept), wanted);
  return {
    ...withSpot(filled),
    ...(filled.scaleSetPriority === "Spot" ? { upgradeSettings: wanted.upgradeSettings } : {}),
    orchestratorVersion: asked,
    currentOrchestratorVersion: node,
    nodeImageVersion: imageOf(filled),
  };
}

function requireJoin(node: string, cluster: string): void {
  if (mayJoin(node, cluster)) return;
  throw new ArmError(
    400,
    "NodePoolMcVersionIncompatible",
    `Node pool version ${node} and control plane version ${cluster} are incompatible. Minor version of node pool version is bigger than control plane version or lags it by more than 3. For more information, please check https://aka.ms/aks/UpgradeVersionRules`,
    "orchestratorVersion",
  );
}

/** learn.microsoft.com, quotas-skus-regions: pods a node by network plugin. */
function maxPodsOf(network: unknown): number {
  if (at(network, "networkPlugin") !== "azure") return 110;
  return at(network, "networkPluginMode") === "overlay" ? 250 : 30;
}

/** AKS marks the nodes of a spot pool itself, and deletes evicted ones unless told otherwise. */
function withSpot(pool: Json): Json {
  if (pool.scaleSetPriority !== "Spot") return pool;
  const taint = `${SPOT_KEY}=spot:NoSchedule`;
  const taints: readonly unknown[] = Array.isArray(pool.nodeTaints) ? pool.nodeTaints : [];
  return {
    scaleSetEvictionPolicy: "Delete",
    spotMaxPrice: -1,
    ...pool,
    nodeLabels: { ...(isObject(pool.nodeLabels) ? pool.nodeLabels : {}), [SPOT_KEY]: "spot" },
    nodeTaints: taints.includes(taint) ? taints : [...taints, taint],
  };
}

function imageOf(pool: Json): string {
  const family = pool.osSKU === "Ubuntu" || pool.osSKU === "Ubuntu2204" ? "AKSUbuntu-2204" : "AKSAzureLinux-V3";
  const arm = parseVmSize(String(pool.vmSize))?.isArm === true ? "arm64" : "";
  return `${family}gen2${arm}containerd-202611.10.0`;
}

const systemPools = (store: Store, clusterId: string): readonly Stored[] =>
  store.within(clusterId).filter((pool) => pool.type === AGENT_POOLS && at(pool.document, "properties.mode") === "System");

const clusterIdOf = (poolId: string): string => poolId.slice(0, poolId.toLowerCase().lastIndexOf("/agentpools/"));

/** A cluster keeps a system pool whatever happens to this one. */
export function requireOtherSystemPool(store: Store, poolId: string): void {
  if (systemPools(store, clusterIdOf(poolId)).some((pool) => pool.id !== poolId)) return;
  throw new ArmError(400, "OperationNotAllowed", "There has to be at least one system agent pool.");
}

/** Microsoft.ContainerService/managedClusters/agentPools. */
export const agentPools: ArmType = {
  type: AGENT_POOLS,
  apiVersions: containerServiceVersions,
  name: poolName,
  idCase: "resourcegroups",
  located: false,
  envelope: {},
  properties: z.strictObject(poolShape),
  readOnly: poolReadOnly.map((property) => `properties.${property}`),
  immutable: poolImmutable.map((property) => `properties.${property}`),
  defaults: {},
  provisioning: "operation",
  check: ({ properties }) => poolFindings(properties),
  put({ body, existing, world, resourceId }) {
    const cluster = world.store.get(clusterIdOf(resourceId));
    const before = isObject(existing?.document.properties) ? existing.document.properties : undefined;
    if (before?.mode === "System" && body.properties.mode !== "System") requireOtherSystemPool(world.store, resourceId);
    const properties = buildPool(body.properties, {
      version: String(at(cluster?.document, "properties.currentKubernetesVersion")),
      network: at(cluster?.document, "properties.networkProfile"),
      existing: before,
    });
    return { document: { properties }, work: () => Promise.resolve() };
  },
  mayDelete: (pool, { store }) => {
    if (at(pool.document, "properties.mode") === "System") requireOtherSystemPool(store, pool.id);
  },
};
