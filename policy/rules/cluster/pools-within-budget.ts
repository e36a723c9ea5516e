import { stackRule, type Subject } from "../../kit/rule";
import { at, isProps, items } from "../../kit/values";
import { agentPoolType, managedClusterType } from "./aks";
import { isGpuSize } from "./gpu-pools-from-zero";

interface Price {
  /** US dollars an hour of one node. */
  readonly hourly: number;
  readonly gpus: number;
}

interface Pool {
  readonly subject: Subject;
  readonly property: string;
  readonly vmSize: string;
  readonly maxCount: number;
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
    maxGpus: { type: "integer", minimum: 0, default: 128, description: "GPUs of all pools at their maxima" },
    maxHourly: { type: "number", minimum: 0, default: 600, description: "US dollars an hour of all pools at their maxima, on demand" },
    prices: {
      type: "object",
      additionalProperties: { type: "object" },
      default: {
        Standard_D4s_v5: { hourly: 0.192, gpus: 0 },
        Standard_D8s_v5: { hourly: 0.384, gpus: 0 },
        Standard_D16s_v5: { hourly: 0.768, gpus: 0 },
        Standard_D32s_v5: { hourly: 1.536, gpus: 0 },
        Standard_D16ps_v6: { hourly: 0.616, gpus: 0 },
        Standard_D32ps_v6: { hourly: 1.232, gpus: 0 },
        Standard_NC4as_T4_v3: { hourly: 0.526, gpus: 1 },
        Standard_NC64as_T4_v3: { hourly: 4.352, gpus: 4 },
        Standard_NV36ads_A10_v5: { hourly: 3.2, gpus: 1 },
        Standard_NC24ads_A100_v4: { hourly: 3.67, gpus: 1 },
        Standard_NC96ads_A100_v4: { hourly: 14.69, gpus: 4 },
        Standard_NC40ads_H100_v5: { hourly: 6.98, gpus: 1 },
        Standard_NC80adis_H100_v5: { hourly: 13.96, gpus: 2 },
      },
      description: "Price on demand and GPUs by VM size; eastus, as of 2026-11",
    },
  },
  *judge(subjects, config) {
    const prices = (isProps(config["prices"]) ? config["prices"] : {}) as Readonly<Record<string, Price>>;
    const pools = subjects.flatMap(poolsOf);
    for (const { subject, property, vmSize } of pools) {
      if (prices[vmSize] === undefined) yield { subject, property: `${property}vmSize`, found: vmSize, wanted: "a size with a price in this policy's config" };
    }
    const sum = (value: (price: Price) => number): number => pools.reduce((total, pool) => total + pool.maxCount * value(prices[pool.vmSize] ?? { hourly: 0, gpus: 0 }), 0);
    const gpus = sum((price) => price.gpus);
    const hourly = sum((price) => price.hourly);
    if (gpus > Number(config["maxGpus"])) yield { property: "GPUs of all pools", found: String(gpus), wanted: `${String(config["maxGpus"])} or fewer` };
    if (hourly > Number(config["maxHourly"])) yield { property: "price of all pools", found: `$${hourly.toFixed(2)} an hour`, wanted: `$${String(config["maxHourly"])} or less` };
    const unbounded = pools.find((pool) => isGpuSize(pool.vmSize) && !Number.isFinite(pool.maxCount));
    if (unbounded !== undefined) yield { subject: unbounded.subject, property: "maxCount", found: "nothing", wanted: "a number" };
  },
});

/** The pools of a resource: an AgentPool is one, a cluster has some inline. */
function poolsOf(subject: Subject): readonly Pool[] {
  if (subject.type === agentPoolType) return [pool(subject, "", subject.props)];
  if (subject.type !== managedClusterType) return [];
  return items(at(subject.props, "agentPoolProfiles")).map((profile, index) => pool(subject, `agentPoolProfiles[${index}].`, profile));
}

function pool(subject: Subject, property: string, value: unknown): Pool {
  return { subject, property, vmSize: String(at(value, "vmSize")), maxCount: Number(at(value, "maxCount") ?? at(value, "count")) };
}
