/** Values of Actions Runner Controller's two charts, as far as this project sets them. Source: the charts' values.yaml, 0.15. */
import type { Toleration } from "../cluster/pools";

/** Requests and limits of a container, always equal: a Guaranteed pod is the last one that a full node evicts. */
export interface GuaranteedResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly resources?: GuaranteedResources;
  readonly restartPolicy?: "Always";
  readonly securityContext?: object;
  readonly startupProbe?: object;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface PodSpec {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly hostUsers?: boolean;
  /** Without it the chart makes an account of its own. */
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly securityContext?: object;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly object[];
  readonly terminationGracePeriodSeconds?: number;
}

/** Values of `gha-runner-scale-set`. */
export interface ScaleSetValues {
  /** URL of the organisation or repository that the runners serve. */
  readonly githubConfigUrl: string;
  /** Name of a Secret in the release's namespace; never the credential itself. */
  readonly githubConfigSecret: string;
  readonly runnerGroup: string;
  /** Also the one `runs-on` label. */
  readonly runnerScaleSetName: string;
  readonly minRunners: number;
  readonly maxRunners: number;
  readonly containerMode?: { readonly type: "kubernetes-novolume" };
  readonly template: { readonly spec: PodSpec };
  readonly listenerTemplate: { readonly spec: PodSpec };
  /** Without it the chart looks the account up in the cluster, which a preview cannot. */
  readonly controllerServiceAccount: { readonly namespace: string; readonly name: string };
}

/** Values of `gha-runner-scale-set-controller`. */
export interface ControllerValues {
  readonly replicaCount: number;
  readonly serviceAccount: { readonly create: true; readonly name: string };
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly resources: GuaranteedResources;
  readonly podSecurityContext: object;
  readonly securityContext: object;
  readonly metrics: { readonly controllerManagerAddr: string; readonly listenerAddr: string; readonly listenerEndpoint: string };
  readonly flags: { readonly logLevel: string; readonly logFormat: string; readonly runnerMaxConcurrentReconciles: number };
}

/** Both charts come from here, at one version: the controller deletes a scale set whose chart is of another minor version. */
export const CHARTS = "oci://ghcr.io/actions/actions-runner-controller-charts";

/** Equal requests and limits. CPU in thousandths of a core, memory in MiB, storage in GiB. */
export function guaranteed(size: { milliCpu: number; memoryMiB: number; storageGiB?: number; gpus?: number }): GuaranteedResources {
  const amounts = {
    cpu: `${size.milliCpu}m`,
    memory: `${size.memoryMiB}Mi`,
    ...(size.storageGiB === undefined ? {} : { "ephemeral-storage": `${size.storageGiB}Gi` }),
    ...(size.gpus ? { "nvidia.com/gpu": String(size.gpus) } : {}),
  };
  return { requests: amounts, limits: amounts };
}

/** What Pod Security's restricted level asks of a container. */
export const RESTRICTED_CONTAINER = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } as const;
export const RESTRICTED_POD = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } as const;
