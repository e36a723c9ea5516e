/**
 * The policies judge without the model, from sizes that are written for them. What the model takes they take too: every VM size that a stack can have, however
 * its name is spelled, and every pod that follows from one.
 */
import { policyConfig } from "../../config/policies";
import { structuralFindings } from "../../pipeline/coherence";
import { resolveStack } from "../../pipeline/resolve";
import { runnerClass } from "../../pipeline/schema/runners";
import { judge, POOL } from "./sizes.support";
import { infrastructure, pipeline } from "../pipeline/fixtures";

const region = infrastructure.azure.location;
const priced = Object.entries(infrastructure.vmSizes).filter(([, { prices }]) => prices[region] !== undefined);
const wealthy = { ...infrastructure, budget: { maxGpus: 1000, maxHourly: 10_000 } };
const config = policyConfig("prod", { pipeline, infrastructure: wealthy, files: [] });

test("more sizes are priced than the default stack has", () => {
  expect(priced.length).toBeGreaterThan(100);
});

test.each(priced.map(([name]) => name))("%s with a class of its own", (vmSize) => {
  const given = runnerClass.parse({ id: "another", label: "prod-another-v1", pool: { vmSize, maxCount: 1 } });
  const stack = resolveStack({ pipeline: { ...pipeline, runnerClasses: [...pipeline.runnerClasses, given] }, infrastructure: wealthy });
  expect(structuralFindings(stack)).toEqual([]);
  const runner = stack.pipeline.runnerClasses.at(-1)!;
  const { cluster } = stack.infrastructure.runners;
  if (runner.kind !== "scale-set" || cluster === "deployment-tests") throw new Error("the fixture has a cluster of its own for runners, and the class is a scale set");
  const pool = cluster.nodePools.at(-1)!;
  expect(judge(config, pool, runner.pod)).toEqual([]);
  expect(judge(config, { ...pool, vmSize: vmSize.toLowerCase() }, runner.pod)).toEqual([]);
});

test("what no node has is refused", () => {
  const pool = { name: "big", vmSize: "Standard_NV72ads_A10_v5", maxCount: 1, maxPods: 30 };
  expect(judge(config, pool, { cpu: 72, memoryGiB: 1, gpus: 2, storageGiB: 1 })).toEqual([expect.stringContaining("cpu 72000")]);
  expect(judge(config, { ...pool, vmSize: "Standard_X1" }, { cpu: 1, memoryGiB: 1, gpus: 0, storageGiB: 1 })).toEqual([expect.stringContaining(`${POOL} "big": vmSize: found Standard_X1`)]);
});
