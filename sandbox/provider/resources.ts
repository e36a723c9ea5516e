/** The resource operations of the protocol: Check, Diff, Create, Read, Update, Delete, on plain values. */
import { status } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { findings, withDefaults } from "./check";
import { byPath, compare, type Change } from "./compare";
import { ProviderError, initFailed } from "./errors";
import { PartialFailure, type CloudProvider, type Created, type Properties, type ResourceInfo, type ResourceKind } from "./kind";
import { foundInputs } from "./refresh";
import { decode, encode, secretOutputs, UNKNOWN, unknownPaths, type Decoded } from "./wire";

/** The kind of a type token. Throws a ProviderError that names the type when the sandbox does not know it. */
export function kindOf<Client>(provider: CloudProvider<Client>, type: string): ResourceKind<Client> {
  const kind = provider.kind(type);
  if (kind) return kind;
  throw new ProviderError(status.NOT_FOUND, `the sandbox does not know the resource type '${type}' of package ${provider.package}`);
}

/** What a URN says: `urn:pulumi:stack::project::parentType$type::name`. */
export function resourceInfo(urn: string, oldInputs?: Properties): ResourceInfo {
  const [, , qualified = "", ...name] = urn.split("::");
  return { urn, type: qualified.slice(qualified.lastIndexOf("$") + 1), name: name.join("::"), ...(oldInputs && { oldInputs }) };
}

export function check(kind: ResourceKind<unknown>, request: proto.CheckRequest): proto.CheckResponse {
  const news = decode(request.getNews());
  const olds = request.hasOlds() ? decode(request.getOlds()).value : undefined;
  const info = resourceInfo(request.getUrn(), olds && Object.keys(olds).length > 0 ? olds : undefined);
  const inputs = withDefaults(kind, news.value, info);
  const response = new proto.CheckResponse();
  response.setInputs(encode(inputs, news.secrets));
  response.setFailuresList(findings(kind, inputs, info).map(({ property, reason }) => failure(property, reason)));
  return response;
}

export function failure(property: string, reason: string): proto.CheckFailure {
  const failed = new proto.CheckFailure();
  failed.setProperty(property);
  failed.setReason(reason);
  return failed;
}

/** `client` is undefined while the provider's configuration is unknown. */
export function diff<Client>(kind: ResourceKind<Client>, client: Client | undefined, request: proto.DiffRequest): proto.DiffResponse {
  const olds = decode(request.getOldInputs()).value;
  const news = decode(request.getNews()).value;
  const changes = compare(olds, news, {
    replaceOn: [...kind.replaceOn, ...(kind.replacements?.(news, client) ?? [])],
    sets: kind.sets ?? [],
    ignore: request.getIgnorechangesList(),
    immutable: kind.update === undefined,
  });
  const deleteFirst = kind.deleteBeforeReplace ?? false;
  return diffResponse(changes, typeof deleteFirst === "function" ? deleteFirst(news, olds) : deleteFirst);
}

const KINDS = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function diffResponse(changes: readonly Change[], deleteBeforeReplace: boolean): proto.DiffResponse {
  const response = new proto.DiffResponse();
  response.setChanges(changes.length > 0 ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList(topLevel(changes));
  response.setReplacesList(topLevel(changes.filter(({ replaces }) => replaces)));
  response.setDeletebeforereplace(deleteBeforeReplace && changes.some(({ replaces }) => replaces));
  response.setHasdetaileddiff(true);
  for (const [path, { kind, replaces }] of byPath(changes)) {
    const detail = new proto.PropertyDiff();
    detail.setKind(KINDS[kind][replaces ? 1 : 0]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

function topLevel(changes: readonly Change[]): string[] {
  return [...new Set(changes.map(({ path }) => String(path[0])))];
}

/** The properties kept in state: the checked inputs, overlaid by what the cloud answered. */
function stateOf(kind: Pick<ResourceKind<never>, "secretOutputs">, inputs: Decoded, outputs: Properties): ReturnType<typeof encode> {
  const all = { ...inputs.value, ...outputs };
  return encode(all, secretOutputs(all, inputs, kind.secretOutputs));
}

/** What is not an input stays out of the answer, unless the cloud can tell: the SDK takes an absent output of a preview as unknown. */
export async function previewCreate<Client>(kind: ResourceKind<Client>, client: Client | undefined, request: proto.CreateRequest): Promise<proto.CreateResponse> {
  const inputs = decode(request.getProperties());
  const response = new proto.CreateResponse();
  response.setProperties(stateOf(kind, inputs, (await asked(kind, client, inputs, resourceInfo(request.getUrn()))) ?? {}));
  return response;
}

/** The cloud's own idea of what would come to be, where the kind can ask for it and everything is known. */
async function asked<Client>(kind: ResourceKind<Client>, client: Client | undefined, inputs: Decoded, info: ResourceInfo, old?: Created<Properties>): Promise<Properties | undefined> {
  if (!kind.preview || client === undefined || unknownPaths(inputs.value).length > 0) return undefined;
  return kind.preview(client, inputs.value, info, old);
}

/** `made` hears of what there is in the cloud as soon as it is known, half-made or whole. */
export async function create<Client>(kind: ResourceKind<Client>, client: Client, request: proto.CreateRequest, made: (created: Created<Properties>) => void): Promise<proto.CreateResponse> {
  const inputs = decode(request.getProperties());
  const make = async (): Promise<Created<Properties>> => kind.create(client, inputs.value, resourceInfo(request.getUrn()));
  const created = await keepingHalfMade(kind, inputs, make, made);
  if (created.id === "") throw new Error(`${kind.type}: the cloud gave the new resource no id`);
  made(created);
  const response = new proto.CreateResponse();
  response.setId(created.id);
  response.setProperties(stateOf(kind, inputs, created.outputs));
  return response;
}

export async function read<Client>(kind: ResourceKind<Client>, client: Client, request: proto.ReadRequest): Promise<proto.ReadResponse> {
  const state = decode(request.getInputs());
  const known = decode(request.getProperties());
  const info = resourceInfo(request.getUrn(), Object.keys(state.value).length > 0 ? state.value : undefined);
  const found = await kind.read(client, request.getId(), Object.keys(known.value).length > 0 ? known.value : undefined, info);
  const response = new proto.ReadResponse();
  // An empty answer is how the engine is told that the resource is gone.
  if (!found) return response;
  const fitted = info.oldInputs && !kind.readsExactly ? foundInputs(kind, found.inputs, info.oldInputs) : (found.inputs as Properties);
  const inputs: Decoded = { value: fitted, secrets: [...state.secrets, ...secretKeys(kind, fitted)] };
  response.setId(found.id);
  response.setInputs(encode(inputs.value, inputs.secrets));
  response.setProperties(stateOf(kind, inputs, found.outputs));
  return response;
}

/** Written-only inputs are secret at import too, where the state cannot say so. */
function secretKeys(kind: Pick<ResourceKind<never>, "secretOutputs">, inputs: Properties): readonly (readonly string[])[] {
  return (kind.secretOutputs ?? []).filter((key) => key in inputs).map((key) => [key]);
}

/** Unless the cloud can tell, outputs keep their values during the preview of an update, except those that the kind says may change. */
export async function previewUpdate<Client>(kind: ResourceKind<Client>, client: Client | undefined, request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const inputs = decode(request.getNews());
  const oldInputs = decode(request.getOldInputs()).value;
  const old = { id: request.getId(), outputs: decode(request.getOlds()).value };
  const outputs = (await asked(kind, client, inputs, resourceInfo(request.getUrn(), oldInputs), old)) ?? keptOutputs(kind, old.outputs, oldInputs, inputs.value);
  const response = new proto.UpdateResponse();
  response.setProperties(stateOf(kind, inputs, outputs));
  return response;
}

function keptOutputs(kind: Pick<ResourceKind<never>, "volatileOutputs">, outputs: Properties, oldInputs: Properties, inputs: Properties): Properties {
  const computed = Object.entries(outputs).filter(([key]) => !(key in oldInputs) && !(key in inputs));
  return Object.fromEntries(computed.map(([key, value]) => [key, kind.volatileOutputs?.includes(key) ? UNKNOWN : value]));
}

export async function update<Client>(kind: ResourceKind<Client>, client: Client, request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
  const inputs = decode(request.getNews());
  const info = resourceInfo(request.getUrn(), decode(request.getOldInputs()).value);
  if (!kind.update) {
    throw new ProviderError(status.FAILED_PRECONDITION, `${kind.type} cannot be changed in place; replace it: pulumi up --replace '${info.urn}'`);
  }
  const change = kind.update.bind(kind);
  const outputs: Properties = await keepingHalfMade(kind, inputs, () => change(client, request.getId(), decode(request.getOlds()).value, inputs.value, info));
  const response = new proto.UpdateResponse();
  response.setProperties(stateOf(kind, inputs, outputs));
  return response;
}

export async function remove<Client>(kind: ResourceKind<Client>, client: Client, request: proto.DeleteRequest): Promise<void> {
  const info = resourceInfo(request.getUrn(), decode(request.getOldInputs()).value);
  await kind.remove(client, request.getId(), decode(request.getProperties()).value, info);
}

async function keepingHalfMade<T>(kind: Pick<ResourceKind<never>, "secretOutputs">, inputs: Decoded, work: () => Promise<T>, halfMade?: (created: Created<Properties>) => void): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    halfMade?.(error.created);
    throw initFailed({
      id: error.created.id,
      outputs: stateOf(kind, inputs, error.created.outputs),
      inputs: encode(inputs.value, inputs.secrets),
      reason: error.reason,
    });
  }
}
