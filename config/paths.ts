/** Where a value stands: inside the model, and as the user writes it in the stack's file. */
import type { Finding } from "../pipeline/model";
import { configFields } from "../pipeline/schema/walk";
import { nameFields, nameOf } from "./merge";

/** Keys and indices, from the value that holds all others. */
export type Path = readonly (string | number)[];

/** Longest value that a finding shows. */
const LONGEST_SHOWN = 80;

/** The reference of all config keys, which findings link to. */
export const CONFIG_DOC = "docs/config.md";

/** A value as a finding shows it. */
export function shown(value: unknown): string {
  return value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
}

/** A value as a finding shows it, cut where it is long. */
export function shortened(value: unknown): string {
  const text = shown(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined), value);
}

/** `pipeline.runnerClasses[2].label` of its steps. */
export function joined(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

/** The steps of `pipeline.runnerClasses[2].label`; undefined for what is no path of a value, such as `tag "main-x"`. */
export function stepsOf(path: string): Path | undefined {
  if (!/^[\w-]+(\.[\w-]+|\[\d+\])*$/.test(path)) return undefined;
  return path.split(/\.|(?=\[)/).map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step));
}

/**
 * The same finding with its path as the user writes it in the stack's file - `pipeline.runnerClasses[2].label` becomes
 * `gpu-cicd:runnerClasses.tester-amd64-gpu.label` - and a link to its key. @param values the pipeline and the infrastructure, by these names.
 */
export function inConfigTerms(finding: Finding, values: Readonly<Record<string, unknown>>): Finding {
  const { about, check, found, allowed } = finding;
  const path = writtenPath(finding.path, values);
  const key = /^gpu-cicd:([\w-]+)/.exec(path)?.[1] ?? about;
  return { ...(check === undefined ? {} : { check }), path, found, allowed, ...(key === undefined ? {} : { docs: docsOf(key) }) };
}

/** Where docs/config.md describes a key: GitHub's anchor of its heading. A key that is no field is a secret, or none at all. */
export function docsOf(key: string): string {
  const described = key in configFields ? key : /^[A-Z0-9_]+$|Key$/.test(key) ? "secrets" : undefined;
  return described === undefined ? CONFIG_DOC : `${CONFIG_DOC}#${described.toLowerCase()}`;
}

function writtenPath(path: string, values: Readonly<Record<string, unknown>>): string {
  const [root, ...steps] = path.split(/\.|(?=\[)/);
  if (root === undefined || !(root in values) || steps.length === 0) return path;
  let value = values[root];
  const fields: string[] = [];
  const written = steps.map((step) => {
    const index = /^\[(\d+)\]$/.exec(step)?.[1];
    const list = value;
    value = valueAt(value, [index ?? step]);
    if (index === undefined) {
      fields.push(step);
      return `.${step}`;
    }
    const names = Array.isArray(list) ? nameFields(fields) : undefined;
    const name = names && nameOf(value, names);
    fields.push("*");
    return name === undefined ? step : `.${name}`;
  });
  return `gpu-cicd:${written.join("").slice(1)}`;
}
