import { join } from "node:path";
import fc from "fast-check";
import { readStackFile } from "../../../config/file";
import type { Cluster, Infrastructure, NodePool } from "../../../pipeline/infrastructure";
import { HOURS_PER_MONTH } from "../../../pipeline/prices";
import { poolKey, stackCost, total, UnknownPriceError, type ExpectedUse } from "../../../report/cost";

const PROJECT = join(__dirname, "..", "..", "..");
const prod = readStackFile(PROJECT, "prod").infrastructure;
const dev = readStackFile(PROJECT, "dev").infrastructure;

const runners = prod.runners.cluster as Cluster;

function withPool(name: string, change: Partial<NodePool>): Infrastructure {
  const nodePools = runners.nodePools.map((pool) => (pool.name === name ? { ...pool, ...change } : pool));
  return { ...prod, runners: { ...prod.runners, cluster: { ...runners, nodePools } } };
}

function item(infrastructure: Infrastructure, id: string, use?: ExpectedUse) {
  const found = stackCost(infrastructure, use).items.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no item ${id}`);
  return found;
}

describe("the cost of a stack", () => {
  it("is that of production's nodes, control planes and registry, by hand", () => {
    const { hourly, monthly } = stackCost(prod);
    const controlPlanes = 2 * 0.1;
    const registry = (1.667 * (HOURS_PER_MONTH / 24)) / HOURS_PER_MONTH;
    const least = 2 * 0.226 + 2 * 0.452;
    // The deployment tests' pools (system, cpu, gpu), then the runners' (system, default, bldamd, bldarm, testarm, gpu1, gpu4).
    const most = 4 * 0.226 + 4 * 0.904 + 10 * 3.673 + (6 * 0.452 + 4 * 0.452 + 16 * 0.904 + 12 * 0.723 + 8 * 0.362 + 16 * 3.673 + 4 * 14.692);
    expect(hourly.minimum).toBeCloseTo(controlPlanes + registry + least, 9);
    expect(hourly.maximum).toBeCloseTo(controlPlanes + registry + most, 9);
    expect(monthly.maximum).toBeCloseTo(hourly.maximum * HOURS_PER_MONTH, 6);
    expect(hourly.expected).toBeUndefined();
  });

  it("tells the price table that it is made from", () => {
    expect(stackCost(prod)).toMatchObject({ asOf: "2026-11-23", currency: "USD", source: prod.prices.source });
  });

  it("takes spot pools at their spot price", () => {
    expect(item(dev, "dynamo-dev/builders").hourly.maximum).toBeCloseTo(3 * 0.0994, 9);
    expect(item(withPool("gpu1", { spot: true }), "dynamo-runners/gpu1").hourly.maximum).toBeCloseTo(16 * 0.404, 9);
  });

  it("counts the pools of a shared cluster once, and a registry of its own for isolated pull-request images", () => {
    const ids = stackCost(dev).items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(["dynamo-dev/control-plane", "dynamo-dev/system", "dynamo-dev/builders", "dynamo-dev/gpu", "acr/aidynamocidev", "acr/aidynamocidevpr"]);
  });

  it("finds a price whatever the case of the size, as Azure does", () => {
    expect(item(withPool("gpu1", { vmSize: "standard_nc24ads_a100_v4" }), "dynamo-runners/gpu1").hourly.maximum).toBeCloseTo(16 * 3.673, 9);
  });

  it("refuses sizes without a price, all at once, and never counts them as nothing", () => {
    const unknown = withPool("gpu1", { vmSize: "Standard_ND96isr_H200_v5" });
    const both = { ...unknown, deploymentCluster: { ...unknown.deploymentCluster, systemPool: { vmSize: "Standard_X1", minCount: 1, maxCount: 1 } } };
    expect(() => stackCost(both)).toThrow(UnknownPriceError);
    expect(() => stackCost(both)).toThrow(/Standard_X1 \(pool dynamo-deployment-tests\/system\), Standard_ND96isr_H200_v5 \(pool dynamo-runners\/gpu1\)/);
    expect(() => stackCost(withPool("bldarm", { spot: true }))).toThrow(/Standard_D16pds_v6 at spot priority/);
  });
});

describe("the expected cost", () => {
  const use = (gpu1: number, storageGiB = { ecr: 0, acr: 0 }): ExpectedUse => ({
    nodes: new Map(stackCost(prod).items.flatMap(({ id, kind }) => (kind === "nodes" ? [[id, id === "dynamo-runners/gpu1" ? gpu1 : 0] as const] : []))),
    storageGiB,
  });

  it("is that of the nodes in use", () => {
    expect(item(prod, "dynamo-runners/gpu1", use(2.5)).hourly.expected).toBeCloseTo(2.5 * 3.673, 9);
    expect(stackCost(prod, use(2.5)).hourly.expected! - stackCost(prod, use(1.5)).hourly.expected!).toBeCloseTo(3.673, 9);
  });

  it("counts what the registries hold, beyond what ACR's SKU includes", () => {
    const held = use(0, { ecr: 1000, acr: 1500 });
    expect(item(prod, "storage/ecr", held).monthly).toEqual({ minimum: 0, expected: 100, maximum: 100 });
    expect(item(prod, "storage/acr", held).monthly.expected).toBeCloseTo(1000 * 0.003 * (HOURS_PER_MONTH / 24), 9);
    expect(item(prod, "storage/acr", use(0, { ecr: 0, acr: 400 })).monthly.expected).toBe(0);
  });

  it("is missing of the whole when the use of a pool is not known", () => {
    const partial: ExpectedUse = { nodes: new Map([[poolKey("dynamo-runners", "gpu1"), 1]]), storageGiB: { ecr: 0, acr: 0 } };
    expect(stackCost(prod, partial).hourly.expected).toBeUndefined();
  });
});

test("a pool's cost is linear in its nodes and its price, and the whole is the sum of its items", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 200, noNaN: true }), (maxCount, hourly) => {
      const sized = withPool("gpu4", { maxCount });
      const priced = { ...sized, prices: { ...sized.prices, machines: { ...sized.prices.machines, Standard_NC96ads_A100_v4: { hourly } } } };
      const cost = stackCost(priced);
      const pool = cost.items.find(({ id }) => id === "dynamo-runners/gpu4");
      expect(pool?.hourly.maximum).toBeCloseTo(maxCount * hourly, 6);
      expect(cost.monthly).toEqual(total(cost.items.map(({ monthly }) => monthly)));
      expect(cost.monthly.minimum).toBeLessThanOrEqual(cost.monthly.maximum);
    }),
  );
});
