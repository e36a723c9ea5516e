/** Whatever ARM accepts, it answers in a form that it accepts again, and that changes nothing; and it settles all of it at once. */
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Manager } from "../../../sandbox/azure/arm/manager";
import { parseResourceId, type ResourceId } from "../../../sandbox/azure/arm/ids";
import { Store } from "../../../sandbox/azure/arm/store";
import type { Json } from "../../../sandbox/azure/arm/values";
import { AKS, CLUSTER, clusterBody, FakeHost, SUBSCRIPTION } from "./support";

const ACR = "2023-01-01-preview";
const idOf = (path: string): ResourceId => parseResourceId(`/subscriptions/${SUBSCRIPTION}/${path}`) as ResourceId;

async function manager(file?: string): Promise<Manager> {
  const made = new Manager({ store: new Store(file), clusters: new FakeHost(), endpoints: new Map(), log: () => undefined });
  await made.put(idOf("resourceGroups/ci"), "2024-03-01", { location: "eastus" });
  return made;
}

/** PUT, GET, PUT of what the GET answered, GET: both GETs answer the same. */
async function settles(azure: Manager, id: ResourceId, version: string, body: Json): Promise<void> {
  await azure.put(id, version, body);
  await azure.operations.idle();
  const first = azure.get(id, version).body;
  await azure.put(id, version, first);
  await azure.operations.idle();
  expect(azure.get(id, version).body).toEqual(first);
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const onOff = fc.constantFrom("enabled", "disabled");

const registryBody = fc.record({
  location: fc.constantFrom("eastus", "East US"),
  sku: fc.constant({ name: "Premium" }),
  tags: optional(fc.dictionary(fc.constantFrom("a", "b"), fc.constantFrom("", "x"))),
  properties: fc.record(
    {
      adminUserEnabled: fc.boolean(),
      anonymousPullEnabled: fc.boolean(),
      dataEndpointEnabled: fc.boolean(),
      publicNetworkAccess: fc.constantFrom("Enabled", "Disabled"),
      policies: fc.record({ retentionPolicy: fc.record({ status: onOff, days: fc.integer({ min: 0, max: 365 }) }), trustPolicy: fc.record({ status: onOff }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
});

const poolBody = fc
  .record({
    bounds: fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 })).map(([a, b]) => ({ minCount: Math.min(a, b), maxCount: Math.max(a, b) })),
    spot: fc.boolean(),
    vmSize: fc.constantFrom("Standard_NC24ads_A100_v4", "Standard_D16ps_v6"),
    nodeTaints: optional(fc.subarray(["sku=gpu:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule", "x:NoExecute"])),
    maxPods: optional(fc.integer({ min: 10, max: 250 })),
    osSKU: optional(fc.constantFrom("Ubuntu", "AzureLinux")),
  })
  .map(({ bounds, spot, ...rest }) => ({ properties: { ...rest, ...bounds, count: bounds.minCount, enableAutoScaling: true, ...(spot ? { scaleSetPriority: "Spot" } : {}) } }));

describe("a PUT of what a GET answered changes nothing", () => {
  it("for registries", async () => {
    await fc.assert(
      fc.asyncProperty(registryBody, async (body) => settles(await manager(), idOf("resourceGroups/ci/providers/Microsoft.ContainerRegistry/registries/dynamoci"), ACR, body)),
    );
  });

  it("for node pools", async () => {
    const azure = await manager();
    await azure.put(idOf(CLUSTER), AKS, clusterBody());
    await azure.operations.idle();
    let next = 0;
    await fc.assert(fc.asyncProperty(poolBody, async (body) => settles(azure, idOf(`${CLUSTER}/agentPools/p${next++}`), AKS, body)), { numRuns: 30 });
  });
});

describe("the store", () => {
  it("is whole on disk, for its owner alone, and read back as it was", async () => {
    const directory = mkdtempSync(join(tmpdir(), "azure-store-"));
    const file = join(directory, "azure", "state.json");
    const azure = await manager(file);
    await azure.put(idOf(CLUSTER), AKS, clusterBody());
    await azure.operations.idle();
    expect(readdirSync(join(directory, "azure"))).toEqual(["state.json"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = new Store(file);
    expect(again.tenant).toBe(azure.world.store.tenant);
    expect(again.all()).toEqual(JSON.parse(JSON.stringify(azure.world.store.all())));
  });

  it("forgets writes that belong together when one fails", () => {
    const directory = mkdtempSync(join(tmpdir(), "azure-store-"));
    const file = join(directory, "state.json");
    const store = new Store(file);
    const resource = (name: string) => ({ id: `/subscriptions/s/resourceGroups/${name}`, type: "Microsoft.Resources/resourceGroups", name, document: {} });
    store.put(resource("kept"));
    expect(() =>
      store.together(() => {
        store.put(resource("lost"));
        throw new Error("late");
      }),
    ).toThrow("late");
    expect(store.all().map(({ name }) => name)).toEqual(["kept"]);
    expect((JSON.parse(readFileSync(file, "utf8")) as { resources: { name: string }[] }).resources.map(({ name }) => name)).toEqual(["kept"]);
  });
});
