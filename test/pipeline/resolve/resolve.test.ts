/** What follows from the VM size of a runner class' pool, and what stays as config says it. */
import fc from "fast-check";
import { coherence, structuralFindings } from "../../../pipeline/coherence";
import { machineSize, shortages } from "../../../pipeline/machines";
import { atGivenPool, resolveStack, type ConfiguredStack, type ResolvedStack } from "../../../pipeline/resolve";
import { classOfPool } from "../../../pipeline/resolve/classes";
import { poolNameOf } from "../../../pipeline/resolve/names";
import { SYSTEM_POOL } from "../../../pipeline/infrastructure";
import { runnerClass, type GivenRunnerClass } from "../../../pipeline/schema/runners";
import { infrastructure, pipeline } from "../fixtures";

const CLASS = "tester-amd64-gpu-2";
const LABEL = "prod-tester-amd-gpu-2-v1";
const two = (more: object = {}): GivenRunnerClass => ({ id: CLASS, label: LABEL, pool: { vmSize: "Standard_NC48ads_A100_v4", maxCount: 4 }, ...more });
const usual = pipeline.suites.find(({ runners }) => runners.amd64 !== undefined)!;
/** As the usual one, for the tests that need two GPUs. */
const suite = { ...usual, id: "two-gpus", markers: Object.fromEntries(Object.entries(usual.markers).map(([mode, text]) => [mode, text.replace("(gpu_0 or gpu_1)", "gpu_2")])), gpus: 2, runners: { amd64: CLASS } };

function configured(...classes: readonly GivenRunnerClass[]): ConfiguredStack {
  return {
    pipeline: { ...pipeline, runnerClasses: [...pipeline.runnerClasses, ...classes.map((given) => runnerClass.parse(given))], suites: [...pipeline.suites, suite] },
    infrastructure: { ...infrastructure, budget: { maxGpus: 100, maxHourly: 1000 } },
  };
}

function resolved(...classes: readonly GivenRunnerClass[]) {
  const stack = resolveStack(configured(...classes));
  const { cluster } = stack.infrastructure.runners;
  if (cluster === "deployment-tests") throw new Error("the fixture's runners have a cluster of their own");
  return { stack, runner: stack.pipeline.runnerClasses.at(-1)!, pool: cluster.nodePools.at(-1)! };
}

const told = (stack: ResolvedStack): string[] => structuralFindings(stack).map(({ path }) => path);

test("a label and a pool are enough", () => {
  const { stack, runner, pool } = resolved(two());
  expect(runner).toEqual({
    kind: "scale-set",
    id: CLASS,
    label: LABEL,
    arch: "amd64",
    trust: ["mirror", "protected"],
    runnerGroup: `${pipeline.repository.name}-testers`,
    nodePool: poolNameOf(CLASS),
    pod: { cpu: 42, memoryGiB: 394, gpus: 2, storageGiB: 256 },
    minRunners: 0,
    maxRunners: 4,
  });
  expect(pool).toEqual({
    name: poolNameOf(CLASS),
    vmSize: "Standard_NC48ads_A100_v4",
    arch: "amd64",
    gpus: 2,
    minCount: 0,
    maxCount: 4,
    spot: false,
    osDiskGiB: 512,
    maxPods: 30,
    zones: [],
  });
  expect(classOfPool(pool)).toBe(CLASS);
  expect(structuralFindings(stack)).toEqual([]);
});

test("what is resolved already stays as it is", () => {
  const { stack } = resolved(two());
  const again = resolveStack(stack);
  expect(again.pipeline).toEqual(stack.pipeline);
  expect(again.infrastructure).toEqual(stack.infrastructure);
  expect(coherence({ ...stack, jobs: [], variables: [] }).filter(({ check }) => check === "pod-fits-node")).toEqual([]);
});

test("a part of a node's GPUs has that part of the node", () => {
  const { runner, pool } = resolved(two({ pod: { gpus: 1 }, maxRunners: 5, pool: { vmSize: "Standard_NC48ads_A100_v4" } }));
  expect(runner).toMatchObject({ pod: { cpu: 21, memoryGiB: 197, gpus: 1, storageGiB: 128 }, maxRunners: 5 });
  expect(pool.maxCount).toBe(3);
});

test("several classes share a pool by its name", () => {
  const { stack, runner } = resolved(two(), { id: "other", label: "prod-other-v1", nodePool: poolNameOf(CLASS), pod: { gpus: 1 } });
  expect(runner).toMatchObject({ arch: "amd64", nodePool: poolNameOf(CLASS), maxRunners: 8 });
  // Each alone could fill the pool; both cannot.
  expect(told(stack)).toEqual([`pipeline.runnerClasses[${pipeline.runnerClasses.length}].pool.maxCount`]);
});

test("GitHub's own label says all of a hosted runner", () => {
  expect(resolved({ kind: "hosted", id: "arm", label: "ubuntu-24.04-arm" }).runner).toEqual({ kind: "hosted", id: "arm", label: "ubuntu-24.04-arm", arch: "arm64", trust: ["fork", "mirror", "protected"] });
  expect(runnerClass.safeParse({ kind: "hosted", id: "big", label: "our-64-cores" }).error?.issues).toMatchObject([{ path: ["arch"] }]);
});

test.each([
  [{ id: "x", label: "x" }, ["pool"]],
  [{ id: "x", label: "x", pool: { vmSize: "Standard_D8ds_v5" } }, ["pool", "maxCount"]],
])("%j is not enough", (given, path) => {
  expect(runnerClass.safeParse(given).error?.issues).toMatchObject([{ path }]);
});

test("contradictions stay, each found where it was written", () => {
  const { stack } = resolved(two({ arch: "arm64", pod: { cpu: 90, gpus: 3 }, pool: { vmSize: "Standard_NC48ads_A100_v4", maxCount: 4, gpus: 4, minCount: 1 } }));
  const at = `pipeline.runnerClasses[${pipeline.runnerClasses.length}]`;
  expect(told(stack)).toEqual(expect.arrayContaining([`${at}.arch`, `${at}.pod.cpu`, `${at}.pod.gpus`, `${at}.pool.gpus`, `${at}.pool.minCount`]));
});

test("a VM size that nobody knows is the only thing that is wrong", () => {
  const { stack } = resolved(two({ pool: { vmSize: "Standard_NC48ads_X1_v9", maxCount: 4 } }));
  expect(told(stack)).toEqual([`pipeline.runnerClasses[${pipeline.runnerClasses.length}].pool.vmSize`]);
});

test("a pool that is not there is the only thing that is wrong", () => {
  const { stack } = resolved({ id: CLASS, label: LABEL, nodePool: "nowhere" });
  expect(told(stack)).toEqual([`pipeline.runnerClasses[${pipeline.runnerClasses.length}].nodePool`]);
});

test("a finding at a pool of the cluster stays there", () => {
  const { stack } = resolved(two());
  const finding = { path: "infrastructure.runners.cluster.nodePools[0].zones[1]", found: "", allowed: "" };
  expect(atGivenPool(finding, stack)).toBe(finding);
});

test("the pod that follows from a size fits it, whatever the size", () => {
  for (const [vmSize, { gpus }] of Object.entries(infrastructure.vmSizes)) {
    const { runner, pool } = resolved(two({ pool: { vmSize, maxCount: 1 } }));
    if (runner.kind !== "scale-set") throw new Error("a scale set was given");
    expect(runner.pod.gpus).toBe(gpus);
    const node = { size: machineSize(infrastructure.vmSizes, vmSize)!, maxPods: pool.maxPods, osDiskGiB: pool.osDiskGiB };
    expect([vmSize, ...shortages(runner.pod, node)]).toEqual([vmSize]);
    expect([vmSize, runner.maxRunners]).toEqual([vmSize, 1]);
  }
});

test("a pool's name is one that AKS takes, and no other id's", () => {
  const ids = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
  fc.assert(
    fc.property(ids, ids, (one, other) => {
      expect(poolNameOf(one)).toMatch(/^[a-z][a-z0-9]{0,11}$/);
      expect(poolNameOf(one) > SYSTEM_POOL).toBe(true);
      expect(poolNameOf(one) === poolNameOf(other)).toBe(one === other);
    }),
  );
  for (const first of ["a", "a0", "a-0", "a0-large", SYSTEM_POOL, "0"]) expect(poolNameOf(first) > SYSTEM_POOL).toBe(true);
  expect([poolNameOf("gpu2"), poolNameOf("system"), poolNameOf("a-b") === poolNameOf("ab")]).toEqual(["gpu2", "system", false]);
});
