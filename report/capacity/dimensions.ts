/** What can be made larger or smaller so that jobs wait less or machines cost less, one number each. */
import { graphsAtOnce, nodeOf, nodesNeeded } from "../../pipeline/coherence/placement";
import type { Cluster, Infrastructure, NodePool } from "../../pipeline/infrastructure";
import { podsPerNode } from "../../pipeline/machines";
import type { Pipeline, ScaleSetRunnerClass } from "../../pipeline/model";
import { machinePrice } from "../../pipeline/prices";
import { poolKey } from "../cost";
import type { CapacityStack } from "./model";
import { CapacityError } from "./system";

/** A maximum that can be chosen. */
export interface Dimension {
  /** `runners ID`, or `graphs CLUSTER/POOL` for the nodes of a pool that deployment tests may take beside its runners. */
  readonly id: string;
  /** The class whose jobs wait for it. */
  readonly runnerClass: string;
  readonly current: number;
  readonly least: number;
  /** Price an hour of what one more lets run: the share of a node that a runner takes, or a node. */
  readonly hourly: number;
}

/** A value for each dimension, by id. */
export type Maxima = Readonly<Record<string, number>>;

/** Every maximum of a stack that can be chosen: those of its scale sets, and of the pools of deployment tests. */
export function dimensionsOf(stack: CapacityStack): Dimension[] {
  return [...scaleSets(stack.pipeline).map((set) => runnersOf(stack, set)), ...graphPools(stack).map((pool) => graphsOf(stack, pool))];
}

/** The stack with these maxima, and with pools that have a node for every runner and graph that may be. */
export function withMaxima({ pipeline, infrastructure }: CapacityStack, maxima: Maxima): CapacityStack {
  const sized: Pipeline = {
    ...pipeline,
    runnerClasses: pipeline.runnerClasses.map((each) => (each.kind === "hosted" ? each : { ...each, maxRunners: maxima[`runners ${each.id}`] ?? each.maxRunners })),
  };
  const { runners, deploymentCluster } = infrastructure;
  const isShared = runners.cluster === "deployment-tests";
  const resize = (cluster: Cluster, takesRunners: boolean): Cluster => ({
    ...cluster,
    nodePools: cluster.nodePools.map((pool) => ({ ...pool, maxCount: maxCountOf({ pipeline: sized, infrastructure }, cluster, pool, takesRunners, maxima) })),
  });
  return {
    pipeline: sized,
    infrastructure: {
      ...infrastructure,
      deploymentCluster: resize(deploymentCluster, isShared),
      runners: { ...runners, cluster: runners.cluster === "deployment-tests" ? runners.cluster : resize(runners.cluster, true) },
    },
  };
}

function maxCountOf({ pipeline, infrastructure }: CapacityStack, cluster: Cluster, pool: NodePool, takesRunners: boolean, maxima: Maxima): number {
  const needs = takesRunners ? nodesNeeded(pipeline, infrastructure, pool) : [];
  const graphs = maxima[`graphs ${poolKey(cluster.name, pool.name)}`];
  // A pool that nothing chosen needs stays as it is.
  if (needs === undefined || (needs.length === 0 && graphs === undefined)) return pool.maxCount;
  return Math.max(1, pool.minCount, needs.reduce((sum, { nodes }) => sum + nodes, 0) + (graphs ?? 0));
}

function scaleSets({ runnerClasses }: Pipeline): ScaleSetRunnerClass[] {
  return runnerClasses.filter((runnerClass) => runnerClass.kind === "scale-set");
}

function runnersOf({ infrastructure }: CapacityStack, { id, minRunners, maxRunners, nodePool, pod }: ScaleSetRunnerClass): Dimension {
  const pool = runnerCluster(infrastructure).nodePools.find(({ name }) => name === nodePool);
  const node = pool && nodeOf(infrastructure, pool);
  if (pool === undefined || node === undefined) throw new CapacityError(`runner class ${id} has no node pool whose VM size is known: ${JSON.stringify(nodePool)}`);
  return { id: `runners ${id}`, runnerClass: id, current: maxRunners, least: Math.max(1, minRunners), hourly: hourly(infrastructure, pool) / podsPerNode(pod, node) };
}

/** Pools of the deployment-test cluster with GPUs for graphs: where two graphs wait for one GPU, deployment tests wait. */
function graphPools({ pipeline, infrastructure: { deploymentCluster } }: CapacityStack): NodePool[] {
  return pipeline.deployments.tests.length === 0 ? [] : deploymentCluster.nodePools.filter(({ arch, gpus }) => arch === "amd64" && gpus > 0);
}

/** The nodes beside those of the pool's runners; at least those that the graphs that one run deploys at once need, which coherence asks for. */
function graphsOf(stack: CapacityStack, pool: NodePool): Dimension {
  const { pipeline, infrastructure } = stack;
  const { deployments } = pipeline;
  const taken = runnerCluster(infrastructure) === infrastructure.deploymentCluster ? (nodesNeeded(pipeline, infrastructure, pool) ?? []).reduce((sum, { nodes }) => sum + nodes, 0) : 0;
  const atOnce = graphsAtOnce(deployments).reduce((sum, { gpus }) => sum + gpus, 0);
  const least = Math.max(1, Math.ceil(atOnce / pool.gpus));
  return {
    id: `graphs ${poolKey(infrastructure.deploymentCluster.name, pool.name)}`,
    runnerClass: deployments.runner,
    current: Math.max(0, pool.maxCount - taken),
    least,
    hourly: hourly(infrastructure, pool),
  };
}

function runnerCluster({ runners, deploymentCluster }: Infrastructure): Cluster {
  return runners.cluster === "deployment-tests" ? deploymentCluster : runners.cluster;
}

function hourly(infrastructure: Infrastructure, { vmSize, spot }: NodePool): number {
  const price = machinePrice(infrastructure, vmSize);
  return (spot ? price?.spotHourly : price?.hourly) ?? Number.NaN;
}
