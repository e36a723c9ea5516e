/** What the change costs a month, by the price table of each config. */
import { stackCost, UnknownPriceError, type Amounts, type StackCost } from "../cost";
import type { CostLine, CostSection, MonthlyCost } from "./model";
import { compare } from "./resources/groups";
import { say, words, type Statement } from "./statement";
import type { ConfigSide } from "./system";

/** Costs that a simulation of the load has found; without them, nothing is expected. */
export interface SimulatedCosts {
  readonly before?: StackCost | undefined;
  readonly after: StackCost;
}

/** @param after undefined where the config as it will be is not known */
export function costSection(before: ConfigSide | undefined, after: ConfigSide | undefined, simulated: SimulatedCosts | undefined): CostSection {
  if (after === undefined) return { known: false, why: { kind: "cost-no-config", facts: {}, sentence: say`There is no config to read the cost from.` } };
  try {
    return section(simulated?.before ?? (before && stackCost(before.infrastructure)), simulated?.after ?? stackCost(after.infrastructure));
  } catch (error) {
    if (!(error instanceof UnknownPriceError)) throw error;
    return { known: false, why: { kind: "cost-unknown-price", facts: { error: error.message }, sentence: say`The cost is not known: ${error.message}.` } };
  }
}

function section(before: StackCost | undefined, after: StackCost): CostSection {
  return {
    known: true,
    currency: after.currency,
    pricesOf: after.asOf,
    ...(before === undefined ? {} : { before: rounded(before.monthly) }),
    after: rounded(after.monthly),
    lines: linesOf(before, after),
    summary: summaryOf(before, after),
  };
}

/** Dearest first, by what they cost at most. */
function linesOf(before: StackCost | undefined, after: StackCost): CostLine[] {
  const old = new Map(before?.items.map((item) => [item.id, item]));
  const wanted = new Map(after.items.map((item) => [item.id, item]));
  return [...new Set([...wanted.keys(), ...old.keys()])]
    .map((id) => {
      const [was, becomes] = [old.get(id), wanted.get(id)];
      return { item: (becomes ?? was)!.title, ...(was === undefined ? {} : { before: rounded(was.monthly) }), ...(becomes === undefined ? {} : { after: rounded(becomes.monthly) }) };
    })
    .sort((one, other) => dearest(other) - dearest(one) || compare(one.item, other.item));
}

function dearest({ before, after }: CostLine): number {
  return Math.max(before?.maximum ?? 0, after?.maximum ?? 0);
}

/** Cents are more than an estimate knows. */
function rounded({ minimum, expected, maximum }: Amounts): MonthlyCost {
  return { minimum: Math.round(minimum), ...(expected === undefined ? {} : { expected: Math.round(expected) }), maximum: Math.round(maximum) };
}

function summaryOf(before: StackCost | undefined, after: StackCost): Statement {
  const [was, becomes] = [before && rounded(before.monthly), rounded(after.monthly)];
  const amount = (value: number): ReturnType<typeof words> => words(`${value.toLocaleString("en-US")} ${after.currency}`);
  const facts = { ...(was === undefined ? {} : { before: { ...was } }), after: { ...becomes }, currency: after.currency };
  const expected = becomes.expected === undefined ? words("") : say`, ${amount(becomes.expected)} expected`;
  if (was === undefined) return { kind: "cost", facts, sentence: say`It costs ${amount(becomes.minimum)} a month at least and ${amount(becomes.maximum)} at most${expected}.` };
  if (was.minimum === becomes.minimum && was.maximum === becomes.maximum && was.expected === becomes.expected) {
    return { kind: "cost-unchanged", facts, sentence: say`The cost stays: ${amount(becomes.minimum)} a month at least and ${amount(becomes.maximum)} at most${expected}.` };
  }
  const change = (one: number, other: number): ReturnType<typeof say> => (one === other ? say`${amount(other)} as before` : say`${amount(other)} instead of ${amount(one)}`);
  const more = was.expected === undefined || becomes.expected === undefined ? words("") : say`, expected ${change(was.expected, becomes.expected)}`;
  return { kind: "cost-changed", facts, sentence: say`A month costs at least ${change(was.minimum, becomes.minimum)}, at most ${change(was.maximum, becomes.maximum)}${more}.` };
}
