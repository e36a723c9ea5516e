/** The pipeline on its infrastructure: pods on nodes, runners in pools, deployments on the cluster, maintenance beside the nightly run. */
import type { Cluster, Infrastructure, NodePool } from "../infrastructure";
import { machineSize, podsPerNode, shortages, type Node, type Shortage } from "../machines";
import type { DeploymentTests, Finding, Pipeline, ScaleSetRunnerClass } from "../model";
import type { Check, PlacementInput } from "./check";
import { each, listed, shown, unless } from "./check";
import { clusters, poolNames } from "./clusters";
import { scaleSets } from "./runners";
import { startsWithin } from "./schedule";

export const poolsExist: Check<PlacementInput> = {
  name: "unknown-pool",
  holds: "Every scale set names a node pool of the runners' cluster, of its architecture.",
  find: ({ pipeline, infrastructure }) =>
    scaleSets(pipeline, (set, at) => {
      const pool = poolOf(infrastructure, set);
      if (pool === undefined)
        return [
          {
            path: `${at}.nodePool`,
            found: shown(set.nodePool),
            allowed: `a node pool of the runners' cluster: ${poolNames(runnerCluster(infrastructure))}`,
          },
        ];
      return unless(pool.arch === set.arch, `${at}.arch`, `${set.arch} on pool ${shown(pool.name)}, which is ${pool.arch}`, pool.arch);
    }),
};

export const podsFit: Check<PlacementInput> = {
  name: "pod-fits-node",
  holds: "A runner's pod fits a node of its pool, after what AKS and its daemons keep.",
  find: ({ pipeline, infrastructure }) =>
    scaleSets(pipeline, (set, at) => {
      const pool = poolOf(infrastructure, set);
      const node = pool && nodeOf(infrastructure, pool);
      if (pool === undefined || node === undefined) return [];
      return shortages(set.pod, node).map((shortage) => shortageFinding(shortage, pool, at));
    }),
};

export const poolsHoldRunners: Check<PlacementInput> = {
  name: "pool-capacity",
  holds: "A pool has nodes for all runners that its scale sets may have at once.",
  find: ({ pipeline, infrastructure }) => {
    const { path, cluster } = runnerClusterAt(infrastructure);
    return cluster.nodePools.flatMap((pool, index) => capacityFindings({ pipeline, infrastructure }, pool, `${path}.nodePools[${index}].maxCount`));
  },
};

export const forkPoolsApart: Check<PlacementInput> = {
  name: "fork-pool-shared",
  holds: "Nodes that run code from forks run nothing else, and are in no cluster that deployments are tested on.",
  find: ({ pipeline, infrastructure }) =>
    scaleSets(pipeline, (set, at) => {
      if (!set.trust.includes("fork")) return [];
      const others = setsOn(pipeline, set.nodePool).filter((other) => !other.trust.includes("fork"));
      return [
        ...unless(
          others.length === 0,
          `${at}.nodePool`,
          `${shown(set.nodePool)}, where ${others.map(({ label }) => label).join(", ")} runs too`,
          "a node pool only for code from forks",
        ),
        ...unless(
          infrastructure.runners.cluster !== "deployment-tests",
          "infrastructure.runners.cluster",
          shown(infrastructure.runners.cluster),
          `a cluster of its own, as ${set.label} runs code from forks`,
        ),
      ];
    }),
};

export const deploymentsFit: Check<PlacementInput> = {
  name: "deployment-capacity",
  holds: "The deployment-test cluster has the GPUs of as many graphs of all frameworks as run at once, beside those of its runners.",
  find: ({ pipeline, infrastructure }) => {
    const pools = infrastructure.deploymentCluster.nodePools.filter(({ arch, gpus }) => arch === "amd64" && gpus > 0);
    const has = pools.reduce((sum, { gpus, maxCount }) => sum + gpus * maxCount, 0);
    const needs = [...graphsAtOnce(pipeline.deployments).map(graphNeed), ...runnerNeeds(pipeline, infrastructure, pools)].filter(({ gpus }) => gpus > 0);
    const needed = needs.reduce((sum, { gpus }) => sum + gpus, 0);
    return unless(
      has >= needed,
      "infrastructure.deploymentCluster.nodePools",
      `${has} GPUs on amd64 nodes at most`,
      `at least ${needed}: ${needs.map(({ gpus, what }) => `${gpus} for ${what}`).join(", ")}`,
    );
  },
};

export const deploymentsReach: Check<PlacementInput> = {
  name: "deployment-cluster-private",
  holds: "Where deployments are tested, their cluster's API server has a public address: it is fenced off with all other private ones.",
  find: ({ pipeline: { deployments }, infrastructure: { deploymentCluster } }) =>
    unless(
      deployments.modes.length === 0 || deploymentCluster.authorizedIpRanges.length > 0,
      "infrastructure.deploymentCluster.authorizedIpRanges",
      "a private cluster, whose API server no pod of a test reaches",
      "at least one range; the virtual cluster of a test works with that API server, and pods of tests reach no private address",
    ),
};

/** GPUs that are asked for at once, and by what. */
interface GpuNeed {
  readonly gpus: number;
  readonly what: string;
}

function graphNeed({ framework, graphs, gpus }: GraphsAtOnce): GpuNeed {
  return { gpus, what: `the ${graphs === 1 ? "largest graph" : `${graphs} largest graphs`} of ${framework}` };
}

/** Runners take whole nodes of the pools only where they are on the deployment-test cluster. */
function runnerNeeds(pipeline: Pipeline, infrastructure: Infrastructure, pools: readonly NodePool[]): GpuNeed[] {
  if (runnerCluster(infrastructure) !== infrastructure.deploymentCluster) return [];
  return pools.flatMap((pool) => (nodesNeeded(pipeline, infrastructure, pool) ?? []).map(({ set, nodes }) => ({ gpus: nodes * pool.gpus, what: `${set.maxRunners} of ${set.label}` })));
}

export const reviewersKnown: Check<PlacementInput> = {
  name: "unknown-team",
  holds: "Every team that an environment names as its reviewer has its id in the infrastructure.",
  find: ({ pipeline, infrastructure: { github } }) =>
    each(pipeline.environments, "pipeline.environments", ({ reviewers }, at) =>
      each(reviewers, `${at}.reviewers`, (slug, path) =>
        unless(slug in github.teams, path, shown(slug), `a team of infrastructure.github.teams: ${listed(Object.keys(github.teams))}`),
      ),
    ),
};

/** Hours that a nightly run takes at most. */
const NIGHTLY_HOURS = 5;
const HOUR = 3_600_000;
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
/** A week in winter and one in summer, each from its Sunday: clocks that change move the run against UTC. */
const SAMPLE_WEEKS = [new Date("2026-01-11T00:00:00Z"), new Date("2026-07-12T00:00:00Z")];

export const maintenanceApart: Check<PlacementInput> = {
  name: "maintenance-window",
  holds: "No cluster is maintained during a nightly run.",
  find: ({ pipeline, infrastructure }) =>
    clusters(infrastructure).flatMap(({ path, cluster }) => {
      const hit = SAMPLE_WEEKS.map((week) => nightlyDuring(pipeline, cluster, week)).find((start) => start !== undefined);
      const { dayOfWeek, startHour, durationHours } = cluster.maintenance;
      return unless(
        hit === undefined,
        `${path}.maintenance`,
        `${dayOfWeek}, ${durationHours} hours from ${startHour}:00 UTC; a nightly run starts at ${hit?.toISOString()}`,
        `a window that no nightly run meets, which takes up to ${NIGHTLY_HOURS} hours`,
      );
    }),
};

/** The first nightly start after which the run meets the cluster's window of that week. */
function nightlyDuring({ schedule }: Pipeline, { maintenance }: Cluster, week: Date): Date | undefined {
  const opens = week.getTime() + (DAYS.indexOf(maintenance.dayOfWeek) * 24 + maintenance.startHour) * HOUR;
  const closes = opens + maintenance.durationHours * HOUR;
  // A run that started this long before is over when the window opens.
  const next = startsWithin(schedule, new Date(opens - NIGHTLY_HOURS * HOUR), 1)?.[0];
  return next !== undefined && next.getTime() < closes ? next : undefined;
}

function runnerClusterAt(infrastructure: Infrastructure): { readonly path: string; readonly cluster: Cluster } {
  const all = clusters(infrastructure);
  return all[all.length - 1]!;
}

function runnerCluster(infrastructure: Infrastructure): Cluster {
  return runnerClusterAt(infrastructure).cluster;
}

function poolOf(infrastructure: Infrastructure, set: ScaleSetRunnerClass): NodePool | undefined {
  return runnerCluster(infrastructure).nodePools.find(({ name }) => name === set.nodePool);
}

function setsOn(pipeline: Pipeline, pool: string): ScaleSetRunnerClass[] {
  return pipeline.runnerClasses.filter((runner): runner is ScaleSetRunnerClass => runner.kind === "scale-set" && runner.nodePool === pool);
}

/** A node of a pool; undefined for a VM size that is not known. */
export function nodeOf({ vmSizes }: Pick<Infrastructure, "vmSizes">, pool: Pick<NodePool, "vmSize" | "maxPods" | "osDiskGiB">): Node | undefined {
  const size = machineSize(vmSizes, pool.vmSize);
  return size && { size, maxPods: pool.maxPods, osDiskGiB: pool.osDiskGiB };
}

function shortageFinding({ resource, asked, available }: Shortage, pool: NodePool, at: string): Finding {
  return {
    path: `${at}.pod.${resource}`,
    found: String(asked),
    allowed: `at most ${roundedDown(available)}, what a ${pool.vmSize} node of pool ${shown(pool.name)} has for pods`,
  };
}

function roundedDown(value: number): number {
  return Math.floor(Math.max(0, value) * 100) / 100;
}

/**
 * Nodes that the scale sets of a pool need for all the runners that they may have; undefined when a pod fits no node. Nodes are counted set by
 * set: pods of different sets may share a node, so this asks for no less than what always suffices.
 */
export function nodesNeeded(pipeline: Pipeline, infrastructure: Infrastructure, pool: NodePool): { readonly set: ScaleSetRunnerClass; readonly nodes: number }[] | undefined {
  const node = nodeOf(infrastructure, pool);
  const sets = setsOn(pipeline, pool.name);
  if (node === undefined || sets.some((set) => podsPerNode(set.pod, node) === 0)) return undefined;
  return sets.map((set) => ({ set, nodes: Math.ceil(set.maxRunners / podsPerNode(set.pod, node)) }));
}

/** Graphs of a framework that a run deploys at once: as many as its matrix runs together, the largest of them. */
export interface GraphsAtOnce {
  readonly framework: string;
  readonly graphs: number;
  /** GPUs of these graphs together. */
  readonly gpus: number;
}

/** What a run deploys at once: of every framework, as each has a matrix of its own. */
export function graphsAtOnce({ tests, maxParallel }: DeploymentTests): GraphsAtOnce[] {
  return [...new Set(tests.map(({ framework }) => framework))].map((framework) => {
    const own = tests.filter((test) => test.framework === framework).map(({ gpus }) => gpus);
    const largest = own.sort((one, other) => other - one).slice(0, maxParallel);
    return { framework, graphs: largest.length, gpus: largest.reduce((sum, gpus) => sum + gpus, 0) };
  });
}

function capacityFindings({ pipeline, infrastructure }: PlacementInput, pool: NodePool, path: string): Finding[] {
  const needs = nodesNeeded(pipeline, infrastructure, pool);
  if (needs === undefined) return [];
  const needed = needs.reduce((sum, { nodes }) => sum + nodes, 0);
  const reasons = needs.map(({ set, nodes }) => `${nodes} for ${set.maxRunners} of ${set.label}`).join(", ");
  return unless(pool.maxCount >= needed, path, `${pool.maxCount} nodes`, `at least ${needed}: ${reasons}`);
}
