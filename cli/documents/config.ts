/** Renders docs/config.md from the schemas: `make docs`. A test says when the committed file is stale. */
import type { z } from "zod";
import { DEFAULTS } from "../../config/defaults";
import { EDITOR_SCHEMA, renderEditorSchema } from "../../config/editor-schema";
import { CONFIG_DOC, valueAt } from "../../config/paths";
import type { Generated } from "../generate/generator";
import { ANY, bare, configFields, fieldsBelow, type Field } from "../../pipeline/schema/walk";

/** The generator of the reference and of the editor's schema. */
export function configFiles(): Generated {
  return { files: [{ path: CONFIG_DOC, content: configDoc() }, { path: EDITOR_SCHEMA, content: renderEditorSchema() }] };
}

/** Longest default that the table shows. */
const LONGEST_DEFAULT = 60;

/** The whole document: a section a key, a row a field. */
export function configDoc(): string {
  return `${["<!-- Rendered from pipeline/schema by `make generate`. -->", "# Config", INTRODUCTION, ...Object.entries(configFields).map(section)].join("\n\n")}\n`;
}

const INTRODUCTION = `Every key of \`Pulumi.STACK.yaml\`, each with the prefix \`gpu-cicd:\`. Editors that speak to yaml-language-server read the same from \`${EDITOR_SCHEMA}\`.

- An object changes the entries that it names and leaves the others; \`null\` removes one.
- A list of things that have a name is changed by an object of these names; a new name adds a thing, \`null\` removes one.
- Everything else takes the place of the default as a whole.

In paths \`*\` stands for any item of a list and any entry of an object.`;

function section([key, schema]: [string, z.ZodType]): string {
  const fields = fieldsBelow({ [key]: schema });
  const rows = [...new Map(fields.map((field) => [field.path.join("."), field])).values()].filter(({ path, meta }) => path.at(-1) !== ANY || meta.description !== undefined || meta.unit !== undefined);
  const [first] = rows;
  const named = first?.meta.namedBy === undefined ? [] : [`Named by ${first.meta.namedBy.map((name) => `\`${name}\``).join(" and ")}.`];
  return [
    `## ${key}`,
    [first?.meta.description ?? "", ...named].join(" "),
    ["| key | type | unit | default | meaning | example |", "|---|---|---|---|---|---|", ...rows.map(row)].join("\n"),
  ].join("\n\n");
}

function row({ path, schema, meta }: Field): string {
  const example = meta.examples?.[0];
  const cells = [`\`${path.join(".")}\``, typeOf(schema, meta), meta.unit ?? "", defaultOf(path, schema), meta.description ?? "", example === undefined ? "" : code(example)];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function typeOf(schema: z.core.$ZodType, { refersTo }: Field["meta"]): string {
  const { def } = bare(schema)._zod;
  if (refersTo !== undefined) return `a name of [${refersTo}](#${refersTo.toLowerCase()})`;
  switch (def.type) {
    case "enum":
      return Object.values(def.entries).map(code).join(", ");
    case "literal":
      return def.values.map(code).join(", ");
    case "array":
      return `list of ${typeOf(def.element, {})}`;
    case "record":
      return `object by name of ${typeOf(def.valueType, {})}`;
    case "union":
      return [...new Set(def.options.map((option) => typeOf(option, {})))].join(", or ");
    case "string":
    case "template_literal":
      return "text";
    case "boolean":
      return "true or false";
    default:
      return def.type;
  }
}

/** The default that a stack gets where it says nothing: the default pipeline's, else the schema's. */
function defaultOf(path: readonly string[], schema: z.core.$ZodType): string {
  const value = valueAt(DEFAULTS.pipeline, path) ?? valueAt(DEFAULTS.infrastructure, path) ?? ownDefault(schema);
  if (value === undefined) return "";
  const text = code(value);
  return text.length > LONGEST_DEFAULT ? "see pipeline/seed" : text;
}

function ownDefault(schema: z.core.$ZodType): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === "default" || def.type === "prefault" ? def.defaultValue : undefined;
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
