/** One pool and one runner's pod, judged by the policies that need VM sizes. */
import type { PodSize } from "../../pipeline/model";
import type { RuleConfig } from "../../policy/kit/rule";
import { poolsWithinBudget } from "../../policy/rules/cluster/pools-within-budget";
import { podsFitNodes } from "../../policy/rules/runners/pods-fit-nodes";
import { judged, subject } from "./support";

export const POOL = "azure-native:containerservice:AgentPool";

/** Everything that both policies say. @param config of the pack, by policy */
export function judge(config: Readonly<Record<string, RuleConfig>>, pool: { readonly name: string; readonly vmSize: string; readonly maxCount: number; readonly maxPods: number }, pod: PodSize): string[] {
  const requests = { cpu: `${Math.round(pod.cpu * 1000)}m`, memory: `${Math.floor(pod.memoryGiB * 1024)}Mi`, ...(pod.gpus > 0 ? { "nvidia.com/gpu": String(pod.gpus) } : {}) };
  const subjects = [
    subject(POOL, { agentPoolName: pool.name, vmSize: pool.vmSize, enableAutoScaling: true, minCount: 0, maxCount: pool.maxCount, maxPods: pool.maxPods }, { name: pool.name }),
    subject("kubernetes:helm.sh/v3:Release", {
      chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set",
      values: { template: { spec: { nodeSelector: { "kubernetes.azure.com/agentpool": pool.name }, containers: [{ name: "runner", resources: { requests } }] } } },
    }),
  ];
  return [poolsWithinBudget, podsFitNodes].flatMap((rule) => judged(rule, subjects, config[rule.name]));
}
