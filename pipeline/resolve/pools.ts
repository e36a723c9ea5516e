/** Node pools with everything said. */
import type { NodePool } from "../infrastructure";
import { machineSize, type MachineSize } from "../machines";
import type { GivenNodePool } from "../schema/infrastructure";
import type { VmSizes } from "../schema/machines";

/** AKS' own default with Azure CNI (learn.microsoft.com/azure/aks/quotas-skus-regions). Runners are few and large, so a node needs no more. */
const MAX_PODS = 30;

/** AKS' default OS disk by the vCPUs of a size (learn.microsoft.com/azure/aks/concepts-storage, default OS disk sizing), GiB. */
const OS_DISKS: readonly (readonly [belowCpus: number, GiB: number])[] = [
  [8, 128],
  [16, 256],
  [64, 512],
  [Number.POSITIVE_INFINITY, 1024],
];
/** Of a size that is not known. */
const USUAL_OS_DISK = 512;

/** What stands in for facts of a VM size that the table does not have; coherence refuses the size, and nothing else should be wrong for that. */
export type Assumed = Pick<NodePool, "arch" | "gpus">;

/** The pool with all that its VM size says. What config says stays, so that a contradiction can be found. */
export function resolvePool(given: GivenNodePool, sizes: VmSizes, assumed: Assumed = { arch: "amd64", gpus: 0 }): NodePool {
  const size = machineSize(sizes, given.vmSize);
  return {
    name: given.name,
    vmSize: given.vmSize,
    arch: given.arch ?? size?.arch ?? assumed.arch,
    gpus: given.gpus ?? size?.gpus ?? assumed.gpus,
    minCount: given.minCount ?? 0,
    maxCount: given.maxCount,
    spot: given.spot ?? false,
    osDiskGiB: given.osDiskGiB ?? osDisk(size),
    maxPods: given.maxPods ?? MAX_PODS,
    zones: given.zones ?? [],
  };
}

function osDisk(size: MachineSize | undefined): number {
  if (size === undefined) return USUAL_OS_DISK;
  return OS_DISKS.find(([below]) => size.vcpus < below)?.[1] ?? USUAL_OS_DISK;
}
