/** Runner classes with everything said. */
import type { NodePool } from "../infrastructure";
import { machineSize, podsPerNode, roomOn, type Node } from "../machines";
import type { HostedRunnerClass, PodSize, ScaleSetRunnerClass, Trust } from "../model";
import type { VmSizes } from "../schema/machines";
import type { ConfiguredPipeline } from "../schema/pipeline";
import { hostedArch, type ConfiguredHosted, type ConfiguredScaleSet } from "../schema/runners";
import { poolNameOf } from "./names";
import { resolvePool } from "./pools";
import { usesOf, type Uses } from "./uses";

/** Share of a node's vCPUs and memory that one runner gets: the rest is for the kernel, and for daemons beyond those that AKS reserves for. */
const POD_SHARE = 0.9;
/** Share of a node's disk for pods: the images that they run are on the same disk. */
const STORAGE_SHARE = 0.5;
/** Of a class whose pool is not known: it fits any node, so that nothing but the missing pool is wrong. */
const SMALL_POD: PodSize = { cpu: 1, memoryGiB: 1, gpus: 0, storageGiB: 1 };

const EVERYBODY: readonly Trust[] = ["fork", "mirror", "protected"];
const VETTED: readonly Trust[] = ["mirror", "protected"];

/** A hosted runner class with what its label says where the config does not say it. */
export function resolveHosted(given: ConfiguredHosted): HostedRunnerClass {
  return { ...given, arch: given.arch ?? hostedArch(given.label) ?? "amd64", trust: given.trust ?? EVERYBODY };
}

/** Name of the pool that a class runs on. */
export function poolOfClass({ id, nodePool }: Pick<ConfiguredScaleSet, "id" | "nodePool">): string {
  return nodePool ?? poolNameOf(id);
}

/** The pool that stands with a class; undefined where the class names one. */
export function inlinePool(pipeline: ConfiguredPipeline, given: ConfiguredScaleSet, sizes: VmSizes): NodePool | undefined {
  if (given.pool === undefined) return undefined;
  const uses = usesOf(pipeline, given.id);
  const assumed = { arch: given.arch ?? uses.architectures[0] ?? "amd64", gpus: given.pod?.gpus ?? uses.gpus };
  const pool = resolvePool({ name: poolOfClass(given), ...given.pool, maxCount: given.pool.maxCount ?? 1 }, sizes, assumed);
  if (given.pool.maxCount !== undefined) return belonging(pool, given.id);
  const node = nodeOf(pool, sizes);
  const perNode = node === undefined ? 1 : podsPerNode(podOf(given.pod, node, uses), node);
  return belonging({ ...pool, maxCount: Math.max(1, Math.ceil((given.maxRunners ?? 0) / Math.max(1, perNode))) }, given.id);
}

/** Where pools were written is no part of them: what is resolved is a config too, and reads as the same. */
const classes = new WeakMap<NodePool, string>();

function belonging(pool: NodePool, runnerClass: string): NodePool {
  classes.set(pool, runnerClass);
  return pool;
}

/** Id of the runner class with which a pool stands in config; undefined for a pool of the cluster, and for a copy. */
export function classOfPool(pool: NodePool): string | undefined {
  return classes.get(pool);
}

/** The class with all that its pool says. @param pool undefined where no pool has the name, which coherence refuses */
export function resolveScaleSet(pipeline: ConfiguredPipeline, given: ConfiguredScaleSet, pool: NodePool | undefined, sizes: VmSizes): ScaleSetRunnerClass {
  const uses = usesOf(pipeline, given.id);
  const node = pool && nodeOf(pool, sizes);
  const pod = podOf(given.pod, node, uses);
  return {
    kind: "scale-set",
    id: given.id,
    label: given.label,
    arch: given.arch ?? pool?.arch ?? uses.architectures[0] ?? "amd64",
    trust: given.trust ?? (uses.deploys && !uses.builds && !uses.tests ? ["protected"] : VETTED),
    runnerGroup: given.runnerGroup ?? `${pipeline.repository.name}-${groupOf(uses)}`,
    nodePool: poolOfClass(given),
    pod,
    minRunners: given.minRunners ?? 0,
    maxRunners: given.maxRunners ?? (pool === undefined || node === undefined ? 1 : pool.maxCount * podsPerNode(pod, node)),
  };
}

function groupOf({ builds, deploys }: Uses): string {
  if (builds) return "builders";
  return deploys ? "deployers" : "testers";
}

/** What a runner asks for: what config says, and of the rest most of a node, or of the part of it that belongs to as many GPUs as the runner has. */
function podOf(given: ConfiguredScaleSet["pod"], node: Node | undefined, uses: Uses): PodSize {
  if (node === undefined) return { ...SMALL_POD, gpus: uses.gpus, ...given };
  const room = roomOn(node);
  const gpus = given?.gpus ?? room.gpus;
  const runners = gpus > 0 && room.gpus > gpus ? Math.floor(room.gpus / gpus) : 1;
  return {
    cpu: given?.cpu ?? rounded((room.cpu * POD_SHARE) / runners),
    memoryGiB: given?.memoryGiB ?? rounded((room.memoryGiB * POD_SHARE) / runners),
    gpus,
    storageGiB: given?.storageGiB ?? rounded((node.osDiskGiB * STORAGE_SHARE) / runners),
  };
}

/** Down to a whole number, or to a tenth where there is less than one. */
function rounded(value: number): number {
  return value >= 1 ? Math.floor(value) : Math.max(0.1, Math.floor(value * 10) / 10);
}

function nodeOf({ vmSize, maxPods, osDiskGiB }: NodePool, sizes: VmSizes): Node | undefined {
  const size = machineSize(sizes, vmSize);
  return size && { size, maxPods, osDiskGiB };
}
