/** Validation of inputs: every finding at once, by property path. Parts that are unknown during a preview are passed over. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Properties, ResourceInfo, ResourceKind } from "./kind";
import { covers, formatPath, valueAt, withValueAt, type Path } from "./paths";
import { isUnknown, UNKNOWN, unknownPaths } from "./wire";

export interface Finding {
  /** Property path in the engine's notation; empty when the whole resource is meant. */
  readonly property: string;
  readonly reason: string;
}

type Judge = Pick<ResourceKind<never>, "schema" | "defaults" | "check">;

/** Inputs with the defaults of the kind filled in. Unknown parts stay unknown, whatever the kind made of them. */
export function withDefaults(kind: Judge, inputs: Properties, info: ResourceInfo): Properties {
  if (!kind.defaults) return inputs;
  const filled: unknown = { ...inputs, ...kind.defaults(inputs, info) };
  return unknownPaths(inputs).reduce((whole, path) => withValueAt(whole, path, () => UNKNOWN), filled) as Properties;
}

/** Findings of the schema, then, when the schema has none, of the kind's own rules. */
export function findings(kind: Judge, inputs: Properties, info: ResourceInfo): readonly Finding[] {
  const bySchema = schemaFindings(kind.schema, inputs, info.type);
  return bySchema.length > 0 ? bySchema : ruleFindings(kind, inputs, info);
}

/** Throws when the schema would change the inputs it accepts: such a change would show as drift for ever. */
export function schemaFindings(schema: z.ZodType, inputs: Properties, owner: string): readonly Finding[] {
  const unknowns = unknownPaths(inputs);
  const result = schema.safeParse(inputs);
  if (!result.success) return result.error.issues.filter((issue) => !aboutUnknown(issue, unknowns)).flatMap((issue) => findingsOf(issue, inputs));
  if (unknowns.length === 0 && !isDeepStrictEqual(result.data, inputs)) {
    throw new Error(`${owner}: its schema changes inputs; defaults belong in the kind's defaults()`);
  }
  return [];
}

/** At or below an unknown part nothing can be said; above one, only missing and unrecognized keys are certain. */
function aboutUnknown(issue: z.core.$ZodIssue, unknowns: readonly Path[]): boolean {
  const at = pathOf(issue);
  if (unknowns.some((unknown) => covers(unknown, at))) return true;
  return issue.code !== "unrecognized_keys" && unknowns.some((unknown) => covers(at, unknown));
}

function pathOf(issue: z.core.$ZodIssue): Path {
  return issue.path.map((step) => (typeof step === "number" ? step : String(step)));
}

function findingsOf(issue: z.core.$ZodIssue, inputs: Properties): readonly Finding[] {
  const at = pathOf(issue);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ property: formatPath([...at, key]), reason: "is not known here" }));
    case "invalid_union":
      return [{ property: formatPath(at), reason: unionReason(issue) }];
    case "invalid_type":
      return [{ property: formatPath(at), reason: valueAt(inputs, at) === undefined ? `is required (${issue.expected})` : issue.message }];
    default:
      return [{ property: formatPath(at), reason: issue.message }];
  }
}

function unionReason(issue: z.core.$ZodIssueInvalidUnion): string {
  const alternatives = issue.errors.map((errors) => errors.map((error) => [formatPath(pathOf(error)), error.message].filter(Boolean).join(": ")).join(", "));
  return alternatives.length === 0 ? issue.message : `fits none of its forms (${[...new Set(alternatives)].join(" | ")})`;
}

/** Thrown by a property of `guarded` inputs when a rule looks at an unknown value. */
class UnknownRead extends Error {}

function ruleFindings(kind: Judge, inputs: Properties, info: ResourceInfo): readonly Finding[] {
  try {
    return kind.check?.(guarded(inputs) as Properties, info) ?? [];
  } catch (error) {
    if (error instanceof UnknownRead) return [];
    throw error;
  }
}

/** A copy whose unknown parts throw when read, so that a rule is put off to the update instead of judging a placeholder. */
function guarded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || unknownPaths(value).length === 0) return value;
  const copy: object = Array.isArray(value) ? [] : {};
  for (const [key, child] of Object.entries(value)) {
    const get = (): unknown => {
      if (isUnknown(child)) throw new UnknownRead(key);
      return guarded(child);
    };
    Object.defineProperty(copy, key, { get, enumerable: true });
  }
  return copy;
}
