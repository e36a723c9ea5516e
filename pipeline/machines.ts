/**
 * Virtual machines on AKS: what a size has, and what of it pods can have.
 *
 * Sizes are Microsoft's (learn.microsoft.com/azure/virtual-machines/sizes, read 2026-11); sizes with a fraction of a GPU are left out, as
 * Kubernetes would count that as a whole one. What AKS keeps back is its published table
 * (learn.microsoft.com/azure/aks/node-resource-reservations, for Kubernetes 1.29 and later).
 */
import type { Arch, PodSize } from "./model";

/** A VM size. */
export interface MachineSize {
  /** As Azure spells it, such as `Standard_D16ds_v5`. */
  readonly name: string;
  readonly arch: Arch;
  readonly vcpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
  /** Undefined without GPUs. */
  readonly gpuModel?: string;
}

/** What pods can ask of one node. */
export interface Allocatable {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

type NumberOfCpus = readonly number[];

function general(name: (cpus: number) => string, arch: Arch, memoryPerCpu: number, sizes: NumberOfCpus): MachineSize[] {
  return sizes.map((vcpus) => ({ name: name(vcpus), arch, vcpus, memoryGiB: vcpus * memoryPerCpu, gpus: 0 }));
}

function gpu(name: string, vcpus: number, memoryGiB: number, gpus: number, gpuModel: string): MachineSize {
  return { name, arch: "amd64", vcpus, memoryGiB, gpus, gpuModel };
}

/** Feature letters of the general-purpose amd64 series: Intel or AMD (`a`), with or without a local disk (`d`). */
const AMD64_FEATURES = ["s", "ds", "as", "ads"] as const;
const AMD64_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48, 64, 96];
const ARM64_V5_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48];
const ARM64_V6_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48, 64, 96];

/** The sizes that are known, by family. */
export const MACHINE_SIZES: readonly MachineSize[] = [
  ...["v5", "v6"].flatMap((version) =>
    AMD64_FEATURES.flatMap((features) => [
      ...general((cpus) => `Standard_D${cpus}${features}_${version}`, "amd64", 4, AMD64_CPUS),
      ...general((cpus) => `Standard_E${cpus}${features}_${version}`, "amd64", 8, [2, 4, 8, 16, 32, 48, 64]),
    ]),
  ),
  ...general((cpus) => `Standard_F${cpus}s_v2`, "amd64", 2, [2, 4, 8, 16, 32, 48, 64]),
  ...["ps", "pds"].flatMap((features) => [
    ...general((cpus) => `Standard_D${cpus}${features}_v5`, "arm64", 4, ARM64_V5_CPUS),
    ...general((cpus) => `Standard_D${cpus}${features}_v6`, "arm64", 4, ARM64_V6_CPUS),
    ...general((cpus) => `Standard_E${cpus}${features}_v5`, "arm64", 8, [2, 4, 8, 16]),
    ...general((cpus) => `Standard_E${cpus}${features}_v6`, "arm64", 8, [2, 4, 8, 16, 32, 48, 64]),
  ]),
  gpu("Standard_NC4as_T4_v3", 4, 28, 1, "T4"),
  gpu("Standard_NC8as_T4_v3", 8, 56, 1, "T4"),
  gpu("Standard_NC16as_T4_v3", 16, 110, 1, "T4"),
  gpu("Standard_NC64as_T4_v3", 64, 440, 4, "T4"),
  gpu("Standard_NV36ads_A10_v5", 36, 440, 1, "A10"),
  gpu("Standard_NV72ads_A10_v5", 72, 880, 2, "A10"),
  gpu("Standard_NC24ads_A100_v4", 24, 220, 1, "A100"),
  gpu("Standard_NC48ads_A100_v4", 48, 440, 2, "A100"),
  gpu("Standard_NC96ads_A100_v4", 96, 880, 4, "A100"),
  gpu("Standard_ND96asr_v4", 96, 900, 8, "A100"),
  gpu("Standard_ND96amsr_A100_v4", 96, 1800, 8, "A100"),
  gpu("Standard_NC40ads_H100_v5", 40, 320, 1, "H100"),
  gpu("Standard_NC80adis_H100_v5", 80, 640, 2, "H100"),
  gpu("Standard_ND96isr_H100_v5", 96, 1900, 8, "H100"),
  gpu("Standard_ND96isr_H200_v5", 96, 1850, 8, "H200"),
];

const bySize = new Map(MACHINE_SIZES.map((size) => [size.name.toLowerCase(), size]));

/** The size of a name, whatever its case, as Azure reads it; undefined when it is not known. */
export function machineSize(name: string): MachineSize | undefined {
  return bySize.get(name.toLowerCase());
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
