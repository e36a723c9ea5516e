/** A load profile from a month whose truths are known. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { heldOut } from "../../history/held-out";
import { knownDays, measuredLoad, withMeasured, type MeasuredFigure, type MeasuredLoad } from "../../history/load";
import { Store } from "../../history/store";
import type { CapacityOutcome } from "../../report/capacity";
import { fixture } from "../fixture";
import { FIRST_DAY, TRUTH, writeMonth } from "./month";

jest.setTimeout(120_000);

const LAST_WEEK = "2026-11-23";
const END = "2026-11-30";

let folder: string;
let store: Store;
let measured: MeasuredLoad;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gpu-cicd-history-"));
  store = await Store.open(folder);
  await writeMonth(store, 11);
  measured = await measuredLoad(store, FIRST_DAY, END);
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const figure = (...path: string[]): MeasuredFigure => measured.figures.find((each) => each.path.join(".") === path.join("."))!;

test("rates are what came: every day of this month has the same", () => {
  expect(figure("weekday", "pullRequestPushes")).toMatchObject({ value: TRUTH.pushesADay, interval: [TRUTH.pushesADay, TRUTH.pushesADay] });
  expect(figure("weekday", "mainPushes").value).toBe(TRUTH.mergesADay);
  expect(figure("weekend").value).toBe(1);
});

test("hours are weights that sum to a hundred, and the hours without pushes have none", () => {
  const weights = figure("hours").value as number[];
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(100, 0);
  // The month's pushes come in the first 80% of a day.
  expect(weights.slice(20)).toEqual([0, 0, 0, 0]);
});

test.each<[string, string[], number]>([
  ["builds", ["durations", "build", "framework"], TRUTH.buildMinutes],
  ["tests", ["durations", "suites", "unit"], TRUTH.testMinutes],
])("the median of %s is near its bounds, and these are near each other", (_, path, truth) => {
  const { interval, count, value } = figure(...path);
  const [low, high] = interval!;
  // The bounds hold the truth 95 times of 100; widened by a half, 997 of 1,000.
  expect(low - (high - low) / 4).toBeLessThanOrEqual(truth);
  expect(high + (high - low) / 4).toBeGreaterThanOrEqual(truth);
  expect(interval![1]! / interval![0]!).toBeLessThan(1.1);
  expect(count).toBeGreaterThan(2_000);
  // Log-normal with a deviation of one half: p95 is exp(1.645 / 2) times the median.
  expect((value as { p95: number }).p95 / truth).toBeCloseTo(Math.exp(1.645 / 2), 0);
});

test("what too few values speak for is kept, and said", () => {
  expect(measured.kept).toEqual(expect.arrayContaining(["weekday.releasePushes", "durations.core", "durations.publish"]));
  const { load } = fixture("large").infrastructure;
  const after = withMeasured(load, measured);
  expect(after.durations.core).toEqual(load.durations.core);
  expect(after.durations.suites["unit"]).toEqual(figure("durations", "suites", "unit").value);
  expect(after.source).toContain("durations.core");
});

test("a week that the profile was not made from is held beside the simulation", async () => {
  const estimate = (mean: number) => ({ mean, low: mean, high: mean });
  const outcome = { runs: [{ title: "pr.yaml, pull requests", perWeek: estimate(210), p50: estimate(46), p95: estimate(70) }] } as unknown as CapacityOutcome;
  const [only, ...others] = await heldOut(store, LAST_WEEK, END, outcome);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ title: "pr.yaml, pull requests", runs: 7 * TRUTH.pushesADay, simulated: { p50: 46, p95: 70 } });
  expect(only!.seen.p50).toBeGreaterThan(TRUTH.buildMinutes + TRUTH.testMinutes);
});

test("a folder with nothing gives no figure", async () => {
  const empty = await Store.open(join(folder, "empty"));
  expect((await measuredLoad(empty, FIRST_DAY, END)).figures).toEqual([]);
  await empty.close();
});

test("days of which history knows nothing are no days without work", async () => {
  expect(await knownDays(store, { from: "2026-10-01", to: "2027-01-01" })).toEqual({ from: FIRST_DAY, to: END });
  expect(await knownDays(store, { from: "2026-11-05", to: "2026-11-20" })).toEqual({ from: "2026-11-05", to: "2026-11-20" });
  expect(await knownDays(store, { from: "2027-01-01", to: "2027-02-01" })).toBeUndefined();
});
