/**
 * Request bodies held to Microsoft's published models: the mappers of @azure/arm-* from which their clients serialise, generated from the services'
 * own API descriptions (github.com/Azure/azure-rest-api-specs). Our schemas were written by those who wrote the program; these were not.
 *
 * Names, kinds, lengths, ranges and what is required are judged; values of extensible enumerations are not, as the mappers have none.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { transformSync } from "esbuild";
import type { Finding } from "./errors";
import { isObject } from "./values";

/** A value as a mapper describes it. Source: core-client's Mapper (github.com/Azure/azure-sdk-for-js, sdk/core/core-client/src/interfaces.ts). */
interface Mapper {
  readonly serializedName?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly constraints?: Readonly<Record<string, unknown>>;
  readonly type: MapperType;
}

interface MapperType {
  readonly name: string;
  readonly className?: string;
  readonly modelProperties?: Readonly<Record<string, Mapper>>;
  readonly additionalProperties?: Mapper;
  readonly uberParent?: string;
  readonly polymorphicDiscriminator?: { readonly serializedName: string };
  readonly element?: Mapper;
  readonly value?: Mapper;
  readonly allowedValues?: readonly unknown[];
}

type Mappers = Readonly<Record<string, Mapper>>;

/** Where a type's model is published. `version` is the API version of the package: the newest beside the SDK's that has mappers. */
export interface PublishedModel {
  readonly package: string;
  readonly version: string;
  /** File of the mappers in the package. */
  readonly file: string;
  readonly model: string;
  /** Properties that the SDK's version has and this one lacks, with the reason. */
  readonly beyond?: Readonly<Record<string, string>>;
}

const service = { package: "@azure/arm-containerservice", version: "2025-10-01", file: "dist/esm/models/mappers.js" } as const;
const registry = { package: "@azure/arm-containerregistry", file: "dist/esm/models/mappers.js" } as const;
const identity = { package: "@azure/arm-msi", version: "2023-01-31", file: "dist-esm/src/models/mappers.js" } as const;

/** Models by resource type. Resource groups have a location and tags, and are left out. */
export const publishedModels: Readonly<Record<string, PublishedModel>> = {
  "Microsoft.ContainerService/managedClusters": { ...service, model: "ManagedCluster" },
  "Microsoft.ContainerService/managedClusters/agentPools": { ...service, model: "AgentPool" },
  "Microsoft.ContainerService/managedClusters/maintenanceConfigurations": { ...service, model: "MaintenanceConfiguration" },
  "Microsoft.ContainerRegistry/registries": { ...registry, version: "2025-11-01", model: "Registry", beyond: { "properties.policies.softDeletePolicy": "previews have it, and the SDK speaks 2023-01-01-preview" } },
  "Microsoft.ContainerRegistry/registries/tasks": { ...registry, version: "2019-06-01-preview", model: "Task" },
  "Microsoft.ManagedIdentity/userAssignedIdentities": { ...identity, model: "Identity" },
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials": { ...identity, model: "FederatedIdentityCredential" },
  "Microsoft.Authorization/roleAssignments": { package: "@azure/arm-authorization", version: "2022-04-01", file: "dist-esm/src/models/mappers.js", model: "RoleAssignmentCreateParameters" },
};

/** What a body of a PUT has that is not in its published model. Paths are those of the wire; none for a type without a model. */
export function publishedFindings(type: string, body: unknown): readonly Finding[] {
  const published = publishedModels[type];
  if (published === undefined) return [];
  const mappers = mappersOf(published);
  const root = mappers[published.model];
  if (root === undefined) throw new Error(`${published.package} has no model ${published.model}`);
  const found = [...new Judge(mappers, `${published.model} of ${published.version}`).value(root, body, "")];
  return found.filter(({ property }) => published.beyond?.[property] === undefined);
}

const loaded = new Map<string, Mappers>();

/** The packages export only clients, so the file is read by its place; it holds data and nothing else. */
function mappersOf({ package: name, file }: PublishedModel): Mappers {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const folder = dirname(createRequire(__filename).resolve(`${name}/package.json`));
  const { code } = transformSync(readFileSync(join(folder, file), "utf8"), { format: "cjs", target: "node22" });
  const module = { exports: {} };
  runInContext(code, createContext({ module, exports: module.exports }));
  const mappers = module.exports as Mappers;
  loaded.set(name, mappers);
  return mappers;
}

class Judge {
  constructor(
    private readonly mappers: Mappers,
    private readonly of: string,
  ) {}

  *value(mapper: Mapper, value: unknown, path: string): Iterable<Finding> {
    if (value === undefined || value === null) return;
    const wrong = this.kindFault(mapper.type, value);
    if (wrong !== undefined) return yield { property: path, reason: `${wrong}, by the model ${this.of}` };
    for (const fault of constraintFaults(mapper.constraints ?? {}, value)) yield { property: path, reason: `${fault}, by the model ${this.of}` };
    yield* this.members(mapper.type, value, path);
  }

  private *members(type: MapperType, value: unknown, path: string): Iterable<Finding> {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* type.element === undefined ? [] : this.value(type.element, item, `${path}[${index}]`);
    if (!isObject(value)) return;
    if (type.name === "Dictionary") for (const [key, item] of Object.entries(value)) yield* type.value === undefined ? [] : this.value(type.value, item, joined(path, key));
    if (type.name === "Composite") yield* this.composite(type, value, path);
  }

  /** Members of a model may stand deeper on the wire: `properties.kubernetesVersion` is one of the model itself. */
  private *composite(type: MapperType, value: Readonly<Record<string, unknown>>, path: string): Iterable<Finding> {
    const { modelProperties = {}, additionalProperties } = this.resolved(type, value);
    const tree = treeOf(Object.values(modelProperties));
    yield* this.branch(tree, value, path, additionalProperties !== undefined);
  }

  private *branch(tree: Tree, value: Readonly<Record<string, unknown>>, path: string, open: boolean): Iterable<Finding> {
    for (const [key, member] of Object.entries(value)) {
      const known = tree.get(key);
      const at = joined(path, key);
      if (known === undefined) {
        if (!open && member !== undefined) yield { property: at, reason: `is no property of the model ${this.of}` };
      } else if (known instanceof Map) {
        if (isObject(member)) yield* this.branch(known, member, at, open);
        else if (member !== undefined && member !== null) yield { property: at, reason: `found ${shown(member)}; an object is expected, by the model ${this.of}` };
      } else yield* this.value(known, member, at);
    }
    for (const [key, known] of tree) {
      if (!(known instanceof Map) && known.required === true && known.readOnly !== true && (value[key] === undefined || value[key] === null)) {
        yield { property: joined(path, key), reason: `found nothing; it is required, by the model ${this.of}` };
      }
    }
  }

  /** The model by its name, and of several the one that the value names. */
  private resolved(type: MapperType, value: Readonly<Record<string, unknown>>): MapperType {
    const named = this.mappers[type.className ?? ""]?.type ?? type;
    const { polymorphicDiscriminator: discriminator, uberParent } = named;
    if (discriminator === undefined) return named;
    const variants = this.mappers["discriminators"] as unknown as Readonly<Record<string, Mapper>> | undefined;
    return variants?.[`${uberParent ?? ""}.${String(value[discriminator.serializedName])}`]?.type ?? named;
  }

  private kindFault(type: MapperType, value: unknown): string | undefined {
    const expected = EXPECTED[type.name];
    if (expected !== undefined && !expected.holds(value)) return `found ${shown(value)}; ${expected.words} is expected`;
    if (type.name === "Enum" && !(type.allowedValues ?? []).includes(value)) return `found ${shown(value)}; allowed are ${(type.allowedValues ?? []).join(", ")}`;
    return undefined;
  }
}

const text = { holds: (value: unknown) => typeof value === "string", words: "a text" };
const object = { holds: (value: unknown) => isObject(value), words: "an object" };
const moment = { holds: (value: unknown) => typeof value === "string" && !Number.isNaN(Date.parse(value)), words: "a point in time" };

/** What a value of a mapper's kind looks like in JSON; kinds that are not here may be anything. */
const EXPECTED: Readonly<Record<string, { readonly holds: (value: unknown) => boolean; readonly words: string }>> = {
  String: text,
  Uuid: { holds: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(String(value)), words: "a UUID" },
  TimeSpan: text,
  ByteArray: text,
  Base64Url: text,
  Number: { holds: (value) => typeof value === "number", words: "a number" },
  Boolean: { holds: (value) => typeof value === "boolean", words: "true or false" },
  DateTime: moment,
  Date: moment,
  DateTimeRfc1123: moment,
  Sequence: { holds: Array.isArray, words: "a list" },
  Dictionary: object,
  Composite: object,
};

/** The constraints that core-client's serializer enforces, `validateConstraints` in its serializer.ts. */
function* constraintFaults(constraints: Readonly<Record<string, unknown>>, value: unknown): Iterable<string> {
  const bound = (name: string): number | undefined => (typeof constraints[name] === "number" ? constraints[name] : undefined);
  const length = typeof value === "string" || Array.isArray(value) ? value.length : undefined;
  const [least, most] = typeof value === "string" ? [bound("MinLength"), bound("MaxLength")] : [bound("MinItems"), bound("MaxItems")];
  if (length !== undefined && least !== undefined && length < least) yield `has ${length} characters or items; ${least} is the least`;
  if (length !== undefined && most !== undefined && length > most) yield `has ${length} characters or items; ${most} is the most`;
  if (typeof value === "number") {
    const [from, to] = [bound("InclusiveMinimum"), bound("InclusiveMaximum")];
    if (from !== undefined && value < from) yield `found ${value}; ${from} is the least`;
    if (to !== undefined && value > to) yield `found ${value}; ${to} is the most`;
  }
  const pattern = constraints["Pattern"];
  // Made in another realm: it is no RegExp of this one.
  if (typeof value === "string" && pattern !== undefined && !new RegExp((pattern as RegExp).source).test(value)) yield `found ${shown(value)}; it has to match ${(pattern as RegExp).source}`;
}

type Tree = Map<string, Mapper | Tree>;

/** The members of a model as they lie on the wire. A dot of a name itself is written `\\.`. */
function treeOf(members: readonly Mapper[]): Tree {
  const root: Tree = new Map();
  for (const mapper of members) {
    const steps = (mapper.serializedName ?? "").split(/(?<!\\)\./).map((step) => step.replaceAll("\\.", "."));
    const last = steps.pop() ?? "";
    let at = root;
    for (const step of steps) {
      const next = at.get(step);
      const branch: Tree = next instanceof Map ? next : new Map();
      at.set(step, branch);
      at = branch;
    }
    at.set(last, mapper);
  }
  return root;
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** A value for people; never a whole document. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
