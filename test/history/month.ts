/** Four weeks of a system's history whose truths are known: they are what makes it, and no question is asked of it here. */
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import type { Row, RunKind } from "../../history/tables";
import type { Store } from "../../history/store";

export const FIRST_DAY = "2026-11-02";
const START = Date.parse(`${FIRST_DAY}T00:00:00Z`);
const DAY = 86_400_000;
const MINUTE = 60_000;

export const WORKFLOW = ".github/workflows/pr.yaml";
export const MAIN_WORKFLOW = ".github/workflows/ci-test-suite.yml";

/** What is so. */
export const TRUTH = {
  days: 28,
  pushesADay: 30,
  mergesADay: 12,
  /** Share of a test's runs that fail though the commit is good. */
  flakes: { "tests.serve::test_stream": 0.04, "tests.router::test_failover": 0.015 } as Readonly<Record<string, number>>,
  /** Main fails from the first push of this day to the end, by a test that fails always. */
  redFromDay: 25,
  redTest: "tests.kv::test_evict",
  /** Minutes that half the jobs of a class wait, and that half of the test jobs take. */
  waits: { gpu: 6, cpu: 1 },
  testMinutes: 12,
  buildMinutes: 18,
  /** Share of GPU jobs that their machine fails. */
  evictions: 0.02,
  tests: 40,
  images: ["alpha-amd64", "beta-amd64"],
} as const;

const SUITE = "unit";

/** What a test job costs: minutes times GPUs. */
export interface Made {
  readonly runs: number;
  readonly cases: number;
  readonly gpuMinutes: number;
  readonly redSince: string;
  readonly firstRedCommit: string;
}

/** Writes the month into a store, a day a batch. The same seed makes the same month. */
export async function writeMonth(store: Store, seed = 7): Promise<Made> {
  const random = xoroshiro128plus(seed);
  const sum = { runs: 0, cases: 0, gpuMinutes: 0, redSince: "", firstRedCommit: "" };
  let id = 1_000;
  for (let day = 0; day < TRUTH.days; day += 1) {
    const rows = { runs: [] as Row<"runs">[], jobs: [] as Row<"jobs">[], reports: [] as Row<"reports">[], cases: [] as Row<"cases">[] };
    const makeRun = (kind: RunKind, at: number, pull: number | null): void => {
      id += 1;
      const red = kind === "main" && day >= TRUTH.redFromDay;
      const commit = id.toString(16).padStart(40, "0");
      const key = { run: id, attempt: 1 };
      let failed = false;
      let end = at;
      for (const image of TRUTH.images) {
        const build = { queued: at, wait: spread(random, TRUTH.waits.cpu), took: spread(random, TRUTH.buildMinutes) };
        const built = build.queued + (build.wait + build.took) * MINUTE;
        rows.jobs.push(job(key, { name: `${image} / build`, work: "build", runnerClass: "builder", gpus: 0, image, suite: null, ...build }));
        const test = { queued: built, wait: spread(random, TRUTH.waits.gpu), took: spread(random, TRUTH.testMinutes) };
        const evicted = uniform(random) < TRUTH.evictions;
        // A job that stopped half-way left no report.
        const cases = evicted ? [] : casesOf(random, key, image, at, red);
        const bad = evicted || cases.some(({ outcome }) => outcome === "failed");
        rows.jobs.push(job(key, { name: `${image} / ${SUITE}`, work: "test", runnerClass: "tester", gpus: 1, image, suite: SUITE, ...test, conclusion: bad ? "failure" : "success", fault: evicted ? "runner lost" : null }));
        if (!evicted) rows.reports.push({ ...key, artifact: `${image}-${SUITE}-1`, image, suite: SUITE, cases: cases.length, unreadable: null });
        rows.cases.push(...cases);
        sum.gpuMinutes += test.took;
        failed ||= bad;
        end = Math.max(end, built + (test.wait + test.took) * MINUTE);
      }
      if (red && sum.redSince === "") Object.assign(sum, { redSince: new Date(at).toISOString(), firstRedCommit: commit });
      rows.runs.push({
        ...key, workflow: kind === "main" ? MAIN_WORKFLOW : WORKFLOW, event: "push", kind, pull, commit,
        conclusion: failed ? "failure" : "success", created: new Date(at), started: new Date(at), ended: new Date(end),
      });
    };
    for (const at of times(random, day, TRUTH.pushesADay)) makeRun("pull request", at, 100 + Math.floor(uniform(random) * 40));
    const merges = times(random, day, TRUTH.mergesADay);
    // The last good run of main, whatever flakes there were: what comes after it is red.
    for (const at of merges) makeRun("main", at, null);
    sum.runs += rows.runs.length;
    sum.cases += rows.cases.length;
    await store.write(`day-${day}`, rows);
  }
  return sum;
}

interface JobOf {
  readonly name: string;
  readonly work: "build" | "test";
  readonly runnerClass: string;
  readonly gpus: number;
  readonly image: string;
  readonly suite: string | null;
  readonly queued: number;
  readonly wait: number;
  readonly took: number;
  readonly conclusion?: string;
  readonly fault?: string | null;
}

let jobs = 0;

function job(key: { readonly run: number; readonly attempt: number }, { queued, wait, took, conclusion = "success", fault = null, ...rest }: JobOf): Row<"jobs"> {
  jobs += 1;
  const started = queued + wait * MINUTE;
  return { ...key, job: jobs, ...rest, conclusion, fault, framework: rest.image.split("-")[0]!, created: new Date(queued), started: new Date(started), ended: new Date(started + took * MINUTE) };
}

function casesOf(random: RandomGenerator, key: { readonly run: number; readonly attempt: number }, image: string, at: number, red: boolean): Row<"cases">[] {
  const steady = Array.from({ length: TRUTH.tests }, (_, index) => `tests.steady::test_${index}`);
  const names = [...steady, ...Object.keys(TRUTH.flakes), TRUTH.redTest];
  return names.map((test) => {
    // Every other flake is one that a second try in the same job hides.
    const flaked = uniform(random) < (TRUTH.flakes[test] ?? 0);
    const hidden = flaked && uniform(random) < 0.5;
    const failed = (flaked && !hidden) || (red && test === TRUTH.redTest);
    return { ...key, image, suite: SUITE, test, outcome: failed ? "failed" : "passed", tries: hidden ? 2 : 1, seconds: test === "tests.steady::test_0" ? 60 : 2, message: failed ? "AssertionError: assert 1 == 2" : null, at: new Date(at) };
  });
}

/** Times of a day, ascending. */
function times(random: RandomGenerator, day: number, count: number): number[] {
  return Array.from({ length: count }, () => START + day * DAY + Math.floor(uniform(random) * DAY * 0.8)).sort((a, b) => a - b);
}

function uniform(random: RandomGenerator): number {
  return (random.next() >>> 0) / 2 ** 32;
}

/** Minutes whose middle is `median`; 95 of 100 are below some 2.3 times that. */
function spread(random: RandomGenerator, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
  return median * Math.exp(0.5 * normal);
}
