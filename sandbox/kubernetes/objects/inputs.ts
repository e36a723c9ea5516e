/** Inputs of Kubernetes objects: how they are written to the API server, and what they would be to get what it holds. */
import { isDeepStrictEqual } from "node:util";
import type { ApiResource, KubernetesObject } from "../api";
import type { Properties } from "../../provider/kind";

export interface ObjectInputs extends Properties {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
}

/** The object to send. `stringData` becomes `data` here: applied as it is, a key that leaves the program would stay in the cluster. */
export function toBody(inputs: ObjectInputs, resource: ApiResource, namespace: string): KubernetesObject {
  const { stringData, ...rest } = toApiNames(inputs) as ObjectInputs & { readonly stringData?: Readonly<Record<string, string>> };
  const metadata = resource.namespaced ? { ...rest.metadata, namespace: rest.metadata.namespace ?? namespace } : rest.metadata;
  const isSecret = inputs.apiVersion === "v1" && inputs.kind === "Secret";
  if (!isSecret || stringData === undefined) return { ...toApiNames(inputs), metadata } as KubernetesObject;
  return { ...rest, metadata, data: { ...(rest["data"] as object | undefined), ...mapValues(stringData, encode) } };
}

/** What the SDK calls `x_kubernetes_*` the API calls `x-kubernetes-*` (fields of custom resource definitions). */
export function toApiNames(value: unknown): object {
  return renameKeys(value, (key) => (key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key)) as object;
}

export function toSdkNames(value: unknown): object {
  return renameKeys(value, (key) => (key.startsWith("x-kubernetes-") ? key.replaceAll("-", "_") : key)) as object;
}

function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [rename(key), renameKeys(child, rename)]));
}

/**
 * The inputs that would give what the cluster holds now, in the shape and the spelling of the program's: only what changed since the last
 * write differs (`500m` stays `0.5`, defaults of the server stay out, a rule that somebody appended shows). `before` and `now` are the
 * object as it was after that write and as it is.
 */
export function driftedInputs(inputs: ObjectInputs, before: Properties, now: Properties): ObjectInputs {
  const names = isObject(inputs["stringData"]) ? Object.keys(inputs["stringData"]) : [];
  return drift(inputs, withStringData(before, names), withStringData(now, names)) as ObjectInputs;
}

/** The API server answers `stringData` only as `data`. */
function withStringData(object: Properties, names: readonly string[]): Properties {
  const data = object["data"];
  if (names.length === 0 || !isObject(data)) return object;
  const known = names.flatMap((name) => (typeof data[name] === "string" ? [[name, decode(data[name])] as const] : []));
  return { ...object, stringData: Object.fromEntries(known) };
}

function drift(input: unknown, before: unknown, now: unknown): unknown {
  // The server leaves out what is empty, while the state keeps the program's empty list: nobody deleted it.
  if (isDeepStrictEqual(before, now) || (now === undefined && isEmpty(input))) return input;
  if (isObject(input) && isObject(now)) {
    const old = isObject(before) ? before : {};
    const kept = Object.entries(input).map(([key, child]) => [key, drift(child, old[key], now[key])] as const);
    return Object.fromEntries(kept.filter(([, child]) => child !== undefined));
  }
  if (Array.isArray(input) && Array.isArray(now)) return driftedList(input, Array.isArray(before) ? before : [], now);
  return now;
}

/** Elements past the program's are the server's own when they were there after the write, and somebody else's when they were not. */
function driftedList(input: readonly unknown[], before: readonly unknown[], now: readonly unknown[]): readonly unknown[] {
  return now.flatMap((item, i) => {
    if (i < input.length) return [drift(input[i], before[i], item)];
    return isDeepStrictEqual(before[i], item) ? [] : [item];
  });
}

const serverMetadata = ["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];
const serverAnnotations = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/** Inputs of an object that no program wrote yet (import): all of it but what only the server writes. */
export function importedInputs(live: KubernetesObject): ObjectInputs {
  const fields = without(live, "status");
  const metadata = Object.fromEntries(Object.entries(live.metadata).filter(([field]) => !serverMetadata.includes(field)));
  const annotations = Object.entries(live.metadata.annotations ?? {}).filter(([name]) => !serverAnnotations.includes(name));
  delete metadata["annotations"];
  if (annotations.length > 0) metadata["annotations"] = Object.fromEntries(annotations);
  return { ...fields, metadata } as ObjectInputs;
}

function isEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
}

/** A copy without one field. */
export function without(object: Properties, field: string): Properties {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== field));
}

function mapValues(values: Readonly<Record<string, string>>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function decode(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
