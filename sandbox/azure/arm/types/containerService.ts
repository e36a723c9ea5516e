/** Names that the types of Microsoft.ContainerService share. */
export const MANAGED_CLUSTERS = "Microsoft.ContainerService/managedClusters";
export const AGENT_POOLS = `${MANAGED_CLUSTERS}/agentPools`;

/** Versions that AKS answers to, the SDK's first. */
export const containerServiceVersions: readonly [string, ...string[]] = ["2025-09-01", "2025-10-01", "2025-08-01", "2025-07-01", "2025-05-01"];
