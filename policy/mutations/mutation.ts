/** One change of one stack's resources, as data: what it does, and which rule has to notice. */
import { parse, stringify } from "yaml";
import { UNKNOWN } from "../resources/answers";
import type { Resource } from "../resources/resource";

export interface Mutation {
  /** Rule that has to notice, by name; undefined for a harmless change. */
  readonly rule: string | undefined;
  readonly what: string;
  apply(resources: readonly Resource[]): readonly Resource[];
}

/** Takes the value away. */
export const gone = Symbol("gone");
/** Makes the value one that is not known before the apply, of unknown origin. */
export const unknown = Symbol("unknown");
/** A value, one of the two marks, or the new value from the old one. */
export type Change = unknown | typeof gone | typeof unknown | ((before: never) => unknown);

/** Resources by `TYPE NAME`: the end of the type and the whole name. Exactly one must fit. */
type Target = string;

/**
 * Mutations of one property, one for each change. The path's keys are separated by spaces; texts on the way (JSON, YAML, base64) are
 * opened and closed again.
 */
export function weaken(rule: string | undefined, target: Target, path: string, ...changes: readonly Change[]): readonly Mutation[] {
  return changes.map((change) => ({
    rule,
    what: `${target}: ${path} ${told(change)}`,
    apply: (resources) => onTarget(resources, target, (resource) => changed(resource, path.split(" "), change)),
  }));
}

/** The resource is not there. */
export function drop(rule: string, target: Target): readonly Mutation[] {
  return [{ rule, what: `${target}: dropped`, apply: (resources) => resources.filter((resource) => resource !== find(resources, target)) }];
}

/** A resource more. */
export function add(rule: string | undefined, type: string, name: string, props: Readonly<Record<string, unknown>>, sources: Resource["sources"] = {}): readonly Mutation[] {
  const urn = `urn:pulumi:mutated::gpu-cicd::${type}::${name}`;
  return [{ rule, what: `${type} ${name}: added`, apply: (resources) => [...resources, { type, name, urn, props, protect: true, sources }] }];
}

/** The resource with options or sources other than before. */
export function alter(rule: string | undefined, target: Target, what: string, alteration: (resource: Resource, resources: readonly Resource[]) => Partial<Resource>): readonly Mutation[] {
  return [{ rule, what: `${target}: ${what}`, apply: (resources) => onTarget(resources, target, (resource) => ({ ...resource, ...alteration(resource, resources) })) }];
}

/** The change cannot be made yet: what it changes is not known at preview. */
export class NotYetKnown extends Error {}

/** The resource that a mutation is about. @throws Error where none or several fit */
export function find(resources: readonly Resource[], target: Target): Resource {
  const space = target.indexOf(" ");
  const [type, name] = [target.slice(0, space), target.slice(space + 1)];
  const found = resources.filter((resource) => resource.type.endsWith(`:${type}`) && resource.name === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are ${target}`);
  return found[0];
}

function onTarget(resources: readonly Resource[], target: Target, change: (resource: Resource) => Resource): readonly Resource[] {
  const found = find(resources, target);
  return resources.map((resource) => (resource === found ? change(resource) : resource));
}

/** The resource with one property changed; texts on the way are opened and closed again. @throws Error where that changes nothing */
export function changed(resource: Resource, path: readonly string[], change: Change): Resource {
  const props = JSON.parse(JSON.stringify(resource.props)) as Resource["props"];
  const property = path[0]!;
  const after = set(props, path, change) as Resource["props"];
  const sources = change === unknown ? { ...resource.sources, [property]: [] } : resource.sources;
  // What was unknown before is so for another reason now.
  if (JSON.stringify([after, sources]) === JSON.stringify([resource.props, resource.sources])) throw new Error(`${resource.type} ${resource.name}: ${path.join(".")} stays as it is`);
  return { ...resource, props: after, sources };
}

/** The value with the change made below it; texts are opened where the path goes on inside them. */
function set(value: unknown, [key, ...rest]: readonly string[], change: Change): unknown {
  if (value === UNKNOWN && (key !== undefined || typeof change === "function")) throw new NotYetKnown(key);
  if (key === undefined) return result(value, change);
  if (typeof value === "string") return inText(value, (inner) => set(inner, [key, ...rest], change));
  if (typeof value !== "object" || value === null) throw new Error(`nothing at ${key}`);
  const entries = value as Record<string, unknown>;
  if (rest.length === 0 && change === gone && Array.isArray(value)) value.splice(Number(key), 1);
  else if (rest.length === 0 && change === gone) delete entries[key];
  else entries[key] = set(rest.length > 0 && entries[key] === undefined ? {} : entries[key], rest, change);
  return value;
}

function result(before: unknown, change: Change): unknown {
  if (change === unknown) return UNKNOWN;
  return typeof change === "function" ? (change as (before: unknown) => unknown)(before) : change;
}

function inText(text: string, change: (value: unknown) => unknown): string {
  if (/^[A-Za-z0-9+/]+=*$/.test(text)) return Buffer.from(inText(Buffer.from(text, "base64").toString("utf8"), change), "utf8").toString("base64");
  const after = change(parse(text));
  return text.startsWith("{") ? JSON.stringify(after) : stringify(after);
}

function told(change: Change): string {
  if (change === gone) return "is gone";
  if (change === unknown) return "is unknown";
  return typeof change === "function" ? `becomes ${String(change)}` : `becomes ${JSON.stringify(change)}`;
}
