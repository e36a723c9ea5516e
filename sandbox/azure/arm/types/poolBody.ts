/** Properties of a node pool, the same inline in a cluster and as a resource of its own, and their rules. */
import * as aks from "@pulumi/azure-native/types/enums/containerservice";
import { z } from "zod";
import { neverChanges } from "../../../../clouds/aks-changes";
import type { Finding } from "../errors";
import { armId, nodeLabels, nodeTaint, oneOf, tags, text, whole } from "../rules";
import { at, isObject, type Json } from "../values";
import { parseVmSize } from "../vmSizes";

export const poolName = {
  pattern: /^[a-z][a-z0-9]{0,11}$/,
  rule: "a node pool's name has 1 to 12 lower-case letters and digits and starts with a letter",
};

const surge = text(/^(\d+|100%|\d{1,2}%)$/, "a number of nodes or a percentage such as 33% is allowed");
export const kubernetesVersion = text(/^\d+\.\d+(\.\d+)?$/, "MAJOR.MINOR or MAJOR.MINOR.PATCH is allowed");
const subnet = armId("Microsoft.Network/virtualNetworks/subnets");
const MAXIMUM_NODES = 1000;

/** AKS documentation of the API version 2025-09-01; Windows nodes and VirtualMachines pools are not among them. */
export const poolShape = {
  availabilityZones: z.array(oneOf(["1", "2", "3"])).optional(),
  capacityReservationGroupID: z.string().optional(),
  count: whole(0, MAXIMUM_NODES).optional(),
  enableAutoScaling: z.boolean().optional(),
  enableEncryptionAtHost: z.boolean().optional(),
  enableFIPS: z.boolean().optional(),
  enableNodePublicIP: z.boolean().optional(),
  enableUltraSSD: z.boolean().optional(),
  gpuInstanceProfile: oneOf(aks.GPUInstanceProfile).optional(),
  gpuProfile: z.strictObject({ driver: oneOf(aks.GPUDriver).optional() }).optional(),
  kubeletConfig: z
    .strictObject({
      allowedUnsafeSysctls: z.array(z.string()).optional(),
      containerLogMaxFiles: whole(2, 1000).optional(),
      containerLogMaxSizeMB: whole(1, 100_000).optional(),
      cpuCfsQuota: z.boolean().optional(),
      cpuCfsQuotaPeriod: z.string().optional(),
      cpuManagerPolicy: oneOf(["none", "static"]).optional(),
      failSwapOn: z.boolean().optional(),
      imageGcHighThreshold: whole(0, 100).optional(),
      imageGcLowThreshold: whole(0, 100).optional(),
      podMaxPids: whole(-1, 4_194_304).optional(),
      topologyManagerPolicy: oneOf(["none", "best-effort", "restricted", "single-numa-node"]).optional(),
    })
    .optional(),
  kubeletDiskType: oneOf(aks.KubeletDiskType).optional(),
  linuxOSConfig: z
    .strictObject({
      swapFileSizeMB: whole(0, 1_000_000).optional(),
      sysctls: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
      transparentHugePageDefrag: oneOf(["always", "defer", "defer+madvise", "madvise", "never"]).optional(),
      transparentHugePageEnabled: oneOf(["always", "madvise", "never"]).optional(),
    })
    .optional(),
  maxCount: whole(0, MAXIMUM_NODES).optional(),
  maxPods: whole(10, 250).optional(),
  minCount: whole(0, MAXIMUM_NODES).optional(),
  mode: oneOf([aks.AgentPoolMode.System, aks.AgentPoolMode.User]).optional(),
  networkProfile: z
    .strictObject({
      allowedHostPorts: z
        .array(z.strictObject({ portStart: whole(1, 65_535), portEnd: whole(1, 65_535), protocol: oneOf(aks.Protocol).optional() }))
        .optional(),
      applicationSecurityGroups: z.array(z.string()).optional(),
      nodePublicIPTags: z.array(z.strictObject({ ipTagType: z.string(), tag: z.string() })).optional(),
    })
    .optional(),
  nodeLabels: nodeLabels.optional(),
  nodePublicIPPrefixID: z.string().optional(),
  nodeTaints: z.array(nodeTaint).optional(),
  orchestratorVersion: kubernetesVersion.optional(),
  osDiskSizeGB: whole(0, 2048).optional(),
  osDiskType: oneOf(aks.OSDiskType).optional(),
  osSKU: oneOf([aks.OSSKU.Ubuntu, aks.OSSKU.Ubuntu2204, aks.OSSKU.AzureLinux, aks.OSSKU.AzureLinux3, aks.OSSKU.CBLMariner]).optional(),
  osType: oneOf([aks.OSType.Linux]).optional(),
  podIPAllocationMode: oneOf(aks.PodIPAllocationMode).optional(),
  podSubnetID: subnet.optional(),
  powerState: z.strictObject({ code: oneOf(aks.Code).optional() }).optional(),
  proximityPlacementGroupID: z.string().optional(),
  scaleDownMode: oneOf(aks.ScaleDownMode).optional(),
  scaleSetEvictionPolicy: oneOf(aks.ScaleSetEvictionPolicy).optional(),
  scaleSetPriority: oneOf(aks.ScaleSetPriority).optional(),
  securityProfile: z
    .strictObject({
      enableSecureBoot: z.boolean().optional(),
      enableVTPM: z.boolean().optional(),
      sshAccess: oneOf(aks.AgentPoolSSHAccess).optional(),
    })
    .optional(),
  spotMaxPrice: z.number().refine((price) => price === -1 || price > 0, { error: "-1 (up to the on-demand price) or a price in US dollars above 0 is allowed" }).optional(),
  tags: tags.optional(),
  type: oneOf([aks.AgentPoolType.VirtualMachineScaleSets]).optional(),
  upgradeSettings: z
    .strictObject({
      drainTimeoutInMinutes: whole(1, 1440).optional(),
      maxSurge: surge.optional(),
      maxUnavailable: surge.optional(),
      nodeSoakDurationInMinutes: whole(0, 30).optional(),
      undrainableNodeBehavior: oneOf(aks.UndrainableNodeBehavior).optional(),
    })
    .optional(),
  vmSize: z.string().refine((name) => parseVmSize(name) !== undefined, {
    error: (issue) => `found ${JSON.stringify(issue.input)}; the name of a VM size such as Standard_D8s_v5 is allowed`,
  }).optional(),
  vnetSubnetID: subnet.optional(),
  workloadRuntime: oneOf([aks.WorkloadRuntime.OCIContainer, aks.WorkloadRuntime.KataVmIsolation]).optional(),
};

export const poolReadOnly = ["currentOrchestratorVersion", "eTag", "nodeImageVersion", "provisioningState", "status"];

/** What AKS refuses to change on a pool that is there. */
export const poolImmutable = neverChanges("pool");

export const poolDefaults: Json = {
  count: 1,
  enableAutoScaling: false,
  enableEncryptionAtHost: false,
  enableFIPS: false,
  enableNodePublicIP: false,
  enableUltraSSD: false,
  kubeletDiskType: "OS",
  mode: "User",
  osDiskSizeGB: 128,
  osDiskType: "Managed",
  osSKU: "Ubuntu",
  osType: "Linux",
  powerState: { code: "Running" },
  scaleDownMode: "Delete",
  securityProfile: { enableSecureBoot: false, enableVTPM: false },
  type: "VirtualMachineScaleSets",
  upgradeSettings: { maxSurge: "10%", maxUnavailable: "0" },
};

/** Rules across the properties of one pool, written without defaults. `where` precedes each path. */
export function poolFindings(pool: Json, where = ""): readonly Finding[] {
  const findings = [...sizeFindings(pool), ...scaleFindings(pool), ...spotFindings(pool), ...gpuFindings(pool)];
  return findings.map(({ property, reason }) => ({ property: `${where}${property}`, reason }));
}

const isSystem = (pool: Json): boolean => pool.mode === "System";

function sizeFindings(pool: Json): Finding[] {
  if (pool.vmSize === undefined) return [{ property: "vmSize", reason: "found nothing; a node pool needs a VM size" }];
  const size = parseVmSize(String(pool.vmSize));
  if (size !== undefined && isSystem(pool) && size.vcpus < 2) {
    return [{ property: "vmSize", reason: `found ${JSON.stringify(pool.vmSize)} in a system pool; system pools need at least 2 vCPUs` }];
  }
  return [];
}

function scaleFindings(pool: Json): Finding[] {
  const findings: Finding[] = [];
  const least = isSystem(pool) ? 1 : 0;
  const [count, minCount, maxCount] = [pool.count, pool.minCount, pool.maxCount].map((value) => (typeof value === "number" ? value : undefined));
  if (pool.enableAutoScaling === true) {
    if (minCount === undefined) findings.push({ property: "minCount", reason: "found nothing; a pool with enableAutoScaling needs it" });
    if (maxCount === undefined) findings.push({ property: "maxCount", reason: "found nothing; a pool with enableAutoScaling needs it" });
    if (maxCount !== undefined && maxCount < 1) findings.push({ property: "maxCount", reason: `found ${maxCount}; at least 1 is allowed` });
    if (minCount !== undefined && maxCount !== undefined && minCount > maxCount) {
      findings.push({ property: "minCount", reason: `found ${minCount}; at most maxCount (${maxCount}) is allowed` });
    } else if (count !== undefined && minCount !== undefined && maxCount !== undefined && (count < minCount || count > maxCount)) {
      findings.push({ property: "count", reason: `found ${count}; with enableAutoScaling minCount (${minCount}) to maxCount (${maxCount}) is allowed` });
    }
  } else {
    for (const property of ["minCount", "maxCount"]) {
      if (pool[property] !== undefined) findings.push({ property, reason: `found ${String(pool[property])} without enableAutoScaling; it needs enableAutoScaling: true` });
    }
  }
  for (const [property, value] of Object.entries({ count, minCount })) {
    if (value !== undefined && value < least) findings.push({ property, reason: `found ${value} in a system pool; at least 1 is allowed` });
  }
  return findings;
}

function spotFindings(pool: Json): Finding[] {
  const isSpot = pool.scaleSetPriority === "Spot";
  if (isSpot && isSystem(pool)) return [{ property: "scaleSetPriority", reason: 'found "Spot" in a system pool; only user pools run on spot VMs' }];
  if (isSpot) {
    return pool.upgradeSettings !== undefined && at(pool, "upgradeSettings.maxSurge") !== undefined
      ? [{ property: "upgradeSettings.maxSurge", reason: "found a value in a spot pool; spot pools take no maxSurge" }]
      : [];
  }
  return ["scaleSetEvictionPolicy", "spotMaxPrice"]
    .filter((property) => pool[property] !== undefined)
    .map((property) => ({ property, reason: `found ${JSON.stringify(pool[property])} without scaleSetPriority "Spot"; it belongs to spot pools` }));
}

function gpuFindings(pool: Json): Finding[] {
  const size = parseVmSize(String(pool.vmSize));
  const findings: Finding[] = [];
  if (size !== undefined && !size.hasGpu && isObject(pool.gpuProfile)) {
    findings.push({ property: "gpuProfile", reason: `found a value with ${String(pool.vmSize)}; only sizes with a GPU take it` });
  }
  if (size !== undefined && !size.hasMig && pool.gpuInstanceProfile !== undefined) {
    findings.push({ property: "gpuInstanceProfile", reason: `found ${JSON.stringify(pool.gpuInstanceProfile)} with ${String(pool.vmSize)}; only A100, H100 and H200 sizes have MIG` });
  }
  return findings;
}
