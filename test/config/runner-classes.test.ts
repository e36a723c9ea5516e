/** A runner class as one entry of config with its pool: what it takes to add one, and what is said of a wrong one, all at once and where it was written. */
import { ConfigError, readStack, type StackInput } from "../../config/read";
import { fixtureValues } from "../fixture";
import { sourceOf } from "./support";

const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN"];

const CLASS = "bench-pair";
const AT = `gpu-cicd:runnerClasses.${CLASS}`;
const ENTRY = { label: "bench-pair-v3", pool: { vmSize: "Standard_NC48ads_A100_v4", maxCount: 4 } };
const SUITE = { kind: "integration", title: "Two GPUs", modes: ["nightly"], markers: { nightly: "integration and gpu_2 and {framework}" }, gpus: 2, runners: { amd64: CLASS }, collectOnly: {}, timeoutMinutes: 60 };

function withClass(entry: object, more: object = {}): StackInput {
  const values = fixtureValues("large");
  const and = (key: string, thing: object): object[] => [...(values[key] as object[]), thing];
  return readStack(sourceOf({ ...values, runnerClasses: and("runnerClasses", { id: CLASS, ...entry }), suites: and("suites", { id: "two-gpus", ...SUITE }), ...more }, SECRETS));
}

function findings(entry: object, more: object = {}): string[] {
  try {
    withClass(entry, more);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.findings.map(({ path }) => path);
  }
}

const BUDGET = { budget: { maxGpus: 60, maxHourly: 300 } };

test("one entry, and the suite that uses it; nothing else is edited but the budget", () => {
  expect(findings(ENTRY)).toEqual(["gpu-cicd:budget.maxGpus"]);
  const { pipeline, infrastructure, files } = withClass(ENTRY, BUDGET);
  expect(pipeline.runnerClasses.at(-1)).toMatchObject({ arch: "amd64", pod: { gpus: 2 }, maxRunners: 4 });
  expect(infrastructure.runners.cluster).toMatchObject({ nodePools: expect.arrayContaining([expect.objectContaining({ vmSize: "Standard_NC48ads_A100_v4", maxCount: 4, gpus: 2 })]) });
  expect(files.some(({ content }) => content.includes("bench-pair-v3"))).toBe(true);
});

test.each([
  ["a size that nobody knows", { ...ENTRY, pool: { vmSize: "Standard_NC48_X1", maxCount: 4 } }, [`${AT}.pool.vmSize`]],
  ["GPUs that the size does not have", { ...ENTRY, pool: { ...ENTRY.pool, gpus: 4 } }, [`${AT}.pool.gpus`]],
  ["a pod that is larger than a node", { ...ENTRY, pod: { cpu: 90 } }, [`${AT}.pod.cpu`]],
  ["zones that nobody looked up", { ...ENTRY, pool: { ...ENTRY.pool, zones: ["1"] } }, [`${AT}.pool.zones`]],
  ["a key that is mistyped", { ...ENTRY, pool: { ...ENTRY.pool, vmsize: "x" } }, [`${AT}.pool.vmsize`]],
  ["no pool", { label: ENTRY.label }, [`${AT}.pool`]],
  ["a price that is not known there", { ...ENTRY, pool: { vmSize: "Standard_ND96asr_v4", maxCount: 1 } }, ["gpu-cicd:vmSizes.Standard_ND96asr_v4.prices.westus3"]],
  ["several at once", { ...ENTRY, pod: { cpu: 90 }, pool: { ...ENTRY.pool, gpus: 4, minCount: 1 } }, [`${AT}.pod.cpu`, `${AT}.pool.gpus`, `${AT}.pool.minCount`]],
])("%s: found where it was written, and nothing else", (_, entry, paths) => {
  expect(findings(entry, BUDGET).sort()).toEqual([...paths].sort());
});

test("a size, a price and zones that config adds are taken by coherence", () => {
  const size = { arch: "amd64", vcpus: 40, memoryGiB: 320, gpus: 2, gpuModel: "B200", prices: { westus3: { hourly: 10 } }, zones: { westus3: ["2"] } };
  expect(findings({ ...ENTRY, pool: { vmSize: "Standard_NC40_B200_v7", maxCount: 2, zones: ["2"] } }, { ...BUDGET, vmSizes: { Standard_NC40_B200_v7: size } })).toEqual([]);
});

test("a budget has to be given", () => {
  expect(findings(ENTRY, { budget: undefined })).toEqual(["gpu-cicd:budget"]);
});
