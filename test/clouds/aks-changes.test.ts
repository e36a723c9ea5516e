/** What a change means on Azure: the table, and that program, provider and cloud of the sandbox all go by it. */
import { aksChanges, isRefused, neverChanges, replacedByProgram, replacedByProvider } from "../../clouds/aks-changes";
import { versionMove } from "../../clouds/kubernetes-move";
import { versionIsSent } from "../../components/cluster/kubernetes-version";
import { runStack, typed } from "../components/support";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";

test("each property has one verdict, with its source", () => {
  const keys = aksChanges.map(({ of, property }) => `${of} ${property}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { source } of aksChanges) expect(source).toMatch(/^(https:\/\/learn\.microsoft\.com\/|pulumi\/|hashicorp\/|Azure\/)/);
});

describe("the program", () => {
  const names = new Set(["resourceName", "resourceGroupName", "agentPoolName", "location", "agentPoolProfiles"]);
  const known = (of: string, path: string): boolean => aksChanges.some((row) => row.of === of && (path === row.property || path.startsWith(`${row.property}.`) || row.property.startsWith(`${path}.`)));
  const paths = (value: unknown, at: string): string[] =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, inner]) => paths(inner, at === "" ? key : `${at}.${key}`)) : [at];

  test("sets no property of a cluster or a pool whose change has no verdict", async () => {
    const { resources } = await runStack("large");
    const missing = [...typed(resources, CLUSTER).map((each) => ["cluster", each.inputs] as const), ...typed(resources, POOL).map((each) => ["pool", each.inputs] as const)].flatMap(([of, inputs]) =>
      paths(inputs, "").filter((path) => !names.has(path.split(".")[0]!) && !known(of, path)).map((path) => `${of} ${path}`),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  test("replaces what AKS refuses and azure-native would send", async () => {
    const { resources } = await runStack("large");
    for (const pool of typed(resources, POOL)) expect(pool.replaceOnChanges).toEqual(replacedByProgram("pool"));
    for (const cluster of typed(resources, CLUSTER)) expect(cluster.replaceOnChanges).toEqual([...replacedByProgram("cluster"), "agentPoolProfiles[0].vmSize", "agentPoolProfiles[0].osType", "agentPoolProfiles[0].type"]);
    expect(replacedByProgram("pool")).toEqual(expect.arrayContaining(["availabilityZones", "osDiskSizeGB", "maxPods"]));
    expect(replacedByProgram("cluster")).toContain("apiServerAccessProfile.enablePrivateCluster");
  });

  test("asks for no replacement where azure-native makes one itself", () => {
    for (const thing of ["cluster", "pool"] as const) {
      expect([...replacedByProgram(thing), ...replacedByProvider(thing)].sort()).toEqual([...neverChanges(thing)].sort());
      expect(replacedByProgram(thing).filter((property) => replacedByProvider(thing).includes(property))).toEqual([]);
    }
  });
});

test.each<[string, unknown, unknown, boolean]>([
  ["oidcIssuerProfile.enabled", true, false, true],
  ["oidcIssuerProfile.enabled", false, true, false],
  ["oidcIssuerProfile.enabled", true, undefined, true],
  ["apiServerAccessProfile.enablePrivateCluster", false, true, true],
  ["dnsPrefix", "a", "b", true],
  ["dnsPrefix", "a", undefined, false],
  ["disableLocalAccounts", true, false, false],
])("%s from %j to %j: refused %j", (property, before, after, refused) => {
  expect(isRefused(aksChanges.find((row) => row.of === "cluster" && row.property === property)!, before, after)).toBe(refused);
});

test.each<[string, string, ReturnType<typeof versionMove>]>([
  ["1.34.8", "1.34.9", "same minor"],
  ["1.34.9", "1.34", "same minor"],
  ["1.34", "1.34.9", "same minor"],
  ["1.34.9", "1.34.8", "refused"],
  ["1.34.9", "1.35", "next minor"],
  ["1.34", "1.36", "refused"],
  ["1.35.1", "1.34", "refused"],
  ["1.9", "1.10", "next minor"],
  ["1.34", "latest", "unknown"],
  ["", "1.34", "unknown"],
])("from %s to %s: %s", (from, to, move) => {
  expect(versionMove(from, to)).toBe(move);
});

test.each<[string, string, boolean]>([
  ["1.35.9", "1.35", false],
  ["1.35.9", "1.36", true],
])("with %s running, %s is sent: %j", (running, wanted, sent) => {
  expect(versionIsSent("The cluster tests", running, wanted)).toBe(sent);
});

test.each([["1.34.8", "1.36"], ["1.36.1", "1.35"]])("from %s to %s nothing is applied", (running, wanted) => {
  expect(() => versionIsSent("The cluster tests", running, wanted)).toThrow(
    `The cluster tests runs Kubernetes ${running}, and ${wanted} is asked for: AKS goes up one minor version at a time, and never back. Nothing was changed.`,
  );
});
