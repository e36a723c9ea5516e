/** What a refresh and the plan after it say of node pools: what is a change, and what is azure-native's way of telling. */
import { withoutPoolNoise } from "../../../report/preview/read/pools";
import type { Fields, Step } from "../../../report/preview/read";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const state = (name: string, inputs: Fields, outputs: Fields) => ({ urn: name, id: name, protect: false, retainOnDelete: false, pendingDeletion: false, inputs, outputs });
const step = (type: string, before: readonly [Fields, Fields], after: readonly [Fields, Fields], differs: readonly string[]): Step => ({
  urn: type, type, name: "it", custom: true, operation: "update", old: state("it", ...before), new: state("it", ...after),
  differs: new Map(differs.map((path) => [path, { kind: "update" }])), differing: [...new Set(differs.map((path) => path.split(/[.[]/)[0]!))], replacedFor: [], secrecy: new Map(),
});
const pool = (name: string, count: number, maxCount = 4): Fields => ({ name, enableAutoScaling: true, count, minCount: 0, maxCount });
const cluster = (...pools: Fields[]): Fields => ({ resourceName: "tests", agentPoolProfiles: pools });
const own: Step = { ...step(POOL, [{ resourceName: "tests", agentPoolName: "cpu" }, {}], [{}, {}], []), operation: "same" };
const system = pool("a0system", 2);

test.each<[string, Step, readonly string[]]>([
  ["pools of the stack that a refresh put into the cluster's list", step(CLUSTER, [cluster(system), cluster(system)], [cluster(system, pool("cpu", 3)), cluster(system, pool("cpu", 3))], ["agentPoolProfiles"]), []],
  ["the same pools, which the next plan leaves out", step(CLUSTER, [cluster(system, pool("cpu", 3)), cluster(system)], [cluster(system), {}], ["agentPoolProfiles[1]"]), []],
  ["nodes that the autoscaler added to the system pool", step(CLUSTER, [cluster(system), cluster(system)], [cluster(pool("a0system", 3)), cluster(pool("a0system", 3))], ["agentPoolProfiles[0].count"]), []],
  ["nodes that it added to another pool", step(POOL, [pool("cpu", 0), pool("cpu", 0)], [pool("cpu", 2), pool("cpu", 2)], ["count"]), []],
  ["a pool that somebody added by hand", step(CLUSTER, [cluster(system), cluster(system)], [cluster(system, pool("debug", 40)), cluster(system, pool("debug", 40))], ["agentPoolProfiles[1]"]), ["agentPoolProfiles[1]"]],
  ["a system pool that may grow further", step(CLUSTER, [cluster(system), cluster(system)], [cluster(pool("a0system", 2, 9)), cluster(pool("a0system", 2, 9))], ["agentPoolProfiles[0].maxCount"]), ["agentPoolProfiles[0].maxCount"]],
  ["a pool's nodes without an autoscaler", step(POOL, [{ count: 1 }, { count: 1 }], [{ count: 2 }, { count: 2 }], ["count"]), ["count"]],
  ["a patch that AKS moved the cluster to", step(CLUSTER, [{ kubernetesVersion: "1.34" }, { kubernetesVersion: "1.34.8", currentKubernetesVersion: "1.34.8" }], [{ kubernetesVersion: "1.34.9" }, { kubernetesVersion: "1.34.9", currentKubernetesVersion: "1.34.9" }], ["kubernetesVersion", "currentKubernetesVersion"]), []],
  ["a minor version that AKS moved it to", step(CLUSTER, [{ kubernetesVersion: "1.34" }, { kubernetesVersion: "1.34" }], [{ kubernetesVersion: "1.35.1" }, { kubernetesVersion: "1.35.1" }], ["kubernetesVersion"]), ["kubernetesVersion"]],
  ["a patch that AKS moved a pool to", step(POOL, [{ orchestratorVersion: "1.34" }, {}], [{ orchestratorVersion: "1.34.9" }, {}], ["orchestratorVersion"]), []],
  ["the pinned minor that the next plan asks for", step(CLUSTER, [{ kubernetesVersion: "1.34.9" }, {}], [{ kubernetesVersion: "1.34" }, {}], ["kubernetesVersion"]), []],
  ["what is beside the list", step(CLUSTER, [cluster(system), cluster(system)], [{ ...cluster(system, pool("cpu", 1)), disableLocalAccounts: false }, cluster(system)], ["agentPoolProfiles[1]", "disableLocalAccounts"]), ["disableLocalAccounts"]],
])("%s", (_what, change, left) => {
  const [said] = withoutPoolNoise([change, own]);
  expect([...said!.differs!.keys()]).toEqual(left);
  expect(said!.differing).toEqual([...new Set(left.map((path) => path.split(/[.[]/)[0]))]);
});
