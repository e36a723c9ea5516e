/** Words that several sections use. */
import type { Counts, Operation, Ref, Severity, Verdict } from "../../preview/model";
import { counted, strong, text, value, type Line, type Tone } from "../document";

export const VERDICTS: Readonly<Record<Verdict, { readonly tone: Tone; readonly words: string }>> = {
  failed: { tone: "bad", words: "the preview failed" },
  refused: { tone: "bad", words: "policies refuse the change" },
  dangerous: { tone: "bad", words: "dangerous change" },
  careful: { tone: "warning", words: "change to look at" },
  harmless: { tone: "good", words: "change without a danger" },
  unchanged: { tone: "note", words: "nothing changes" },
};

export const SEVERITIES: readonly Severity[] = ["critical", "high", "medium"];

/** In the order in which they are counted. */
const OPERATIONS: Readonly<Record<Operation, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  rename: "to rename",
  import: "to import",
  forget: "to forget",
};

/** What a drift is called: nothing is to be done, something has been done. */
const DRIFTS: Readonly<Record<Operation, string>> = {
  create: "appeared",
  update: "changed",
  replace: "replaced",
  delete: "gone",
  rename: "renamed",
  import: "imported",
  forget: "forgotten",
};

/** `2 to create, 1 to update`; `nothing` when there is none. */
export function plannedWords(counts: Counts): string {
  return countWords(counts, OPERATIONS);
}

/** `1 changed, 1 gone`. */
export function driftedWords(counts: Counts): string {
  return countWords(counts, DRIFTS);
}

function countWords(counts: Counts, words: Readonly<Record<Operation, string>>): string {
  const parts = (Object.keys(words) as Operation[]).filter((operation) => counts[operation] > 0).map((operation) => `${counts[operation]} ${words[operation]}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** The counts of several groups as one. */
export function summed(all: readonly Counts[]): Counts {
  const none: Counts = { create: 0, update: 0, replace: 0, delete: 0, rename: 0, import: 0, forget: 0, same: 0 };
  const keys = Object.keys(none) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, all.reduce((sum, counts) => sum + counts[key], 0)])) as unknown as Counts;
}

export function countsLine(counts: Counts): Line {
  return [strong(plannedWords(counts)), text(`, ${counted(counts.same, "resource")} unchanged`)];
}

/** A ref as people name it, with the start of its commit. */
export function refLine({ name, commit }: Ref): Line {
  return commit === undefined || commit === name ? [value(name)] : [value(name), text(" at "), value(commit.slice(0, 12))];
}

/** Whole US dollars. */
export function dollars(amount: number): string {
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 }).format(amount);
}

/** With a sign; `no change` where it rounds to none. */
export function dollarsMore(difference: number): string {
  const whole = Math.round(difference);
  return whole === 0 ? "no change" : `${whole > 0 ? "+" : "-"}${dollars(Math.abs(whole))}`;
}

/** Seconds as people read them: `45 s`, `12.5 min`, `3.2 h`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 3600 ? `${rounded(seconds / 60)} min` : `${rounded(seconds / 3600)} h`;
}

function rounded(amount: number): string {
  return String(Math.round(amount * 10) / 10);
}
