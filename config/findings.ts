/** Findings about values from config: what a schema refuses, and where the user finds it. */
import type { z } from "zod";
import type { Finding } from "../pipeline/model";
import { nameFields, nameOf } from "./merge";

type Path = readonly PropertyKey[];

/** Longest value that a finding shows. */
const LONGEST_SHOWN = 80;

/** What a schema says against a value, one finding for each thing. `path` is where the value stands, such as `pipeline.frameworks`. */
export function schemaFindings(schema: z.ZodType, value: unknown, path: string): Finding[] {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.flatMap((issue) => issueFindings(issue, value, path));
}

function issueFindings(issue: z.core.$ZodIssue, value: unknown, path: string): Finding[] {
  const at = join(path, issue.path);
  const found = shown(valueAt(value, issue.path));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: join(path, [...issue.path, key]), found: "an unknown key", allowed: "no such key here" }));
    case "invalid_value":
      return [{ path: at, found, allowed: `one of ${issue.values.map((allowed) => shown(allowed)).join(", ")}` }];
    case "invalid_type":
      return [{ path: at, found, allowed: article(issue.expected) }];
    case "invalid_union":
      return issue.errors.length === 0
        ? [{ path: at, found, allowed: "one of the kinds that the documentation of this key lists" }]
        : closest(issue.errors).flatMap((inner) => issueFindings({ ...inner, path: [...issue.path, ...inner.path] }, value, path));
    default:
      return [{ path: at, found, allowed: issue.message }];
  }
}

/** Of the ways in which a union refuses a value, the one that came furthest. */
function closest(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map(({ path }) => path.length));
  return errors.reduce((best, issues) => (depth(issues) > depth(best) ? issues : best));
}

function article(type: string): string {
  const words: Readonly<Record<string, string>> = { string: "a text", number: "a number", boolean: "true or false", array: "a list", object: "an object", record: "an object" };
  return words[type] ?? type;
}

/** A value as a finding shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value) ?? String(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}...` : json;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), value);
}

function join(path: string, rest: Path): string {
  return rest.reduce<string>((joined, key) => (typeof key === "number" ? `${joined}[${key}]` : `${joined}.${String(key)}`), path);
}

/**
 * The same finding with its path as the user writes it in the stack's file: `pipeline.runnerClasses[2].label` becomes
 * `gpu-cicd:runnerClasses.tester-amd64-gpu.label`. @param values the pipeline and the infrastructure, by these names.
 */
export function inConfigTerms(finding: Finding, values: Readonly<Record<string, unknown>>): Finding {
  const [root, ...steps] = finding.path.split(/\.|(?=\[)/);
  if (root === undefined || !(root in values) || steps.length === 0) return finding;
  let value = values[root];
  const fields: string[] = [];
  const written = steps.map((step) => {
    const index = /^\[(\d+)\]$/.exec(step)?.[1];
    const key = index ?? step;
    const list = value;
    value = valueAt(value, [key]);
    if (index === undefined) {
      fields.push(step);
      return `.${step}`;
    }
    const names = Array.isArray(list) ? nameFields(fields) : undefined;
    const name = names && nameOf(value, names);
    fields.push("*");
    return name === undefined ? step : `.${name}`;
  });
  return { ...finding, path: `gpu-cicd:${written.join("").slice(1)}` };
}
