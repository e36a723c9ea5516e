/** What a schema says against a value: where, what was found, what is allowed. */
import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { shown, shortened, valueAt, type Path } from "./paths";
import { ANY, childrenOf, metaOf, optionsFor, schemaAt } from "../pipeline/schema/walk";

/** Letters of a known key, out of three, that a mistyped one may differ by. */
const LIKENESS = 3;

/** One thing that is wrong with a value's shape. */
export interface ShapeProblem {
  readonly path: Path;
  readonly found: string;
  readonly allowed: string;
  /** Set where the key itself is unknown: the known key that it is nearest to, if any is near. */
  readonly unknownKey?: { readonly nearest: string | undefined };
}

/** What a schema says against a value, each thing once. */
export function shapeProblems(error: z.ZodError, schema: z.ZodType, value: unknown): ShapeProblem[] {
  const problems = error.issues.flatMap((issue) => issueProblems(issue, schema, value));
  const meant = new Set(problems.flatMap(({ path, unknownKey }) => (unknownKey?.nearest === undefined ? [] : [JSON.stringify([...path.slice(0, -1), unknownKey.nearest])])));
  // A key that is missing because it was mistyped is one mistake.
  return problems.filter(({ path, found, unknownKey }) => unknownKey !== undefined || found !== NOTHING || !meant.has(JSON.stringify(path)));
}

/** How a finding shows that there is no value. */
const NOTHING = shown(undefined);

/** The known text that a mistyped one is nearest to; undefined where none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, away: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(name.length / LIKENESS)))
    .sort((a, b) => a.away - b.away);
  return best?.name;
}

/** `did you mean "x"? ` for a text that is near a known one, else nothing. */
export function didYouMean(given: unknown, known: readonly string[]): string {
  const near = typeof given === "string" ? nearest(given, known) : undefined;
  return near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `;
}

function issueProblems(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): ShapeProblem[] {
  const path = issue.path as Path;
  const given = valueAt(value, path);
  const found = shortened(given);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key, keysAt(schema, path, value)));
    case "invalid_value":
      return [{ path, found, allowed: oneOf(given, issue.values) }];
    case "invalid_type":
      return [{ path, found, allowed: kind(issue.expected) }];
    case "invalid_union":
      return unionProblems(issue, schema, value, found);
    case "invalid_format":
      // A rule that was written as a regular expression says what it wants; a template does not.
      return [{ path, found, allowed: (issue.format === "template_literal" ? meaningAt(schema, path, value) : undefined) ?? issue.message }];
    default:
      return [{ path, found, allowed: issue.message }];
  }
}

/** Of the ways in which a union refuses a value, those that came furthest: at the value itself, each says what else it could be. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType, value: unknown, found: string): ShapeProblem[] {
  const path = issue.path as Path;
  if (issue.errors.length === 0) return [{ path, found, allowed: oneOf(valueAt(value, path), (issue as { options?: readonly z.core.util.Primitive[] }).options ?? []) }];
  const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map((inner) => inner.path.length));
  const deepest = Math.max(...issue.errors.map(depth));
  const furthest = issue.errors.filter((issues) => depth(issues) === deepest);
  const within = furthest.map((issues) => issues.flatMap((inner) => issueProblems({ ...inner, path: [...path, ...inner.path] }, schema, value)));
  if (deepest > 0) return within[0] ?? [];
  return [{ path, found, allowed: [...new Set(within.flat().map(({ allowed }) => allowed))].join(", or ") }];
}

function unknownKey(path: Path, key: string, known: readonly string[]): ShapeProblem {
  return { path: [...path, key], found: "an unknown key", allowed: `${didYouMean(key, known)}Keys here: ${known.join(", ")}`, unknownKey: { nearest: nearest(key, known) } };
}

/** What is said of the value at a path, as a phrase, with examples. */
function meaningAt(schema: z.ZodType, path: Path, value: unknown): string | undefined {
  const at = schemaAt(schema, path, value);
  const { description, examples = [] } = at === undefined ? {} : metaOf(at);
  if (description === undefined) return undefined;
  const phrase = `${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, "")}`;
  return examples.length === 0 ? phrase : `${phrase}, such as ${examples.map(shown).join(", ")}`;
}

function keysAt(schema: z.ZodType, path: Path, value: unknown): string[] {
  const at = schemaAt(schema, path, value);
  if (at === undefined) return [];
  const options = optionsFor(at, valueAt(value, path));
  return [...new Set(options.flatMap((option) => childrenOf(option).map(([key]) => key)).filter((key) => key !== ANY))];
}

function oneOf(given: unknown, values: readonly z.core.util.Primitive[]): string {
  const list = values.map((value) => (typeof value === "bigint" || typeof value === "symbol" ? String(value) : shown(value))).join(", ");
  const choice = values.length === 1 ? list : `one of ${list}`;
  return `${didYouMean(given, values.filter((value) => typeof value === "string"))}${choice}`;
}

function kind(type: string): string {
  const words: Readonly<Record<string, string>> = { string: "a text", number: "a number", boolean: "true or false", array: "a list", object: "an object", record: "an object" };
  return words[type] ?? type;
}
