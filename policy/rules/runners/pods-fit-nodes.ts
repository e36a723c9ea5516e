import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, listed } from "../../kit/values";
import { poolsIn, type Pool } from "../cluster/pools-within-budget";
import { sizesConfig, sizesOf, type VmSize } from "../cluster/vm-sizes";
import { containersOf, podSpecsOf, type Container, type PodSpec } from "./pod-specs";

/** Set by AKS on every node. */
const poolLabel = "kubernetes.azure.com/agentpool";

/** What a node has for pods, or what a pod asks for: thousandths of a core, MiB, and GPUs. */
interface Amount {
  readonly cpu: number;
  readonly memory: number;
  readonly gpus: number;
}

export const podsFitNodes = stackRule({
  name: "pods-fit-nodes",
  title: "Each job's pod fits a node of its pool",
  severity: "high",
  level: "mandatory",
  holds: "A pod of a scale set, or of its jobs, asks for no more than a node of the pool that it selects has left for pods, at any time of its life, and the pool is one of the stack's; one that selects none fits the nodes of some pool.",
  why: "A pod that fits no node waits until the job is cancelled, while the autoscaler adds nothing: it knows that no node would do.",
  fix: "Lower the pod's requests, or give the pool a larger size.",
  source: { title: "AKS: resource reservations", url: "https://learn.microsoft.com/azure/aks/node-resource-reservations" },
  config: sizesConfig,
  *judge(subjects, config) {
    const pools = poolsIn(subjects);
    for (const subject of subjects) {
      for (const pod of podSpecsOf(subject)) yield* judgePod(subject, pod, pools, sizesOf(config));
    }
  },
});

function* judgePod(subject: Subject, pod: PodSpec, pools: readonly Pool[], sizes: (vmSize: string) => VmSize | undefined): Iterable<Finding & { subject: Subject }> {
  const selector = at(pod.spec, "nodeSelector") as Readonly<Record<string, unknown>> | undefined;
  const name = selector?.[poolLabel];
  const chosen = name === undefined ? pools : pools.filter((pool) => pool.name === name);
  if (chosen.length === 0) yield { subject, property: `${pod.path}.nodeSelector`, found: name === undefined ? "no pool" : `pool ${String(name)}`, wanted: `one of ${listed([...new Set(pools.map((pool) => pool.name))])}` };
  const wanted = requestOf(pod);
  // A size without an entry is `pools-within-budget`'s to report. Pools of one name may be in two clusters: the pod fits each.
  const excesses = chosen.flatMap(({ vmSize, maxPods }) => {
    const size = sizes(vmSize);
    return size === undefined ? [] : [excessOf(wanted, vmSize, allocatable(size, maxPods))];
  });
  const tooMuch = excesses.filter((excess) => excess !== undefined);
  // Whoever names no pool needs a single one that fits.
  if (tooMuch.length > 0 && (name !== undefined || tooMuch.length === excesses.length)) yield { subject, property: `${pod.path} requests`, ...tooMuch[0]! };
}

function excessOf(wanted: Amount, vmSize: string, room: Amount): { readonly found: string; readonly wanted: string } | undefined {
  const excess = (["cpu", "memory", "gpus"] as const).filter((key) => !(wanted[key] <= room[key]));
  if (excess.length === 0) return undefined;
  return { found: listed(excess.map((key) => (Number.isNaN(wanted[key]) ? `${key} that is no quantity` : `${key} ${wanted[key]}`))), wanted: `${listed(excess.map((key) => `${key} ${room[key]}`))} or less, as ${vmSize} has` };
}

/** Containers run side by side, sidecars too; each other init container runs before them, beside the sidecars. */
function requestOf(pod: PodSpec): Amount {
  const isInit = ({ path }: Container): boolean => path.includes(".initContainers[");
  const isSidecar = (container: Container): boolean => isInit(container) && at(container.value, "restartPolicy") === "Always";
  const all = containersOf(pod);
  const sidecars = all.filter(isSidecar);
  const moments = [all.filter((container) => !isInit(container) || isSidecar(container)), ...all.filter((container) => isInit(container) && !isSidecar(container)).map((container) => [...sidecars, container])];
  const amounts = moments.map(sumOf);
  // NaN is what is no quantity: it stays, and fits nowhere.
  const most = (key: keyof Amount): number => Math.max(...amounts.map((amount) => amount[key]));
  return { cpu: most("cpu"), memory: most("memory"), gpus: most("gpus") };
}

function sumOf(containers: readonly Container[]): Amount {
  const sum = (key: string, unit: (text: string) => number): number => containers.reduce((total, { value }) => total + (asks(value, key) === undefined ? 0 : unit(String(asks(value, key)))), 0);
  return { cpu: sum("cpu", milliCpu), memory: sum("memory", mebibytes), gpus: sum("nvidia.com/gpu", Number) };
}

/** Without a request, a container's limit is what it asks for. */
function asks(container: unknown, key: string): unknown {
  const [request, limit] = ["requests", "limits"].map((kind) => at(container, `resources.${kind}`) as Readonly<Record<string, unknown>> | undefined);
  return request?.[key] ?? limit?.[key];
}

/** Thousandths of a core; NaN for what is no quantity, which fits nowhere. */
function milliCpu(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

/** MiB, from the two units that a cluster of this size uses. */
function mebibytes(text: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(text) ?? [];
  return unit === "Gi" ? Number(number) * 1024 : Number(number);
}

/** AKS' own default with the overlay network (learn.microsoft.com/azure/aks/quotas-skus-regions), and its most. */
const DEFAULT_MAX_PODS = 250;

/**
 * What AKS leaves for pods: it keeps CPU by steps of the cores; of the memory 20 MiB for each pod that the node may have and 50 MiB, a quarter at most; and
 * it evicts below 100 MiB.
 */
function allocatable({ cpus, memoryGiB, gpus }: VmSize, maxPods: number): Amount {
  const steps: readonly (readonly [number, number])[] = [[0, 0], [1, 60], [2, 100], [4, 140], [8, 180], [16, 260], [32, 420], [64, 740]];
  const [, keptCpu] = steps.findLast(([cores]) => cores <= cpus)!;
  const memory = memoryGiB * 1024;
  const kept = Math.min(20 * (Number.isNaN(maxPods) ? DEFAULT_MAX_PODS : maxPods) + 50, memory / 4);
  return { cpu: cpus * 1000 - keptCpu, memory: Math.floor(memory - kept) - 100, gpus };
}
