import { resourceRule } from "../../kit/rule";
import { at, show, texts } from "../../kit/values";
import { agentPoolType, managedClusterType } from "./aks";
import { poolsOf } from "./pools-within-budget";

export const gpuPoolsFromZero = resourceRule({
  name: "gpu-pools-from-zero",
  title: "GPU pools start from zero and keep others off",
  severity: "high",
  level: "mandatory",
  holds: "A pool of GPU nodes, also one inside a cluster, scales by itself, from zero, is a user pool, and carries the taint of GPUs.",
  why: "An idle GPU node costs as much as a busy one, and without a taint any pod keeps it up.",
  fix: "Set mode User, enableAutoScaling, minCount 0 and a NoSchedule taint on the pool.",
  source: { title: "AKS: use GPUs", url: "https://learn.microsoft.com/azure/aks/gpu-cluster" },
  types: [agentPoolType, managedClusterType],
  *judge(subject) {
    for (const { value, vmSize, property: start } of poolsOf(subject).filter((pool) => isGpuSize(pool.vmSize))) {
      for (const [property, wanted] of demands) {
        const found = at(value, property);
        if (found !== wanted) yield { property: `${start}${property}`, found: show(found), wanted: `${show(wanted)} for ${vmSize}` };
      }
      const taints = texts(at(value, "nodeTaints"));
      if (!taints.some((taint) => /^sku=gpu:No(Schedule|Execute)$/.test(taint))) yield { property: `${start}nodeTaints`, found: show(taints), wanted: '"sku=gpu:NoSchedule" among them' };
    }
  },
});

const demands: readonly (readonly [string, unknown])[] = [
  ["mode", "User"],
  ["enableAutoScaling", true],
  ["minCount", 0],
];

/** Azure's N family are the sizes with GPUs. */
function isGpuSize(vmSize: string): boolean {
  return /^Standard_N/i.test(vmSize);
}
