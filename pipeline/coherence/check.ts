/** What a check is, and small helpers that findings are made with. */
import type { Infrastructure } from "../infrastructure";
import type { JobFacts, ProvidedVariable } from "../jobs";
import type { Finding, Pipeline } from "../model";

/** Everything that checks look at. */
export interface CoherenceInput {
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
  readonly jobs: readonly JobFacts[];
  /** Variables that the stack sets on GitHub. None when left out: then every variable that a job reads is a finding. */
  readonly variables?: readonly ProvidedVariable[];
  /** The day on which it is asked, `YYYY-MM-DD`; support of versions ends by it. Default: the clock's, UTC. */
  readonly today?: string;
}

/** The part of the input that a check needs tells how early it can run. */
export type PipelineInput = Pick<CoherenceInput, "pipeline">;
export type InfrastructureInput = Pick<CoherenceInput, "infrastructure" | "today">;
export type PlacementInput = PipelineInput & InfrastructureInput;

/** One thing that must hold. */
export interface Check<Input> {
  /** Stable name, such as `tag-collision`. */
  readonly name: string;
  /** What must hold, one sentence for people. */
  readonly holds: string;
  /** Config key that its findings are about, where their paths are those of no key. */
  readonly about?: string;
  readonly find: (input: Input) => readonly Finding[];
}

/** Runs checks and puts their names on what they find. */
export function runChecks<Input>(checks: readonly Check<Input>[], input: Input): Finding[] {
  return checks.flatMap(({ name, about, find }) => find(input).map((finding) => ({ check: name, ...(about === undefined ? {} : { about }), ...finding })));
}

/** A value as a finding shows it. */
export function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** Names as a finding lists them: sorted, or `none`. */
export function listed(names: Iterable<string>): string {
  const sorted = [...new Set(names)].sort();
  return sorted.length === 0 ? "none" : sorted.join(", ");
}

/** A finding as a list: empty when `fine`. */
export function unless(fine: boolean, path: string, found: string, allowed: string): Finding[] {
  return fine ? [] : [{ path, found, allowed }];
}

/** As `unless`, for checks of every job: the texts of a finding are made only for those that there are. */
export function unlessFound(fine: boolean, finding: () => Finding): Finding[] {
  return fine ? [] : [finding()];
}

/** Findings for each value, with its index in the list that `path` names. */
export function each<Value>(values: readonly Value[], path: string, find: (value: Value, path: string) => readonly Finding[]): Finding[] {
  return values.flatMap((value, index) => find(value, `${path}[${index}]`));
}

/** Findings for values that occur more than once in a list, at each later one. */
export function repeated(values: readonly string[], pathOf: (index: number) => string, what: string): Finding[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return first === index ? [] : [{ path: pathOf(index), found: `${shown(value)}, as in ${pathOf(first)}`, allowed: `each ${what} once` }];
  });
}

/** Tells whether a number is whole and in a range, both ends included. */
export function wholeWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** Tells whether a text is a day of the calendar, as ISO 8601 writes it. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${text}T`);
}
