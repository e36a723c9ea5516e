/** Writes to the API server: server-side apply with every unknown field refused, and errors that say what to do. */
import { CloudError } from "../../provider/kind";
import { ApiError, apiVersionOf, pathOf, type ApiResource, type GroupVersionKind, type KubernetesObject } from "../api";
import type { KubernetesClient } from "../client";
import { pause } from "../cluster/process";
import { fieldManager, forcesPatch } from "./annotations";
import { toBody, type ObjectInputs } from "./inputs";

/** A namespace or a custom resource definition that was made a moment ago may not be served yet: the real provider tries five times. */
const retryMilliseconds = [100, 200, 400, 800, 1600] as const;

/** Where an object is written to. */
export interface Target {
  readonly resource: ApiResource;
  readonly path: string;
  readonly collection: string;
  readonly body: KubernetesObject;
}

/** Throws when the API server knows no such kind. */
export async function targetOf(client: KubernetesClient, kind: GroupVersionKind, inputs: ObjectInputs): Promise<Target> {
  const resource = await retried(async () => {
    const found = await client.api.resource(kind);
    if (found === undefined) throw unknownKind(client, kind);
    return found;
  });
  const body = toBody(inputs, resource, client.namespace);
  const { name, namespace } = body.metadata;
  return { resource, path: pathOf(resource, namespace, name), collection: pathOf(resource, namespace), body };
}

/** Creates an object that is not there yet. Throws with status 409 when it is, unless the provider upserts. */
export async function createObject(client: KubernetesClient, target: Target, inputs: ObjectInputs, manager: string): Promise<KubernetesObject> {
  if (!client.upsert && (await client.api.find(target.path)) !== undefined) throw alreadyExists(target);
  return retried(() => apply(client, target, inputs, manager));
}

/** Server-side apply; `dryRun` changes nothing. */
export async function apply(client: KubernetesClient, target: Target, inputs: ObjectInputs, manager: string, dryRun = false): Promise<KubernetesObject> {
  const force = client.patchForce || forcesPatch(inputs);
  try {
    return await client.api.send({
      method: "PATCH",
      path: target.path,
      query: { fieldManager: fieldManager(inputs) ?? manager, fieldValidation: "Strict", force: String(force), ...(dryRun ? { dryRun: "All" } : {}) },
      // JSON is YAML, and the only content type of an apply that every version takes.
      contentType: "application/apply-patch+yaml",
      body: target.body,
    });
  } catch (error) {
    throw withoutSecrets(explained(error), target.body);
  }
}

/**
 * What a create would give, or undefined when that cannot be told yet: the object exists (a replacement deletes it first) or the applying
 * identity may not create it. An object of a namespace that this very update makes is tried in the namespace `default`, which every cluster
 * has: its fields are judged, and what else `default` says about it is not.
 */
export async function previewCreate(client: KubernetesClient, target: Target): Promise<KubernetesObject | undefined> {
  const dryRun = (collection: string, body: KubernetesObject) =>
    client.api.send({ method: "POST", path: collection, query: { dryRun: "All", fieldValidation: "Strict" }, body });
  try {
    return await dryRun(target.collection, target.body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409 || error.status === 403) return undefined;
    if (!isMissingNamespace(error, target)) throw withoutSecrets(error, target.body);
  }
  try {
    const moved = { ...target.body, metadata: { ...target.body.metadata, namespace: "default" } };
    const tried = await dryRun(pathOf(target.resource, "default"), moved);
    return { ...tried, metadata: { ...tried.metadata, namespace: target.body.metadata.namespace } };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 400 || error.status === 422) throw withoutSecrets(error, target.body);
    return undefined;
  }
}

/** What an update would give. Undefined when it is forbidden now: a quota or a right that this very update changes may allow it. */
export async function previewUpdate(client: KubernetesClient, target: Target, inputs: ObjectInputs, manager: string): Promise<KubernetesObject | undefined> {
  try {
    return await apply(client, target, inputs, manager, true);
  } catch (error) {
    if (error instanceof CloudError && error.status === 403) return undefined;
    throw error;
  }
}

function isMissingNamespace(error: ApiError, target: Target): boolean {
  return error.status === 404 && target.resource.namespaced && error.message.includes(`namespaces "${target.body.metadata.namespace}" not found`);
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (const wait of retryMilliseconds) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CloudError) || error.status !== 404) throw error;
      await pause(wait);
    }
  }
  return attempt();
}

function unknownKind(client: KubernetesClient, kind: GroupVersionKind): CloudError {
  const name = `${apiVersionOf(kind)}/${kind.kind}`;
  return new CloudError(`DISCOVER ${name}`, 404, "NoMatch", `the API server at ${client.api.server} knows no such kind; if it is a custom resource, its definition has to be created before`);
}

function alreadyExists(target: Target): CloudError {
  const { kind, metadata } = target.body;
  const advice = "import it, or set upsertExistingObjects on the provider to change what exists";
  return new CloudError(`PATCH ${target.path}`, 409, "AlreadyExists", `${kind} "${metadata.name}" already exists in the cluster: ${advice}`);
}

function explained(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.status !== 409 || !error.causes.some(({ reason }) => reason === "FieldManagerConflict")) return error;
  const fields = error.causes.map(({ field, message }) => `${field} (${message})`).join(", ");
  const advice = 'leave the fields out of the program, or take them over with the annotation pulumi.com/patchForce: "true"';
  return new CloudError(error.operation, 409, error.code, `another field manager owns ${fields}: ${advice}`);
}

/** An answer may repeat what it refuses: the values of a Secret are blotted out. */
function withoutSecrets(error: unknown, body: KubernetesObject): unknown {
  if (!(error instanceof CloudError) || body.apiVersion !== "v1" || body.kind !== "Secret") return error;
  const encoded = Object.values((body["data"] ?? {}) as Readonly<Record<string, unknown>>).filter((value): value is string => typeof value === "string");
  const values = encoded.flatMap((value) => [value, Buffer.from(value, "base64").toString("utf8")]).filter((value) => value.length >= 4);
  const message = values.reduce((text, value) => text.replaceAll(value, "[secret]"), error.message);
  return message === error.message ? error : new CloudError(error.operation, error.status, error.code, message.slice(`${error.operation}: ${error.status} ${error.code}: `.length));
}
