/** AKS clusters and their node pools by themselves. */
import * as ipaddr from "ipaddr.js";
import { SYSTEM_POOL, type Cluster, type Infrastructure, type NodePool } from "../infrastructure";
import { lasts, lastingVersions, supportEnds, UPGRADE_DAYS } from "../kubernetes-versions";
import type { Finding } from "../model";
import type { Check, InfrastructureInput } from "./check";
import { each, listed, repeated, shown, unless, wholeWithin } from "./check";

/** Azure naming rules, Microsoft.ContainerService/managedClusters. */
const CLUSTER_NAME = /^[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?$/;
/** Azure's API, agentPools: names of Linux pools. */
const POOL_NAME = /^[a-z][a-z0-9]{0,11}$/;
const MINOR_VERSION = /^1\.\d{1,2}$/;
/** AKS limits: nodes of a pool, pods of a node with the overlay network, authorized ranges, hours of a maintenance window. */
const MOST_NODES = 1000;
const MOST_PODS = 250;
const FEWEST_PODS = 10;
const MOST_RANGES = 200;
const SHORTEST_WINDOW_HOURS = 4;
const LONGEST_WINDOW_HOURS = 24;
const SMALLEST_OS_DISK_GIB = 30;
const LARGEST_OS_DISK_GIB = 2048;

export const clusterNames: Check<InfrastructureInput> = {
  name: "cluster-name",
  holds: "Clusters and pools have names that AKS takes, each once.",
  find: ({ infrastructure }) => [
    ...clusters(infrastructure).flatMap(({ path, cluster }) => [
      ...unless(
        CLUSTER_NAME.test(cluster.name),
        `${path}.name`,
        `${shown(cluster.name)}, ${cluster.name.length} characters`,
        "1 to 63 letters, digits, _ and -, a letter or digit at both ends",
      ),
      ...pools(cluster, path, ({ name }, at) => [
        ...unless(
          POOL_NAME.test(name),
          `${at}.name`,
          `${shown(name)}, ${name.length} characters`,
          "1 to 12 lower case letters and digits, a letter first",
        ),
        ...unless(name > SYSTEM_POOL, `${at}.name`, shown(name), `a name that sorts after the system pool's, ${SYSTEM_POOL}`),
      ]),
      ...repeated(
        cluster.nodePools.map(({ name }) => name),
        (index) => `${path}.nodePools[${index}].name`,
        "pool name",
      ),
    ]),
    ...repeated(
      clusters(infrastructure).map(({ cluster }) => cluster.name.toLowerCase()),
      (index) => `${clusters(infrastructure)[index]?.path}.name`,
      "cluster name",
    ),
  ],
};

export const clusterSettings: Check<InfrastructureInput> = {
  name: "cluster-settings",
  holds: "A cluster has a version, administrators and a maintenance window that AKS takes.",
  find: ({ infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster }) => [
      ...unless(
        MINOR_VERSION.test(cluster.kubernetesVersion),
        `${path}.kubernetesVersion`,
        shown(cluster.kubernetesVersion),
        "a minor version, such as 1.36",
      ),
      ...unless(
        cluster.adminGroupObjectIds.length > 0,
        `${path}.adminGroupObjectIds`,
        "none",
        "at least one Entra group: local accounts are off",
      ),
      ...each(cluster.adminGroupObjectIds, `${path}.adminGroupObjectIds`, (id, at) =>
        unless(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id), at, shown(id), "a GUID"),
      ),
      ...unless(
        wholeWithin(cluster.maintenance.startHour, 0, 23),
        `${path}.maintenance.startHour`,
        String(cluster.maintenance.startHour),
        "a whole number from 0 to 23, UTC",
      ),
      ...unless(
        wholeWithin(cluster.maintenance.durationHours, SHORTEST_WINDOW_HOURS, LONGEST_WINDOW_HOURS),
        `${path}.maintenance.durationHours`,
        String(cluster.maintenance.durationHours),
        `a whole number from ${SHORTEST_WINDOW_HOURS} to ${LONGEST_WINDOW_HOURS}`,
      ),
    ]),
};

/** Channels by which AKS raises the minor version. Source: learn.microsoft.com/azure/aks/auto-upgrade-cluster, cluster auto-upgrade channels. */
const CHANNELS_OF_MINORS: readonly string[] = ["rapid", "stable"];

export const channelKeepsMinor: Check<InfrastructureInput> = {
  name: "upgrade-channel",
  holds: "No upgrade channel moves a cluster off the minor version that its config pins.",
  find: ({ infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster: { upgradeChannel, kubernetesVersion } }) =>
      unless(
        !CHANNELS_OF_MINORS.includes(upgradeChannel),
        `${path}.upgradeChannel`,
        `${shown(upgradeChannel)}, with which AKS raises the minor version that kubernetesVersion pins, ${kubernetesVersion}`,
        "patch, node-image, none: raise kubernetesVersion by a change of its own",
      ),
    ),
};

export const versionsSupported: Check<InfrastructureInput> = {
  name: "kubernetes-support",
  holds: `AKS supports every cluster's version of Kubernetes for more than ${UPGRADE_DAYS} days.`,
  find: ({ infrastructure, today = new Date().toISOString().slice(0, 10) }) =>
    clusters(infrastructure).flatMap(({ path, cluster: { kubernetesVersion } }) => {
      if (!MINOR_VERSION.test(kubernetesVersion) || lasts(kubernetesVersion, today)) return [];
      const end = supportEnds(kubernetesVersion);
      const found = end === undefined ? "which pipeline/kubernetes-versions.ts does not know" : `which AKS supports until ${end}`;
      return [{ path: `${path}.kubernetesVersion`, found: `${kubernetesVersion}, ${found}`, allowed: listed(lastingVersions(today)) }];
    }),
};

export const addressRanges: Check<InfrastructureInput> = {
  name: "address-range",
  holds: "Authorized ranges are IPv4 ranges, and none lets everybody in.",
  find: ({ infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster }) => [
      ...each(cluster.authorizedIpRanges, `${path}.authorizedIpRanges`, (range, at) => rangeFindings(range, at)),
      ...unless(
        cluster.authorizedIpRanges.length <= MOST_RANGES,
        `${path}.authorizedIpRanges`,
        `${cluster.authorizedIpRanges.length} ranges`,
        `at most ${MOST_RANGES}`,
      ),
    ]),
};

export const poolNumbers: Check<InfrastructureInput> = {
  name: "pool-numbers",
  holds: "A pool's least and most nodes, pods and disk are within AKS' limits; GPU pools start from zero.",
  find: ({ infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster }) => [
      ...counts(cluster.systemPool, `${path}.systemPool`, 1),
      ...pools(cluster, path, (pool, at) => [
        ...counts(pool, at, 0),
        ...unless(
          pool.gpus === 0 || pool.minCount === 0,
          `${at}.minCount`,
          `${pool.minCount} nodes with GPUs`,
          "0: GPU pools start from zero",
        ),
        ...unless(
          wholeWithin(pool.maxPods, FEWEST_PODS, MOST_PODS),
          `${at}.maxPods`,
          String(pool.maxPods),
          `a whole number from ${FEWEST_PODS} to ${MOST_PODS}`,
        ),
        ...unless(
          wholeWithin(pool.osDiskGiB, SMALLEST_OS_DISK_GIB, LARGEST_OS_DISK_GIB),
          `${at}.osDiskGiB`,
          String(pool.osDiskGiB),
          `a whole number from ${SMALLEST_OS_DISK_GIB} to ${LARGEST_OS_DISK_GIB}`,
        ),
        ...each(pool.zones, `${at}.zones`, (zone, zonePath) => unless(/^[1-3]$/.test(zone), zonePath, shown(zone), "1, 2 or 3")),
      ]),
    ]),
};

/** The clusters of a stack, each with its path. */
export function clusters(infrastructure: Infrastructure): { readonly path: string; readonly cluster: Cluster }[] {
  const { deploymentCluster, runners } = infrastructure;
  const deployment = { path: "infrastructure.deploymentCluster", cluster: deploymentCluster };
  return runners.cluster === "deployment-tests"
    ? [deployment]
    : [deployment, { path: "infrastructure.runners.cluster", cluster: runners.cluster }];
}

/** The user pools of a cluster, each with its path. */
export function pools(cluster: Cluster, path: string, find: (pool: NodePool, path: string) => readonly Finding[]): Finding[] {
  return each(cluster.nodePools, `${path}.nodePools`, find);
}

function counts({ minCount, maxCount }: { readonly minCount: number; readonly maxCount: number }, at: string, least: number): Finding[] {
  return [
    ...unless(
      wholeWithin(maxCount, Math.max(least, 1), MOST_NODES),
      `${at}.maxCount`,
      String(maxCount),
      `a whole number from ${Math.max(least, 1)} to ${MOST_NODES}`,
    ),
    ...unless(
      wholeWithin(minCount, least, maxCount),
      `${at}.minCount`,
      String(minCount),
      `a whole number from ${least} to maxCount, ${maxCount}`,
    ),
  ];
}

function rangeFindings(range: string, at: string): Finding[] {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(range))
    return [{ path: at, found: shown(range), allowed: "an IPv4 range in CIDR form, such as 203.0.113.0/24" }];
  const [, bits] = ipaddr.IPv4.parseCIDR(range);
  const network = `${ipaddr.IPv4.networkAddressFromCIDR(range).toString()}/${bits}`;
  return [
    ...unless(bits > 0, at, shown(range), "a range that does not hold every address; an empty list makes the cluster private"),
    ...unless(range === network, at, shown(range), `the range's first address, ${network}`),
  ];
}

/** Names of a cluster's pools, for people. */
export function poolNames(cluster: Cluster): string {
  return listed(cluster.nodePools.map(({ name }) => name));
}
