/** Where it runs: runner classes, GPUs, node pools, clusters, registries. */
import { clusters } from "../../../pipeline/coherence/clusters";
import type { Cluster, Infrastructure, NodePool } from "../../../pipeline/infrastructure";
import { machineSize } from "../../../pipeline/machines";
import type { Pipeline, RunnerClass } from "../../../pipeline/model";
import type { SystemChange } from "../model";
import { say, words } from "../statement";
import type { ConfigSide } from "./side";
import { fieldChanges, shown, thingChanges, usual } from "./things";

type Topic = (before: ConfigSide, after: ConfigSide) => SystemChange[];

export const runnerClasses: Topic = (before, after) => [...classes(before, after), ...runnerSettings(before.infrastructure, after.infrastructure), ...uses(before.pipeline, after.pipeline)];

function classes(before: ConfigSide, after: ConfigSide): SystemChange[] {
  return thingChanges<RunnerClass>(before.pipeline.runnerClasses, after.pipeline.runnerClasses, {
    kind: "runner-class",
    noun: "runner class",
    id: ({ id }) => id,
    arrival: (runner) => (runner.kind === "hosted" ? say`${runner.label}, hosted by GitHub` : say`${runner.label}, at most ${runner.maxRunners} runners on the pool ${runner.nodePool}`),
    renamed: (one, other) => one.label === other.label && one.kind === other.kind,
    fields: {
      label: (id, change) => say`jobs of the runner class ${id} ask for ${shown(change.after)} instead of ${shown(change.before)}.`,
      maxRunners: (id, change) => say`the runner class ${id} has at most ${shown(change.after)} runners instead of ${shown(change.before)}.`,
      minRunners: (id, change) => say`the runner class ${id} keeps ${shown(change.after)} idle runners instead of ${shown(change.before)}.`,
      nodePool: (id, change) => say`runners of ${id} run on the pool ${shown(change.after)} instead of ${shown(change.before)}.`,
      "pod.gpus": (id, change) => say`a runner of ${id} has ${shown(change.after)} GPUs instead of ${shown(change.before)}.`,
      trust: (id, { after: trust, before: was }) => say`the runner class ${id} takes jobs of trust ${list(trust)} instead of ${list(was)}.`,
    },
  });
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Settings of all runners, and which cluster they share. */
function runnerSettings(before: Infrastructure, after: Infrastructure): SystemChange[] {
  const settings = ({ runners: { cluster, ...rest } }: Infrastructure) => ({ ...rest, cluster: cluster === "deployment-tests" ? cluster : cluster.name });
  return fieldChanges(settings(before), settings(after)).map((change) => settingChange("runner-setting-changed", "runners", `The runners' ${change.field}`, change));
}

/** Which class the jobs that have no suite of their own run on. */
function uses(before: Pipeline, after: Pipeline): SystemChange[] {
  const of = ({ defaultRunner, builders }: Pipeline) => ({ "short jobs": defaultRunner, "builds for amd64": builders.amd64, "builds for arm64": builders.arm64 });
  return fieldChanges(of(before), of(after)).map((change): SystemChange => ({
    kind: "runner-use-changed",
    effect: "changed",
    subject: change.field,
    before: shown(change.before),
    after: shown(change.after),
    facts: { use: change.field, before: shown(change.before), after: shown(change.after) },
    sentence: say`The runner class of ${words(change.field)} is ${shown(change.after)} instead of ${shown(change.before)}.`,
  }));
}

type Setting = ReturnType<typeof fieldChanges>[number];

export function settingChange(kind: string, subject: string, what: string, change: Setting): SystemChange {
  return {
    kind,
    effect: "changed",
    subject,
    ...(change.before === undefined ? {} : { before: change.before }),
    ...(change.after === undefined ? {} : { after: change.after }),
    facts: { subject, field: change.field, before: change.before ?? null, after: change.after ?? null, ...(change.list === undefined ? {} : { added: [...change.list.added], removed: [...change.list.removed] }) },
    sentence: usual(words(what), change),
  };
}

/** GPUs that can be up at once, by model, and GPUs that runners of all scale sets can hold. */
export const gpus: Topic = (before, after) => {
  const [was, becomes] = [gpuMaxima(before.infrastructure), gpuMaxima(after.infrastructure)];
  const models = [...new Set([...was.keys(), ...becomes.keys()])].sort();
  const byModel = models.flatMap((model) => countChange("gpus-changed", model, was.get(model) ?? 0, becomes.get(model) ?? 0, (one, other) => say`At most ${other} ${model} GPUs are up at once instead of ${one}.`));
  const [held, holds] = [runnerGpus(before.pipeline), runnerGpus(after.pipeline)];
  return [...byModel, ...countChange("runner-gpus-changed", "runners", held, holds, (one, other) => say`Runners hold at most ${other} GPUs at once instead of ${one}.`)];
};

function countChange(kind: string, subject: string, before: number, after: number, sentence: (before: number, after: number) => ReturnType<typeof say>): SystemChange[] {
  return before === after ? [] : [{ kind, effect: "changed", subject, before, after, facts: { subject, before, after }, sentence: sentence(before, after) }];
}

function gpuMaxima(infrastructure: Infrastructure): Map<string, number> {
  const maxima = new Map<string, number>();
  for (const { pool } of pools(infrastructure)) {
    if (pool.gpus === 0) continue;
    const model = machineSize(infrastructure.vmSizes, pool.vmSize)?.gpuModel ?? pool.vmSize;
    maxima.set(model, (maxima.get(model) ?? 0) + pool.gpus * pool.maxCount);
  }
  return maxima;
}

function runnerGpus({ runnerClasses: all }: Pipeline): number {
  return all.reduce((sum, runner) => (runner.kind === "scale-set" ? sum + runner.pod.gpus * runner.maxRunners : sum), 0);
}

interface PlacedPool {
  readonly cluster: string;
  readonly pool: NodePool;
}

function pools(infrastructure: Infrastructure): PlacedPool[] {
  return clusters(infrastructure).flatMap(({ cluster }) => cluster.nodePools.map((pool) => ({ cluster: cluster.name, pool })));
}

export const nodePools: Topic = ({ infrastructure: before }, { infrastructure: after }) => {
  const of = (infrastructure: Infrastructure) => pools(infrastructure).map(({ cluster, pool: { name, ...pool } }) => ({ id: `${cluster}/${name}`, ...pool }));
  return thingChanges(of(before), of(after), {
    kind: "node-pool",
    noun: "node pool",
    id: ({ id }) => id,
    arrival: ({ vmSize, maxCount, spot }) => say`at most ${maxCount} nodes of ${vmSize}${words(spot ? ", spot" : "")}`,
    elsewhere: ["id", "runnerClass"],
    fields: {
      maxCount: (id, change) => say`the node pool ${id} grows to ${shown(change.after)} nodes instead of ${shown(change.before)}.`,
      minCount: (id, change) => say`the node pool ${id} keeps ${shown(change.after)} nodes instead of ${shown(change.before)}.`,
      vmSize: (id, change) => say`nodes of ${id} are ${shown(change.after)} instead of ${shown(change.before)}.`,
      spot: (id, change) => say`nodes of ${id} are ${words(change.after === true ? "spot nodes, which the cloud can take away at any time" : "no longer spot nodes")}.`,
    },
  });
};

export const clusterSettings: Topic = ({ infrastructure: before }, { infrastructure: after }) => {
  const of = (infrastructure: Infrastructure): Omit<Cluster, "nodePools">[] => clusters(infrastructure).map(({ cluster }) => withoutPools(cluster));
  return thingChanges(of(before), of(after), {
    kind: "cluster",
    noun: "cluster",
    id: ({ name }) => name,
    arrival: ({ kubernetesVersion, skuTier }) => say`Kubernetes ${kubernetesVersion}, ${skuTier}`,
    fields: {
      kubernetesVersion: (id, change) => say`the cluster ${id} runs Kubernetes ${shown(change.after)} instead of ${shown(change.before)}.`,
      authorizedIpRanges: (id, change) => usual(say`The list of addresses that reach the API server of ${id}`, change),
      adminGroupObjectIds: (id, change) => usual(say`The list of groups that administer the cluster ${id}`, change),
    },
  });
};

function withoutPools(cluster: Cluster): Omit<Cluster, "nodePools"> {
  return Object.fromEntries(Object.entries(cluster).filter(([field]) => field !== "nodePools")) as Omit<Cluster, "nodePools">;
}

export const registries: Topic = ({ infrastructure: before }, { infrastructure: after }) =>
  fieldChanges(before.registries, after.registries).map((change) => {
    const setting = settingChange("registries-changed", change.field, `The registries' ${change.field}`, change);
    if (change.field !== "pullRequestImages") return setting;
    const apart = change.after === "isolated";
    return { ...setting, sentence: say`Pull-request images ${words(apart ? "get a repository and a registry of their own" : "share the repository of main's: who can push one can overwrite main's tags")}.` };
  });
