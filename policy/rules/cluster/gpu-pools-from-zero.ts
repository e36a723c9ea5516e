import { resourceRule } from "../../kit/rule";
import { at, show, texts } from "../../kit/values";
import { agentPoolType } from "./aks";

export const gpuPoolsFromZero = resourceRule({
  name: "gpu-pools-from-zero",
  title: "GPU pools start from zero and keep others off",
  severity: "high",
  level: "mandatory",
  holds: "A pool of GPU nodes scales by itself, from zero, is a user pool, and carries a taint.",
  why: "An idle GPU node costs as much as a busy one, and without a taint any pod keeps it up.",
  fix: "Set mode User, enableAutoScaling, minCount 0 and a NoSchedule taint on the pool.",
  source: { title: "AKS: use GPUs", url: "https://learn.microsoft.com/azure/aks/gpu-cluster" },
  types: [agentPoolType],
  *judge(pool) {
    if (!isGpuSize(String(at(pool.props, "vmSize")))) return;
    const demands: readonly [string, unknown][] = [
      ["mode", "User"],
      ["enableAutoScaling", true],
      ["minCount", 0],
    ];
    for (const [property, wanted] of demands) {
      const found = at(pool.props, property);
      if (found !== wanted) yield { property, found: show(found), wanted: show(wanted) };
    }
    const taints = texts(at(pool.props, "nodeTaints"));
    if (!taints.some((taint) => /^sku=gpu:No(Schedule|Execute)$/.test(taint))) yield { property: "nodeTaints", found: show(taints), wanted: '"sku=gpu:NoSchedule" among them' };
  },
});

/** Azure's N family are the sizes with GPUs. */
export function isGpuSize(vmSize: string): boolean {
  return /^Standard_N/i.test(vmSize);
}
