/** The scale sets and node pools of a stack as the simulation takes them. */
import { clusters } from "../../pipeline/coherence/clusters";
import { nodeOf } from "../../pipeline/coherence/placement";
import { SYSTEM_POOL, type Cluster, type Infrastructure, type NodePool } from "../../pipeline/infrastructure";
import type { Load } from "../../pipeline/load";
import { JOB_STARTER, roomOn } from "../../pipeline/machines";
import type { PodSize, RunnerClass, ScaleSetRunnerClass } from "../../pipeline/model";
import { runnerModes, type RunnerMode } from "../../workflows/runner-modes";
import { poolKey } from "../cost";
import type { SimulatedPod, SimulatedPool, SimulatedSet, SimulatedSystem } from "./engine/model";
import type { CapacityStack } from "./model";

/** A stack that cannot be simulated: some pod would wait for ever. */
export class CapacityError extends Error {
  override readonly name = "CapacityError";
}

/** AKS' defaults for a pool that does not say: pods of a node on an overlay network, and GiB of its disk. */
const SYSTEM_POOL_MAX_PODS = 250;
const SYSTEM_POOL_DISK_GIB = 128;

/** Kinds of pods that a deployment test asks for. */
export const GRAPH_WORKER = "graph worker";
export const GRAPH_SERVICES = "graph services";

/** A worker of a graph has a GPU; of CPU and memory its node has more than enough. */
const WORKER: PodSize = { cpu: 0, memoryGiB: 0, gpus: 1, storageGiB: 0 };

/** The kind of pod in which a runner class runs its jobs' containers. */
export function jobPod(runnerClass: string): string {
  return `job of ${runnerClass}`;
}

/**
 * What is simulated of a stack.
 * @throws CapacityError for pods that no node can ever take; coherence finds most of them before
 */
export function systemOf(stack: CapacityStack): SimulatedSystem {
  const { load } = stack.infrastructure;
  const layout = layoutOf(stack);
  const system: SimulatedSystem = {
    sets: stack.pipeline.runnerClasses.map((runnerClass) => setOf(layout, load, runnerClass)),
    pools: clusters(stack.infrastructure).flatMap(({ cluster }) => poolsOf(cluster, stack.infrastructure)),
    pods: { ...graphPods(layout, load), ...jobPods(layout) },
    evictionsPerHour: load.spot.evictionsPerHour,
    rerunAfter: load.spot.rerunAfter,
    idleMinutes: load.nodes.idleMinutes,
    imagePull: load.pulls.image,
  };
  refuseUnplaceable(system);
  return system;
}

/** Which class runs how, and where. */
interface Layout {
  readonly stack: CapacityStack;
  readonly modes: ReadonlyMap<string, RunnerMode>;
  readonly runnerCluster: Cluster;
  readonly scaleSets: readonly ScaleSetRunnerClass[];
}

function layoutOf(stack: CapacityStack): Layout {
  const { runners, deploymentCluster } = stack.infrastructure;
  return {
    stack,
    modes: runnerModes(stack.pipeline),
    runnerCluster: runners.cluster === "deployment-tests" ? deploymentCluster : runners.cluster,
    scaleSets: stack.pipeline.runnerClasses.filter((runnerClass) => runnerClass.kind === "scale-set"),
  };
}

function setOf(layout: Layout, load: Load, runnerClass: RunnerClass): SimulatedSet {
  const { id, label } = runnerClass;
  if (runnerClass.kind === "hosted") {
    const { concurrent, start } = load.hosted;
    // The next job gets a machine of its own, so nobody waits until this one's is gone.
    return { id, label, minRunners: 0, maxRunners: concurrent, start, stop: { median: 0, p95: 0 } };
  }
  const { minRunners, maxRunners } = runnerClass;
  const pod = layout.modes.get(id) === "container" ? { size: JOB_STARTER, pools: starterPools(layout.runnerCluster) } : ownPod(layout, runnerClass);
  return { id, label, minRunners, maxRunners, pod, start: load.runners.start, pull: load.pulls.runner, stop: load.runners.stop };
}

/** Classes that test images run each job in a pod of the job's own, on the class' pool. */
function jobPods(layout: Layout): Record<string, SimulatedPod> {
  const testers = layout.scaleSets.filter(({ id }) => layout.modes.get(id) === "container");
  return Object.fromEntries(testers.map((runnerClass) => [jobPod(runnerClass.id), ownPod(layout, runnerClass)]));
}

function ownPod({ runnerCluster }: Layout, { pod, nodePool }: ScaleSetRunnerClass): SimulatedPod {
  return { size: pod, pools: [poolKey(runnerCluster.name, nodePool)] };
}

/** CPU nodes of amd64 that are not spot; the system pool's are always there. */
function starterPools(cluster: Cluster): string[] {
  return [SYSTEM_POOL, ...cluster.nodePools.filter(isPlainCpu).map(({ name }) => name)].map((name) => poolKey(cluster.name, name));
}

function isPlainCpu({ arch, gpus, spot }: NodePool): boolean {
  return arch === "amd64" && gpus === 0 && !spot;
}

/** A graph's workers go to GPU nodes; what else it has to CPU nodes that are not kept for runners. */
function graphPods({ stack, runnerCluster, scaleSets }: Layout, load: Load): Record<string, SimulatedPod> {
  if (stack.pipeline.deployments.tests.length === 0) return {};
  const { deploymentCluster } = stack.infrastructure;
  const reserved = deploymentCluster === runnerCluster ? scaleSets.map(({ nodePool }) => nodePool) : [];
  const names = (pools: readonly NodePool[]): string[] => pools.map(({ name }) => poolKey(deploymentCluster.name, name));
  const cpu = deploymentCluster.nodePools.filter((pool) => isPlainCpu(pool) && !reserved.includes(pool.name));
  return {
    [GRAPH_WORKER]: { size: WORKER, pools: names(deploymentCluster.nodePools.filter(({ arch, gpus }) => arch === "amd64" && gpus > 0)) },
    [GRAPH_SERVICES]: { size: load.deploymentPod, pools: [...names(cpu), poolKey(deploymentCluster.name, SYSTEM_POOL)] },
  };
}

function poolsOf(cluster: Cluster, infrastructure: Infrastructure): SimulatedPool[] {
  const { nodes } = infrastructure.load;
  const { vmSize, minCount, maxCount } = cluster.systemPool;
  const room = roomOf(infrastructure, { vmSize, maxPods: SYSTEM_POOL_MAX_PODS, osDiskGiB: SYSTEM_POOL_DISK_GIB });
  return [
    { id: poolKey(cluster.name, SYSTEM_POOL), room, maxPods: SYSTEM_POOL_MAX_PODS, minCount, maxCount, spot: false, start: nodes.start.cpu },
    ...cluster.nodePools.map((pool) => ({
      id: poolKey(cluster.name, pool.name),
      room: roomOf(infrastructure, pool),
      maxPods: pool.maxPods,
      minCount: pool.minCount,
      maxCount: pool.maxCount,
      spot: pool.spot,
      start: pool.gpus > 0 ? nodes.start.gpu : nodes.start.cpu,
    })),
  ];
}

function roomOf(infrastructure: Infrastructure, pool: Pick<NodePool, "vmSize" | "maxPods" | "osDiskGiB">): PodSize {
  const node = nodeOf(infrastructure, pool);
  if (node === undefined) throw new CapacityError(`VM size ${JSON.stringify(pool.vmSize)} is not in the table of VM sizes`);
  return roomOn(node);
}

function refuseUnplaceable({ sets, pods, pools }: SimulatedSystem): void {
  const asked: [string, SimulatedPod][] = [
    ...sets.flatMap(({ label, pod }): [string, SimulatedPod][] => (pod === undefined ? [] : [[`a runner of ${label}`, pod]])),
    ...Object.entries(pods),
  ];
  const lost = asked.filter(([, pod]) => !pools.some((pool) => pod.pools.includes(pool.id) && pool.maxCount > 0 && fits(pod.size, pool.room)));
  if (lost.length === 0) return;
  throw new CapacityError(["No node can ever take:", ...lost.map(([name, { size, pools: names }]) => `  ${name}, ${amounts(size)}, on ${names.join(", ") || "no pool at all"}`)].join("\n"));
}

function fits(size: PodSize, room: PodSize): boolean {
  return size.cpu <= room.cpu && size.memoryGiB <= room.memoryGiB && size.gpus <= room.gpus && size.storageGiB <= room.storageGiB;
}

function amounts({ cpu, memoryGiB, gpus, storageGiB }: PodSize): string {
  return `${cpu} CPU, ${memoryGiB} GiB, ${gpus} GPU, ${storageGiB} GiB of disk`;
}
