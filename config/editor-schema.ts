/**
 * JSON Schema of `Pulumi.STACK.yaml`, for editors: the first line of each stack file names it (yaml-language-server reads draft 7).
 *
 * It is made from the schemas of the model. Where config changes a default, everything may be left out, `null` takes an entry out, and a list of named
 * things is an object of their names (merge.ts). What starts from nothing has to be whole.
 */
import { z } from "zod";
import { configFields } from "../pipeline/schema/walk";
import { DEFAULTS } from "./defaults";
import { NAMESPACE } from "./file";

/** Where the schema is, relative to the stack files. */
export const EDITOR_SCHEMA = "config.schema.json";

type Schema = Readonly<Record<string, unknown>>;

const DEFAULT_KEYS = new Set([...Object.keys(DEFAULTS.pipeline), ...Object.keys(DEFAULTS.infrastructure), "mergeQueue"]);
const REMOVED: Schema = { type: "null" };
const SECRET: Schema = { type: "object", required: ["secure"], properties: { secure: { type: "string" } }, description: "An encrypted value: pulumi config set --secret KEY." };

/** The whole file's schema. */
export function editorSchema(): Schema {
  const fields = Object.entries(configFields);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Config of a stack",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(fields.map(([key, schema]) => [`${NAMESPACE}:${key}`, fieldSchema(key, schema)])),
        patternProperties: { [`^${NAMESPACE}:([A-Z][A-Z0-9_]*|githubAppPrivateKey|runnerAppPrivateKey)$`]: SECRET, [`^(?!${NAMESPACE}:)[^:]+:`]: {} },
        required: fields.filter(([key, schema]) => !DEFAULT_KEYS.has(key) && !z.safeParse(schema, undefined).success).map(([key]) => `${NAMESPACE}:${key}`),
        additionalProperties: false,
      },
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
      encryptionsalt: { type: "string" },
      environment: {},
    },
    required: ["config"],
    additionalProperties: false,
  };
}

/** The text of the committed file. */
export function renderEditorSchema(): string {
  return `${JSON.stringify(editorSchema(), undefined, 1)}\n`;
}

function fieldSchema(key: string, schema: z.ZodType): Schema {
  const whole = without(z.toJSONSchema(schema, { target: "draft-7", io: "input" }) as Schema, "$schema");
  return DEFAULT_KEYS.has(key) ? change(whole) : whole;
}

/** What a change of a default may say, by what the whole may. */
function change(schema: Schema): Schema {
  const rest = without(schema, "required");
  if (isList(schema)) return changedList(rest);
  return {
    ...rest,
    ...(isRecord(schema.properties) ? { properties: mapped(schema.properties, orRemoved) } : {}),
    ...(isRecord(schema.additionalProperties) ? { additionalProperties: orRemoved(schema.additionalProperties) } : {}),
    ...alternatives(schema),
  };
}

/** A list takes the default's place as a whole; one of named things is also changed by their names. */
function changedList(list: Schema): Schema {
  if (list.namedBy === undefined) return list;
  const { description, namedBy, ...whole } = list;
  const byName = { type: "object", additionalProperties: { anyOf: [change(list.items as Schema), REMOVED, { const: false }] } };
  return { description, namedBy, anyOf: [byName, whole] };
}

/** With fields left out a value may be of several kinds. */
function alternatives(schema: Schema): Schema {
  const options = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  return options === undefined ? {} : { oneOf: undefined, anyOf: options.map(change) };
}

function orRemoved(schema: Schema): Schema {
  return { anyOf: [change(schema), REMOVED] };
}

function isList(schema: Schema): boolean {
  return schema.type === "array";
}

function isRecord(value: unknown): value is Readonly<Record<string, Schema>> {
  return typeof value === "object" && value !== null;
}

function mapped(values: Readonly<Record<string, Schema>>, make: (value: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, make(value)]));
}

function without(schema: Schema, key: string): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}
