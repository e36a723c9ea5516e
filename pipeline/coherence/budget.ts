/** The budget, held against all pools at their maxima. */
import { SYSTEM_POOL, type Infrastructure } from "../infrastructure";
import { machineSize } from "../machines";
import { machinePrice } from "../prices";
import type { Check, InfrastructureInput } from "./check";
import { unless, wholeWithin } from "./check";
import { clusters } from "./clusters";

/** Pools that a finding lists; the others are summed. */
const LISTED = 5;
/** Far above any stack: a larger number is no budget. */
const MOST_GPUS = 100_000;

export const withinBudget: Check<InfrastructureInput> = {
  name: "budget",
  holds: "All pools at their maxima have no more GPUs, and cost no more an hour on demand, than the budget.",
  find: ({ infrastructure }) => {
    const { budget, prices } = infrastructure;
    const sums = poolMaxima(infrastructure);
    const [gpus, hourly] = [total(sums, "gpus"), total(sums, "hourly")];
    const money = (amount: number): string => `${amount.toFixed(2)} ${prices.currency}`;
    return [
      ...unless(wholeWithin(budget.maxGpus, 0, MOST_GPUS), "infrastructure.budget.maxGpus", String(budget.maxGpus), `a whole number from 0 to ${MOST_GPUS}`),
      ...unless(!(gpus > budget.maxGpus), "infrastructure.budget.maxGpus", String(budget.maxGpus), `at least ${gpus}: ${reasons(sums, "gpus", String)}; or fewer nodes`),
      ...unless(
        !(rounded(hourly) > budget.maxHourly),
        "infrastructure.budget.maxHourly",
        String(budget.maxHourly),
        `at least ${money(hourly)} an hour: ${reasons(sums, "hourly", money)}; or fewer nodes`,
      ),
    ];
  },
};

/** What a pool comes to at its maximum. */
export interface PoolMaximum {
  /** For people, such as `16 nodes of pool gpu1 of dynamo-runners`. */
  readonly title: string;
  readonly gpus: number;
  /** On demand; 0 where the price is not known, which another check refuses. */
  readonly hourly: number;
}

/** What each pool comes to at its maximum, system pools included. */
export function poolMaxima(infrastructure: Infrastructure): PoolMaximum[] {
  return clusters(infrastructure).flatMap(({ cluster }) =>
    [{ name: SYSTEM_POOL, ...cluster.systemPool }, ...cluster.nodePools].map(({ name, vmSize, maxCount }) => ({
      title: `${maxCount} ${maxCount === 1 ? "node" : "nodes"} of pool ${name} of ${cluster.name}`,
      gpus: maxCount * (machineSize(infrastructure.vmSizes, vmSize)?.gpus ?? 0),
      hourly: maxCount * (machinePrice(infrastructure, vmSize)?.hourly ?? 0),
    })),
  );
}

/** The sum of all pools. */
export function total(maxima: readonly PoolMaximum[], of: "gpus" | "hourly"): number {
  return maxima.reduce((sum, each) => sum + each[of], 0);
}

function reasons(maxima: readonly PoolMaximum[], of: "gpus" | "hourly", shown: (amount: number) => string): string {
  const counting = maxima.filter((each) => each[of] > 0).sort((one, other) => other[of] - one[of]);
  const [most, others] = [counting.slice(0, LISTED), counting.slice(LISTED)];
  const rest = others.length === 0 ? [] : [`${shown(total(others, of))} for ${others.length} other pools`];
  return [...most.map((each) => `${shown(each[of])} for ${each.title}`), ...rest].join(", ");
}

/** To a hundredth: a sum of prices is not exact. */
function rounded(amount: number): number {
  return Math.round(amount * 100) / 100;
}
