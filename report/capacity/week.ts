/** One simulated week in numbers, small enough to keep many of them. */
import { mean, quantileSorted } from "simple-statistics";
import type { MeasuredPool, MeasuredSet, Measured } from "./engine/simulate";

const DAYS_PER_WEEK = 7;

export interface Week {
  readonly classes: ReadonlyMap<string, ClassWeek>;
  readonly pools: ReadonlyMap<string, PoolWeek>;
  readonly runs: ReadonlyMap<string, { readonly count: number; readonly p50: number; readonly p95: number }>;
  readonly jobsPerDay: number;
}

export interface ClassWeek {
  /** Minutes; undefined in a week without a job. */
  readonly waits?: { readonly mean: number; readonly p50: number; readonly p95: number; readonly p99: number };
  /** Mean minutes of a wait, by what it was for; 0 in a week without a job. */
  readonly because: MeasuredSet["because"];
  readonly jobsPerHour: number;
  readonly meanBusy: number;
  readonly mostBusy: number;
  readonly evictions: number;
  readonly unserved: number;
}

export interface PoolWeek {
  readonly hourly: readonly number[];
  readonly meanNodes: number;
  readonly mostNodes: number;
  /** Mean number of GPUs that pods hold. */
  readonly gpusUsed: number;
}

/** The numbers of a measured week. */
export function weekOf({ sets, pools, runs }: Measured): Week {
  const ended = [...sets.values()].reduce((sum, set) => sum + set.ended, 0);
  return {
    classes: new Map([...sets].map(([id, set]) => [id, classWeek(set)])),
    pools: new Map([...pools].map(([id, pool]) => [id, poolWeek(pool)])),
    runs: new Map([...runs].map(([title, minutes]) => [title, { count: minutes.length, ...quantiles(minutes) }])),
    jobsPerDay: ended / DAYS_PER_WEEK,
  };
}

function classWeek({ waits, because, ended, evictions, unserved, busy, mostBusy }: MeasuredSet): ClassWeek {
  const each = (minutes: number): number => (waits.length === 0 ? 0 : minutes / waits.length);
  return {
    ...(waits.length === 0 ? {} : { waits: { mean: mean(Array.from(waits)), ...quantiles(waits) } }),
    because: { limit: each(because.limit), nodes: each(because.nodes), start: each(because.start) },
    jobsPerHour: ended / busy.length,
    meanBusy: mean([...busy]),
    mostBusy,
    evictions,
    unserved,
  };
}

function poolWeek({ nodes, mostNodes, gpusUsed }: MeasuredPool): PoolWeek {
  return { hourly: nodes, meanNodes: mean([...nodes]), mostNodes: Math.max(...mostNodes), gpusUsed: mean([...gpusUsed]) };
}

function quantiles(ascending: Float64Array): { readonly p50: number; readonly p95: number; readonly p99: number } {
  const minutes = Array.from(ascending);
  return { p50: quantileSorted(minutes, 0.5), p95: quantileSorted(minutes, 0.95), p99: quantileSorted(minutes, 0.99) };
}
