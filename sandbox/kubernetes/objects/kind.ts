/** Every Kubernetes object by one description: what differs between kinds the API server knows itself. */
import { z } from "zod";
import { CloudError, PartialFailure, type Properties, type ResourceInfo, type ResourceKind } from "../../provider/kind";
import { UNKNOWN } from "../../provider/wire";
import { apiVersionOf, pathOf, type GroupVersionKind, type KubernetesObject } from "../api";
import type { KubernetesClient } from "../client";
import { annotationFindings, fieldManager, propagation } from "./annotations";
import { driftedInputs, importedInputs, toSdkNames, without, type ObjectInputs } from "./inputs";
import { isAutonamed, managerOf, withName } from "./naming";
import { replacingData, replacingPaths } from "./replacement";
import { untilGone, untilReady } from "./wait";
import { apply, createObject, previewCreate, previewUpdate, targetOf } from "./write";

/** The live object, with what the provider remembers beside it. The real provider keeps the same three. */
interface ObjectOutputs extends Properties {
  readonly __inputs: ObjectInputs;
  readonly __initialApiVersion: string;
  readonly __fieldManager: string;
}

type ObjectKind = ResourceKind<KubernetesClient, ObjectInputs, ObjectOutputs>;

const texts = z.record(z.string(), z.string());

/** Metadata that a program may write. Fields that only the server writes are no inputs; `generateName` does not go with server-side apply. */
const metadataSchema = z.strictObject({
  name: z.string().min(1).max(253),
  namespace: z.string().min(1).max(63).optional(),
  labels: texts.optional(),
  annotations: texts.optional(),
  finalizers: z.array(z.string()).optional(),
  ownerReferences: z.array(z.record(z.string(), z.unknown())).optional(),
});

/** A kind of objects. Its fields beside the metadata are judged by the API server itself, which refuses the unknown ones. */
export function objectKind(type: string, gvk: GroupVersionKind): ObjectKind {
  const isSecret = gvk.group === "" && gvk.kind === "Secret";
  return {
    type,
    schema: objectSchema(gvk),
    replaceOn: replacingPaths(gvk),
    replacements: (inputs, client) => replacingData(gvk, inputs, client),
    deleteBeforeReplace: hasSameName,
    secretOutputs: ["__inputs", ...(isSecret ? ["data", "stringData"] : [])],
    defaults: withName,
    check: annotationFindings,
    preview: (client, inputs, info, old) => preview(client, gvk, inputs, info, old?.outputs),
    create: (client, inputs, info) => create(client, gvk, inputs, info),
    read: (client, id, known, info) => read(client, gvk, id, known, info),
    update: (client, id, old, inputs, info) => update(client, gvk, id, old, inputs, info),
    remove: (client, id, known) => remove(client, gvk, id, known),
  };
}

function objectSchema(gvk: GroupVersionKind): z.ZodType<ObjectInputs> {
  return z.looseObject({
    apiVersion: z.literal(apiVersionOf(gvk)),
    kind: z.literal(gvk.kind),
    metadata: metadataSchema,
    status: z.undefined("is what the cluster reports, not an input").optional(),
  }) as unknown as z.ZodType<ObjectInputs>;
}

/** Two objects cannot have one name: a generated name changes with the replacement, a given one does not. */
function hasSameName(inputs: ObjectInputs, old: ObjectInputs): boolean {
  return !isAutonamed(inputs) && inputs.metadata.name === old.metadata.name && inputs.metadata.namespace === old.metadata.namespace;
}

async function preview(client: KubernetesClient, gvk: GroupVersionKind, inputs: ObjectInputs, info: ResourceInfo, old: ObjectOutputs | undefined): Promise<ObjectOutputs | undefined> {
  // A custom resource whose definition this very update makes cannot be tried yet.
  if ((await client.api.resource(gvk)) === undefined) return undefined;
  const target = await targetOf(client, gvk, inputs);
  const manager = old?.__fieldManager ?? managerOf(info);
  const tried = old === undefined ? await previewCreate(client, target) : await previewUpdate(client, target, inputs, manager);
  if (tried === undefined) return undefined;
  // Nothing has a status before it exists.
  const outputs = without(outputsOf(inputs, tried, manager), "status") as ObjectOutputs;
  if (old !== undefined) return outputs;
  // A dry run makes these up: the real create gives others.
  const made = { uid: UNKNOWN, resourceVersion: UNKNOWN, creationTimestamp: UNKNOWN };
  return { ...outputs, metadata: { ...without(tried.metadata, "managedFields"), ...made } };
}

async function create(client: KubernetesClient, gvk: GroupVersionKind, inputs: ObjectInputs, info: ResourceInfo) {
  const target = await targetOf(client, gvk, inputs);
  const manager = managerOf(info);
  const live = await createObject(client, target, inputs, manager);
  const created = { id: idOf(live), outputs: outputsOf(inputs, live, manager) };
  const ready = await halfMadeUnless(created, () => untilReady(client.api, target.path, live, inputs));
  return { id: created.id, outputs: outputsOf(inputs, ready, manager) };
}

async function update(client: KubernetesClient, gvk: GroupVersionKind, id: string, old: ObjectOutputs, inputs: ObjectInputs, info: ResourceInfo) {
  const target = await targetOf(client, gvk, inputs);
  const manager = old.__fieldManager ?? managerOf(info);
  const there = await client.api.find(target.path);
  if (there === undefined) throw new CloudError(`GET ${target.path}`, 404, "NotFound", `${gvk.kind} "${id}" is gone from the cluster; a refresh takes note of that`);
  const live = await apply(client, target, inputs, manager);
  const outputs = outputsOf(inputs, live, manager);
  return outputsOf(inputs, await halfMadeUnless({ id, outputs }, () => untilReady(client.api, target.path, live, inputs)), manager);
}

async function read(client: KubernetesClient, gvk: GroupVersionKind, id: string, known: ObjectOutputs | undefined, info: ResourceInfo) {
  const resource = await client.api.resource(gvk);
  // When the definition of a custom resource is gone, so is the resource.
  if (resource === undefined) return undefined;
  const { namespace, name } = parseId(id);
  const live = await client.api.find(pathOf(resource, namespace ?? client.namespace, name));
  if (live === undefined) return undefined;
  const now = toSdkNames(live) as KubernetesObject;
  const inputs = known?.__inputs === undefined ? importedInputs(now) : driftedInputs(known.__inputs, known, now);
  return { id, inputs, outputs: outputsOf(inputs, live, known?.__fieldManager ?? managerOf(info)) };
}

async function remove(client: KubernetesClient, gvk: GroupVersionKind, id: string, known: ObjectOutputs): Promise<void> {
  const resource = await client.api.resource(gvk);
  if (resource === undefined) return;
  const { namespace, name } = parseId(id);
  const path = pathOf(resource, namespace ?? client.namespace, name);
  const live = await client.api.find(path);
  if (live === undefined) return;
  const inputs = known.__inputs ?? importedInputs(live);
  try {
    await client.api.send({ method: "DELETE", path, body: { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: propagation(inputs) } });
  } catch (error) {
    if (error instanceof CloudError && error.status === 404) return;
    throw error;
  }
  await untilGone(client.api, path, live, inputs);
}

/** The object exists from here on: whatever goes wrong while waiting for it, the state has to keep it. */
async function halfMadeUnless<T>(created: { readonly id: string; readonly outputs: Properties }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new PartialFailure(created, error instanceof Error ? error.message : String(error));
  }
}

function outputsOf(inputs: ObjectInputs, live: KubernetesObject, manager: string): ObjectOutputs {
  const object = toSdkNames(live) as Properties;
  return { ...object, __inputs: inputs, __initialApiVersion: inputs.apiVersion, __fieldManager: fieldManager(inputs) ?? manager };
}

/** `NAMESPACE/NAME`, or `NAME` for objects of the whole cluster: what `pulumi import` takes. */
function idOf({ metadata }: KubernetesObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function parseId(id: string): { readonly namespace?: string; readonly name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

