/**
 * Makes a value of the right shape of one that is not, so that the rest of it can be judged. Each place that was mended is in doubt: what stands there
 * might have been meant otherwise. Its choices say how; a finding that is not made under every choice may follow only from the mending.
 */
import { z } from "zod";
import { bare, childrenOf, metaOf, optionsFor, schemaAt } from "../pipeline/schema/walk";
import { nameFields, nameOf, type Json } from "./merge";
import { valueAt, type Path } from "./paths";
import { nearest, shapeProblems, type ShapeProblem } from "./shape";

/** Takes a value out. */
export const OUT = Symbol("left out");
export type Choice = Json | typeof OUT;

/** A place whose value was not said, or not rightly. */
export interface Doubt {
  readonly path: Path;
  /** What may stand there; the first does. */
  readonly choices: readonly Choice[];
}

export interface Repaired {
  /** Undefined where a value could not be mended: nothing else can then be said of it. */
  readonly value: Json | undefined;
  readonly problems: readonly ShapeProblem[];
  readonly doubts: readonly Doubt[];
}

/** Mending one thing can show another below it, but a value is only so deep. */
const MOST_ROUNDS = 30;
/** Numbers that are low, usual and high for whatever they count. */
const NUMBERS = [1, 0, 1_000_000];
const TEXTS = ["unknown", "another"];

/**
 * @param fallback what stands in for parts of the value, such as the default pipeline; things of named lists are found in it by their names
 */
export function repair(schema: z.ZodType, value: Json, fallback: Json): Repaired {
  const problems: ShapeProblem[] = [];
  const doubts: Doubt[] = [];
  let mended = value;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const result = schema.safeParse(mended);
    if (result.success) return { value: mended, problems, doubts };
    const wrong = shapeProblems(result.error, schema, mended);
    // What comes to light later is the user's own where a value stands that nobody put there to mend another.
    problems.push(...wrong.filter(({ path, found, unknownKey }) => round === 0 || (unknownKey === undefined && found !== "nothing" && !doubts.some((doubt) => isWithin(path, doubt.path)))));
    const edits = wrong.flatMap((problem) => doubtsOf(problem, schema, mended, fallback));
    doubts.push(...edits.filter(({ path }) => !doubts.some((doubt) => isWithin(path, doubt.path))));
    mended = edited(mended, edits.map(({ path, choices }) => ({ path, choice: choices[0] ?? null })));
  }
  return { value: undefined, problems, doubts };
}

/** Tells whether a path is another's, or of something inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, index) => path[index] === step);
}

/** A copy with these values set or taken out. */
export function edited(value: Json, edits: readonly { readonly path: Path; readonly choice: Choice }[]): Json {
  const copy = structuredClone(value);
  for (const { path, choice } of edits) if (choice !== OUT) set(copy, path, structuredClone(choice));
  // From the end, as what is taken out of a list moves what comes after it.
  const removed = edits.filter(({ choice }) => choice === OUT).sort((a, b) => Number(b.path.at(-1)) - Number(a.path.at(-1)));
  for (const { path } of removed) remove(copy, path);
  return copy;
}

/** What may stand at a place of a value. @param given what stands there, when it is one of the choices */
export function choicesAt(schema: z.ZodType, path: Path, value: Json, fallback: Json): Choice[] {
  const at = schemaAt(schema, path, value);
  const usual = fallbackAt(fallback, value, path);
  const fitting = at !== undefined && usual !== undefined && safeParse(at, usual) ? [usual] : [];
  const names = (list: string): string[] => namesOf(valueAt(value, ["pipeline", list]), list);
  return [...fitting, ...likeliestFirst(at === undefined ? [] : samples(at, names), valueAt(value, path))];
}

/** A mistyped text was most likely meant to be the one that it is nearest to. */
function likeliestFirst(choices: readonly Choice[], given: unknown): Choice[] {
  const near = typeof given === "string" ? nearest(given, choices.filter((choice) => typeof choice === "string")) : undefined;
  return near === undefined ? [...choices] : [near, ...choices.filter((choice) => choice !== near)];
}

/** A mistyped key is taken out. Its value most likely belongs to the known key that it is nearest to. */
function doubtsOf({ path, unknownKey }: ShapeProblem, schema: z.ZodType, value: Json, fallback: Json): Doubt[] {
  if (unknownKey === undefined) {
    // What is missing is not mended by leaving it out.
    const choices = choicesAt(schema, path, value, fallback).filter((choice) => choice !== OUT || valueAt(value, path) !== undefined);
    return [{ path, choices: choices.length === 0 ? [OUT] : choices }];
  }
  const taken: Doubt = { path, choices: [OUT] };
  if (unknownKey.nearest === undefined) return [taken];
  const meant = [...path.slice(0, -1), unknownKey.nearest];
  const given = valueAt(value, path) as Json;
  const at = schemaAt(schema, meant, value);
  if (at === undefined || !safeParse(at, given)) return [taken];
  return [taken, { path: meant, choices: [given, (valueAt(value, meant) as Json | undefined) ?? OUT] }];
}

function safeParse(schema: z.core.$ZodType, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}

/** Values of a schema, unlike each other. */
function samples(schema: z.core.$ZodType, names: (list: string) => readonly string[]): Choice[] {
  const outer = (schema as z.core.$ZodTypes)._zod.def;
  if (outer.type === "optional") return [OUT, ...samples(outer.innerType, names)];
  const { refersTo, examples = [] } = metaOf(schema);
  const typed = bare(schema);
  const { def } = typed._zod;
  switch (def.type) {
    case "string": {
      const named = refersTo === undefined ? [] : names(refersTo);
      return named.length > 0 ? [...named] : [...(examples as string[]), ...TEXTS];
    }
    case "number":
      return NUMBERS;
    case "boolean":
      return [false, true];
    case "enum":
      return Object.values(def.entries);
    case "literal":
      return [...def.values] as Json[];
    case "array":
      return listSamples(def.element, names);
    case "record":
      return [{}];
    case "object":
      return objectSamples(typed, names);
    case "union":
      return optionsFor(typed, undefined).flatMap((option) => samples(option, names));
    default:
      return [...(examples as Json[])];
  }
}

/** Nothing, everything, and each by itself where the items are known. */
function listSamples(element: z.core.$ZodType, names: (list: string) => readonly string[]): Choice[] {
  const items = samples(element, names).filter((item): item is Json => item !== OUT);
  return [items, [], ...items.map((item) => [item])];
}

function objectSamples(schema: z.core.$ZodTypes, names: (list: string) => readonly string[]): Choice[] {
  const fields = childrenOf(schema).map(([key, child]) => [key, samples(child, names)] as const);
  const most = Math.max(1, ...fields.map(([, choices]) => Math.min(choices.length, 2)));
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(fields.flatMap(([key, choices]) => {
      const choice = choices[index % Math.max(1, choices.length)];
      return choice === OUT || choice === undefined ? [] : [[key, choice] as const];
    })),
  );
}

function fallbackAt(fallback: Json, value: Json, path: Path): Json | undefined {
  const steps = path.map((step, index) => {
    if (typeof step !== "number") return step;
    const list = path.slice(0, index);
    const fields = nameFields(list.slice(1).map((each) => (typeof each === "number" ? "*" : each)));
    const name = fields && nameOf(valueAt(value, path.slice(0, index + 1)), fields);
    return { fields, name };
  });
  return steps.reduce<unknown>((inner, step) => {
    if (typeof step === "string") return valueAt(inner, [step]);
    return step.name === undefined || !Array.isArray(inner) ? undefined : inner.find((thing) => nameOf(thing, step.fields ?? []) === step.name);
  }, fallback) as Json | undefined;
}

function namesOf(list: unknown, key: string): string[] {
  const fields = nameFields([key]) ?? [];
  return Array.isArray(list) ? list.flatMap((thing) => nameOf(thing, fields) ?? []) : [];
}

function set(value: unknown, path: Path, inner: unknown): void {
  const holder = valueAt(value, path.slice(0, -1));
  if (typeof holder === "object" && holder !== null) (holder as Record<string | number, unknown>)[path.at(-1) ?? ""] = inner;
}

function remove(value: unknown, path: Path): void {
  const holder = valueAt(value, path.slice(0, -1));
  const last = path.at(-1) ?? "";
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (typeof holder === "object" && holder !== null) delete (holder as Record<string, unknown>)[last];
}
