/** The load profile as it was measured, figure by figure, each with how many values it stands on and how sure it is. */
import type { Duration, Load } from "../pipeline/load";
import type { Store } from "./store";

/** One figure of the profile. */
export interface MeasuredFigure {
  /** Path in the load profile, such as `durations.build.framework`. */
  readonly path: readonly string[];
  readonly value: number | Duration | readonly number[];
  /** Values that it was made from. */
  readonly count: number;
  /** 95 times of 100 the truth is between these: of the median, where the figure is a duration. Undefined for weights. */
  readonly interval?: readonly [number, number];
}

export interface MeasuredLoad {
  readonly from: string;
  readonly to: string;
  readonly figures: readonly MeasuredFigure[];
  /** Figures that too few values speak for; the stack keeps its own. */
  readonly kept: readonly string[];
}

/** A window of whole days, such as `2026-11-02`. */
export type Days = {
  readonly from: string;
  /** First day that is not in it. */
  readonly to: string;
};

/** Fewest values that a figure is made from: with fewer, the interval of a 95th percentile has no upper end. */
export const FEWEST_VALUES = 60;
/** Fewest pushes that tell the hours of a day apart: some twenty an hour. */
const FEWEST_OF_HOURS = 480;
/** Fewest days of a kind that a rate is made from. */
const FEWEST_DAYS = 4;

/** The two-sided 95% point of the normal distribution. */
const Z = 1.96;

/** Jobs by what they do, and where their durations stand in the profile. */
const DURATIONS: readonly { readonly path: readonly string[]; readonly where: string }[] = [
  { path: ["durations", "plan"], where: "work = 'plan'" },
  { path: ["durations", "core"], where: "work = 'core'" },
  { path: ["durations", "build", "framework"], where: "work = 'build' AND framework IS NOT NULL" },
  { path: ["durations", "build", "component"], where: "work = 'build' AND framework IS NULL" },
  { path: ["durations", "publish"], where: "work = 'publish'" },
  { path: ["durations", "deployment"], where: "work = 'deploy'" },
  { path: ["durations", "verdict"], where: "work = 'verdict'" },
];

/** Events of a day, and where their rates stand. Commits count, not runs: one push starts several. */
const RATES: readonly { readonly name: keyof Load["weekday"]; readonly where: string }[] = [
  { name: "pullRequestPushes", where: "kind = 'pull request'" },
  { name: "mainPushes", where: "kind = 'main'" },
  { name: "releasePushes", where: "kind = 'release'" },
];

/**
 * The days of a window that history knows as a whole: a day before the first collection is no day without work, and what comes after the last one
 * is not either. Undefined where there are none.
 */
export async function knownDays(store: Store, { from, to }: Days): Promise<Days | undefined> {
  await store.view(from);
  const [found] = await store.ask<{ from: string | null; to: string | null }>(
    "SELECT strftime(greatest($from::DATE, min(created)::DATE), '%Y-%m-%d') AS from, strftime(least($to::DATE, max(created)::DATE + 1), '%Y-%m-%d') AS to FROM runs HAVING count(*) > 0",
    { from, to },
  );
  return found?.from == null || found.to === null || found.from >= found.to ? undefined : { from: found.from, to: found.to };
}

/**
 * @param from first day that counts
 * @param to first day that does not
 */
export async function measuredLoad(store: Store, from: string, to: string): Promise<MeasuredLoad> {
  await store.view(from);
  const days = { from, to };
  const figures: MeasuredFigure[] = [];
  const kept: string[] = [];
  const add = (path: readonly string[], figure: Omit<MeasuredFigure, "path"> | undefined): void => {
    if (figure === undefined) kept.push(path.join("."));
    else figures.push({ path, ...figure });
  };
  for (const { name, where } of RATES) add(["weekday", name], await rate(store, days, where));
  add(["weekend"], await weekend(store, days));
  add(["hours"], await hours(store, days));
  for (const { path, where } of DURATIONS) add(path, await duration(store, days, where));
  for (const { suite } of await store.ask<{ suite: string }>("SELECT DISTINCT suite FROM jobs WHERE suite IS NOT NULL ORDER BY suite")) {
    add(["durations", "suites", suite], await duration(store, { ...days, suite }, "work = 'test' AND suite = $suite"));
  }
  return { from, to, figures, kept };
}

/** Runs of the days, each commit once a day. */
const PUSHES = `SELECT kind, commit, min(created) AS created FROM runs WHERE created >= $from::TIMESTAMP AND created < $to::TIMESTAMP GROUP BY kind, commit`;

/** Events of a weekday: the mean, and its error by the days' own spread. Days without any count too. */
async function rate(store: Store, days: Days, where: string): Promise<Omit<MeasuredFigure, "path"> | undefined> {
  const [found] = await store.ask<{ n: number; days: number; mean: number; deviation: number | null }>(
    `WITH days AS (SELECT unnest(generate_series($from::DATE, $to::DATE - 1, INTERVAL 1 DAY))::DATE AS day), pushes AS (${PUSHES}),
          counted AS (SELECT days.day, count(pushes.commit) AS n FROM days LEFT JOIN pushes ON pushes.created::DATE = days.day AND ${where} WHERE isodow(days.day) < 6 GROUP BY days.day)
     SELECT sum(n) AS n, count(*) AS days, avg(n) AS mean, stddev_samp(n) AS deviation FROM counted`,
    days,
  );
  if (found === undefined || found.days < FEWEST_DAYS || found.n === 0) return undefined;
  const error = (Z * (found.deviation ?? 0)) / Math.sqrt(found.days);
  return { value: rounded(found.mean), count: found.n, interval: [rounded(Math.max(0, found.mean - error)), rounded(found.mean + error)] };
}

/** What a day of the weekend has of a weekday's pushes. */
async function weekend(store: Store, days: Days): Promise<Omit<MeasuredFigure, "path"> | undefined> {
  const [found] = await store.ask<{ n: number; free: number; free_days: number; work: number; work_days: number }>(
    `WITH days AS (SELECT unnest(generate_series($from::DATE, $to::DATE - 1, INTERVAL 1 DAY))::DATE AS day), pushes AS (${PUSHES})
     SELECT count(commit) AS n, count(commit) FILTER (isodow(days.day) > 5) AS free, count(DISTINCT days.day) FILTER (isodow(days.day) > 5) AS free_days,
       count(commit) FILTER (isodow(days.day) < 6) AS work, count(DISTINCT days.day) FILTER (isodow(days.day) < 6) AS work_days
     FROM days LEFT JOIN pushes ON pushes.created::DATE = days.day AND kind IN ('pull request', 'main')`,
    days,
  );
  if (found === undefined || found.free_days < FEWEST_DAYS || found.work_days < FEWEST_DAYS || found.work === 0) return undefined;
  const share = found.free / found.free_days / (found.work / found.work_days);
  // Counts of independent events: the relative errors of both add up as squares.
  const error = found.free === 0 ? 0 : Z * share * Math.sqrt(1 / found.free + 1 / found.work);
  return { value: rounded(share), count: found.n, interval: [rounded(Math.max(0, share - error)), rounded(share + error)] };
}

/** Pushes by hour of the day, in percent. */
async function hours(store: Store, days: Days): Promise<Omit<MeasuredFigure, "path"> | undefined> {
  const found = await store.ask<{ hour: number; n: number }>(`SELECT hour(created) AS hour, count(*) AS n FROM (${PUSHES}) WHERE kind IN ('pull request', 'main') GROUP BY hour`, days);
  const count = found.reduce((sum, { n }) => sum + n, 0);
  if (count < FEWEST_OF_HOURS) return undefined;
  return { value: Array.from({ length: 24 }, (_, hour) => rounded(((found.find((each) => each.hour === hour)?.n ?? 0) / count) * 100)), count };
}

/** Median and 95th percentile of jobs that came to their end; the median's interval by the ranks of a binomial distribution. */
async function duration(store: Store, parameters: Days & Readonly<Record<string, string>>, where: string): Promise<Omit<MeasuredFigure, "path"> | undefined> {
  const [found] = await store.ask<{ n: number; minutes: string | null }>(
    `SELECT count(*) AS n, to_json(list_sort(list(minutes)))::VARCHAR AS minutes FROM (
       SELECT (epoch(ended) - epoch(started)) / 60.0 AS minutes FROM jobs
       WHERE ${where} AND conclusion IN ('success', 'failure') AND fault IS NULL AND started IS NOT NULL AND ended > started AND created >= $from::TIMESTAMP AND created < $to::TIMESTAMP)`,
    parameters,
  );
  if (found === undefined || found.n < FEWEST_VALUES || found.minutes === null) return undefined;
  const minutes = JSON.parse(found.minutes) as number[];
  const at = (share: number): number => rounded(minutes[Math.min(minutes.length - 1, Math.max(0, Math.round(share * (minutes.length - 1))))]!);
  const error = (Z * 0.5) / Math.sqrt(found.n);
  return { value: { median: at(0.5), p95: at(0.95) }, count: found.n, interval: [at(0.5 - error), at(0.5 + error)] };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** A load with the measured figures in the place of its own. @param source what is said of where they are from */
export function withMeasured(load: Load, measured: MeasuredLoad): Load {
  const merged = structuredClone(load) as unknown as Record<string, unknown>;
  for (const { path, value } of measured.figures) set(merged, path, value);
  return { ...(merged as unknown as Load), asOf: measured.to, source: sourceOf(measured) };
}

/** Where the figures are from, for people. */
export function sourceOf({ from, to, figures, kept }: MeasuredLoad): string {
  return `Measured: ${figures.length} figures, from ${from} until ${to}. Kept as they were: changes, nodes, runners, pulls${kept.length === 0 ? "" : `; too few values: ${kept.join(", ")}`}.`;
}

function set(into: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[first] = value;
  else set((into[first] ??= {}) as Record<string, unknown>, rest, value);
}
