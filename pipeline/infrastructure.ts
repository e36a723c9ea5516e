/** Where the pipeline runs: the clouds, as data. The counterpart of `model.ts`. */
export type { AwsAccount, Budget, AzureSubscription, Cluster, GitHubSettings, Infrastructure, NodePool, Registries, RulesetName, Runners } from "./schema/infrastructure";

/**
 * The pool that is inline in every cluster, for AKS's own pods. AKS lists the pools of a cluster by name, and azure-native compares that list by index:
 * this one has to be the first (components/cluster/aks-cluster.ts).
 */
export const SYSTEM_POOL = "a0system";
