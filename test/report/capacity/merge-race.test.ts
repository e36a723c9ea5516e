/** The race to merge: held to what can be reckoned without a simulation. */
import { mergesOf } from "../../../report/capacity/merges";
import { mergeRace } from "../../../report/capacity/merge-race";
import { Line } from "../../../report/capacity/engine/line";
import type { Run } from "../../../report/capacity/engine/model";
import type { RunOutcome } from "../../../report/capacity/model";
import { fixture, mergeQueueOf, withMergeQueue } from "../../fixture";

const { load } = fixture().infrastructure;
const merges = (mainPushes: number) => ({ ...load, weekday: { ...load.weekday, mainPushes } });
const exactly = (minutes: number) => ({ median: minutes, p95: minutes });
const queue = mergeQueueOf("large");

test("whoever is alone merges after one run, with a queue and without", () => {
  for (const how of [undefined, queue]) {
    const race = mergeRace(merges(0.5), exactly(10), how, "alone");
    expect(race.runsPerMerge).toBeCloseTo(1, 1);
    expect(race.waitMedian).toBeCloseTo(10, 1);
  }
});

test("where the head has to hold main, more runs and longer waits than in a queue, the more so the longer a run takes", () => {
  const strict = [10, 20, 40].map((minutes) => mergeRace(merges(26.5), exactly(minutes), undefined, "seed"));
  const queued = [10, 20, 40].map((minutes) => mergeRace(merges(26.5), exactly(minutes), queue, "seed"));
  expect(queued.map(({ runsPerMerge }) => runsPerMerge)).toEqual([1, 1, 1]);
  for (const [index, race] of strict.entries()) {
    expect(race.runsPerMerge).toBeGreaterThan(1);
    expect(race.waitP95).toBeGreaterThan(queued[index]!.waitP95);
    if (index > 0) expect(race.runsPerMerge).toBeGreaterThan(strict[index - 1]!.runsPerMerge);
  }
});

test("merges by one at a time: with runs of one length, never two within one run", () => {
  // Two that come together: the second begins anew when the first has merged, so it waits for two runs, or is later by what it came later.
  const race = mergeRace(merges(200), exactly(60), undefined, "seed", 2);
  expect(race.peakMerges).toBe(1);
  expect(race.peakArrivals).toBeGreaterThan(race.peakMerges);
  expect(race.waitMedian).toBeGreaterThan(10 * 60);
});

test("the slowest workflow of a pull request counts, and a queue's own", () => {
  const run = (title: string, minutes: number): RunOutcome => ({ title, perWeek: { mean: 1, halfWidth: 0 }, p50: { mean: minutes, halfWidth: 0 }, p95: { mean: minutes, halfWidth: 0 } });
  const runs = [run("pr.yaml, pull requests", 40), run("pre-commit.yml, pull requests", 2), run("dynamo-status-check.yml, pull requests", 15), run("ci-test-suite.yml, main", 200)];
  const of = mergesOf(fixture(), runs)!;
  expect(of.by).toBe("strict");
  expect([of.strict.peakMerges, of.queue.peakMerges]).toEqual([60 / 40, (5 * 60) / 15]);
  expect(mergesOf(withMergeQueue("large"), [...runs, run("pr.yaml, merge queue", 30)])).toMatchObject({ by: "queue", queue: { peakMerges: 10 } });
  expect(mergesOf(fixture(), [run("ci-test-suite.yml, main", 200)])).toBeUndefined();
});

test("of a line one run is in progress, the newest waits, and it stands for those that gave way", () => {
  const line = new Line();
  const run = (key: string): Run => ({ key, at: 0, template: { title: "", jobs: [] }, line: "suite" });
  const [a, b, c, d] = ["a", "b", "c", "d"].map(run) as [Run, Run, Run, Run];
  expect(line.enter(a)).toEqual({ begins: true, gaveWay: 0 });
  expect([line.enter(b), line.enter(c)]).toEqual([{ begins: false, gaveWay: 0 }, { begins: false, gaveWay: 1 }]);
  expect(line.leave()).toBe(c);
  expect(line.stoodFor).toEqual([b]);
  expect(line.leave()).toBeUndefined();
  expect(line.enter(d)).toEqual({ begins: true, gaveWay: 0 });
  expect(line.stoodFor).toEqual([]);
});
