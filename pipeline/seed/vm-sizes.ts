/**
 * The one table of VM sizes: what a node has, in which zones it is, what it costs. Every entry can be changed by stack config.
 *
 * vCPUs, memory, GPUs and local disks: learn.microsoft.com/azure/virtual-machines/sizes, the page of each series, read 2026-11. Sizes with a fraction
 * of a GPU are left out, as Kubernetes would count that as a whole one. A local disk without a figure on the page is left out.
 *
 * Zones: the fifth general-purpose and memory-optimised generation is in every zone of a region that has zones (learn.microsoft.com/azure/reliability,
 * list of regions; `az vm list-skus --location eastus --size Standard_D8ds_v5 --zone`). Sizes with GPUs are in some zones only, and Azure tells which
 * by `az vm list-skus`; what nobody has looked up is not here.
 */
import type { Arch } from "../model";
import { vmSizes, type GivenVmSize, type VmSizes } from "../schema/machines";
import { vmPrices } from "./vm-prices";

/** A size without its price. */
interface Size extends Omit<GivenVmSize, "prices"> {
  readonly name: string;
}

type NumberOfCpus = readonly number[];

interface Family {
  readonly arch: Arch;
  /** Memory by vCPU, GiB. */
  readonly memoryPerCpu: number;
  /** Local disk by vCPU, GiB; undefined for a series without one. */
  readonly diskPerCpu?: number | undefined;
  readonly zones?: Size["zones"];
}

function general(name: (cpus: number) => string, { arch, memoryPerCpu, diskPerCpu, zones }: Family, sizes: NumberOfCpus): Size[] {
  return sizes.map((vcpus) => ({
    name: name(vcpus),
    arch,
    vcpus,
    memoryGiB: vcpus * memoryPerCpu,
    ...(diskPerCpu === undefined ? {} : { localDiskGiB: vcpus * diskPerCpu }),
    ...(zones === undefined ? {} : { zones }),
  }));
}

type GpuMore = Pick<Size, "localDiskGiB" | "zones">;

function gpu(name: string, vcpus: number, memoryGiB: number, gpus: number, gpuModel: string, more: GpuMore = {}): Size {
  return { name, arch: "amd64", vcpus, memoryGiB, gpus, gpuModel, ...more };
}

const ALL_ZONES = ["1", "2", "3"];
/** Regions with zones, among those of the price table. */
const ZONED = ["eastus", "eastus2", "southcentralus", "westus2", "westus3", "northeurope", "westeurope", "swedencentral"];
const EVERY_ZONE = Object.fromEntries(ZONED.map((region) => [region, ALL_ZONES]));

/** Feature letters of the general-purpose amd64 series: Intel or AMD (`a`), with or without a local disk (`d`). */
const AMD64_FEATURES = ["s", "ds", "as", "ads"] as const;
const AMD64_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48, 64, 96];
const ARM64_V5_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48];
const ARM64_V6_CPUS: NumberOfCpus = [2, 4, 8, 16, 32, 48, 64, 96];

/** Local disk by vCPU of the series with a `d`, GiB, by their generation. */
const DISK_PER_CPU = { v5: 37.5, v6: 55 } as const;
type Generation = keyof typeof DISK_PER_CPU;
const GENERATIONS: readonly Generation[] = ["v5", "v6"];

function disk(features: string, generation: Generation): number | undefined {
  return features.includes("d") ? DISK_PER_CPU[generation] : undefined;
}

function amd64(features: string, generation: Generation): Size[] {
  const family = { arch: "amd64", diskPerCpu: disk(features, generation), ...(generation === "v5" ? { zones: EVERY_ZONE } : {}) } as const;
  return [
    ...general((cpus) => `Standard_D${cpus}${features}_${generation}`, { ...family, memoryPerCpu: 4 }, AMD64_CPUS),
    ...general((cpus) => `Standard_E${cpus}${features}_${generation}`, { ...family, memoryPerCpu: 8 }, [2, 4, 8, 16, 32, 48, 64]),
  ];
}

function arm64(features: string): Size[] {
  return [
    ...general((cpus) => `Standard_D${cpus}${features}_v5`, { arch: "arm64", memoryPerCpu: 4, diskPerCpu: disk(features, "v5") }, ARM64_V5_CPUS),
    ...general((cpus) => `Standard_D${cpus}${features}_v6`, { arch: "arm64", memoryPerCpu: 4, diskPerCpu: disk(features, "v6") }, ARM64_V6_CPUS),
    ...general((cpus) => `Standard_E${cpus}${features}_v5`, { arch: "arm64", memoryPerCpu: 8, diskPerCpu: disk(features, "v5") }, [2, 4, 8, 16]),
    ...general((cpus) => `Standard_E${cpus}${features}_v6`, { arch: "arm64", memoryPerCpu: 8, diskPerCpu: disk(features, "v6") }, [2, 4, 8, 16, 32, 48, 64]),
  ];
}

const SIZES: readonly Size[] = [
  ...GENERATIONS.flatMap((generation) => AMD64_FEATURES.flatMap((features) => amd64(features, generation))),
  ...general((cpus) => `Standard_F${cpus}s_v2`, { arch: "amd64", memoryPerCpu: 2, diskPerCpu: 8 }, [2, 4, 8, 16, 32, 48, 64]),
  ...["ps", "pds"].flatMap(arm64),
  gpu("Standard_NC4as_T4_v3", 4, 28, 1, "T4", { localDiskGiB: 176 }),
  gpu("Standard_NC8as_T4_v3", 8, 56, 1, "T4", { localDiskGiB: 352 }),
  gpu("Standard_NC16as_T4_v3", 16, 110, 1, "T4", { localDiskGiB: 352 }),
  gpu("Standard_NC64as_T4_v3", 64, 440, 4, "T4", { localDiskGiB: 2816 }),
  gpu("Standard_NV36ads_A10_v5", 36, 440, 1, "A10", { localDiskGiB: 1440 }),
  gpu("Standard_NV36adms_A10_v5", 36, 880, 1, "A10", { localDiskGiB: 2880 }),
  gpu("Standard_NV72ads_A10_v5", 72, 880, 2, "A10", { localDiskGiB: 2880 }),
  gpu("Standard_NC24ads_A100_v4", 24, 220, 1, "A100", { localDiskGiB: 64 }),
  gpu("Standard_NC48ads_A100_v4", 48, 440, 2, "A100", { localDiskGiB: 128 }),
  gpu("Standard_NC96ads_A100_v4", 96, 880, 4, "A100", { localDiskGiB: 256 }),
  gpu("Standard_ND96asr_v4", 96, 900, 8, "A100"),
  gpu("Standard_ND96amsr_A100_v4", 96, 1800, 8, "A100"),
  gpu("Standard_NC40ads_H100_v5", 40, 320, 1, "H100", { localDiskGiB: 3576 }),
  gpu("Standard_NC80adis_H100_v5", 80, 640, 2, "H100", { localDiskGiB: 7152 }),
  gpu("Standard_ND96isr_H100_v5", 96, 1900, 8, "H100"),
  gpu("Standard_ND96isr_H200_v5", 96, 1850, 8, "H200"),
];

/** The default table. */
export const seedVmSizes: VmSizes = vmSizes.parse(
  Object.fromEntries(SIZES.map(({ name, ...size }) => [name, { ...size, prices: vmPrices.get(name) ?? {} }])),
);
