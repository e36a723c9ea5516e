/** Who will wait, from a simulation of both configs. */
import type { CapacityComparison, CapacityOutcome as Simulated, ClassDifference, ClassOutcome } from "../capacity/model";
import type { CapacityOutcome, CapacitySection, QueueWait } from "./model";
import { say, words, type Statement } from "./statement";

const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;

/** @param chart an SVG of the two */
export function capacitySection(comparison: CapacityComparison, chart: string | undefined): CapacitySection {
  const { before, after, differences, loadOf } = comparison;
  return {
    loadOf,
    ...(before === undefined ? {} : { before: outcomeOf(before) }),
    after: outcomeOf(after),
    statements: [...differences.flatMap((difference) => waitStatement(comparison, difference)), ...unserved(after), wholeStatement(comparison)],
    ...(chart === undefined ? {} : { chart }),
  };
}

function outcomeOf({ classes, gpuUse, monthly }: Simulated): CapacityOutcome {
  return { waits: classes.flatMap(waitOf), ...(gpuUse === undefined ? {} : { gpuUse: gpuUse.mean }), monthlyCost: Math.round(monthly.mean) };
}

function waitOf({ id, waits }: ClassOutcome): QueueWait[] {
  if (waits === undefined) return [];
  const seconds = (minutes: number): number => Math.round(minutes * SECONDS_PER_MINUTE);
  return [{ runnerClass: id, p50: seconds(waits.p50.mean), p95: seconds(waits.p95.mean), p99: seconds(waits.p99.mean), p95HalfWidth95: seconds(waits.p95.halfWidth) }];
}

function waitStatement({ before, after }: CapacityComparison, { id, p95, verdict }: ClassDifference): Statement[] {
  if (verdict === "none") return [];
  const [was, becomes] = [before, after].map((outcome) => outcome?.classes.find((each) => each.id === id)?.waits?.p95.mean);
  if (was === undefined || becomes === undefined) return [];
  const facts = { runnerClass: id, before: was, after: becomes, difference: p95.mean, halfWidth: p95.halfWidth };
  const sentence = say`95 of 100 jobs of ${id} wait at most ${words(duration(becomes))} instead of ${words(duration(was))}: ${words(duration(Math.abs(p95.mean)))} ${words(verdict)}, give or take ${words(duration(p95.halfWidth))}.`;
  return [{ kind: verdict === "longer" ? "waits-longer" : "waits-shorter", facts, sentence }];
}

function unserved({ classes }: Simulated): Statement[] {
  return classes
    .filter(({ unserved: jobs }) => jobs.mean > 0)
    .map(({ id, unserved: jobs }) => ({ kind: "jobs-unserved", facts: { runnerClass: id, perWeek: jobs.mean }, sentence: say`${Math.round(jobs.mean)} jobs of ${id} a week find no runner at all.` }));
}

function wholeStatement({ differences, replications, gpuUse }: CapacityComparison): Statement {
  const count = (verdict: ClassDifference["verdict"]): number => differences.filter((each) => each.verdict === verdict).length;
  const facts = { compared: differences.length, longer: count("longer"), shorter: count("shorter"), replications, ...(gpuUse === undefined ? {} : { gpuUse: gpuUse.mean }) };
  const over = words(`${replications} simulated weeks`);
  if (differences.length === 0) return { kind: "capacity", facts, sentence: say`${over}; there is nothing to compare with.` };
  if (facts.longer + facts.shorter === 0) return { kind: "capacity-unchanged", facts, sentence: say`Nobody waits longer or shorter in ${over}.` };
  return { kind: "capacity-changed", facts, sentence: say`In ${over}, jobs of ${facts.longer} ${words(facts.longer === 1 ? "runner class wait" : "runner classes wait")} longer and jobs of ${facts.shorter} shorter, of ${facts.compared}.` };
}

/** Such as `40 seconds`, `3.5 minutes` or `2 hours`. */
function duration(minutes: number): string {
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  if (minutes < 1) return `${Math.round(minutes * SECONDS_PER_MINUTE)} seconds`;
  return minutes < 2 * MINUTES_PER_HOUR ? `${rounded(minutes)} minutes` : `${rounded(minutes / MINUTES_PER_HOUR)} hours`;
}
