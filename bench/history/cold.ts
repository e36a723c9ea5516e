/**
 * What a day's collection, and a look at a month, cost in a process of their own, in milliseconds and MiB, as JSON. GitHub's answers come from memory: what is
 * measured is what this project does with them. Usage: `node --import tsx bench/history/cold.ts day|month`
 */
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { classifier } from "../../history/classify";
import { collect } from "../../history/collect";
import { Database, quoted } from "../../history/database";
import { healthOf } from "../../history/health";
import type { Source, SourceRun } from "../../history/source";
import { Store } from "../../history/store";
import { allImages } from "../../pipeline/images";
import { readStackFile } from "../../config/file";
import { PROJECT, STACK } from "../kit/stacks";

/** What the repository has on a busy day: reports of `docs/benchmarks.md`. */
export const CASES_A_DAY = 400_000;
export const CASES_A_MONTH = 10_000_000;

const RUNS = 100;
const REPORTS = 4;
const CASES = CASES_A_DAY / RUNS / REPORTS;
const DAYS = 28;
const FIRST_DAY = "2026-11-02";

const { pipeline } = readStackFile(PROJECT, STACK);

async function day(folder: string): Promise<() => Promise<unknown>> {
  const images = allImages(pipeline, "post-merge").slice(0, REPORTS).map(({ id }) => id);
  const suite = pipeline.suites[0]!.id;
  const archive = await report();
  const source: Source = {
    async *runs() {
      for (let id = 1; id <= RUNS; id += 1) yield run(id);
    },
    attempt: () => Promise.reject(new Error("there is one attempt")),
    jobs: async (id) => images.map((image, index) => ({ id: id * 10 + index, name: `${image} / ${suite}`, conclusion: "success", labels: [], created: AT, started: AT, ended: AT, annotations: [] })),
    artifacts: async (id) => images.map((image, index) => ({ id: id * 10 + index, name: `${image}-${suite}-1`, bytes: archive.length, expired: false })),
    archive: async () => archive,
  };
  return async () => {
    const store = await Store.open(folder);
    const { cases } = await collect({ source, store, classify: classifier(pipeline), since: FIRST_DAY });
    await store.close();
    if (cases !== CASES_A_DAY) throw new Error(`${cases} test cases were collected, and ${CASES_A_DAY} were there`);
  };
}

const AT = `${FIRST_DAY}T10:00:00Z`;

function run(id: number): SourceRun {
  return { id, attempt: 1, workflow: ".github/workflows/pr.yaml", event: "push", branch: "pull-request/7", commit: "c".repeat(40), pull: 7, conclusion: "success", created: AT, started: AT, ended: AT };
}

async function report(): Promise<Buffer> {
  const cases = Array.from({ length: CASES }, (_, index) => `<testcase classname="tests.serve.test_module_${index % 50}" name="test_case[parameter-${index}]" time="0.${index}">${index % 50 === 0 ? `<failure message="AssertionError">${"trace ".repeat(200)}</failure>` : ""}</testcase>`);
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`<testsuites><testsuite>${cases.join("")}</testsuite></testsuites>`), "report.xml");
  zip.end();
  return buffer(zip.outputStream);
}

/** Rows made by arithmetic: 100 runs a day with four images each; one test in a thousand fails here and there. */
async function month(folder: string): Promise<() => Promise<unknown>> {
  const database = await Database.open({ folder });
  const cases = Math.ceil(CASES_A_MONTH / DAYS / RUNS / REPORTS);
  for (let at = 0; at < DAYS; at += 1) {
    const date = new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + at * 86_400_000).toISOString().slice(0, 10);
    const write = async (table: string, select: string): Promise<void> => {
      const place = join(folder, table, `day=${date}`);
      await mkdir(place, { recursive: true });
      await database.run(`COPY (SELECT *, 'made' AS batch FROM (${select})) TO ${quoted(join(place, "made.parquet"))} (FORMAT parquet, COMPRESSION zstd)`);
    };
    const runs = `(SELECT ${at * RUNS} + r AS run, 1::INTEGER AS attempt, r FROM range(${RUNS}) t(r))`;
    const time = `TIMESTAMP ${quoted(`${date} 08:00:00`)} + to_minutes(r::BIGINT)`;
    await write("cases", `SELECT run, attempt, 'image-' || i AS image, 'unit' AS suite, 'tests.module_' || (c % 60) || '::test_' || c AS test,
      CASE WHEN hash(run, i, c) % 1000 = 0 THEN 'failed' ELSE 'passed' END AS outcome, 1::INTEGER AS tries, (c % 100) / 10.0 AS seconds, CASE WHEN hash(run, i, c) % 1000 = 0 THEN 'AssertionError' END AS message, ${time} AS at
      FROM ${runs} JOIN range(${REPORTS}) u(i) ON true JOIN range(${cases}) v(c) ON true ORDER BY suite, test`);
    await write("reports", `SELECT run, attempt, 'image-' || i || '-unit-1' AS artifact, 'image-' || i AS image, 'unit' AS suite, ${cases}::INTEGER AS cases, NULL::VARCHAR AS unreadable FROM ${runs} JOIN range(${REPORTS}) u(i) ON true`);
    await write("jobs", `SELECT run, attempt, run * 10 + i AS job, 'image-' || i || ' / unit' AS name, 'test' AS work, 'success' AS conclusion, ${time} AS created, ${time} + INTERVAL 5 MINUTE AS started, ${time} + INTERVAL 25 MINUTE AS ended,
      'tester' AS "runnerClass", 1::INTEGER AS gpus, 'image-' || i AS image, 'one' AS framework, 'unit' AS suite, NULL::VARCHAR AS fault FROM ${runs} JOIN range(${REPORTS}) u(i) ON true`);
    // Two runs a commit: what fails in one and passes in the other flakes.
    await write("runs", `SELECT run, attempt, 'pr.yaml' AS workflow, 'push' AS event, CASE WHEN r % 4 = 0 THEN 'main' ELSE 'pull request' END AS kind, r::INTEGER AS pull, (run // 2)::VARCHAR AS commit, 'failure' AS conclusion,
      ${time} AS created, ${time} AS started, ${time} + INTERVAL 30 MINUTE AS ended FROM ${runs}`);
  }
  database.end();
  return async () => {
    const store = await Store.open(folder);
    const { extent, flakes } = await healthOf(store, FIRST_DAY, new Map([["tester", 4]]));
    await store.close();
    if (extent.cases < CASES_A_MONTH || flakes.length === 0) throw new Error(`the month has ${extent.cases} test cases and ${flakes.length} flaky tests, and ${CASES_A_MONTH} cases are asked for`);
  };
}

const WORKS = { day, month } as const;
export type ColdHistoryWork = keyof typeof WORKS;

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-history-"));
  try {
    const work = await WORKS[process.argv[2] as ColdHistoryWork](folder);
    const [wall, { user, system }] = [performance.now(), process.cpuUsage()];
    await work();
    const processor = process.cpuUsage({ user, system });
    process.stdout.write(JSON.stringify({ wall: performance.now() - wall, processor: (processor.user + processor.system) / 1_000, memory: process.resourceUsage().maxRSS / 1_024 }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void main();
