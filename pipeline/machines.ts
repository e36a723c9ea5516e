/**
 * Virtual machines on AKS: what a size has, and what of it pods can have. The sizes themselves are data of a stack (`vmSizes`).
 *
 * What AKS keeps back is its published table (learn.microsoft.com/azure/aks/node-resource-reservations, for Kubernetes 1.29 and later).
 */
import type { PodSize } from "./model";
import type { VmSize, VmSizes } from "./schema/machines";

/** A VM size with its name, as Azure spells it, such as `Standard_D16ds_v5`. */
export interface MachineSize extends VmSize {
  readonly name: string;
}

/** What pods can ask of one node. */
export interface Allocatable {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

/** Tables by the lower-case names of their sizes. */
const indexes = new WeakMap<VmSizes, ReadonlyMap<string, MachineSize>>();

/** The size of a name, whatever its case, as Azure reads it; undefined when the table does not have it. */
export function machineSize(sizes: VmSizes, name: string): MachineSize | undefined {
  let index = indexes.get(sizes);
  if (index === undefined) {
    index = new Map(Object.entries(sizes).map(([spelled, size]) => [spelled.toLowerCase(), { ...size, name: spelled }]));
    indexes.set(sizes, index);
  }
  return index.get(name.toLowerCase());
}

/** CPU that AKS reserves, in millicores by vCPU; in between it grows evenly, and above the last as between the last two. */
const CPU_RESERVATIONS: readonly (readonly [vcpus: number, millicores: number])[] = [
  [1, 60],
  [2, 100],
  [4, 140],
  [8, 180],
  [16, 260],
  [32, 420],
  [64, 740],
];

/** AKS reserves 20 MB for each pod that a node may have and 50 MB, but a quarter of the memory at most. */
const MEMORY_MIB_PER_POD = 20;
const MEMORY_MIB_BASE = 50;
const MEMORY_SHARE_LIMIT = 0.25;
/** The kubelet evicts pods when less than this is free. */
const EVICTION_MIB = 100;
const MIB_PER_GIB = 1024;

/** What pods can ask of a node of this size with at most `maxPods` pods, by AKS' published reservations. */
export function allocatable(size: MachineSize, maxPods: number): Allocatable {
  const reservedMiB = Math.min(MEMORY_MIB_PER_POD * maxPods + MEMORY_MIB_BASE, size.memoryGiB * MIB_PER_GIB * MEMORY_SHARE_LIMIT);
  return {
    cpu: size.vcpus - reservedMillicores(size.vcpus) / 1000,
    memoryGiB: size.memoryGiB - (reservedMiB + EVICTION_MIB) / MIB_PER_GIB,
    gpus: size.gpus,
  };
}

/** What AKS' own daemons ask for on each node (network, storage drivers, GPU device plugin), rounded up; runners share a node with them. */
export const NODE_DAEMONS = { cpu: 0.5, memoryGiB: 1 } as const;

/** What a runner takes that only starts a job's pod and passes its log on. Such pods go to CPU pools, so that no GPU node is held for them. */
export const JOB_STARTER: PodSize = { cpu: 0.5, memoryGiB: 1, gpus: 0, storageGiB: 4 };

/** What a service beside tests takes: a namespace of runners gives it to each container that asks for nothing, and the hooks cannot make one ask. */
export const TEST_SERVICE: PodSize = { cpu: 0.25, memoryGiB: 0.5, gpus: 0, storageGiB: 2 };

/** Share of the OS disk that pods' local storage can fill: the kubelet evicts at 10% free (its default `nodefs.available`). */
const DISK_SHARE = 0.9;

/** A pod's need of one resource beside what a node has of it. */
export interface Shortage {
  readonly resource: "cpu" | "memoryGiB" | "gpus" | "storageGiB";
  readonly asked: number;
  readonly available: number;
}

/** A node of a pool, as pods see it. */
export interface Node {
  readonly size: MachineSize;
  readonly maxPods: number;
  readonly osDiskGiB: number;
}

/** What a node has for pods of ours, after AKS' reservations and its daemons. */
export function roomOn(node: Node): PodSize {
  const { cpu, memoryGiB, gpus } = allocatable(node.size, node.maxPods);
  return { cpu: cpu - NODE_DAEMONS.cpu, memoryGiB: memoryGiB - NODE_DAEMONS.memoryGiB, gpus, storageGiB: node.osDiskGiB * DISK_SHARE };
}

/** The resources that keep a pod off every node of a kind; empty when it fits. */
export function shortages(pod: PodSize, node: Node): Shortage[] {
  const room = roomOn(node);
  return RESOURCES.filter((resource) => pod[resource] > room[resource]).map((resource) => ({
    resource,
    asked: pod[resource],
    available: room[resource],
  }));
}

/** How many pods of one size a node takes. */
export function podsPerNode(pod: PodSize, node: Node): number {
  const room = roomOn(node);
  const limits = RESOURCES.filter((resource) => pod[resource] > 0).map((resource) => Math.floor(room[resource] / pod[resource]));
  return Math.max(0, Math.min(node.maxPods, ...limits));
}

const RESOURCES = ["cpu", "memoryGiB", "gpus", "storageGiB"] as const;

function reservedMillicores(vcpus: number): number {
  const above = CPU_RESERVATIONS.findIndex(([known]) => known >= vcpus);
  const upper = above === -1 ? CPU_RESERVATIONS.length - 1 : Math.max(above, 1);
  const [lowCpus, lowReserved] = CPU_RESERVATIONS[upper - 1]!;
  const [highCpus, highReserved] = CPU_RESERVATIONS[upper]!;
  return lowReserved + ((vcpus - lowCpus) * (highReserved - lowReserved)) / (highCpus - lowCpus);
}
