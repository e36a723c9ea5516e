/**
 * The race to merge. Where the head of a pull request has to hold main and there is no merge queue, each merge sends every other pull request that
 * waits back to the start: its branch is updated and its checks run again. In a merge queue an entry is tried on what main will be, beside those
 * before it.
 */
import { median, quantileSorted } from "simple-statistics";
import type { Duration, Load } from "../../pipeline/load";
import type { MergeQueue } from "../../pipeline/model";
import { arrivals } from "./arrivals";
import { minutesAt, stream } from "./streams";

export interface MergeRace {
  /** Runs of all checks for each merge, of those that merged. */
  readonly runsPerMerge: number;
  /** Minutes from the approval of a pull request until it is merged. */
  readonly waitMedian: number;
  readonly waitP95: number;
  /** Merges that the busiest hour brings, and those that can be made in it: where the first is larger, those who wait become ever more while it lasts. */
  readonly peakArrivals: number;
  readonly peakMerges: number;
}

const MINUTES_PER_HOUR = 60;

/** A pull request that is approved and waits. */
interface Entry {
  readonly since: number;
  runs: number;
  ends: number;
}

/** What of a merge queue tells how long an entry waits. */
type QueueNumbers = Pick<MergeQueue, "maxEntriesToBuild" | "minEntriesToMerge" | "minEntriesToMergeWaitMinutes">;

/**
 * Simulates some weeks of merges. Checks always pass: what failures add comes on top.
 * @param run minutes from the start of the checks until the last has reported: those of a pull request, or of a merge group
 * @param queue the merge queue; undefined where the head has to hold main instead
 * @param seed any text; the same one gives the same answer
 */
export function mergeRace(load: Load, run: Duration, queue: QueueNumbers | undefined, seed: string, weeks = 20): MergeRace {
  const results = Array.from({ length: weeks }, (_, index) => {
    const approvals = arrivals(load, load.weekday.mainPushes, stream(`${seed} ${index}`, "approvals"));
    const draw = stream(`${seed} ${index}`, "runs");
    const minutes = (): number => minutesAt(run, draw());
    return queue === undefined ? race(approvals, minutes) : queued(approvals, queue, minutes);
  });
  const waits = results.flatMap((week) => week.waits).sort((a, b) => a - b);
  const hours = load.hours.reduce((sum, weight) => sum + weight, 0);
  return {
    runsPerMerge: results.reduce((sum, week) => sum + week.runs, 0) / Math.max(1, waits.length),
    waitMedian: waits.length === 0 ? 0 : median(waits),
    waitP95: waits.length === 0 ? 0 : quantileSorted(waits, 0.95),
    peakArrivals: (load.weekday.mainPushes * Math.max(...load.hours)) / hours,
    // Where the head has to hold main one pull request merges at a time, each after a run of its own.
    peakMerges: queue === undefined ? MINUTES_PER_HOUR / run.median : (queue.maxEntriesToBuild * MINUTES_PER_HOUR) / run.median,
  };
}

interface MergedWeek {
  readonly waits: readonly number[];
  readonly runs: number;
}

/** The first whose run ends merges, and all others begin anew. */
function race(approvals: readonly number[], minutes: () => number): MergedWeek {
  const waits: number[] = [];
  let waiting: Entry[] = [];
  let runs = 0;
  const pending = [...approvals];
  while (pending.length > 0 || waiting.length > 0) {
    const [first] = [...waiting].sort((a, b) => a.ends - b.ends);
    const next = pending[0] ?? Number.POSITIVE_INFINITY;
    if (first === undefined || next < first.ends) {
      pending.shift();
      waiting.push({ since: next, runs: 1, ends: next + minutes() });
      continue;
    }
    waits.push(first.ends - first.since);
    runs += first.runs;
    waiting = waiting.filter((entry) => entry !== first);
    for (const entry of waiting) {
      entry.runs += 1;
      entry.ends = first.ends + minutes();
    }
  }
  return { waits, runs };
}

/** Entries are tried at once, as many as may be, each on those before it; one merges when it and all before it have passed. */
function queued(approvals: readonly number[], { maxEntriesToBuild, minEntriesToMergeWaitMinutes, minEntriesToMerge }: QueueNumbers, minutes: () => number): MergedWeek {
  const waits: number[] = [];
  const ends: number[] = [];
  approvals.forEach((at, index) => {
    const begins = Math.max(at, ends[index - maxEntriesToBuild] ?? at);
    const alone = minEntriesToMerge > 1 ? minEntriesToMergeWaitMinutes : 0;
    ends.push(Math.max(begins + minutes() + alone, ends[index - 1] ?? 0));
    waits.push(ends[index]! - at);
  });
  return { waits, runs: approvals.length };
}
