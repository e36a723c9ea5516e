import fc from "fast-check";
import type { Cluster, Infrastructure, NodePool } from "../../../pipeline/infrastructure";
import { HOURS_PER_MONTH } from "../../../pipeline/prices";
import { poolKey, stackCost, total, UnknownPriceError, type ExpectedUse } from "../../../report/cost";
import { fixture } from "../../fixture";

const large = fixture("large").infrastructure;
const small = fixture("small").infrastructure;

const runners = large.runners.cluster as Cluster;

function withPool(name: string, change: Partial<NodePool>): Infrastructure {
  const nodePools = runners.nodePools.map((pool) => (pool.name === name ? { ...pool, ...change } : pool));
  return { ...large, runners: { ...large.runners, cluster: { ...runners, nodePools } } };
}

function item(infrastructure: Infrastructure, id: string, use?: ExpectedUse) {
  const found = stackCost(infrastructure, use).items.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no item ${id}`);
  return found;
}

describe("the cost of a stack", () => {
  it("is that of the nodes, control planes and registry, by hand", () => {
    const { hourly, monthly } = stackCost(large);
    const controlPlanes = 2 * 0.1;
    const registry = 50 / HOURS_PER_MONTH;
    const least = 2 * 0.226 + 2 * 0.452;
    // The deployment tests' pools (system, gpu, cpu), then the runners' (system, famd, farm, gone, gtwo, tarm, small).
    const most = 3 * 0.226 + 5 * 3.673 + 3 * 0.904 + (5 * 0.452 + 9 * 0.904 + 7 * 0.723 + 8 * 3.673 + 3 * 7.346 + 5 * 0.362 + 3 * 0.452);
    expect(hourly.minimum).toBeCloseTo(controlPlanes + registry + least, 9);
    expect(hourly.maximum).toBeCloseTo(controlPlanes + registry + most, 9);
    expect(monthly.maximum).toBeCloseTo(hourly.maximum * HOURS_PER_MONTH, 6);
    expect(hourly.expected).toBeUndefined();
  });

  it("tells the price table that it is made from", () => {
    expect(stackCost(large)).toMatchObject({ asOf: "2026-11-23", currency: "USD", source: large.prices.source });
  });

  it("takes spot pools at their spot price", () => {
    expect(item(small, "orbit-try/forges").hourly.maximum).toBeCloseTo(3 * 0.0994, 9);
    expect(item(withPool("gone", { spot: true }), "orbit-runners/gone").hourly.maximum).toBeCloseTo(8 * 0.404, 9);
  });

  it("counts the pools of a shared cluster once, and a registry of its own for isolated pull-request images", () => {
    const ids = stackCost(small).items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(["orbit-try/control-plane", "orbit-try/a0system", "orbit-try/forges", "orbit-try/gpu", "acr/orbittry", "acr/orbittrypr"]);
  });

  it("finds a price whatever the case of the size, as Azure does", () => {
    expect(item(withPool("gone", { vmSize: "standard_nc24ads_a100_v4" }), "orbit-runners/gone").hourly.maximum).toBeCloseTo(8 * 3.673, 9);
  });

  it("refuses sizes without a price, all at once, and never counts them as nothing", () => {
    const unknown = withPool("gone", { vmSize: "Standard_ND96asr_v4" });
    const both = { ...unknown, deploymentCluster: { ...unknown.deploymentCluster, systemPool: { vmSize: "Standard_X1", minCount: 1, maxCount: 1 } } };
    expect(() => stackCost(both)).toThrow(UnknownPriceError);
    expect(() => stackCost(both)).toThrow(/Standard_X1 \(pool orbit-launches\/a0system\), Standard_ND96asr_v4 \(pool orbit-runners\/gone\)/);
    expect(() => stackCost(withPool("farm", { spot: true }))).toThrow(/Standard_D16pds_v6 at spot priority/);
  });
});

describe("the expected cost", () => {
  const use = (gone: number, storageGiB = { ecr: 0, acr: 0 }): ExpectedUse => ({
    nodes: new Map(stackCost(large).items.flatMap(({ id, kind }) => (kind === "nodes" ? [[id, id === "orbit-runners/gone" ? gone : 0] as const] : []))),
    storageGiB,
  });

  it("is that of the nodes in use", () => {
    expect(item(large, "orbit-runners/gone", use(2.5)).hourly.expected).toBeCloseTo(2.5 * 3.673, 9);
    expect(stackCost(large, use(2.5)).hourly.expected! - stackCost(large, use(1.5)).hourly.expected!).toBeCloseTo(3.673, 9);
  });

  it("counts what the registries hold, beyond what ACR's SKU includes", () => {
    const held = use(0, { ecr: 1000, acr: 1500 });
    expect(item(large, "storage/ecr", held).monthly).toEqual({ minimum: 0, expected: 100, maximum: 100 });
    expect(item(large, "storage/acr", held).monthly.expected).toBeCloseTo(1000 * 0.09, 9);
    expect(item(large, "storage/acr", use(0, { ecr: 0, acr: 400 })).monthly.expected).toBe(0);
  });

  it("is missing of the whole when the use of a pool is not known", () => {
    const partial: ExpectedUse = { nodes: new Map([[poolKey("orbit-runners", "gone"), 1]]), storageGiB: { ecr: 0, acr: 0 } };
    expect(stackCost(large, partial).hourly.expected).toBeUndefined();
  });
});

test("a pool's cost is linear in its nodes and its price, and the whole is the sum of its items", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 200, noNaN: true }), (maxCount, hourly) => {
      const sized = withPool("gtwo", { maxCount });
      const size = sized.vmSizes["Standard_NC48ads_A100_v4"]!;
      const priced = { ...sized, vmSizes: { ...sized.vmSizes, Standard_NC48ads_A100_v4: { ...size, prices: { [sized.azure.location]: { hourly } } } } };
      const cost = stackCost(priced);
      const pool = cost.items.find(({ id }) => id === "orbit-runners/gtwo");
      expect(pool?.hourly.maximum).toBeCloseTo(maxCount * hourly, 6);
      expect(cost.monthly).toEqual(total(cost.items.map(({ monthly }) => monthly)));
      expect(cost.monthly.minimum).toBeLessThanOrEqual(cost.monthly.maximum);
    }),
  );
});
