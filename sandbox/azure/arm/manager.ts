/** Azure Resource Manager without HTTP: what a PUT, a PATCH, a GET, a list and a DELETE do to what the store holds. */
import { readBody } from "./body";
import { armType, requireApiVersion } from "./catalogue";
import { ArmError, notFound } from "./errors";
import { formatResourceId, idKey, isWithin, nameOf, parentId, RESOURCE_GROUPS, ROLE_ASSIGNMENTS, type ResourceId } from "./ids";
import { Operations, type Busy, type Verb } from "./operations";
import type { Stored } from "./store";
import type { ArmType, PutRequest, World } from "./type";
import { at, isObject, same, type Json } from "./values";
import { FEDERATED_CREDENTIALS } from "./types/federatedCredentials";
import { MANAGED_CLUSTERS } from "./types/containerService";

/** What HTTP answers; `operation` is the id of an operation that was started. */
export interface Answer {
  readonly status: number;
  readonly body?: Json | { value: readonly Json[] };
  readonly operation?: string;
  /** Region that the operation belongs to. */
  readonly location?: string;
}

/** How long the write of one federated credential bars others of the same identity, in milliseconds. */
const CREDENTIAL_WRITE = 40;

export class Manager {
  readonly operations = new Operations();
  private readonly credentialWrites = new Set<string>();

  constructor(readonly world: World) {}

  async put(id: ResourceId, version: string | undefined, raw: unknown): Promise<Answer> {
    const type = this.prepare(id, version);
    const resourceId = formatResourceId(id, type.idCase);
    const existing = this.world.store.get(resourceId);
    this.requirePlace(id, type, "write");
    requireName(type, id);
    const body = readBody(type, raw, id.names, id.group, existing);
    this.refuseWhileBusy(existing?.id ?? resourceId, id, type);
    const write = () => this.write({ id, resourceId: existing?.id ?? resourceId, body, existing, world: this.world }, type);
    return type.type === FEDERATED_CREDENTIALS ? this.alone(id, write) : write();
  }

  /** PATCH: the body is laid over what is there. */
  patch(id: ResourceId, version: string | undefined, raw: unknown): Promise<Answer> {
    const type = this.prepare(id, version);
    const existing = this.require(id);
    if (type.patch === undefined || !isObject(raw)) throw new ArmError(405, "MethodNotAllowed", `PATCH is not supported for the resource type '${type.type}'.`);
    const allowed = type.patch === "tags" ? ["tags"] : ["tags", "properties", "sku", "identity"];
    const refused = Object.keys(raw).filter((key) => !allowed.includes(key));
    if (refused.length > 0) throw new ArmError(400, "InvalidParameter", `found ${refused.join(", ")}; a PATCH of ${type.type} changes ${allowed.join(", ")}`);
    const shown = this.show(existing, type);
    const properties = { ...(isObject(shown.properties) ? shown.properties : {}), ...(isObject(raw.properties) ? raw.properties : {}) };
    return this.put(id, version, { ...shown, ...raw, properties });
  }

  get(id: ResourceId, version: string | undefined): Answer {
    const type = this.prepare(id, version);
    if (parentId(id) !== undefined) this.requirePlace(id, type, "read");
    else if (id.names.length > 0) this.requireGroup(id);
    return { status: 200, body: this.show(this.require(id), type) };
  }

  /** Resources of one type directly below a group, a resource or a subscription. */
  list(scope: string, typeName: string, version: string | undefined): Answer {
    const type = armType(typeName);
    requireApiVersion(type.type, type.apiVersions, version);
    const value = this.world.store.ofType(type.type).filter((resource) => isWithin(resource.id, scope));
    return { status: 200, body: { value: value.map((resource) => this.show(resource, type)) } };
  }

  /** Everything in a group, as `GET .../resources` answers it. */
  resources(group: ResourceId): Answer {
    this.requireGroup(group);
    const scope = formatResourceId({ ...group, names: [] });
    const inside = this.world.store.all().filter(
      (resource) => isWithin(resource.id, scope) && resource.type !== RESOURCE_GROUPS && resource.type !== ROLE_ASSIGNMENTS && resource.type.split("/").length === 2,
    );
    const value = inside.map(({ id, name, type, document }) => ({ id, name, type, location: document.location, tags: document.tags }));
    return { status: 200, body: { value } };
  }

  action(id: ResourceId, name: string, version: string | undefined, query: Readonly<Record<string, string>>): Answer {
    const type = this.prepare(id, version);
    const [, action] = Object.entries(type.actions ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase()) ?? [];
    if (action === undefined) throw new ArmError(404, "InvalidAction", `The action '${name}' is not known for the resource type '${type.type}'.`);
    this.requireGroup(id);
    return { status: 200, body: action(this.require(id), this.world, query) };
  }

  delete(id: ResourceId, version: string | undefined): Promise<Answer> {
    const type = this.prepare(id, version);
    if (id.names.length > 0) this.requireGroup(id);
    const existing = this.world.store.get(formatResourceId(id));
    if (existing === undefined && id.names.length === 0) throw notFound.group(id.group);
    if (existing === undefined) return Promise.resolve({ status: 204 });
    this.refuseWhileBusy(existing.id, id, type);
    type.mayDelete?.(existing, this.world);
    const isAsynchronous = type.provisioning === "operation" || type.type === RESOURCE_GROUPS;
    if (isAsynchronous) return Promise.resolve(this.deleteLater(existing));
    const remove = async (): Promise<Answer> => {
      await this.remove(existing);
      return { status: 200 };
    };
    return type.type === FEDERATED_CREDENTIALS ? this.alone(id, remove) : remove();
  }

  /** Goes on with what a stopped sandbox left: API servers come back, half-done work is done. */
  async resume(): Promise<void> {
    const { store } = this.world;
    for (const resource of store.all().filter((one) => at(one.document, "properties.provisioningState") === "Deleting")) await this.remove(resource);
    await Promise.all(store.ofType(MANAGED_CLUSTERS).map((cluster) => this.bringBack(cluster)));
    for (const resource of store.all().filter((one) => ["Creating", "Updating"].includes(String(at(one.document, "properties.provisioningState"))))) {
      store.put(withState(resource, this.world.endpoints.has(idKey(resource.id)) || resource.type !== MANAGED_CLUSTERS ? "Succeeded" : "Failed"));
    }
  }

  private async bringBack({ id, name, document }: Stored): Promise<void> {
    const kubernetesVersion = String(at(document, "properties.currentKubernetesVersion"));
    try {
      this.world.endpoints.set(idKey(id), await this.world.clusters.create({ id, name, kubernetesVersion }));
    } catch (error) {
      this.world.log(`the API server of ${id} did not come back: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private prepare(id: ResourceId, version: string | undefined): ArmType {
    const type = armType(id.type);
    requireApiVersion(type.type, type.apiVersions, version);
    return type;
  }

  private requireGroup(id: ResourceId): Stored {
    const group = this.world.store.get(formatResourceId({ ...id, names: [] }));
    if (group === undefined) throw notFound.group(id.group);
    return group;
  }

  private require(id: ResourceId): Stored {
    const found = this.world.store.get(formatResourceId(id));
    if (found !== undefined) return found;
    throw id.names.length === 0 ? notFound.group(id.group) : notFound.resource(id.type, id.names, id.group);
  }

  /** Group and parent are there, and the group is not on its way out. */
  private requirePlace(id: ResourceId, type: ArmType, action: "read" | "write"): void {
    if (id.names.length === 0) return;
    const group = this.requireGroup(id);
    if (action === "write" && at(group.document, "properties.provisioningState") === "Deleting") {
      throw new ArmError(409, "ResourceGroupBeingDeleted", `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`);
    }
    const parent = parentId(id);
    if (parent === undefined) return;
    const parentText = formatResourceId(parent);
    if (this.world.store.get(parentText) === undefined) throw notFound.parent(action, type.type, parentText);
  }

  /** A resource takes one operation at a time, and a cluster one with everything that is in it. */
  private refuseWhileBusy(resourceId: string, id: ResourceId, type: ArmType): void {
    const cluster = id.type.startsWith(`${MANAGED_CLUSTERS}/`) ? formatResourceId({ ...id, type: MANAGED_CLUSTERS, names: id.names.slice(0, 1) }) : undefined;
    const beside = cluster === undefined ? undefined : this.operations.busyWithin(cluster);
    if (beside !== undefined) throw besideAnother(cluster ?? "", beside);
    const parent = parentId(id);
    const parentVerb = parent === undefined || type.provisioning !== "operation" ? undefined : this.operations.on(formatResourceId(parent));
    const verb = this.operations.busyWithin(resourceId)?.verb ?? parentVerb;
    if (verb === undefined) return;
    const busy = parentVerb === undefined ? resourceId : formatResourceId(parent ?? id);
    throw new ArmError(
      409,
      "AnotherOperationInProgress",
      `Another operation (${verb}) on the resource '${busy}' is in progress, please wait for it to finish before starting a new operation.`,
    );
  }

  /** One write at a time among the federated credentials of an identity. */
  private async alone(id: ResourceId, write: () => Promise<Answer> | Answer): Promise<Answer> {
    const identity = idKey(formatResourceId(parentId(id) ?? id, "resourcegroups"));
    if (this.credentialWrites.has(identity)) {
      throw new ArmError(
        409,
        "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
        `Too many Federated Identity Credentials are written concurrently for the managed identity '${identity}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
      );
    }
    this.credentialWrites.add(identity);
    try {
      await new Promise((resolve) => setTimeout(resolve, CREDENTIAL_WRITE));
      return await write();
    } finally {
      this.credentialWrites.delete(identity);
    }
  }

  private write(request: PutRequest, type: ArmType): Answer {
    const { existing, resourceId, id } = request;
    const { stored, work } = this.world.store.together(() => this.store(request, type));
    const status = existing === undefined ? 201 : 200;
    if (work === undefined || type.provisioning !== "operation") return { status, body: this.show(stored, type) };
    const verb: Verb = existing === undefined ? "Creating" : "Updating";
    const operation = this.operations.start(resourceId, verb, work, (error) => {
      const current = this.world.store.get(resourceId);
      if (current !== undefined) this.world.store.put(withState(current, error === undefined ? "Succeeded" : "Failed"));
    });
    return { status, body: this.show(stored, type), operation, ...this.region(id) };
  }

  private store(request: PutRequest, type: ArmType): { stored: Stored; work: (() => Promise<void>) | undefined } {
    const { existing, resourceId, id } = request;
    const { document, work } = type.put(request);
    const verb: Verb = existing === undefined ? "Creating" : "Updating";
    const state = { none: undefined, immediate: "Succeeded", operation: verb }[type.provisioning];
    const fresh: Stored = { id: resourceId, type: type.type, name: existing?.name ?? nameOf(id), document };
    const stored = stamped(state === undefined ? fresh : withState(fresh, state), existing);
    this.world.store.put(stored);
    return { stored, work };
  }

  private region(id: ResourceId): { location: string } {
    const root = formatResourceId({ ...id, type: id.type.split("/").slice(0, 2).join("/"), names: id.names.slice(0, 1) });
    return { location: String(this.world.store.get(root)?.document.location) };
  }

  private deleteLater(existing: Stored): Answer {
    const before = existing;
    this.world.store.put(withState(existing, "Deleting"));
    const operation = this.operations.start(
      existing.id,
      "Deleting",
      () => this.remove(existing),
      (error) => {
        if (error !== undefined) this.world.store.put(withState(before, "Failed"));
      },
    );
    const root = existing.id.split("/").slice(0, 9).join("/");
    return { status: 202, operation, location: String(this.world.store.get(root)?.document.location) };
  }

  /** Takes a resource and everything in it down, deepest first; what a service holds for them goes with them. */
  private async remove(existing: Stored): Promise<void> {
    for (const resource of this.world.store.within(existing.id)) {
      if (resource.type !== ROLE_ASSIGNMENTS) await armType(resource.type).takeDown?.(resource, this.world);
      this.world.store.delete(resource.id);
    }
  }

  private show(stored: Stored, type: ArmType): Json {
    const document = type.show?.(stored, this.world) ?? stored.document;
    return { id: stored.id, name: stored.name, type: stored.type, ...document };
  }
}

/**
 * AKS's own words differ from operation to operation, its code does not; azure-native does not try it again
 * (learn.microsoft.com, "Troubleshoot the OperationNotAllowed error: another operation is in progress").
 */
function besideAnother(cluster: string, { verb, resourceId }: Busy): ArmError {
  return new ArmError(
    409,
    "OperationNotAllowed",
    `Operation is not allowed: another operation (${verb}) is in progress on '${resourceId}' of the managed cluster '${cluster}'. Wait for it to finish before starting a new one.`,
  );
}

function requireName(type: ArmType, id: ResourceId): void {
  const name = nameOf(id);
  if (!type.name.pattern.test(name)) throw new ArmError(400, "InvalidResourceName", `The resource name '${name}' is invalid: ${type.name.rule}.`, "name");
}

function withState(resource: Stored, provisioningState: string): Stored {
  const properties = isObject(resource.document.properties) ? resource.document.properties : {};
  return { ...resource, document: { ...resource.document, properties: { ...properties, provisioningState } } };
}

/** Who wrote when: an answer that says nothing new keeps its stamp. */
function stamped(resource: Stored, existing: Stored | undefined): Stored {
  if (resource.type === RESOURCE_GROUPS) return resource;
  const { systemData: before, ...rest } = existing?.document ?? {};
  const settled = (document: Json): Json => withState({ ...resource, document }, "").document;
  if (existing !== undefined && same(settled(rest), settled(resource.document))) return { ...resource, document: { ...resource.document, systemData: before } };
  const now = new Date().toISOString();
  const createdAt = isObject(before) ? before.createdAt : now;
  return { ...resource, document: { ...resource.document, systemData: { createdAt, lastModifiedAt: now } } };
}
