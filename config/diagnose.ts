/**
 * Everything that is wrong with a stack's config, at once.
 *
 * What has no right shape is mended, and what cannot be rendered as it is gets a stand-in, so that the rest can be judged (repair.ts). A finding about
 * the rest is told only where it does not follow from the mending: it is made whatever stands in the doubtful places.
 */
import { z } from "zod";
import type { PlacementInput } from "../pipeline/coherence";
import type { Finding, SecretSpec } from "../pipeline/model";
import { infrastructureSchema, pipelineSchema } from "../pipeline/schema";
import { atGivenPool, resolveStack } from "../pipeline/resolve";
import { bare, childrenOf, metaOf, schemaAt } from "../pipeline/schema/walk";
import type { Defaults } from "./defaults";
import { LIMITS_CHECK, render, renderFinding, separateChecks, structuralChecks, type Rendered, type Stack } from "./judge";
import { nameFields, nameOf, type Json } from "./merge";
import { inConfigTerms, joined, stepsOf, valueAt, type Path } from "./paths";
import type { ConfigSource } from "./read";
import { choicesAt, edited, isWithin, OUT, repair, type Choice, type Doubt } from "./repair";
import { secretFindings } from "./secrets";
import type { ShapeProblem } from "./shape";

/** A value that could not be read as what it is meant to be, and its finding. */
export interface Misread {
  /** Of the value; of the list, for a thing of one. */
  readonly path: Path;
  readonly name?: string;
  /** None where something else tells it. */
  readonly finding?: Finding;
}

/** A config after reading. */
export interface ReadConfig {
  readonly source: ConfigSource;
  /** What the config changes; what is mended is mended by it. */
  readonly defaults: Defaults;
  /** Every key of the model. */
  readonly keys: readonly string[];
  readonly pipeline: Record<string, Json>;
  readonly infrastructure: Record<string, Json>;
  readonly misread: readonly Misread[];
}

const schema = z.strictObject({ pipeline: pipelineSchema, infrastructure: infrastructureSchema });
/** Most ways in which the doubtful places are filled. */
const MOST_VARIANTS = 10;

/** Every finding, with its path as the user writes it, in the order in which things are read. */
export function diagnose(config: ReadConfig): Finding[] {
  const given = { pipeline: config.pipeline, infrastructure: config.infrastructure } as unknown as Json;
  const mended = repair(schema, given, fallbackOf(config));
  const base = mended.value;
  if (base === undefined) return shapeAlone(config, mended.problems);
  const misread = config.misread.map(({ path, name }) => doubtAbout(base, path, name, fallbackOf(config)));
  const doubts = [...misread, ...mended.doubts.filter(({ path }) => !misread.some((doubt) => isWithin(path, doubt.path)))];
  // A thing is called as config calls it, also where that very name is what is wrong with it.
  const asGiven = { pipeline: config.pipeline, infrastructure: config.infrastructure };
  const shape = mended.problems.filter(({ path }) => !misread.some((doubt) => isWithin(path, doubt.path))).map(({ path, found, allowed }) => ({ path: joined(path), found, allowed }));
  const structure = structureFindings(config, base, doubts);
  const told = [...config.misread.flatMap(({ finding }) => finding ?? []), ...shape.map((finding) => inConfigTerms(finding, asGiven)), ...structure.map((finding) => written(finding, base))];
  return distinct([...told, ...jobFindings(config, base, doubts, structure, told.length > 0)]);
}

function shapeAlone({ misread, source, defaults, keys, pipeline, infrastructure }: ReadConfig, problems: readonly ShapeProblem[]): Finding[] {
  const shape = problems.map(({ path, found, allowed }) => inConfigTerms({ path: joined(path), found, allowed }, { pipeline, infrastructure }));
  return distinct([...misread.flatMap(({ finding }) => finding ?? []), ...shape, ...secretFindings(source, (defaults.pipeline["secrets"] ?? []) as unknown as SecretSpec[], keys).map((finding) => inConfigTerms(finding, {}))]);
}

/** What stands in for what is wrong or missing. */
function fallbackOf({ defaults }: ReadConfig): Json {
  return defaults as unknown as Json;
}

/** The doubt about a value that could not be read: a thing of a list might as well not be there. */
function doubtAbout(base: Json, path: Path, name: string | undefined, fallback: Json): Doubt {
  const list = valueAt(base, path);
  const index = name === undefined || !Array.isArray(list) ? -1 : list.findIndex((thing) => nameOf(thing, nameFields(path.slice(1).map(String)) ?? []) === name);
  return index === -1 ? { path, choices: choicesAt(schema, path, base, fallback) } : { path: [...path, index], choices: [valueAt(list, [index]) as Json, OUT] };
}

/** What the checks find, but for what may follow from the mending. */
function structureFindings(config: ReadConfig, base: Json, doubts: readonly Doubt[]): Finding[] {
  const judged = judgeStructure(config, base, openPlaces(base, doubts));
  const candidates = judged.filter(({ path }) => !doubts.some((doubt) => isUnder(path, doubt.path)));
  const variants = [...variantsOf(base, doubts), ...wishes(base, doubts, candidates)];
  return variants.reduce((left, variant) => {
    if (left.length === 0) return left;
    const found = new Set(judgeStructure(config, variant, []).map((finding) => identity(written(finding, variant))));
    return left.filter((finding) => found.has(identity(written(finding, base))));
  }, candidates);
}

/** Findings of the checks and about secrets. Where a check between things looks at a list that is open, it can say nothing for sure. */
function judgeStructure({ source, keys }: ReadConfig, value: Json, open: readonly Path[]): Finding[] {
  const looked = { at: false };
  const plain = typed(value);
  const stack = watched(plain, open, () => (looked.at = true));
  const secrets = secretFindings(source, plain.pipeline.secrets, keys);
  const checked = structuralChecks.flatMap(({ name, about, find }) => {
    looked.at = false;
    const findings = find(stack).map((finding) => ({ check: name, ...(about === undefined ? {} : { about }), ...atGivenPool(finding, plain) }));
    return looked.at && !separateChecks.has(name) ? [] : findings;
  });
  return [...secrets, ...checked];
}

/** What is wrong with the rendered jobs whatever stands in the doubtful places and in those that a check found wrong. */
function jobFindings(config: ReadConfig, base: Json, doubts: readonly Doubt[], structure: readonly Finding[], told: boolean): Finding[] {
  const completed = Array.from({ length: Math.min(MOST_VARIANTS, Math.max(1, ...structure.map(({ missing = [] }) => missing.length))) }, (_, round) => withMissing(base, structure, round));
  const complete = completed[0]?.value ?? base;
  const names = completed.flatMap((each) => each.names);
  const wrong = structure.flatMap((finding) => standIn(complete, finding, fallbackOf(config)));
  const variants = [...completed.map(({ value }) => value), ...variantsOf(edited(complete, wrong.map(({ path, choices }) => ({ path, choice: choices[0] ?? OUT }))), [...doubts, ...wrong], true)];
  const judged = (value: Json, withFiles = true): { readonly value: Json; readonly rendered: Rendered } => ({ value, rendered: render(config.source.stack, typed(value), withFiles) });
  const stand = firstOf(variants, judged, ({ rendered }) => rendered.error === undefined || !told);
  if (stand === undefined) return [];
  const { found: { value: basis, rendered }, rest } = stand;
  if (rendered.error !== undefined) return [written(renderFinding(rendered.error), base)];
  const places = structure.filter(({ missing }) => missing === undefined).map((finding) => written(finding, base).path);
  const open = openPlaces(base, doubts).flatMap((path) => [...referredIn(schemaAt(schema, path, base))]);
  const candidates = rendered.findings
    .filter(({ path }) => !open.some((list) => path.startsWith(`pipeline.${list}`)))
    .map((finding) => written(finding, basis))
    .filter(({ path, found: what }) => !names.some((name) => path.includes(`"${name}"`) || what.includes(`"${name}"`) || path.includes(`.${name}.`)))
    .filter(({ path }) => !places.some((place) => areOneThing(place, path)) && !doubts.some((doubt) => isUnder(path, doubt.path)));
  // A variant is rendered only while something is left that it might explain.
  return rest.reduce((left, variant) => {
    if (left.length === 0) return left;
    const other = judged(variant, left.some(({ check }) => check === LIMITS_CHECK)).rendered;
    if (other.error !== undefined) return left;
    const found = new Set(other.findings.map((finding) => identity(written(finding, variant))));
    return left.filter((finding) => found.has(identity(finding)));
  }, candidates);
}

/** What the first value is made into that will do, and the values behind it. */
function firstOf<Value, Made>(values: readonly Value[], make: (value: Value) => Made, willDo: (made: Made) => boolean): { readonly found: Made; readonly rest: readonly Value[] } | undefined {
  for (const [index, value] of values.entries()) {
    const found = make(value);
    if (willDo(found)) return { found, rest: values.slice(index + 1) };
  }
  return undefined;
}

interface Completed {
  readonly value: Json;
  /** Names of things that are not in the config. */
  readonly names: readonly string[];
}

/** The value with what checks miss in lists of named things: of the things that each might be, the one whose turn it is in this round, or the next that is not taken. */
function withMissing(base: Json, structure: readonly Finding[], round: number): Completed {
  const taken = new Set<string>();
  return structure.reduce<Completed>(
    (before, { path, missing = [] }) => {
      const steps = stepsOf(path);
      const list = steps === undefined ? undefined : valueAt(before.value, steps);
      if (steps === undefined || missing.length === 0 || !Array.isArray(list)) return before;
      const nameIn = (thing: unknown): string => nameOf(thing, nameFields(steps.slice(1).map(String)) ?? []) ?? "";
      const turn = round % missing.length;
      const thing = [...missing.slice(turn), ...missing.slice(0, turn)].find((each) => !taken.has(nameIn(each)));
      if (thing === undefined) return before;
      const others = (list as Json[]).filter((other) => nameIn(other) !== nameIn(thing));
      const value = edited(before.value, [{ path: steps, choice: [...others, thing as Json] }]);
      if (!schema.safeParse(value).success) return before;
      taken.add(nameIn(thing));
      return { value, names: others.length === list.length ? [...before.names, nameIn(thing)] : before.names };
    },
    { value: base, names: [] },
  );
}

/** Lists whose things are named somewhere in a value of a schema. Where such a value is not known, nor is what it names. */
function referredIn(at: z.core.$ZodType | undefined): ReadonlySet<string> {
  if (at === undefined) return new Set();
  const { refersTo } = metaOf(at);
  return new Set([...(refersTo === undefined ? [] : [refersTo]), ...childrenOf(at).flatMap(([, child]) => [...referredIn(child)])]);
}

/** Where a check found something wrong, what might have been meant. */
function standIn(base: Json, { path, missing }: Finding, fallback: Json): Doubt[] {
  const steps = stepsOf(path);
  if (missing !== undefined || steps === undefined || steps.length < 2 || schemaAt(schema, steps, base) === undefined) return [];
  const current = JSON.stringify(valueAt(base, steps));
  const choices = choicesAt(schema, steps, base, fallback).filter((choice) => choice === OUT || JSON.stringify(choice) !== current);
  const last: readonly Choice[] = typeof steps.at(-1) === "number" ? [OUT] : [];
  return choices.length + last.length === 0 ? [] : [{ path: steps, choices: [...choices, ...last] }];
}

/** The value with the doubtful places filled otherwise, all at once: every place takes its next choice. */
function variantsOf(base: Json, doubts: readonly Doubt[], withFirst = false): Json[] {
  const most = Math.min(MOST_VARIANTS, Math.max(0, ...doubts.map(({ choices }) => choices.length)));
  return Array.from({ length: most }, (_, round) => round)
    .slice(withFirst ? 0 : 1)
    .map((round) => edited(base, doubts.map(({ path, choices }) => ({ path, choice: choices[round % choices.length] ?? OUT }))))
    .filter((value) => schema.safeParse(value).success);
}

/** Perhaps a text that could not be read is the one that a finding misses: a name that nothing has. */
function wishes(base: Json, doubts: readonly Doubt[], findings: readonly Finding[]): Json[] {
  const texts = doubts.filter(({ path }) => {
    const at = schemaAt(schema, path, base);
    return at !== undefined && bare(at)._zod.def.type === "string" && metaOf(at).refersTo === undefined;
  });
  if (texts.length === 0) return [];
  const wanted = new Set(findings.flatMap(({ found }) => [...found.matchAll(/"([^"]+)"/g)].map(([, text]) => text ?? "")));
  return [...wanted].slice(0, MOST_VARIANTS).map((text) => edited(base, texts.map(({ path }) => ({ path, choice: text })))).filter((value) => schema.safeParse(value).success);
}

/** Lists of objects, and records, of which it is not known what is in them. */
function openPlaces(base: Json, doubts: readonly Doubt[]): Path[] {
  return doubts.flatMap(({ path }) => {
    const at = schemaAt(schema, path, base);
    return at === undefined ? [] : openWithin(at, path, valueAt(base, path));
  });
}

function openWithin(at: z.core.$ZodType, path: Path, value: unknown): Path[] {
  const { def } = bare(at)._zod;
  if (def.type === "record") return [path];
  if (def.type === "union") return typeof path.at(-1) !== "number" && def.options.some((option) => openWithin(option, path, {}).length > 0) ? [path] : [];
  if (def.type === "array") return ["object", "union"].includes(bare(def.element)._zod.def.type) ? [path] : [];
  // A named thing that stands in a list has its own lists, as far as they were said.
  if (def.type !== "object" || typeof value !== "object" || value === null || typeof path.at(-1) === "number") return [];
  return childrenOf(at).flatMap(([key, child]) => openWithin(child, [...path, key], (value as Record<string, unknown>)[key]));
}

/** A copy that tells when one of these places is looked at. */
function watched(stack: Stack, places: readonly Path[], look: () => void): Stack {
  if (places.length === 0) return stack;
  const copy = structuredClone(stack);
  for (const path of places) {
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string, unknown> | undefined;
    if (holder === undefined) continue;
    const key = String(path.at(-1));
    const value = holder[key];
    Object.defineProperty(holder, key, { enumerable: true, get: () => (look(), value) });
  }
  return copy;
}

function typed(value: Json): PlacementInput {
  return resolveStack(schema.parse(value));
}

function written(finding: Finding, value: Json): Finding {
  return inConfigTerms(finding, value as unknown as Record<string, unknown>);
}

function identity({ check, path, found }: Finding): string {
  return JSON.stringify([check, path, found]);
}

/** A job's finding about an entry follows from what is wrong within it: one is told of what is wrong first. */
function areOneThing(place: string, path: string): boolean {
  return place === path || place.startsWith(`${path}.`) || path.startsWith(`${place}.`);
}

function isUnder(path: string, place: Path): boolean {
  const steps = stepsOf(path);
  return steps !== undefined && isWithin(steps, place);
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify([finding.path, finding.found, finding.allowed]), finding])).values()];
}
