/** What all pools together may come to, and whether the change needs more than was allowed. */
import { poolMaxima, total } from "../../../pipeline/coherence/budget";
import type { Infrastructure } from "../../../pipeline/infrastructure";
import type { SystemChange } from "../model";
import { say, type Sentence } from "../statement";
import type { ConfigSide } from "./side";

/** One bound of the budget. */
interface Bound {
  readonly subject: "GPUs" | "price an hour";
  readonly field: keyof Infrastructure["budget"];
  readonly sum: "gpus" | "hourly";
  readonly allows: (before: string, after: string) => Sentence;
  readonly exceeds: (allowed: string, needed: string) => Sentence;
}

const BOUNDS: readonly Bound[] = [
  {
    subject: "GPUs",
    field: "maxGpus",
    sum: "gpus",
    allows: (before, after) => say`The budget allows ${after} GPUs instead of ${before}.`,
    exceeds: (allowed, needed) => say`All node pools at their maxima have ${needed} GPUs: more than the ${allowed} of the budget before this change.`,
  },
  {
    subject: "price an hour",
    field: "maxHourly",
    sum: "hourly",
    allows: (before, after) => say`The budget allows ${after} an hour instead of ${before}.`,
    exceeds: (allowed, needed) => say`All node pools at their maxima cost ${needed} an hour: more than the ${allowed} of the budget before this change.`,
  },
];

export function budget({ infrastructure: before }: ConfigSide, { infrastructure: after }: ConfigSide): SystemChange[] {
  const maxima = poolMaxima(after);
  return BOUNDS.flatMap((bound): SystemChange[] => {
    const { subject, field, sum, allows, exceeds } = bound;
    const shown = (amount: number): string => (sum === "gpus" ? String(amount) : `${amount.toFixed(2)} ${after.prices.currency}`);
    const [allowed, allowsNow, needed] = [before.budget[field], after.budget[field], total(maxima, sum)];
    const change = { effect: "changed", subject, before: allowed } as const;
    return [
      ...(allowed === allowsNow
        ? []
        : [{ kind: "budget-changed", ...change, after: allowsNow, facts: { subject, before: shown(allowed), after: shown(allowsNow) }, sentence: allows(shown(allowed), shown(allowsNow)) }]),
      ...(needed > allowed ? [{ kind: "budget-crossed", ...change, after: needed, facts: { subject, before: shown(allowed), after: shown(needed) }, sentence: exceeds(shown(allowed), shown(needed)) }] : []),
    ];
  });
}
