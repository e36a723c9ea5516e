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

/** ClusterRole that the run binds to itself inside its namespace, and the name of that RoleBinding. */
export const RUN_CLUSTER_ROLE = "gpu-cicd-deployment-test-run";
export const RUN_ROLE_BINDING = "deployment-test-run";

/** Addresses that no pod of a test may reach: the cloud's instance metadata and Azure's platform endpoint. */
export const FORBIDDEN_ADDRESSES = ["169.254.169.254/32", "168.63.129.16/32"] as const;

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
  const { cpu, memoryGiB, gpus, pods } = deployments.quota;
  return {
    "requests.cpu": String(cpu),
    "requests.memory": `${memoryGiB}Gi`,
    "requests.nvidia.com/gpu": String(gpus),
    pods: String(pods),
  };
}
