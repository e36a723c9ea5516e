/** What a rule is, and what all rules are told. */
import type { Pipeline } from "../../pipeline/model";
import type { Misfit } from "../model";
import type { Fault, Readings } from "../readings";

export interface FitInput {
  readonly pipeline: Pipeline;
  readonly readings: Readings;
  /** Paths of the files that the pipeline delivers into the repository. */
  readonly delivered: ReadonlySet<string>;
}

/** What a rule says of one misfit; the registry adds the rule's name. */
export type Found = Omit<Misfit, "rule">;

export interface Rule {
  /** Stable name, such as `stage-missing`. */
  readonly id: string;
  /** What holds where it finds nothing, as one sentence. */
  readonly title: string;
  readonly find: (input: FitInput) => readonly Found[];
}

/** Values as people read a list. */
export function listed(values: Iterable<string>, most = 12): string {
  const all = [...values];
  return all.length === 0 ? "none" : all.length <= most ? all.join(", ") : `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
}

/** Why a file could not be read, as a sentence's end. */
export function shownFault({ kind, message }: Fault): string {
  return kind === "missing" || kind === "unparsable" ? message : `${kind === "huge" ? "a huge file" : kind === "binary" ? "a binary file" : "unreadable"}: ${message}`;
}

/** Findings that say the same of the same place are one. */
export function once(found: readonly Found[]): Found[] {
  return [...new Map(found.map((each) => [JSON.stringify([each.where.path, each.where.line, each.about, each.found]), each])).values()];
}
