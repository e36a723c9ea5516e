/** The pure parts: ids, drift, schedules, sizes, versions, paths. */
import fc from "fast-check";
import { cronFault } from "../../../sandbox/azure/arm/cron";
import { formatResourceId, isWithin, parseResourceId } from "../../../sandbox/azure/arm/ids";
import { mayJoin, mayUpgrade, resolveVersion } from "../../../sandbox/azure/arm/kubernetesVersions";
import { cidr, overlap } from "../../../sandbox/azure/arm/rules";
import { omitPaths, overlayObjects, type Json } from "../../../sandbox/azure/arm/values";
import { parseVmSize } from "../../../sandbox/azure/arm/vmSizes";
import { operationOf } from "../../../sandbox/azure/provider/client";
import { drifted, withoutDefaults } from "../../../sandbox/azure/provider/drift";
import { SUBSCRIPTION } from "./support";

describe("ids", () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);

  it("come back from text as they went in", () => {
    fc.assert(
      fc.property(segment, segment, segment, fc.array(fc.tuple(segment, segment), { maxLength: 3 }), (subscription, group, namespace, pairs) => {
        const id =
          pairs.length === 0
            ? { subscription, group, type: "Microsoft.Resources/resourceGroups", names: [] }
            : { subscription, group, type: [namespace, ...pairs.map(([type]) => type)].join("/"), names: pairs.map(([, name]) => name) };
        expect(parseResourceId(formatResourceId(id))).toEqual(id);
        expect(parseResourceId(formatResourceId(id, "resourcegroups"))).toEqual(id);
      }),
    );
  });

  it.each(["", "/", "x", "/subscriptions/s", "/subscriptions/s/resourceGroups/", "/subscriptions/s/resourceGroups/g/providers/N/t", "/subscriptions/s/groups/g"])("are not %j", (text) => {
    expect(parseResourceId(text)).toBeUndefined();
  });

  it("lie within one another by whole segments", () => {
    expect(isWithin("/a/B/c", "/A/b")).toBe(true);
    expect(isWithin("/a/bc", "/a/b")).toBe(false);
  });
});

describe("drift", () => {
  const json = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof(fc.integer({ max: 3, min: 0 }), fc.dictionary(fc.constantFrom("x", "y"), fc.integer({ min: 0, max: 3 })))) as fc.Arbitrary<Json>;

  it("is none where nothing changed", () => {
    fc.assert(fc.property(json, json, (inputs, filled) => expect(drifted(inputs, overlayObjects(filled, inputs), overlayObjects(filled, inputs))).toEqual(inputs)));
  });

  it.each<[string, Json, Json, Json, Json]>([
    ["a default that was switched", { a: 1 }, { a: 1, on: false }, { a: 1, on: true }, { a: 1, on: true }],
    ["a value that went", { a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1 }, { a: 1 }],
    ["one key of an object", { o: { x: 1 } }, { o: { x: 1, filled: 0 } }, { o: { x: 2, filled: 0 } }, { o: { x: 2 } }],
    ["a named item", { l: [{ name: "p", n: 1 }] }, { l: [{ name: "p", n: 1, f: 0 }] }, { l: [{ name: "p", n: 2, f: 0 }] }, { l: [{ name: "p", n: 2 }] }],
    ["a named item that went, by index", { l: [{ name: "p", n: 1 }, { name: "q" }] }, { l: [{ name: "p", n: 1 }, { name: "q", n: 1 }] }, { l: [{ name: "q", n: 1 }] }, { l: [{ name: "q", n: 1 }] }],
    ["what came first, by index", { l: [{ name: "p", n: 1 }] }, { l: [{ name: "p", n: 1, f: 0 }] }, { l: [{ name: "b", n: 0, f: 0 }, { name: "p", n: 1, f: 0 }] }, { l: [{ name: "b", n: 0 }, { name: "p", n: 1, f: 0 }] }],
    ["a named item that came", { l: [{ name: "p" }] }, { l: [{ name: "p" }] }, { l: [{ name: "p" }, { name: "q", n: 1 }] }, { l: [{ name: "p" }, { name: "q", n: 1 }] }],
    ["a plain list", { l: ["a"] }, { l: ["a", "filled"] }, { l: ["b"] }, { l: ["b"] }],
  ])("tells %s", (_what, inputs, before, after, expected) => {
    expect(drifted(inputs, before, after)).toEqual(expected);
  });

  it("leaves defaults out of an import, except those that the SDK writes", () => {
    expect(withoutDefaults({ a: 1, b: 2, o: { x: 1, y: 2 }, p: { z: 1 } }, { a: 1, b: 2, o: { x: 1 }, p: { z: 1 } }, ["b"])).toEqual({ b: 2, o: { y: 2 } });
  });
});

describe("rules", () => {
  it.each([
    ["0 3 * * *", undefined],
    ["*/15 0-6,12 1 jan-mar sun", undefined],
    ["0 3 * *", 'found "0 3 * *"; five fields are allowed: minute, hour, day of month, month, day of week'],
    ["60 3 * * *", 'found "60 3 * * *"; its minute is outside 0 to 59 or no cron field'],
    ["0 3 * * 5-1", 'found "0 3 * * 5-1"; its day of week is outside 0 to 6 or no cron field'],
    ["0 3 0 * *", 'found "0 3 0 * *"; its day of month is outside 1 to 31 or no cron field'],
    ["*/0 3 * * *", 'found "*/0 3 * * *"; its minute is outside 0 to 59 or no cron field'],
  ])("of the schedule %s", (schedule, fault) => {
    expect(cronFault(schedule)).toBe(fault);
  });

  it.each([
    ["10.0.0.0/16", true],
    ["10.0.0.1/32", true],
    ["fd00::/8", true],
    ["10.0.0.1/16", false],
    ["10.0.0.0/33", false],
    ["10.0.0.0", false],
    ["300.0.0.0/8", false],
  ])("of the range %s", (range, isValid) => {
    expect(cidr.safeParse(range).success).toBe(isValid);
  });

  it("of overlapping ranges", () => {
    expect(overlap("10.0.0.0/8", "10.1.0.0/16")).toBe(true);
    expect(overlap("10.1.0.0/16", "10.0.0.0/8")).toBe(true);
    expect(overlap("10.0.0.0/16", "10.1.0.0/16")).toBe(false);
  });

  it.each([
    ["Standard_D16ps_v6", { family: "D", vcpus: 16, isArm: true, hasGpu: false, hasMig: false }],
    ["Standard_NC24ads_A100_v4", { family: "NC", vcpus: 24, isArm: false, hasGpu: true, hasMig: true }],
    ["Standard_NV36ads_A10_v5", { family: "NV", vcpus: 36, isArm: false, hasGpu: true, hasMig: false }],
    ["Standard_ND96asr_v4", { family: "ND", vcpus: 96, isArm: false, hasGpu: true, hasMig: true }],
    ["Standard_ND96isr_H100_v5", { family: "ND", vcpus: 96, isArm: false, hasGpu: true, hasMig: true }],
    ["Standard_B2ms", { family: "B", vcpus: 2, isArm: false, hasGpu: false, hasMig: false }],
    ["standard_d2", undefined],
    ["Standard_D", undefined],
  ])("of the size %s", (name, size) => {
    expect(parseVmSize(name)).toEqual(size);
  });

  it("of versions", () => {
    expect(resolveVersion("1.35")).toBe("1.35.5");
    expect(resolveVersion("1.35", "1.35.2")).toBe("1.35.2");
    expect(resolveVersion("1.36", "1.35.2")).toBe("1.36.3");
    expect(resolveVersion("1.35.1")).toBe("1.35.1");
    expect(["1.36.0", "1.35.9", "1.35.2", "1.35.1", "1.37.0", "1.34.9"].map((to) => mayUpgrade("1.35.2", to))).toEqual([true, true, true, false, false, false]);
    expect(["1.35.2", "1.35.1", "1.32.0", "1.31.0", "1.36.0", "1.35.3"].map((node) => mayJoin(node, "1.35.2"))).toEqual([true, true, true, false, false, false]);
  });

  it("of paths to leave out", () => {
    expect(omitPaths({ a: { b: 1, c: 2 }, l: [{ x: 1, y: 2 }], u: undefined }, ["a.b", "l[].x"])).toEqual({ a: { c: 2 }, l: [{ y: 2 }] });
  });
});

describe("names of requests", () => {
  const root = `/subscriptions/${SUBSCRIPTION}`;
  it.each([
    ["PUT", `${root}/resourceGroups/g`, "PUT Microsoft.Resources/resourceGroups"],
    ["GET", `${root}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/agentPools/p?api-version=1`, "GET Microsoft.ContainerService/managedClusters/agentPools"],
    ["POST", `${root}/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/listClusterUserCredential`, "POST Microsoft.ContainerService/managedClusters/listClusterUserCredential"],
    ["DELETE", `${root}/resourceGroups/g/providers/Microsoft.Authorization/roleAssignments/r`, "DELETE Microsoft.Authorization/roleAssignments"],
    ["GET", `${root}/operationresults/1?api-version=1`, "GET Microsoft.Resources/operationresults"],
    ["GET", `${root}/providers/Microsoft.ContainerService/locations/eastus/operations/1`, "GET Microsoft.ContainerService/locations/operations"],
  ])("%s %s is %s", (method, path, operation) => {
    expect(operationOf(method, path)).toBe(operation);
  });
});
