/**
 * From what config says to what there will be: node pools and runner classes with everything that follows from their VM sizes, the load of frameworks
 * that the profile does not name, and test suites as the jobs that run.
 *
 * A value that config says stays as it is, also where it contradicts another: coherence finds that. What cannot be followed, since a VM size or a pool is not
 * known, is filled in such a way that nothing else is wrong for it.
 */
import type { Cluster, Infrastructure } from "../infrastructure";
import type { Load } from "../load";
import type { Finding, Pipeline, RunnerClass } from "../model";
import type { ConfiguredInfrastructure, GivenCluster } from "../schema/infrastructure";
import type { VmSizes } from "../schema/machines";
import type { ConfiguredPipeline } from "../schema/pipeline";
import type { ConfiguredRunnerClass } from "../schema/runners";
import { classOfPool, inlinePool, poolOfClass, resolveHosted, resolveScaleSet } from "./classes";
import { resolveLoad } from "./load";
import { placedDurations, placedSuites } from "./placement";
import { resolvePool } from "./pools";
import { resolveReading } from "./reading";
import { resolveVerdictApp } from "./verdict-app";

/** A stack as config says it. */
export interface ConfiguredStack {
  readonly pipeline: ConfiguredPipeline;
  readonly infrastructure: ConfiguredInfrastructure;
}

/** A stack with everything said. */
export interface ResolvedStack {
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
}

/** The stack that a config means: defaults that follow from other values are filled in. */
export function resolveStack({ pipeline: given, infrastructure }: ConfiguredStack): ResolvedStack {
  const pipeline = { ...given, suites: placedSuites(given) };
  const { vmSizes, runners, deploymentCluster } = infrastructure;
  const own = pipeline.runnerClasses.flatMap((given) => (given.kind === "hosted" ? [] : (inlinePool(pipeline, given, vmSizes) ?? [])));
  const shared = runners.cluster === "deployment-tests";
  const resolvedCluster = resolveCluster(deploymentCluster, vmSizes, shared ? own : []);
  const runnerCluster = runners.cluster === "deployment-tests" ? runners.cluster : resolveCluster(runners.cluster, vmSizes, own);
  const resolved = resolveVerdictApp(resolveReading(pipeline));
  const { nodePools } = runnerCluster === "deployment-tests" ? resolvedCluster : runnerCluster;
  return {
    pipeline: { ...resolved, runnerClasses: pipeline.runnerClasses.map((given) => resolveClass(pipeline, given, nodePools, vmSizes)) },
    infrastructure: {
      ...infrastructure,
      load: loadOf(given, resolved.frameworks, infrastructure.load),
      deploymentCluster: resolvedCluster,
      runners: { ...runners, cluster: runnerCluster },
    },
  };
}

/** A pipeline by itself, without a word about pools: for the default one, whose classes say what would follow from them. */
export function resolvePipeline(given: ConfiguredPipeline): Pipeline {
  const pipeline = { ...given, suites: placedSuites(given) };
  return { ...resolveVerdictApp(resolveReading(pipeline)), runnerClasses: pipeline.runnerClasses.map((given) => resolveClass(pipeline, given, [], {})) };
}

function loadOf(given: ConfiguredPipeline, frameworks: Pipeline["frameworks"], load: Load): Load {
  const resolved = resolveLoad(frameworks, load);
  return { ...resolved, durations: placedDurations(given, resolved.durations) };
}

function resolveClass(pipeline: ConfiguredPipeline, given: ConfiguredRunnerClass, pools: Cluster["nodePools"], sizes: VmSizes): RunnerClass {
  if (given.kind === "hosted") return resolveHosted(given);
  const name = poolOfClass(given);
  return resolveScaleSet(pipeline, given, pools.find((pool) => pool.name === name), sizes);
}

/** The cluster's own pools come first, then those of runner classes in their order. */
function resolveCluster(cluster: GivenCluster, sizes: VmSizes, own: Cluster["nodePools"]): Cluster {
  return { ...cluster, nodePools: [...cluster.nodePools.map((pool) => resolvePool(pool, sizes)), ...own] };
}

const POOL_PATH = /^infrastructure\.(deploymentCluster|runners\.cluster)\.nodePools\[(\d+)\](.*)$/;

/**
 * The same finding at the runner class with which its pool stands: `infrastructure.runners.cluster.nodePools[6].vmSize` becomes
 * `pipeline.runnerClasses[7].pool.vmSize`. Any other stays.
 */
export function atGivenPool(finding: Finding, { pipeline, infrastructure: { deploymentCluster, runners } }: ResolvedStack): Finding {
  const [, where, index, rest = ""] = POOL_PATH.exec(finding.path) ?? [];
  if (where === undefined) return finding;
  const cluster = where === "deploymentCluster" ? deploymentCluster : runners.cluster;
  const pool = cluster === "deployment-tests" ? undefined : cluster.nodePools[Number(index)];
  const runnerClass = pool && classOfPool(pool);
  const owner = pipeline.runnerClasses.findIndex(({ id }) => id === runnerClass);
  if (owner === -1) return finding;
  return { ...finding, path: `pipeline.runnerClasses[${owner}]${rest === ".name" ? ".nodePool" : `.pool${rest}`}` };
}
