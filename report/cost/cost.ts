/** The cost of a stack from nothing but its infrastructure; the expected one from how much of it is used. */
import { clusters } from "../../pipeline/coherence/clusters";
import { SYSTEM_POOL, type Cluster, type Infrastructure } from "../../pipeline/infrastructure";
import { HOURS_PER_MONTH, machinePrice } from "../../pipeline/prices";
import type { Amounts, CostItem, ExpectedUse, StackCost } from "./model";

/** A price that the table lacks: counting it as nothing would make the sum a lie. */
export class UnknownPriceError extends Error {
  override readonly name = "UnknownPriceError";
}

/** What names a pool among the pools of all clusters. */
export function poolKey(cluster: string, pool: string): string {
  return `${cluster}/${pool}`;
}

/**
 * What a stack costs at its least, under its load and at its most.
 * @param use what the load uses; without it, nothing is expected and no storage is counted
 * @throws UnknownPriceError that lists every size without a price; coherence finds these before
 */
export function stackCost(infrastructure: Infrastructure, use?: ExpectedUse): StackCost {
  const { prices } = infrastructure;
  refuseUnknown(infrastructure);
  const items = [
    ...clusters(infrastructure).flatMap(({ cluster }) => clusterItems(cluster, infrastructure, use)),
    ...registryItems(infrastructure),
    ...(use === undefined ? [] : storageItems(infrastructure, use)),
  ];
  return {
    asOf: prices.asOf,
    currency: prices.currency,
    source: prices.source,
    items,
    hourly: total(items.map(({ hourly }) => hourly)),
    monthly: total(items.map(({ monthly }) => monthly)),
  };
}

/** The sum of amounts; nothing is expected of the whole when nothing is expected of a part. */
export function total(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce((sum, each) => combine(sum, each, (a, b) => a + b), { minimum: 0, expected: 0, maximum: 0 });
}

/** A pool, as far as money goes. */
interface PaidPool {
  readonly name: string;
  readonly vmSize: string;
  readonly spot: boolean;
  readonly minCount: number;
  readonly maxCount: number;
}

function poolsOf({ systemPool, nodePools }: Cluster): PaidPool[] {
  return [{ name: SYSTEM_POOL, spot: false, ...systemPool }, ...nodePools];
}

function refuseUnknown(infrastructure: Infrastructure): void {
  const missing = clusters(infrastructure).flatMap(({ cluster }) =>
    poolsOf(cluster)
      .filter((pool) => nodePrice(infrastructure, pool) === undefined)
      .map(({ name, vmSize, spot }) => `${vmSize}${spot ? " at spot priority" : ""} (pool ${poolKey(cluster.name, name)})`),
  );
  if (missing.length > 0) throw new UnknownPriceError(`the price table of ${infrastructure.prices.asOf} has no price in ${infrastructure.azure.location} of ${missing.join(", ")}: gpu-cicd:vmSizes takes it`);
}

function nodePrice(infrastructure: Infrastructure, { vmSize, spot }: PaidPool): number | undefined {
  const price = machinePrice(infrastructure, vmSize);
  return spot ? price?.spotHourly : price?.hourly;
}

function clusterItems(cluster: Cluster, infrastructure: Infrastructure, use: ExpectedUse | undefined): CostItem[] {
  const { name, skuTier } = cluster;
  return [
    monthlyItem({ id: `${name}/control-plane`, kind: "control-plane", title: `${name}: control plane, ${skuTier}` }, always(infrastructure.prices.aks[skuTier])),
    ...poolsOf(cluster).map((pool) => poolItem(name, pool, nodePrice(infrastructure, pool) ?? Number.NaN, use)),
  ];
}

function poolItem(cluster: string, pool: PaidPool, price: number, use: ExpectedUse | undefined): CostItem {
  const id = poolKey(cluster, pool.name);
  const expected = use?.nodes.get(id);
  const nodes: Amounts = { minimum: pool.minCount, ...(expected === undefined ? {} : { expected }), maximum: pool.maxCount };
  const hourly = times(nodes, price);
  return { id, kind: "nodes", title: `${cluster}: ${pool.name}, ${pool.vmSize}${pool.spot ? ", spot" : ""}`, nodes, hourly, monthly: times(hourly, HOURS_PER_MONTH) };
}

/** Isolated pull-request images have a registry of their own, of the same SKU. ECR has no price but that of storage. */
function registryItems({ registries, prices }: Infrastructure): CostItem[] {
  const names = registries.pullRequestImages === "isolated" ? [registries.acrName, `${registries.acrName}pr`] : [registries.acrName];
  return names.map((name) =>
    monthlyItem({ id: `acr/${name}`, kind: "registry", title: `ACR ${name}, ${registries.acrSku}` }, always(prices.acr[registries.acrSku].monthly)),
  );
}

/** No setting bounds what images take, so the most that is counted is what the load makes. */
function storageItems({ registries, prices }: Infrastructure, { storageGiB }: ExpectedUse): CostItem[] {
  const included = prices.acr[registries.acrSku].includedGiB * (registries.pullRequestImages === "isolated" ? 2 : 1);
  const paid = { ecr: storageGiB.ecr, acr: Math.max(0, storageGiB.acr - included) };
  return (["ecr", "acr"] as const).map((registry) => {
    const expected = paid[registry] * prices.storageGiB[registry];
    const title = `${registry.toUpperCase()}: ${Math.round(storageGiB[registry]).toLocaleString("en-US")} GiB of images`;
    return monthlyItem({ id: `storage/${registry}`, kind: "storage", title }, { minimum: 0, expected, maximum: expected });
  });
}

function monthlyItem(what: Pick<CostItem, "id" | "kind" | "title">, monthly: Amounts): CostItem {
  return { ...what, hourly: times(monthly, 1 / HOURS_PER_MONTH), monthly };
}

function always(amount: number): Amounts {
  return { minimum: amount, expected: amount, maximum: amount };
}

function times(amounts: Amounts, factor: number): Amounts {
  return combine(amounts, amounts, (amount) => amount * factor);
}

function combine(first: Amounts, second: Amounts, of: (a: number, b: number) => number): Amounts {
  const expected = first.expected === undefined || second.expected === undefined ? {} : { expected: of(first.expected, second.expected) };
  return { minimum: of(first.minimum, second.minimum), ...expected, maximum: of(first.maximum, second.maximum) };
}
