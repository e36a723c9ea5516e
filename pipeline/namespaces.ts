/**
 * What a deployment test's namespace must look like. The cluster's guard (admission policies, quotas, the cleaner) enforces exactly these
 * names and limits, and the script that makes the namespace writes them: both read them here.
 */
import type { DeploymentTests } from "./model";

/** Marks a namespace as a deployment test's; the guard looks at no other. */
export const GUARD_LABEL = "gpu-cicd/deployment-test";

/** Minutes after its creation at which the cleaner removes the namespace. A count and not a date, so that no clock but the API server's matters. */
export const EXPIRY_LABEL = "gpu-cicd/expires-after-minutes";

/** Pod Security level of the namespace, and the values that the guard takes. */
export const POD_SECURITY_LABEL = "pod-security.kubernetes.io/enforce";
export const POD_SECURITY_LEVELS = ["baseline", "restricted"] as const;

/** Name of the ResourceQuota without which no pod starts in the namespace. */
export const QUOTA_NAME = "deployment-test";

/** Name of the NetworkPolicy, denying all in both directions, without which no pod starts in the namespace. */
export const DEFAULT_DENY_NAME = "default-deny";

/** Name of the LimitRange that gives a request to containers without one: a quota takes no pod that says nothing. */
export const LIMITS_NAME = "deployment-test";

/**
 * The service account as which a run works in its namespace, and the ClusterRole that it has there. All runs share one identity of Entra, so the identity
 * itself gets no right in any namespace: else every run would have it in every other run's.
 */
export const RUN_ACCOUNT = "deployment-test";
export const RUN_CLUSTER_ROLE = "gpu-cicd-deployment-test-run";
export const RUN_ROLE_BINDING = "deployment-test-run";

/**
 * Random text that a run puts on its namespace, and shows with each right that it takes there. Only who made the namespace knows it, as the identity reads
 * no namespace.
 */
export const TICKET = "gpu-cicd/ticket";
/** Run, attempt and graph of a namespace, for people. */
export const RUN_LABEL = "gpu-cicd/run";

/** Helm release of the virtual cluster, its control plane's service account (chart vcluster, templates/serviceaccount.yaml), and what that may do. */
export const VIRTUAL_CLUSTER = "test";
export const VIRTUAL_ACCOUNT = `vc-${VIRTUAL_CLUSTER}`;
export const VIRTUAL_CLUSTER_ROLE = "gpu-cicd-virtual-cluster";
export const VIRTUAL_ROLE_BINDING = "virtual-cluster";

/** Addresses that no pod of a runner may reach: the cloud's instance metadata and Azure's platform endpoint. */
export const FORBIDDEN_ADDRESSES = ["169.254.169.254/32", "168.63.129.16/32"] as const;

/** Addresses that no pod of a test may reach: all that are nobody's on the internet (RFC 1918, 6598 and 3927), and Azure's platform endpoint. */
export const PRIVATE_ADDRESSES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "168.63.129.16/32"] as const;

/** Taint of GPU pools. */
export const GPU_TAINT = { key: "sku", value: "gpu" } as const;
/** Taint that AKS puts on spot nodes, with a label of the same name (learn.microsoft.com/azure/aks/spot-node-pool). */
export const SPOT_TAINT = { key: "kubernetes.azure.com/scalesetpriority", value: "spot" } as const;
/** What a graph's GPU pods tolerate, and no pod of a test more: a GPU pool may be of spot machines. */
export const GRAPH_TAINTS = [GPU_TAINT, SPOT_TAINT] as const;

/** Names of the namespaces that runs may make. */
export function namespaceNames({ namespacePrefix, namespaces }: DeploymentTests): string[] {
  return Array.from({ length: namespaces }, (_, index) => `${namespacePrefix}${index + 1}`);
}

/** Labels of a deployment test's namespace. */
export function namespaceLabels(deployments: DeploymentTests): Record<string, string> {
  return {
    [GUARD_LABEL]: "true",
    [EXPIRY_LABEL]: String(deployments.expiryMinutes),
    [POD_SECURITY_LABEL]: "baseline",
  };
}

/** `spec.hard` of the namespace's ResourceQuota; the guard refuses a quota above it. */
export function quotaHard(deployments: DeploymentTests): Record<string, string> {
  const { cpu, memoryGiB, gpus, pods, storageGiB } = deployments.quota;
  return {
    "requests.cpu": String(cpu),
    "requests.memory": `${memoryGiB}Gi`,
    "requests.nvidia.com/gpu": String(gpus),
    pods: String(pods),
    "requests.storage": `${storageGiB}Gi`,
  };
}
