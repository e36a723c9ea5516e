/** What nodes have for pods. */
import { allocatable, machineSize, podsPerNode, roomOn, shortages, type MachineSize } from "../../pipeline/machines";
import { vmPrices } from "../../pipeline/seed/vm-prices";
import { seedVmSizes } from "../../pipeline/seed/vm-sizes";
import { parseVmSize } from "../../sandbox/azure/arm/vmSizes";

function machine(vcpus: number, memoryGiB: number): MachineSize {
  return { name: "test", arch: "amd64", vcpus, memoryGiB, gpus: 0, zones: {}, prices: {} };
}

describe("machines", () => {
  // The reservation table of AKS, and what lies between its columns and above its last.
  it.each([
    [1, 60],
    [2, 100],
    [4, 140],
    [8, 180],
    [16, 260],
    [24, 340],
    [32, 420],
    [64, 740],
    [96, 1060],
  ])("%i vCPUs: %i millicores are reserved", (vcpus, millicores) => {
    expect(allocatable(machine(vcpus, 1000), 30).cpu).toBeCloseTo(vcpus - millicores / 1000, 9);
  });

  // AKS' own two examples, with the units of its text read as binary ones.
  it("reserves memory by the pods that a node may have, a quarter at most", () => {
    expect(allocatable(machine(2, 8), 30).memoryGiB).toBeCloseTo(8 - (650 + 100) / 1024, 9);
    expect(allocatable(machine(2, 4), 70).memoryGiB).toBeCloseTo(4 - (1024 + 100) / 1024, 9);
  });

  it("knows sizes whatever their case, and no other", () => {
    expect(machineSize(seedVmSizes, "standard_nc96ADS_a100_V4")).toEqual({
      name: "Standard_NC96ads_A100_v4",
      arch: "amd64",
      vcpus: 96,
      memoryGiB: 880,
      gpus: 4,
      gpuModel: "A100",
      localDiskGiB: 256,
      zones: {},
      prices: expect.objectContaining({ westus3: { hourly: 14.692, spotHourly: 1.6161 } }),
    });
    expect(machineSize(seedVmSizes, "Standard_D16pds_v6")).toMatchObject({ name: "Standard_D16pds_v6", arch: "arm64", vcpus: 16, memoryGiB: 64, gpus: 0, localDiskGiB: 880 });
    expect(machineSize(seedVmSizes, "Standard_X1")).toBeUndefined();
  });

  it("has no price of a size that it does not know", () => {
    expect([...vmPrices.keys()].filter((name) => machineSize(seedVmSizes, name) === undefined)).toEqual([]);
    for (const { prices } of Object.values(seedVmSizes)) {
      for (const { hourly, spotHourly } of Object.values(prices)) {
        expect(hourly).toBeGreaterThan(0);
        expect(spotHourly ?? 0).toBeLessThan(hourly);
      }
    }
  });

  it.each(Object.entries(seedVmSizes))("agrees with the name of %s, as the cloud reads it", (name, size) => {
    expect(parseVmSize(name)).toMatchObject({ vcpus: size.vcpus, isArm: size.arch === "arm64", hasGpu: size.gpus > 0 });
  });

  it("counts pods by what runs out first, and says what is missing", () => {
    const node = { size: machineSize(seedVmSizes, "Standard_D16ds_v5")!, maxPods: 30, osDiskGiB: 512 };
    expect(roomOn(node)).toEqual({ cpu: 15.24, memoryGiB: 64 - 750 / 1024 - 1, gpus: 0, storageGiB: 460.8 });
    expect(podsPerNode({ cpu: 6, memoryGiB: 24, gpus: 0, storageGiB: 150 }, node)).toBe(2);
    expect(podsPerNode({ cpu: 1, memoryGiB: 30, gpus: 0, storageGiB: 0 }, node)).toBe(2);
    expect(podsPerNode({ cpu: 0.1, memoryGiB: 0.1, gpus: 0, storageGiB: 1 }, node)).toBe(30);
    expect(podsPerNode({ cpu: 1, memoryGiB: 1, gpus: 1, storageGiB: 1 }, node)).toBe(0);
    expect(shortages({ cpu: 16, memoryGiB: 1, gpus: 1, storageGiB: 500 }, node)).toEqual([
      { resource: "cpu", asked: 16, available: 15.24 },
      { resource: "gpus", asked: 1, available: 0 },
      { resource: "storageGiB", asked: 500, available: 460.8 },
    ]);
  });
});
