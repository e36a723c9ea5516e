/**
 * Who says how many nodes an autoscaled pool has. The autoscaler does, so the number is ignored once the pool exists. But Azure refuses a number
 * outside the pool's range, and what is ignored is sent as the state has it: where the range changes, a number inside the new range is sent instead.
 * Source: learn.microsoft.com, "Use the cluster autoscaler in AKS"; the API takes `count` from `minCount` to `maxCount`.
 */
import type * as pulumi from "@pulumi/pulumi";
import { getAgentPool, type GetAgentPoolResult } from "@pulumi/azure-native/containerservice/getAgentPool";
import { unlessMissing, type ClusterNames } from "./missing";

/** Least and most nodes of a pool. */
export interface NodeRange {
  readonly minCount: number;
  readonly maxCount: number;
}

/** A pool as Azure has it. */
type LivePool = Pick<GetAgentPoolResult, "count" | "minCount" | "maxCount">;

/** The number of nodes to ask for, where the one that the state has must not be sent; undefined where it may be. */
export function countFor(range: NodeRange, live: LivePool | undefined): number | undefined {
  if (live === undefined || (live.minCount === range.minCount && live.maxCount === range.maxCount)) return undefined;
  return Math.min(Math.max(live.count ?? range.minCount, range.minCount), range.maxCount);
}

type Properties = Record<string, unknown>;

/**
 * Looks at the pool in Azure before it is registered, and settles its number of nodes. Nothing is changed for a pool that does not exist yet.
 * @param pool name of the pool and its range
 * @param cluster names of its cluster, as plain texts: a property of a resource is an output, which may not be known
 * @param property where the number is among the properties, as `ignoreChanges` names it
 * @param set the properties with the number put there
 * @param parent resource whose provider asks Azure
 */
export function settleCount(
  pool: NodeRange & { readonly name: string },
  cluster: ClusterNames,
  property: string,
  set: (props: Properties, count: number) => Properties,
  parent: pulumi.Resource,
): pulumi.ResourceTransform {
  return async ({ props, opts }) => {
    const count = countFor(pool, await livePool({ ...cluster, agentPoolName: pool.name }, parent));
    if (count === undefined) return undefined;
    return { props: set(props as Properties, count), opts: { ...opts, ignoreChanges: (opts.ignoreChanges ?? []).filter((path) => path !== property) } };
  };
}

function livePool(names: Parameters<typeof getAgentPool>[0], parent: pulumi.Resource): Promise<LivePool | undefined> {
  return unlessMissing(() => getAgentPool(names, { parent }));
}
