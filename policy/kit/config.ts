/** The pack's config file: `{ "RULE": { "KEY": VALUE } }`, checked as a whole against what the rules declare. */
import type { Rule, RuleConfig } from "./rule";
import { isProps, show } from "./values";

/** Config of rules, by rule name. */
export type PackConfig = Readonly<Record<string, RuleConfig>>;

/** Everything that is wrong with a config file, as one error. */
export class PackConfigError extends Error {
  constructor(readonly findings: readonly string[]) {
    super(["The policy config is wrong; nothing was judged.", ...findings.map((finding) => `  ${finding}`)].join("\n"));
    this.name = "PackConfigError";
  }
}

/** The part of JSON schema that rules declare their keys in. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

/**
 * Reads the text of a config file.
 * @throws PackConfigError that lists every finding.
 */
export function readPackConfig(rules: readonly Rule[], text: string): PackConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PackConfigError([`the file is no JSON: ${(error as Error).message}`]);
  }
  const findings = packConfigFindings(rules, value);
  if (findings.length > 0) throw new PackConfigError(findings);
  return value as PackConfig;
}

/** What is wrong with a config: unknown rules, unknown keys, values of the wrong type. */
export function packConfigFindings(rules: readonly Rule[], config: unknown): readonly string[] {
  if (!isProps(config)) return [`found ${show(config)}; wanted an object with the names of rules`];
  return Object.entries(config).flatMap(([name, chosen]) => {
    const rule = rules.find((candidate) => candidate.name === name);
    if (rule === undefined) return [`${name}: found an unknown rule; wanted one of ${rules.map((candidate) => candidate.name).join(", ")}`];
    return schemaFindings({ type: "object", properties: (rule.config ?? {}) as Readonly<Record<string, Schema>>, additionalProperties: false }, chosen, name);
  });
}

function schemaFindings(schema: Schema, value: unknown, path: string): readonly string[] {
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: found ${show(value)}; wanted one of ${schema.enum.map(show).join(", ")}`];
  if (schema.type !== undefined && !isOfType(value, schema.type)) return [`${path}: found ${show(value)}; wanted ${nameOf(schema.type)}`];
  if (typeof value === "number") return rangeFindings(schema, value, path);
  const { items } = schema;
  if (Array.isArray(value)) return items === undefined ? [] : value.flatMap((item, index) => schemaFindings(items, item, `${path}[${index}]`));
  return isProps(value) ? objectFindings(schema, value, path) : [];
}

function rangeFindings({ minimum = -Infinity, maximum = Infinity }: Schema, value: number, path: string): readonly string[] {
  if (value < minimum) return [`${path}: found ${value}; wanted ${minimum} or more`];
  return value > maximum ? [`${path}: found ${value}; wanted ${maximum} or less`] : [];
}

function objectFindings({ properties = {}, required = [], additionalProperties = true }: Schema, value: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const missing = required.filter((key) => !(key in value)).map((key) => `${path}.${key}: found nothing; wanted a value`);
  const wrong = Object.entries(value).flatMap(([key, inner]) => {
    const schema = properties[key] ?? additionalProperties;
    if (schema === false) return [`${path}.${key}: found an unknown key; wanted ${Object.keys(properties).length === 0 ? "none" : `one of ${Object.keys(properties).join(", ")}`}`];
    return schema === true ? [] : schemaFindings(schema, inner, `${path}.${key}`);
  });
  return [...missing, ...wrong];
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return isProps(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function nameOf(type: string): string {
  const names: Readonly<Record<string, string>> = { array: "a list", object: "an object", integer: "a whole number", boolean: "true or false", string: "a text" };
  return names[type] ?? `a ${type}`;
}
