/**
 * Node pools as azure-native tells of them, without what is nobody's change.
 *
 * AKS lists every pool of a cluster in the cluster. A refresh records that list, so that a cluster seems to gain the pools that have resources of their
 * own, and the next plan seems to lose them; AKS keeps a pool that a cluster's list leaves out (pulumi/pulumi-azure-native#579). Such a pool is judged
 * by its own resource. And the number of nodes of an autoscaled pool is the autoscaler's.
 */
import { versionMove } from "../../../clouds/kubernetes-move";
import { equalValues, isFields, isList, type Value } from "../value";
import type { Fields, ResourceState, Step } from "./preview";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const LIST = "agentPoolProfiles";
const CLUSTER_VERSIONS = ["kubernetesVersion", "currentKubernetesVersion"];
const POOL_VERSIONS = ["orchestratorVersion", "currentOrchestratorVersion", "nodeImageVersion"];

/** The steps, with clusters that hold only inline pools, and without counts that an autoscaler sets. A pool of no resource of the stack stays. */
export function withoutPoolNoise(steps: readonly Step[]): readonly Step[] {
  const own = new Set(steps.filter(({ type }) => type === POOL).flatMap((step) => (step.old === undefined ? [] : [poolKey(step.old.inputs["resourceName"], step.old.inputs["agentPoolName"])])));
  return steps.map((step) => {
    if (step.type === CLUSTER) return withoutPatches(quiet(step, LIST, (fields) => withInlinePools(fields, own)), CLUSTER_VERSIONS);
    return step.type === POOL ? withoutPatches(quiet(step, "count", withoutCount), POOL_VERSIONS) : step;
  });
}

/** AKS moves patches of a pinned minor version by itself (`autoUpgradeProfile`): which patch runs is nobody's change. */
function withoutPatches(step: Step, properties: readonly string[]): Step {
  return properties.reduce((told, property) => {
    const [was, becomes] = [told.old?.inputs[property] ?? told.old?.outputs[property], told.new?.inputs[property] ?? told.new?.outputs[property]];
    const moved = told.new?.outputs[property] ?? becomes;
    if (![becomes, moved].every((version) => typeof was === "string" && typeof version === "string" && versionMove(was, version) === "same minor")) return told;
    return quiet(told, property, (fields) => Object.fromEntries(Object.entries(fields).filter(([key]) => key !== property)));
  }, step);
}

const poolKey = (cluster: Value | undefined, pool: Value | undefined): string => `${String(cluster)}/${String(pool)}`;

/** Applies a change to both sides of an update, and forgets that a property differs when it no longer does. */
export function quiet(step: Step, property: string, change: (fields: Fields) => Fields): Step {
  const { old, new: wanted } = step;
  if (old === undefined || wanted === undefined || step.operation !== "update") return step;
  const [before, after] = [changed(old, change), changed(wanted, change)];
  const differs = !equalValues(before.inputs[property], after.inputs[property]) || !equalValues(before.outputs[property], after.outputs[property] ?? before.outputs[property]);
  const others = (path: string): boolean => differs || (path !== property && !path.startsWith(`${property}[`) && !path.startsWith(`${property}.`));
  return {
    ...step,
    old: before,
    new: after,
    ...(step.differs === undefined ? {} : { differs: new Map([...step.differs].filter(([path]) => others(path))) }),
    differing: step.differing.filter(others),
  };
}

function changed(state: ResourceState, change: (fields: Fields) => Fields): ResourceState {
  return { ...state, inputs: change(state.inputs), outputs: change(state.outputs) };
}

function withInlinePools(fields: Fields, own: ReadonlySet<string>): Fields {
  const pools = fields[LIST];
  if (!isList(pools)) return fields;
  const cluster = fields["resourceName"] ?? fields["name"];
  const inline = pools.filter((pool) => !isFields(pool) || !own.has(poolKey(cluster, pool["name"])));
  return { ...fields, [LIST]: inline.map((pool) => (isFields(pool) ? withoutCount(pool) : pool)) };
}

function withoutCount(fields: Fields): Fields {
  if (fields["enableAutoScaling"] !== true) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== "count"));
}
