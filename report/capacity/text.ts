/** A simulation's outcome for people: who waits, for what, how much is used and what it costs; before and after side by side. */
import { aligned, widthsOf, type Alignment } from "../table";
import type { MergeRace } from "./merge-race";
import type { CapacityComparison, CapacityOutcome, ClassDifference, ClassOutcome, PoolOutcome, RunOutcome } from "./model";
import type { Recommendation, RecommendedClass, RecommendedMaximum } from "./recommend";
import { duration, durationDifference, durationEstimate, money, percent, short } from "./words";

/** The whole comparison as lines of text. @param stack name of the stack; @param base what it is compared with */
export function capacityText(comparison: CapacityComparison, stack: string, base?: string): string {
  const { after, before, replications, loadOf } = comparison;
  return [
    `${stack}${before === undefined ? "" : ` compared with ${base ?? "before"}`}: ${replications} simulated weeks under the load profile of ${loadOf}`,
    "",
    ...wholeLines(comparison),
    "",
    ...classTable(comparison),
    ...differenceLines(comparison),
    ...runTable(after.runs, before?.runs),
    ...mergeLines(after),
    ...poolTable(after.pools, before?.pools),
    ...costLines(after),
    "Waits count from the moment when a job's needs are met until its first step. ± is half of the 95% confidence interval over the weeks.",
    `Load: ${comparison.loadSource}\n`,
  ].join("\n");
}

function wholeLines({ after, before, monthly, gpuUse }: CapacityComparison): string[] {
  const { currency } = after.cost;
  return [
    `Jobs       ${changed(before && short(before.jobsPerDay.mean), short(after.jobsPerDay.mean))} a day`,
    ...(after.gpuUse === undefined
      ? []
      : [`GPUs       ${changed(before?.gpuUse && percent(before.gpuUse.mean), percent(after.gpuUse.mean))} of those that are paid for are in use${gpuUse === undefined ? "" : `: ${points(gpuUse)}`}`]),
    `Expected   ${changed(before && money(before.monthly.mean, currency), money(after.monthly.mean, currency))} a month${monthly === undefined ? "" : `: ${monthly.mean < 0 ? "-" : "+"}${money(Math.abs(monthly.mean), currency)} ± ${money(monthly.halfWidth, currency)}`}`,
  ];
}

function points({ mean, halfWidth }: { readonly mean: number; readonly halfWidth: number }): string {
  const value = Math.round(mean * 1000) / 10;
  return `${value < 0 ? "" : "+"}${value} ± ${Math.round(halfWidth * 1000) / 10} points`;
}

function changed(before: string | undefined, after: string): string {
  return before === undefined || before === after ? after : `${before} -> ${after}`;
}

const CLASS_HEAD = ["Runner class", "max", "wait p50", "p95", "p99", "waits for", "busy", "jobs/h"];
const CLASS_ALIGNMENTS: readonly Alignment[] = ["left", "right", "right", "right", "right", "left", "right", "right"];

/** Before and after are two rows of a class that both have. */
function classTable({ before, after }: CapacityComparison): string[] {
  const old = new Map(before?.classes.map((each) => [each.id, each]));
  const rows = after.classes.flatMap((each) => {
    const was = old.get(each.id);
    return was === undefined ? [classRow(each, each.label)] : [classRow(was, `${each.label}, before`), classRow(each, `${each.label}, after`)];
  });
  const gone = (before?.classes ?? []).filter(({ id }) => !after.classes.some((each) => each.id === id)).map((each) => classRow(each, `${each.label}, gone`));
  return [...table([CLASS_HEAD, ...rows, ...gone], CLASS_ALIGNMENTS), ...unservedLines(after), ""];
}

function classRow({ maxRunners, waits, because, use, jobsPerHour, kind }: ClassOutcome, title: string): string[] {
  const most = kind === "hosted" ? `(${maxRunners})` : String(maxRunners);
  if (waits === undefined) return [title, most, "no job", "", "", "", percent(use.mean), short(jobsPerHour.mean)];
  return [title, most, duration(waits.p50.mean), durationEstimate(waits.p95), duration(waits.p99.mean), reasons(because), percent(use.mean), short(jobsPerHour.mean)];
}

/** The mean wait by what it was for, the largest part first; parts of less than a twentieth are left out. */
function reasons({ limit, nodes, start }: ClassOutcome["because"]): string {
  const total = limit + nodes + start;
  const parts = [
    { title: "runners", minutes: limit },
    { title: "nodes", minutes: nodes },
    { title: "start", minutes: start },
  ];
  return parts
    .filter(({ minutes }) => minutes > total / 20)
    .sort((a, b) => b.minutes - a.minutes)
    .map(({ title, minutes }) => `${title} ${duration(minutes)}`)
    .join(", ");
}

function unservedLines({ classes }: CapacityOutcome): string[] {
  return classes.filter(({ unserved }) => unserved.mean > 0).map(({ label, unserved }) => `${label}: ${short(unserved.mean)} jobs a week are never served; its maximum, or its pool's, is 0 or too small for them.`);
}

function differenceLines({ differences, after }: CapacityComparison): string[] {
  if (differences.length === 0) return [];
  const told = differences.filter(({ verdict }) => verdict !== "none").map((difference) => differenceLine(difference, after));
  return [...(told.length === 0 ? ["Nobody waits longer or shorter than chance explains."] : told), ""];
}

function differenceLine({ id, p95, verdict }: ClassDifference, { classes }: CapacityOutcome): string {
  const label = classes.find((each) => each.id === id)?.label ?? id;
  return `${label}: 95 of 100 jobs wait ${verdict}, ${durationDifference(p95)}.`;
}

const RUN_ALIGNMENTS: readonly Alignment[] = ["left", "right", "right", "right"];

function runTable(after: readonly RunOutcome[], before: readonly RunOutcome[] = []): string[] {
  const old = new Map(before.map((run) => [run.title, run]));
  const rows = after.map(({ title, perWeek, p50, p95 }) => {
    const was = old.get(title);
    return [title, short(perWeek.mean), changed(was && duration(was.p50.mean), duration(p50.mean)), changed(was && duration(was.p95.mean), duration(p95.mean))];
  });
  return [...table([["From event to verdict", "a week", "p50", "p95"], ...rows], RUN_ALIGNMENTS), ""];
}

/** How an approved pull request gets to main, and a warning where that cannot keep up with the load. */
function mergeLines({ merges }: CapacityOutcome): string[] {
  if (merges === undefined) return [];
  const { by, strict, queue } = merges;
  const own = by === "strict" ? strict : queue;
  const line = (title: string, { runsPerMerge, waitMedian, waitP95 }: MergeRace): string[] => [title, short(runsPerMerge), duration(waitMedian), duration(waitP95)];
  const shown = [
    { title: `the head has to hold main${by === "strict" ? ", as here" : ""}`, race: strict },
    { title: `merge queue${by === "queue" ? ", as here" : ""}`, race: queue },
  ];
  const lost = `Merges cannot keep up: the busiest hour brings ${short(own.peakArrivals)} and ${short(own.peakMerges)} can be made in it.`;
  const mend = by === "strict" ? " A merge queue (mergeQueue) tries several at once." : " A larger maxEntriesToBuild tries more at once.";
  return [...table([["Approved until merged", "runs a merge", "p50", "p95"], ...shown.map(({ title, race }) => line(title, race))], RUN_ALIGNMENTS), ...(own.peakArrivals > own.peakMerges ? [`Warning: ${lost}${mend}`] : []), ""];
}

const POOL_ALIGNMENTS: readonly Alignment[] = ["left", "left", "right", "right", "right", "right"];

function poolTable(after: readonly PoolOutcome[], before: readonly PoolOutcome[] = []): string[] {
  const old = new Map(before.map((pool) => [pool.id, pool]));
  const rows = after.map(({ id, vmSize, maxCount, nodes, mostNodes, gpuUse }) => {
    const was = old.get(id);
    return [
      id,
      vmSize,
      changed(was && String(was.maxCount), String(maxCount)),
      changed(was && short(was.nodes.mean), short(nodes.mean)),
      changed(was && String(was.mostNodes), String(mostNodes)),
      gpuUse === undefined ? "" : changed(was?.gpuUse && percent(was.gpuUse.mean), percent(gpuUse.mean)),
    ];
  });
  return [...table([["Node pool", "VM size", "max", "mean", "most", "GPUs in use"], ...rows], POOL_ALIGNMENTS), ""];
}

function costLines({ cost, monthly }: CapacityOutcome): string[] {
  const { currency } = cost;
  const dearest = [...cost.items].sort((a, b) => (b.monthly.expected ?? 0) - (a.monthly.expected ?? 0)).slice(0, DEAREST_ITEMS);
  return [
    `A month costs ${money(monthly.mean, currency)} ± ${money(monthly.halfWidth, currency)} as expected, ${money(cost.monthly.minimum, currency)} at least and ${money(cost.monthly.maximum, currency)} at most (prices of ${cost.asOf}). The dearest:`,
    ...table(
      dearest.map(({ title, monthly: price }) => [`  ${title}`, money(price.expected ?? 0, currency)]),
      ["left", "right"],
    ),
    "",
  ];
}

/** Items of the bill that are told one by one. */
const DEAREST_ITEMS = 6;

/** A recommendation as lines of text. */
export function recommendationText(recommendation: Recommendation, stack: string): string {
  const { targetMinutes, loadOf, runners, pools, classes, before, after } = recommendation;
  const { currency } = after.cost;
  return `${[
    `${stack}: the cheapest maxima with which 95 of 100 jobs of every class wait ${duration(targetMinutes)} at most, under the load profile of ${loadOf}`,
    "",
    ...table([["Runner class", "maxRunners", "wait p95 now", "then", "floor"], ...classes.map((each) => recommendedRow(each, runners))], ["left", "right", "right", "right", "right"]),
    "",
    ...(pools.length === 0 ? ["No node pool has to change."] : table([["Node pool", "maxCount"], ...pools.map((pool) => [pool.title, maximum(pool)])], ["left", "right"])),
    "",
    `A month costs ${changed(money(before.monthly.mean, currency), money(after.monthly.mean, currency))} as expected, and ${changed(money(before.cost.monthly.maximum, currency), money(after.cost.monthly.maximum, currency))} at most (prices of ${after.cost.asOf}).`,
    ...(after.gpuUse === undefined ? [] : [`GPUs: ${changed(before.gpuUse && percent(before.gpuUse.mean), percent(after.gpuUse.mean))} of those that are paid for are in use.`]),
    "",
    ...outOfReachLines(recommendation),
    ...trustLines(recommendation),
  ].join("\n")}\n`;
}

function recommendedRow({ id, label, now, recommended, floor, outOfReach }: RecommendedClass, runners: readonly RecommendedMaximum[]): string[] {
  const own = runners.find((each) => each.id === id);
  return [
    `${label}${outOfReach ? " *" : ""}`,
    own === undefined ? "" : maximum(own),
    now === undefined ? "no job" : duration(now.mean),
    recommended === undefined ? "" : durationEstimate(recommended),
    floor === undefined ? "" : duration(floor),
  ];
}

function maximum({ now, recommended }: RecommendedMaximum): string {
  return changed(String(now), String(recommended));
}

function outOfReachLines({ classes, targetMinutes }: Recommendation): string[] {
  const far = classes.filter(({ outOfReach }) => outOfReach);
  if (far.length === 0) return [];
  return [
    `* No maximum brings it to ${duration(targetMinutes)}: even when none binds, jobs wait for nodes to start and images to be pulled (the floor). It is held to a tenth above its floor.`,
    "  Nodes that stay longer without a pod, a pool with a node that is always there, or smaller images would lower the floor.",
    "",
  ];
}

function trustLines({ met, searchWeeks, judgeWeeks, simulatedWeeks, raisedRounds }: Recommendation): string[] {
  return [
    `Searched on ${searchWeeks} weeks, the dearest maximum first: each is the least with which its class meets the target while the others are as they are, over and over until nothing changed.`,
    `Judged on ${judgeWeeks} weeks that the search did not see${raisedRounds === 0 ? "" : `; ${raisedRounds} ${raisedRounds === 1 ? "judgement" : "judgements"} on others before found it too low, and it was raised`}. ${simulatedWeeks} weeks were simulated in all.`,
    met
      ? "In the last judgement the upper end of every class' 95% confidence interval meets the target."
      : "The last judgement still found a class whose confidence interval passes the target: take its maximum for too low.",
  ];
}

function table(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) => aligned(row, widths, alignments));
}
