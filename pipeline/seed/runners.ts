/**
 * Default runner classes. A scale set's name is its one label: sets that carry several labels have been seen to get no jobs on github.com
 * (actions-runner-controller issues 4425 and 4579). The closing `v1` lets a new set run beside an old one.
 */
import type { Arch } from "../model";
import type { GivenRunnerClass } from "../schema/runners";

export const HOSTED = "hosted-amd64";
export const BUILDER_AMD = "builder-amd64";
export const BUILDER_ARM = "builder-arm64";
export const TESTER_GPU = "tester-amd64-gpu";
export const TESTER_GPU_4 = "tester-amd64-gpu-4";
export const TESTER_ARM = "tester-arm64";
export const DEPLOY_TESTER = "deploy-tester";

/**
 * Pods fill most of one node of the pool that they name, less what AKS reserves: 16 vCPU and 64 GiB for builders, 24 vCPU with one A100
 * and 96 vCPU with four for testers. Stack config names the pools' sizes, and `coherence` holds pods against them. Trust, group and least runners are
 * the defaults of the schema.
 */
export const seedRunnerClasses: readonly GivenRunnerClass[] = [
  // A hosted machine is new for every job and belongs to nobody's network, so it is where code from a fork runs.
  { kind: "hosted", id: HOSTED, label: "ubuntu-24.04" },
  {
    id: BUILDER_AMD,
    label: "prod-builder-amd-v1",
    arch: "amd64",
    nodePool: "bldamd",
    pod: { cpu: 14, memoryGiB: 54, gpus: 0, storageGiB: 350 },
    maxRunners: 16,
  },
  {
    id: BUILDER_ARM,
    label: "prod-builder-arm-v1",
    arch: "arm64",
    nodePool: "bldarm",
    pod: { cpu: 14, memoryGiB: 54, gpus: 0, storageGiB: 350 },
    maxRunners: 12,
  },
  {
    id: TESTER_GPU,
    label: "prod-tester-amd-gpu-v1",
    arch: "amd64",
    nodePool: "gpu1",
    pod: { cpu: 20, memoryGiB: 190, gpus: 1, storageGiB: 200 },
    maxRunners: 16,
  },
  {
    id: TESTER_GPU_4,
    label: "prod-tester-amd-gpu-4-v1",
    arch: "amd64",
    nodePool: "gpu4",
    pod: { cpu: 88, memoryGiB: 800, gpus: 4, storageGiB: 400 },
    maxRunners: 4,
  },
  {
    id: TESTER_ARM,
    label: "prod-tester-arm-v1",
    arch: "arm64",
    nodePool: "testarm",
    pod: { cpu: 6, memoryGiB: 24, gpus: 0, storageGiB: 150 },
    maxRunners: 8,
  },
  {
    id: DEPLOY_TESTER,
    label: "prod-default-v1",
    arch: "amd64",
    nodePool: "default",
    pod: { cpu: 2, memoryGiB: 6, gpus: 0, storageGiB: 40 },
    maxRunners: 8,
  },
];

export const seedBuilders: Readonly<Record<Arch, string>> = { amd64: BUILDER_AMD, arm64: BUILDER_ARM };
