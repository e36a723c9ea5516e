/**
 * What a reviewer was shown, in the few words that an apply needs: it recomputes the preview and stops at a danger that no review showed. Kept in
 * the check run of a preview, which nobody but the app that reported it can change.
 */
import type { Danger, Report, Verdict } from "../preview/model";
import { plainSentence } from "../preview/statement";

export const REVIEW_FORMAT = "gpu-cicd/review/1";

export interface Review {
  readonly format: typeof REVIEW_FORMAT;
  readonly stack: string;
  /** Commit whose preview it was. */
  readonly commit: string;
  readonly verdict: Verdict;
  /** Of the whole change: equal fingerprints change the same resources in the same way. */
  readonly fingerprint: string;
  /** Ids of the dangers that were shown. */
  readonly dangers: readonly string[];
}

/** Verdicts after which nothing may be applied. */
const BLOCKING: readonly Verdict[] = ["failed", "refused"];

export function reviewOf(report: Report, commit: string): Review {
  return { format: REVIEW_FORMAT, stack: report.provenance.stack, commit, verdict: report.headline.verdict, fingerprint: report.provenance.fingerprint, dangers: report.dangers.map(({ id }) => id).sort() };
}

/** Why a change may not be applied; `dangers` are those that nobody was shown. */
export interface Objection {
  readonly kind: "blocked" | "never-reviewed" | "grown";
  readonly sentence: string;
  readonly dangers: readonly Danger[];
}

/**
 * What speaks against applying a change now, given the reviews of all pull requests that brought it; undefined when nothing does. A danger that went away
 * since is none; one that came since is. Without dangers nothing had to be reviewed, but a preview that fails or is refused stops every apply.
 */
export function objection(now: Report, reviews: readonly Review[]): Objection | undefined {
  const { verdict } = now.headline;
  if (BLOCKING.includes(verdict)) return { kind: "blocked", sentence: `The preview before the apply is ${verdict}: ${plainSentence(now.headline.summary.sentence)}`, dangers: [] };
  const ofStack = reviews.filter(({ stack }) => stack === now.provenance.stack);
  if (ofStack.some(({ fingerprint }) => fingerprint === now.provenance.fingerprint)) return undefined;
  const shown = new Set(ofStack.flatMap(({ dangers }) => dangers));
  const grown = now.dangers.filter(({ id }) => !shown.has(id));
  if (grown.length === 0) return undefined;
  const count = grown.length === 1 ? "1 danger" : `${grown.length} dangers`;
  return ofStack.length === 0
    ? { kind: "never-reviewed", sentence: `The change has ${count}, and no preview of stack ${now.provenance.stack} was reviewed for it.`, dangers: grown }
    : { kind: "grown", sentence: `The change has ${count} that the reviewed preview did not show.`, dangers: grown };
}

const FENCE = "```";

/** A review as text of a check run: one line of JSON in a fenced block. */
export function reviewText(review: Review): string {
  return `What an apply compares with:\n\n${FENCE}json\n${JSON.stringify(review)}\n${FENCE}\n`;
}

/** The review in the text of a check run; undefined when there is none, or one of a form that is not known. */
export function readReview(text: string | null | undefined): Review | undefined {
  const line = text?.split("\n").find((each) => each.startsWith(`{"format":"${REVIEW_FORMAT}"`));
  if (line === undefined) return undefined;
  try {
    const value = JSON.parse(line) as Partial<Review>;
    const texts = [value.stack, value.commit, value.verdict, value.fingerprint];
    return texts.every((each) => typeof each === "string") && Array.isArray(value.dangers) && value.dangers.every((each) => typeof each === "string") ? (value as Review) : undefined;
  } catch {
    return undefined;
  }
}
