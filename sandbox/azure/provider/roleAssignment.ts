/** azure-native:authorization:RoleAssignment: an extension of its scope, named by a GUID. */
import { z } from "zod";
import { isGuid } from "../arm/ids";
import { text } from "../arm/rules";
import { roleAssignmentId, roleAssignmentProperties, roleAssignmentVersions } from "../arm/types/roleAssignments";
import { isObject, without, type Json } from "../arm/values";
import type { ResourceKind } from "../../provider/kind";
import type { ArmClient } from "./client";
import { drifted } from "./drift";
import { nameFor } from "./names";

const [VERSION] = roleAssignmentVersions;

const schema = z.strictObject({
  ...roleAssignmentProperties.shape,
  roleAssignmentName: z.string().refine(isGuid, { error: (issue) => `found ${JSON.stringify(issue.input)}; a GUID is allowed` }),
  scope: text(/^\/subscriptions\/[^/]+(\/.*[^/])?$/, "the ARM id of a subscription or of something in it is allowed"),
});

type Inputs = z.infer<typeof schema>;

export const roleAssignmentKind: ResourceKind<ArmClient, Inputs, Json> = {
  type: "azure-native:authorization:RoleAssignment",
  schema,
  replaceOn: ["roleAssignmentName", "principalId", "scope"],
  volatileOutputs: ["updatedOn", "updatedBy"],
  readsExactly: true,
  deleteBeforeReplace: true,
  // The SDK fills in "User" where nothing is said, and so the principal of a managed identity is refused without a principalType.
  defaults: (inputs, info) => (inputs.roleAssignmentName === undefined ? { roleAssignmentName: nameFor("uuid", "roleAssignmentName", info) } : {}),
  check: (inputs) =>
    inputs.condition !== undefined && inputs.conditionVersion === undefined
      ? [{ property: "conditionVersion", reason: 'found nothing beside a condition; "2.0" is allowed' }]
      : [],
  async create(client, inputs) {
    const id = roleAssignmentId(inputs.scope, inputs.roleAssignmentName);
    if ((await client.find(id, VERSION)) !== undefined) throw new Error(`cannot create already existing resource '${id}'`);
    const document = await write(client, id, inputs);
    return { id: String(document.id), outputs: outputsOf(document) };
  },
  async read(client, id, known, info) {
    const document = await client.find(id, VERSION);
    if (document === undefined) return undefined;
    const outputs = outputsOf(document);
    const named = { scope: String(outputs.scope), roleAssignmentName: String(outputs.name) };
    const after = assigned(outputs);
    const inputs = known === undefined || info.oldInputs === undefined ? { ...after, ...named } : { ...drifted(info.oldInputs, assigned(known), after) };
    return { id: String(document.id), inputs: inputs as Inputs, outputs };
  },
  update: async (client, id, _old, inputs) => outputsOf(await write(client, id, inputs)),
  remove: (client, id) => client.delete(id, VERSION),
};

async function write(client: ArmClient, id: string, inputs: Inputs): Promise<Json> {
  const { settled } = await client.put(id, VERSION, { properties: without(inputs, "roleAssignmentName", "scope") });
  return settled();
}

function outputsOf(document: Json): Json {
  const properties = isObject(document.properties) ? document.properties : {};
  return { ...without(document, "id", "properties"), ...properties, azureApiVersion: VERSION };
}

/** What can be an input and is not a name. */
const assigned = (outputs: Json): Json =>
  Object.fromEntries(Object.keys(roleAssignmentProperties.shape).flatMap((key) => (outputs[key] === undefined ? [] : [[key, outputs[key]]])));
