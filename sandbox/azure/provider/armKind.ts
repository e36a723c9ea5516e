/** A resource kind made of an ARM type: create, read, update and delete as azure-native does them. */
import { formatResourceId, parseResourceId, RESOURCE_GROUPS, type ResourceId } from "../arm/ids";
import { overlayObjects, type Json } from "../arm/values";
import { resourceGroups } from "../arm/types/resourceGroups";
import { PartialFailure, type Created, type ResourceKind } from "../../provider/kind";
import type { ArmClient } from "./client";
import { drifted, withoutDefaults } from "./drift";
import { nameFor } from "./names";
import { idInputs, inputSchema, toBody, toCloudInputs, toLazyBody, toOutputs, type KindSpec } from "./spec";

/** Outputs that any update may move. */
const VOLATILE = ["systemData", "currentKubernetesVersion", "currentOrchestratorVersion", "nodeImageVersion"];

export function armKind(spec: KindSpec): ResourceKind<ArmClient, Json, Json> {
  const { arm } = spec;
  const version = arm.apiVersions[0];
  return {
    type: spec.token,
    schema: inputSchema(spec),
    replaceOn: [...idInputs(spec), ...spec.replaceOn],
    volatileOutputs: VOLATILE,
    readsExactly: true,
    // Ids are made of names: a replacement of the same name is the same id, and two cannot be.
    deleteBeforeReplace: true,
    defaults: (inputs, info) => (inputs[spec.nameInput] === undefined ? { [spec.nameInput]: nameFor(spec.naming, spec.nameInput, info) } : {}),
    check: (inputs) => arm.check?.(toLazyBody(spec, inputs), lazyNames(spec, inputs)) ?? [],
    create: (client, inputs) => create(spec, client, inputs),
    async read(client, id, known, info) {
      const document = await client.find(id, version);
      if (document === undefined) return undefined;
      const outputs = toOutputs(spec, document);
      const inputs = known === undefined || info.oldInputs === undefined ? imported(spec, document) : readBack(spec, document, known, info.oldInputs);
      return { id: String(document.id), inputs, outputs };
    },
    async update(client, id, old, inputs) {
      const located = arm.located && inputs.location === undefined ? { ...inputs, location: old.location } : inputs;
      const { accepted, settled } = await client.put(id, version, toBody(spec, located));
      const document = await settled().catch((error: unknown) => {
        throw half(id, toOutputs(spec, accepted), error);
      });
      return toOutputs(spec, document);
    },
    remove: (client, id) => client.delete(id, version),
  };
}

async function create(spec: KindSpec, client: ArmClient, inputs: Json): Promise<Created<Json>> {
  const version = spec.arm.apiVersions[0];
  const id = formatResourceId(resourceId(spec, client, inputs));
  // azure-native asks first: a PUT would take over what somebody else made.
  if ((await client.find(id, version)) !== undefined) throw new Error(`cannot create already existing resource '${id}'`);
  const { accepted, settled } = await client.put(id, version, toBody(spec, await withLocation(spec, client, inputs)));
  const acceptedId = String(accepted.id);
  const document = await settled().catch((error: unknown) => {
    throw half(acceptedId, toOutputs(spec, accepted), error);
  });
  return { id: acceptedId, outputs: toOutputs(spec, document) };
}

function half(id: string, outputs: Json, error: unknown): PartialFailure {
  return new PartialFailure({ id, outputs }, error instanceof Error ? error.message : String(error));
}

function resourceId(spec: KindSpec, client: ArmClient, inputs: Json): ResourceId {
  const names = idInputs(spec).map((input) => String(inputs[input]));
  const [group = "", ...own] = names;
  return { subscription: client.subscriptionId, group, type: spec.arm.type, names: own };
}

/** Names of the id as far as rules need them: the resource's own, and nothing that may be unknown. */
const lazyNames = (spec: KindSpec, inputs: Json): readonly string[] => [...spec.parents.map(() => ""), String(inputs[spec.nameInput])];

/** Where nothing is said, a group goes where the provider is configured to go, and everything else to its group's location. */
async function withLocation(spec: KindSpec, client: ArmClient, inputs: Json): Promise<Json> {
  if (!spec.arm.located || inputs.location !== undefined) return inputs;
  if (spec.arm.type === RESOURCE_GROUPS) return client.location === undefined ? inputs : { ...inputs, location: client.location };
  const group = formatResourceId({ ...resourceId(spec, client, inputs), names: [] });
  const found = await client.find(group, resourceGroups.apiVersions[0]);
  return found === undefined ? inputs : { ...inputs, location: found.location };
}

/** The inputs of the state, with what changed in the cloud since the state was written. */
function readBack(spec: KindSpec, document: Json, known: Json, inputs: Json): Json {
  return drifted(inputs, toCloudInputs(spec, known), toCloudInputs(spec, toOutputs(spec, document)));
}

/** Names out of the id, and everything that differs from ARM's defaults. */
function imported(spec: KindSpec, document: Json): Json {
  const id = parseResourceId(String(document.id));
  const names = id === undefined ? [] : [id.group, ...id.names];
  const named = Object.fromEntries(idInputs(spec).map((input, index) => [input, names[index]]));
  const cloud = toCloudInputs(spec, toOutputs(spec, document));
  const { properties, ...envelope } = spec.arm.defaults;
  const defaults = overlayObjects(envelope as Json, (properties ?? {}) as Json);
  return { ...named, ...withoutDefaults(cloud, defaults, spec.sdkDefaults ?? []) };
}
