/** How pods and node pools find each other: taints, labels, tolerations and selectors, each derived from the pool. */
import type { NodePool } from "../../pipeline/infrastructure";
import { GPU_TAINT, SPOT_TAINT } from "../../pipeline/namespaces";

/** A toleration, as pods write it. */
export interface Toleration {
  readonly key: string;
  readonly operator: "Equal" | "Exists";
  readonly value?: string;
  readonly effect: "NoSchedule";
}

/** Keeps everything but runners off a pool that is theirs, so that it can fall back to zero nodes. */
const RUNNER_TAINT = { key: "gpu-cicd/runners", value: "true" } as const;

/** Set by AKS on every node. */
const POOL_LABEL = "kubernetes.azure.com/agentpool";

/** Forces NVIDIA's device plugin onto a node; its chart looks for this label or for one of a discovery service that is not installed. */
const GPU_LABEL = { "nvidia.com/gpu.present": "true" } as const;

type Taint = { readonly key: string; readonly value: string };

/** Taints of a pool, in AKS's form; that of spot nodes is declared too, so that it does not show as drift. `reserved` when runner classes name the pool. */
export function nodeTaints(pool: NodePool, reserved: boolean): string[] {
  return taints(pool, reserved).map(({ key, value }) => `${key}=${value}:NoSchedule`);
}

/** Labels of a pool's nodes beside those that AKS sets. */
export function nodeLabels(pool: NodePool): Record<string, string> {
  return { ...(pool.gpus > 0 ? GPU_LABEL : {}), ...(pool.spot ? { [SPOT_TAINT.key]: SPOT_TAINT.value } : {}) };
}

/** Tolerations with which a runner's pod may use a pool that is reserved for runners. */
export function tolerations(pool: NodePool): Toleration[] {
  return taints(pool, true).map(({ key, value }) => ({ key, operator: "Equal", value, effect: "NoSchedule" }));
}

/** Tolerations of a pod that has to run on every GPU node there is. */
export function everyGpuNode(): Toleration[] {
  return [GPU_TAINT, RUNNER_TAINT, SPOT_TAINT].map(({ key, value }) => ({ key, operator: "Equal", value, effect: "NoSchedule" }));
}

/** Toleration with which a small pod may use a CPU pool of the runners. */
export function runnerPools(): Toleration[] {
  return [{ key: RUNNER_TAINT.key, operator: "Equal", value: RUNNER_TAINT.value, effect: "NoSchedule" }];
}

/** Selects the nodes of a pool. The architecture goes along, so that a pool that is remade with another one attracts no pod of the old. */
export function nodeSelector(pool: NodePool): Record<string, string> {
  return { "kubernetes.io/os": "linux", "kubernetes.io/arch": pool.arch, [POOL_LABEL]: pool.name };
}

function taints(pool: NodePool, reserved: boolean): Taint[] {
  return [...(pool.gpus > 0 ? [GPU_TAINT] : reserved ? [RUNNER_TAINT] : []), ...(pool.spot ? [SPOT_TAINT] : [])];
}
