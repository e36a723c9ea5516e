/** From the engine's steps, of which a replacement has several, to one for each resource. */
import type { Blinder } from "./blind";
import type { RawState } from "./engine";
import type { EngineOperation, Fields, ResourceState, Step } from "./preview";
import { secrecyChanges } from "./secrecy";
import { alwaysHidden } from "./sensitive";
import { urnParts } from "./urn";
import { fieldsOf } from "./values";

/** A step as either source has it. */
export interface RawStep {
  readonly op: string;
  readonly urn: string;
  readonly old?: RawState | null | undefined;
  readonly new?: RawState | null | undefined;
  readonly differs: Readonly<Record<string, { readonly kind: string }>> | null | undefined;
  readonly differing: readonly string[] | null | undefined;
  readonly replacedFor: readonly string[] | null | undefined;
}

/** What the engine's operations come down to; those that are not here tell nothing that another one does not. */
const OPERATIONS: Readonly<Record<string, EngineOperation>> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  import: "import",
  "import-replacement": "replace",
  read: "read",
  "read-replacement": "replace",
  // What a digest says of a resource that a refresh found as it was.
  refresh: "same",
};

/** Operations of which one alone says that the old resource goes, or that the new one comes. */
const GOES = "delete-replaced";
const COMES: ReadonlySet<string> = new Set(["create-replacement", "import-replacement", "read-replacement"]);

/** One step for each resource and operation, in the order of the program. Blinds them; `blinder` remembers former secrets. */
export function stepsOf(raw: readonly RawStep[], blinder: Blinder): Step[] {
  const groups = new Map<string, RawStep[]>();
  for (const step of raw) {
    const operation = OPERATIONS[step.op];
    if (operation === undefined) continue;
    const key = `${operation} ${step.urn}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  const order = new Map(raw.map((step, index) => [step, index]));
  const position = (group: readonly RawStep[]): number => order.get(mainOf(group))!;
  return [...groups.values()].sort((one, other) => position(one) - position(other)).map((group) => stepOf(group, blinder));
}

/** The step that has both sides says most. Of a replacement, that is one in the middle: the old one may have gone long before it. */
function mainOf(group: readonly RawStep[]): RawStep {
  return group.find((step) => step.old && step.new) ?? group[0]!;
}

function stepOf(group: readonly RawStep[], blinder: Blinder): Step {
  const operation = OPERATIONS[group[0]!.op]!;
  const main = mainOf(group);
  const { type, name } = urnParts(main.urn);
  const { old, new: wanted, secrecy } = operation === "same" ? sameStates(main, blinder) : blindStates(type, main, blinder);
  const differs = group.find((step) => step.differs)?.differs;
  const deletesFirst = deletionFirst(group);
  return {
    urn: main.urn,
    type,
    name,
    custom: (main.new ?? main.old)?.custom ?? true,
    operation,
    ...(old === undefined ? {} : { old }),
    ...(wanted === undefined ? {} : { new: wanted }),
    ...(differs ? { differs: new Map(Object.entries(differs)) } : {}),
    differing: group.find((step) => step.differing)?.differing ?? [],
    replacedFor: group.find((step) => step.replacedFor)?.replacedFor ?? [],
    secrecy,
    ...(deletesFirst === undefined ? {} : { deletesFirst }),
  };
}

function deletionFirst(group: readonly RawStep[]): boolean | undefined {
  const goes = group.findIndex(({ op }) => op === GOES);
  const comes = group.findIndex(({ op }) => COMES.has(op));
  return goes === -1 || comes === -1 ? undefined : goes < comes;
}

interface States {
  readonly old?: ResourceState | undefined;
  readonly new?: ResourceState | undefined;
  readonly secrecy: Step["secrecy"];
}

/** By what others call a resource that stays: its id in the directory, and its name. */
const KEPT_OUTPUTS: readonly string[] = ["principalId", "name", "resourceName", "identityProfile"];

/** Most resources of a stack stay as they are, and nobody looks at what they hold. */
function sameStates({ old, new: wanted }: RawStep, blinder: Blinder): States {
  const outputs = fieldsOf(old?.outputs);
  const [kept = {}] = blinder.together([Object.fromEntries(KEPT_OUTPUTS.filter((name) => name in outputs).map((name) => [name, outputs[name]!]))]);
  return { old: old ? stateOf(old, {}, kept) : undefined, new: wanted ? stateOf(wanted, {}, {}) : undefined, secrecy: new Map() };
}

function blindStates(type: string, { old, new: wanted }: RawStep, blinder: Blinder): States {
  const sides = [old?.inputs, old?.outputs, wanted?.inputs, wanted?.outputs].map(fieldsOf);
  const secrecy = old && wanted ? secrecyChanges(sides[0]!, sides[2]!) : new Map<string, never>();
  const [oldInputs = {}, oldOutputs = {}, newInputs = {}, newOutputs = {}] = blinder.together(sides, alwaysHidden(type));
  return { old: old ? stateOf(old, oldInputs, oldOutputs) : undefined, new: wanted ? stateOf(wanted, newInputs, newOutputs) : undefined, secrecy };
}

function stateOf(raw: RawState, inputs: Fields, outputs: Fields): ResourceState {
  return {
    urn: raw.urn,
    ...(raw.id ? { id: raw.id } : {}),
    ...(raw.parent ? { parent: raw.parent } : {}),
    protect: raw.protect ?? false,
    retainOnDelete: raw.retainOnDelete ?? false,
    pendingDeletion: raw.delete ?? false,
    inputs,
    outputs,
  };
}

/** The steps without any former secret in their texts. */
export function cleanSteps(steps: readonly Step[], blinder: Blinder): Step[] {
  const clean = (state: ResourceState): ResourceState => ({
    ...state,
    inputs: blinder.cleanValue(state.inputs) as Fields,
    outputs: blinder.cleanValue(state.outputs) as Fields,
  });
  return steps.map((step) => ({ ...step, ...(step.old === undefined ? {} : { old: clean(step.old) }), ...(step.new === undefined ? {} : { new: clean(step.new) }) }));
}
