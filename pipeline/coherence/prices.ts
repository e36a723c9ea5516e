/** The price table, held against the machines that the stack pays for: what has no price would be counted as nothing. */
import type { Infrastructure } from "../infrastructure";
import { machineSize } from "../machines";
import type { Finding } from "../model";
import { machinePrice } from "../prices";
import type { Check, InfrastructureInput } from "./check";
import { isDay, shown, unless } from "./check";
import { clusters } from "./clusters";
import { sizePath } from "./machines";

const CURRENCY = /^[A-Z]{3}$/;

export const pricesDated: Check<InfrastructureInput> = {
  name: "price-table",
  holds: "The price table says its day, its currency and its source.",
  find: ({ infrastructure: { prices } }) => [
    ...unless(isDay(prices.asOf), "infrastructure.prices.asOf", shown(prices.asOf), "a day, such as 2026-11-23"),
    ...unless(CURRENCY.test(prices.currency), "infrastructure.prices.currency", shown(prices.currency), "a currency's code, such as USD"),
    ...unless(prices.source.trim() !== "", "infrastructure.prices.source", shown(prices.source), "where the prices are from, in words"),
  ],
};

export const pricesKnown: Check<InfrastructureInput> = {
  name: "price-unknown",
  holds: "Every VM size of a pool has a price in the stack's region, and a spot price where the pool is spot.",
  find: ({ infrastructure }) => {
    const findings = pools(infrastructure).flatMap((pool) => priceFindings(infrastructure, pool));
    // Pools of one size lack the same price.
    return [...new Map(findings.map((finding) => [finding.path, finding])).values()];
  },
};

interface PricedPool {
  /** For people, such as `pool gpu of dynamo-runners`. */
  readonly title: string;
  readonly vmSize: string;
  readonly spot: boolean;
}

function pools(infrastructure: Infrastructure): PricedPool[] {
  return clusters(infrastructure).flatMap(({ cluster }) => [
    { title: `the system pool of ${cluster.name}`, vmSize: cluster.systemPool.vmSize, spot: false },
    ...cluster.nodePools.map(({ name, vmSize, spot }) => ({ title: `pool ${name} of ${cluster.name}`, vmSize, spot })),
  ]);
}

function priceFindings(infrastructure: Infrastructure, { title, vmSize, spot }: PricedPool): Finding[] {
  // A size that is not known has its own finding.
  const size = machineSize(infrastructure.vmSizes, vmSize);
  if (size === undefined) return [];
  const { location } = infrastructure.azure;
  const price = machinePrice(infrastructure, vmSize);
  const at = `${sizePath(size.name)}.prices.${location}`;
  if (price === undefined) return [{ path: at, found: "nothing", allowed: `the price of a node an hour in ${location}: ${title} has such nodes` }];
  return unless(!spot || price.spotHourly !== undefined, `${at}.spotHourly`, "nothing", `the price of a spot node an hour in ${location}: ${title} is spot`);
}
