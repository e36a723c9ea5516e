/** VM sizes: the table by itself, and the pools that have them. */
import type { Infrastructure, NodePool } from "../infrastructure";
import { machineSize, type MachineSize } from "../machines";
import type { Finding } from "../model";
import type { VmSizes } from "../schema/machines";
import type { Check, InfrastructureInput } from "./check";
import { listed, repeated, shown, unless, wholeWithin } from "./check";
import { clusters, pools } from "./clusters";

/** Most vCPUs and GPUs of one machine, far above any that there is. */
const MOST_CPUS = 4096;
const MOST_GPUS = 64;
/** Azure numbers the zones of a subscription so (learn.microsoft.com/azure/reliability/availability-zones-overview). */
const ZONE = /^[1-3]$/;
/** Sizes that a finding proposes. */
const PROPOSED = 5;

export const sizesSound: Check<InfrastructureInput> = {
  name: "vm-size-table",
  holds: "The table of VM sizes has each size once, with whole vCPUs and GPUs, memory, and the model of its GPUs.",
  find: ({ infrastructure: { vmSizes } }) => [
    ...repeated(
      Object.keys(vmSizes).map((name) => name.toLowerCase()),
      (index) => sizePath(Object.keys(vmSizes)[index] ?? ""),
      "VM size",
    ),
    ...Object.entries(vmSizes).flatMap(([name, { vcpus, memoryGiB, gpus, gpuModel, zones }]) => {
      const at = sizePath(name);
      return [
        ...unless(wholeWithin(vcpus, 1, MOST_CPUS), `${at}.vcpus`, String(vcpus), `a whole number from 1 to ${MOST_CPUS}`),
        ...unless(memoryGiB > 0, `${at}.memoryGiB`, String(memoryGiB), "more than 0"),
        ...unless(wholeWithin(gpus, 0, MOST_GPUS), `${at}.gpus`, String(gpus), "a whole number of GPUs: Kubernetes counts a part of one as one"),
        ...unless((gpus > 0) === (gpuModel !== undefined), `${at}.gpuModel`, shown(gpuModel), gpus > 0 ? "the model of the GPUs" : "nothing: the size has no GPU"),
        ...Object.entries(zones).flatMap(([region, names]) => names.flatMap((zone, index) => unless(ZONE.test(zone), `${at}.zones.${region}[${index}]`, shown(zone), "1, 2 or 3"))),
      ];
    }),
  ],
};

export const machinesKnown: Check<InfrastructureInput> = {
  name: "vm-size",
  holds: "Every VM size is known, and a pool says of it what is true.",
  find: ({ infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster }) => [
      ...(machineSize(infrastructure.vmSizes, cluster.systemPool.vmSize) === undefined ? [unknownSize(infrastructure.vmSizes, cluster.systemPool.vmSize, `${path}.systemPool`)] : []),
      ...pools(cluster, path, (pool, at) => machineFindings(infrastructure, pool, at)),
    ]),
};

function machineFindings({ vmSizes, azure }: Infrastructure, pool: NodePool, at: string): Finding[] {
  const size = machineSize(vmSizes, pool.vmSize);
  if (size === undefined) return [unknownSize(vmSizes, pool.vmSize, at)];
  return [
    ...unless(size.arch === pool.arch, `${at}.arch`, pool.arch, `${size.arch}, as ${size.name} has it`),
    ...unless(size.gpus === pool.gpus, `${at}.gpus`, String(pool.gpus), `${size.gpus}, as ${size.name} has them`),
    ...zoneFindings(size, azure.location, pool, at),
  ];
}

/** AKS refuses a pool in a zone that has no machine of its size. */
function zoneFindings(size: MachineSize, region: string, { zones }: NodePool, at: string): Finding[] {
  if (zones.length === 0) return [];
  const known = size.zones[region];
  if (known === undefined)
    return [
      {
        path: `${at}.zones`,
        found: listed(zones),
        allowed: `none, as it is not known in which zones of ${region} ${size.name} is offered: az vm list-skus --location ${region} --size ${size.name} --zone tells, and gpu-cicd:vmSizes takes it`,
      },
    ];
  const absent = zones.filter((zone) => !known.includes(zone));
  return unless(absent.length === 0, `${at}.zones`, listed(zones), `some of ${listed(known)}, where ${size.name} is offered in ${region}`);
}

function unknownSize(sizes: VmSizes, name: string, at: string): Finding {
  return { path: `${at}.vmSize`, found: shown(name), allowed: `a VM size of the table, such as ${listed(similar(Object.keys(sizes), name))}; gpu-cicd:vmSizes adds one` };
}

/** The names that begin most alike. */
function similar(names: readonly string[], wanted: string): string[] {
  const alike = (name: string): number => {
    const differs = [...name.toLowerCase()].findIndex((letter, index) => letter !== wanted.toLowerCase()[index]);
    return differs === -1 ? name.length : differs;
  };
  return [...names].sort((one, other) => alike(other) - alike(one)).slice(0, PROPOSED);
}

/** Path of a size in the table. */
export function sizePath(name: string): string {
  return `infrastructure.vmSizes.${name}`;
}
