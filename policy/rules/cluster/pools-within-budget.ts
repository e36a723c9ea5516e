import { stackRule, type Subject } from "../../kit/rule";
import { at, items } from "../../kit/values";
import { agentPoolType, managedClusterType, poolsOfTheirOwn } from "./aks";
import { sizesConfig, sizesOf } from "./vm-sizes";

export interface Pool {
  readonly subject: Subject;
  /** Path of the pool in the resource, with a dot at its end. */
  readonly property: string;
  readonly name: string;
  /** The pool's own properties. */
  readonly value: unknown;
  readonly vmSize: string;
  /** NaN where there is none. */
  readonly maxCount: number;
  /** Most pods of a node; NaN where the resource does not say. */
  readonly maxPods: number;
}

export const poolsWithinBudget = stackRule({
  name: "pools-within-budget",
  title: "All nodes at once stay within the budget",
  severity: "high",
  level: "mandatory",
  holds: "The GPUs of all pools at their maxima, and their price an hour, stay under the configured bounds; every size has a price in the table.",
  why: "A maximum that is a typing mistake is found by the invoice.",
  fix: "Lower maxCount of a pool, or raise the bound and say why in the pull request; add the size's price when it is new.",
  source: { title: "Azure: pricing of Linux virtual machines", url: "https://azure.microsoft.com/pricing/details/virtual-machines/linux/" },
  config: {
    maxGpus: { type: "integer", minimum: 0, default: 32, description: "GPUs of all pools at their maxima" },
    maxHourly: { type: "number", minimum: 0, default: 200, description: "US dollars an hour of all pools at their maxima, on demand" },
    ...sizesConfig,
  },
  *judge(subjects, config) {
    const sizes = sizesOf(config);
    const pools = poolsIn(subjects);
    for (const { subject, property, vmSize, maxCount } of pools) {
      if (sizes(vmSize) === undefined) yield { subject, property: `${property}vmSize`, found: vmSize, wanted: "a size that this policy's config knows" };
      if (!Number.isFinite(maxCount)) yield { subject, property: `${property}maxCount`, found: "nothing", wanted: "a number" };
    }
    const bounded = pools.filter(({ maxCount }) => Number.isFinite(maxCount));
    const sum = (key: "gpus" | "hourly"): number => bounded.reduce((total, { vmSize, maxCount }) => total + maxCount * (sizes(vmSize)?.[key] ?? 0), 0);
    const [gpus, hourly] = [sum("gpus"), sum("hourly")];
    if (gpus > Number(config["maxGpus"])) yield { property: "GPUs of all pools", found: String(gpus), wanted: `${String(config["maxGpus"])} or fewer` };
    if (hourly > Number(config["maxHourly"])) yield { property: "price of all pools", found: `$${hourly.toFixed(2)} an hour`, wanted: `$${String(config["maxHourly"])} or less` };
  },
});

/** The pools of a stack, each once: Azure answers with all pools of a cluster, so that a refresh puts those with a resource of their own into the cluster too. */
export function poolsIn(subjects: readonly Subject[]): readonly Pool[] {
  return subjects.flatMap((subject) => {
    const own = subject.type === managedClusterType ? poolsOfTheirOwn(subject, subjects) : new Set<string>();
    return poolsOf(subject).filter(({ name }) => !own.has(name));
  });
}

/** The pools of a resource: an AgentPool is one, a cluster has some inline. */
export function poolsOf(subject: Subject): readonly Pool[] {
  if (subject.type === agentPoolType) return [pool(subject, "", subject.props)];
  if (subject.type !== managedClusterType) return [];
  return items(at(subject.props, "agentPoolProfiles")).map((profile, index) => pool(subject, `agentPoolProfiles[${index}].`, profile));
}

function pool(subject: Subject, property: string, value: unknown): Pool {
  return { subject, property, value, name: String(at(value, "agentPoolName") ?? at(value, "name")), vmSize: String(at(value, "vmSize")), maxCount: Number(at(value, at(value, "enableAutoScaling") === true ? "maxCount" : "count")), maxPods: Number(at(value, "maxPods")) };
}
