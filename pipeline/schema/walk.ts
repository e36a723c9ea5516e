/** Reads the schemas themselves: which fields there are, and what is said of each. Findings, the editor's schema and docs/config.md are made with this. */
import { z } from "zod";
import { infrastructureFields } from "./infrastructure";
import { pipelineFields } from "./pipeline";

/** Every config key of the model, by name. */
export const configFields: Readonly<Record<string, z.ZodType>> = { ...pipelineFields, ...infrastructureFields };

type Schema = z.core.$ZodType;
type Path = readonly (string | number)[];

/** What is said of a field beside its shape. */
export interface FieldMeta {
  readonly description?: string;
  /** What a number counts. */
  readonly unit?: string;
  readonly examples?: readonly unknown[];
  /** Fields that name the things of a list: config changes it by name. */
  readonly namedBy?: readonly string[];
  /** The named list whose entry a text names. */
  readonly refersTo?: string;
}

/** Stands in a path for any item of a list, and any value of a record. */
export const ANY = "*";

/** A schema without what only fills in or changes its value. */
export function bare(schema: Schema): z.core.$ZodTypes {
  const typed = schema as z.core.$ZodTypes;
  const { def } = typed._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
    case "nonoptional":
    case "readonly":
      return bare(def.innerType);
    case "pipe":
      return bare(def.in);
    default:
      return typed;
  }
}

/** What is said of a schema; what stands further out counts. */
export function metaOf(schema: Schema): FieldMeta {
  const own = (z.globalRegistry.get(schema) ?? {}) as FieldMeta;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ("innerType" in def) return { ...metaOf(def.innerType), ...own };
  return def.type === "pipe" ? { ...metaOf(def.in), ...own } : own;
}

/** Fields of an object, items of a list (`*`), values of a record (`*`); of a union, those of each of its options. */
export function childrenOf(schema: Schema): [key: string, child: Schema][] {
  const { def } = bare(schema)._zod;
  switch (def.type) {
    case "object":
      return Object.entries(def.shape);
    case "array":
      return [[ANY, def.element]];
    case "record":
      return [[ANY, def.valueType]];
    case "union":
      return def.options.flatMap(childrenOf);
    default:
      return [];
  }
}

/** The schema of the value at a path inside a value; undefined where there is none. Of a union that option counts which the value itself belongs to. */
export function schemaAt(schema: Schema, path: Path, value: unknown): Schema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const inner = typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
  // Of a union of a list and an object, what an index means is in the list, and what a key means in the object.
  const fitting = optionsFor(schema, value).filter((option) => (bare(option)._zod.def.type === "array") === (typeof key === "number"));
  const candidates = fitting.flatMap((option) => childrenOf(option).filter(([name]) => name === ANY || name === String(key)));
  return candidates.map(([, child]) => schemaAt(child, rest, inner)).find((found) => found !== undefined);
}

/** The options of a union that a value may belong to: by its discriminator where it has one. Of anything else, itself. */
export function optionsFor(of: Schema, value: unknown): Schema[] {
  const schema = bare(of);
  const { def } = schema._zod;
  if (def.type !== "union") return [schema];
  const options = def.options.flatMap((option) => optionsFor(option, value));
  const key = (def as { discriminator?: string }).discriminator;
  if (key === undefined) return options;
  const given = (value as Record<string, unknown> | undefined)?.[key];
  const fitting = options.filter((option) => childrenOf(option).some(([name, child]) => name === key && z.safeParse(child, given).success));
  return fitting.length === 0 ? options : fitting;
}

/** A field, with its path of field names and `*`. */
export interface Field {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly meta: FieldMeta;
}

/** Every field below some, each after the one that holds it. */
export function fieldsBelow(fields: Readonly<Record<string, Schema>>, above: readonly string[] = []): Field[] {
  return Object.entries(fields).flatMap(([key, schema]) => fieldsFrom(schema, [...above, key]));
}

function fieldsFrom(schema: Schema, path: readonly string[]): Field[] {
  return [{ path, schema, meta: metaOf(schema) }, ...childrenOf(schema).flatMap(([key, child]) => fieldsFrom(child, [...path, key]))];
}
