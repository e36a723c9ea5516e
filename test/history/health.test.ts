/** Questions about a month whose truths are known. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { healthOf, type Health } from "../../history/health";
import { Store } from "../../history/store";
import { FIRST_DAY, MAIN_WORKFLOW, TRUTH, writeMonth, type Made } from "./month";

jest.setTimeout(120_000);

let folder: string;
let store: Store;
let made: Made;
let health: Health;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gpu-cicd-history-"));
  store = await Store.open(folder);
  made = await writeMonth(store);
  health = await healthOf(store, FIRST_DAY, new Map([["tester", 6]]));
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Within some share of the truth. */
function expectNear(found: number, truth: number, share: number): void {
  expect(Math.abs(found / truth - 1)).toBeLessThan(share);
}

test("all that was written is there", () => {
  expect(health.extent).toMatchObject({ runs: made.runs, cases: made.cases, first: FIRST_DAY });
});

test("main is red since its first bad run, and the test that does it is named", () => {
  const red = health.red.find(({ workflow }) => workflow === MAIN_WORKFLOW)!;
  // A flake just before may have begun it earlier: then the run before the first bad one was not good either.
  expect(Date.parse(`${red.since}:00Z`.replace(" ", "T"))).toBeLessThanOrEqual(Date.parse(made.redSince));
  expect(red.runs).toBeGreaterThanOrEqual((TRUTH.days - TRUTH.redFromDay) * TRUTH.mergesADay);
  const seen = red.since.startsWith(made.redSince.slice(0, 10)) ? red.tests.map(({ test }) => test) : [TRUTH.redTest];
  expect(seen).toContain(TRUTH.redTest);
});

test("GPU minutes are what was spent, and cost what the machines cost", () => {
  expectNear(health.spent.kind.reduce((sum, { gpus }) => sum + gpus, 0), made.gpuMinutes, 0.001);
  expectNear(health.spent.suite.find(({ subject }) => subject === "unit")!.amount, (made.gpuMinutes / 60) * 6, 0.001);
  expect(health.spent.framework.map(({ subject }) => subject).sort()).toEqual(["alpha", "beta"]);
});

test("waits and feedback are near their medians", () => {
  expectNear(health.waits.find(({ class: id }) => id === "tester")!.p50, TRUTH.waits.gpu, 0.1);
  expectNear(health.waits.find(({ class: id }) => id === "builder")!.p50, TRUTH.waits.cpu, 0.1);
  const { p50, p95 } = health.feedback.find(({ kind }) => kind === "pull request")!;
  // Two images side by side: the later of two sums of spread times is above the sum of the medians.
  expect(p50).toBeGreaterThan(TRUTH.buildMinutes + TRUTH.testMinutes + TRUTH.waits.gpu);
  expect(p95).toBeGreaterThan(p50);
});

describe("flakes", () => {
  test("are the tests that are flaky, and no others", () => {
    expect(new Set(health.flakes.map(({ test }) => test))).toEqual(new Set(Object.keys(TRUTH.flakes)));
  });

  // Only what a second try hid has both outcomes on a commit here, as each commit runs once: half of the flakes.
  test.each(Object.entries(TRUTH.flakes))("%s flakes at its rate", (name, rate) => {
    const found = health.flakes.filter(({ test }) => test === name);
    const share = found.reduce((sum, { flaky }) => sum + flaky, 0) / found.reduce((sum, { commits }) => sum + commits, 0);
    const runs = found.reduce((sum, { commits }) => sum + commits, 0);
    // Three standard errors.
    expect(Math.abs(share - rate / 2)).toBeLessThan(3 * Math.sqrt((rate / 2) / runs));
  });

  test("a test that fails always is none", () => {
    expect(health.flakes.map(({ test }) => test)).not.toContain(TRUTH.redTest);
  });
});

test("jobs that their machine failed are counted", () => {
  const lost = health.faults.find(({ fault }) => fault === "runner lost")!;
  const tests = made.runs * TRUTH.images.length;
  expect(Math.abs(lost.jobs / tests - TRUTH.evictions)).toBeLessThan(3 * Math.sqrt(TRUTH.evictions / tests));
});

test("most time goes where it was spent", () => {
  expect(health.slow.slice(0, 2).map(({ test }) => test)).toEqual(["tests.steady::test_0", "tests.steady::test_0"]);
});

test("a week has its pushes", () => {
  expect(health.weeks.map(({ pushes }) => pushes)).toEqual(Array.from({ length: 4 }, () => 7 * TRUTH.pushesADay));
  expect(health.weeks[3]!.red!).toBeGreaterThan(health.weeks[0]!.red!);
});

test("writing a month again changes nothing", async () => {
  await writeMonth(store);
  const again = await healthOf(store, FIRST_DAY, new Map([["tester", 6]]));
  expect(again).toEqual(health);
});

test("a day that is pruned is gone", async () => {
  expect(await store.prune("2026-11-03")).toBe(4);
  await store.view(FIRST_DAY);
  expect(await store.ask("SELECT strftime(min(created), '%Y-%m-%d') AS first FROM runs")).toEqual([{ first: "2026-11-03" }]);
});
