/** What an hour of a job costs: its share of a node of its runner class's pool. */
import type { Pipeline } from "../pipeline/model";
import { machineSize, podsPerNode } from "../pipeline/machines";
import { machinePrice } from "../pipeline/prices";
import type { Infrastructure } from "../pipeline/infrastructure";

/** Amounts an hour in the price table's currency, by id of the runner class. A class without a price or pool is left out: GitHub's own runners cost nothing. */
export function hourlyByClass({ runnerClasses }: Pick<Pipeline, "runnerClasses">, infrastructure: Infrastructure): ReadonlyMap<string, number> {
  const { deploymentCluster, runners } = infrastructure;
  const cluster = runners.cluster === "deployment-tests" ? deploymentCluster : runners.cluster;
  const prices = new Map<string, number>();
  for (const runner of runnerClasses) {
    if (runner.kind !== "scale-set") continue;
    const pool = cluster.nodePools.find(({ name }) => name === runner.nodePool);
    const size = pool === undefined ? undefined : machineSize(infrastructure.vmSizes, pool.vmSize);
    const price = pool === undefined ? undefined : machinePrice(infrastructure, pool.vmSize);
    if (pool === undefined || size === undefined || price === undefined) continue;
    const pods = Math.max(1, podsPerNode(runner.pod, { size, maxPods: pool.maxPods, osDiskGiB: pool.osDiskGiB }));
    prices.set(runner.id, (pool.spot ? (price.spotHourly ?? price.hourly) : price.hourly) / pods);
  }
  return prices;
}
