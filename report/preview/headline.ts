/** The first thing that a reader sees: what is to be thought of the change, and how large it is. */
import type { DangerKind } from "./dangers/catalogue";
import type { Counts, Danger, Failure, Headline, PolicySection, Verdict } from "./model";
import type { Change } from "./resources/change";
import { changedCount, countsText } from "./resources/counts";
import { say, words, type Statement } from "./statement";

export function headlineOf(counts: Counts, dangers: readonly Danger[], policies: PolicySection, failure: Failure | undefined, complete: boolean, equal: readonly Change[]): Headline {
  const verdict = verdictOf(counts, dangers, policies, failure);
  return { verdict, summary: summaryOf(verdict, counts, dangers), counts, complete, equalInMeaning: equal.map(({ resource }) => resource) };
}

const REFUSED_BY_CLOUD: DangerKind = "change-refused";

function verdictOf(counts: Counts, dangers: readonly Danger[], policies: PolicySection, failure: Failure | undefined): Verdict {
  if (failure !== undefined && failure.stage !== "policy") return "failed";
  if (failure !== undefined || (policies.known && policies.violations.some(({ level }) => level === "mandatory"))) return "refused";
  // A cloud that refuses the change is as final as a policy.
  if (dangers.some(({ kind }) => kind === REFUSED_BY_CLOUD)) return "refused";
  if (dangers.some(({ severity }) => severity !== "medium")) return "dangerous";
  if (dangers.length > 0) return "careful";
  return changedCount(counts) === 0 ? "unchanged" : "harmless";
}

function summaryOf(verdict: Verdict, counts: Counts, dangers: readonly Danger[]): Statement {
  const found = dangers.length === 0 ? words("No danger was found") : say`${dangers.length} ${words(dangers.length === 1 ? "danger" : "dangers")}`;
  const grave = dangers.filter(({ severity }) => severity === "critical").length;
  const facts = { verdict, counts: { ...counts }, dangers: dangers.length, critical: grave };
  const size = words(countsText(counts));
  switch (verdict) {
    case "failed":
      return { kind: "headline-failed", facts, sentence: say`The preview failed. What it reached: ${size}.` };
    case "refused":
      return { kind: "headline-refused", facts, sentence: say`${words(dangers.some(({ kind }) => kind === REFUSED_BY_CLOUD) ? "A cloud refuses this change" : "Policies refuse this change")}. ${found}; ${size}.` };
    case "dangerous":
    case "careful":
      return { kind: `headline-${verdict}`, facts, sentence: grave === 0 ? say`${found}; ${size}.` : say`${found}, ${grave} of them critical; ${size}.` };
    case "harmless":
      return { kind: "headline-harmless", facts, sentence: say`${found}; ${size}.` };
    case "unchanged":
      return { kind: "headline-unchanged", facts, sentence: say`Nothing changes; ${size}.` };
  }
}
