/** A collection from a server that answers as GitHub does, and what goes wrong on the way. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { openRepository } from "../../cli/github/repository";
import { actionsHistory } from "../../cli/github/actions";
import { classifier } from "../../history/classify";
import { collect, type Collected } from "../../history/collect";
import { Store } from "../../history/store";
import { fixture } from "../fixture";

jest.setTimeout(120_000);

const NOW = new Date("2026-11-05T12:00:00Z");
const SINCE = "2026-11-03";
const { pipeline } = fixture("large");

interface FakeRun {
  readonly id: number;
  readonly path: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly created_at: string;
  attempts: number;
  readonly pull?: number;
}

let runs: FakeRun[];
/** Paths that answer once with a status of their own. */
let failures: Map<RegExp, number>;
let requests: string[];
let archives: Map<number, { name: string; content: Buffer; run: number }>;
let server: Server;
let folder: string;
let store: Store;

beforeEach(async () => {
  runs = [];
  failures = new Map();
  requests = [];
  archives = new Map();
  folder = await mkdtemp(join(tmpdir(), "gpu-cicd-history-"));
  store = await Store.open(folder);
  server = createServer((request, response) => {
    const url = new URL(request.url!, "http://localhost");
    requests.push(`${url.pathname}${url.search}`);
    for (const [path, status] of failures) {
      if (!path.test(url.pathname)) continue;
      failures.delete(path);
      response.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end(`{"message":"ordered"}`);
      return;
    }
    const answer = answerTo(url);
    if (Buffer.isBuffer(answer)) response.writeHead(200, { "content-type": "application/zip" }).end(answer);
    else response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? { message: "Not Found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await store.close();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function answerTo(url: URL): unknown {
  const page = Number(url.searchParams.get("page") ?? 1);
  const per = Number(url.searchParams.get("per_page") ?? 30);
  const path = url.pathname.replace("/repos/ai-dynamo/dynamo/", "");
  const part = (id: RegExp): number[] => (id.exec(path) ?? []).slice(1).map(Number);
  if (path === "actions/runs") {
    const [from = "", to = ""] = (url.searchParams.get("created") ?? "").split("..");
    const found = runs.filter(({ created_at }) => created_at >= from && created_at <= to).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
    // Never more than the first thousand, as GitHub does.
    return { total_count: found.length, workflow_runs: found.slice(0, 1_000).slice((page - 1) * per, page * per).map((run) => answered(run, run.attempts)) };
  }
  const [run, attempt] = part(/^actions\/runs\/(\d+)\/attempts\/(\d+)/);
  if (run !== undefined && path.endsWith("/jobs")) return { total_count: 2, jobs: page === 1 ? jobsOf(run, attempt!) : [] };
  if (run !== undefined) return answered(runs.find(({ id }) => id === run)!, attempt!);
  const [artifactsOf] = part(/^actions\/runs\/(\d+)\/artifacts$/);
  if (artifactsOf !== undefined) {
    const found = [...archives].filter(([, { run: of }]) => of === artifactsOf);
    return { total_count: found.length, artifacts: found.slice((page - 1) * per, page * per).map(([id, { name, content }]) => ({ id, name, size_in_bytes: content.length, expired: false })) };
  }
  const [artifact] = part(/^actions\/artifacts\/(\d+)\/zip$/);
  if (artifact !== undefined) return archives.get(artifact)?.content;
  return /^check-runs\/\d+\/annotations$/.test(path) ? [{ annotation_level: "failure", message: "The self-hosted runner lost communication with the server." }] : undefined;
}

function answered({ id, path, event, head_branch, created_at, pull }: FakeRun, attempt: number): object {
  return {
    id, run_attempt: attempt, path, event, head_branch, head_sha: "c".repeat(40), conclusion: attempt === 1 ? "failure" : "success", created_at, run_started_at: created_at, updated_at: "2026-11-05T11:00:00Z",
    pull_requests: pull === undefined ? [] : [{ number: pull }], actor: { login: "somebody" }, triggering_actor: { login: "somebody" }, head_commit: { author: { email: "somebody@example.org" } },
  };
}

const image = "alpha-amd64";
const suite = pipeline.suites[0]!.id;
const label = pipeline.runnerClasses.find(({ kind }) => kind === "scale-set")!.label;

function jobsOf(run: number, attempt: number): object[] {
  const common = { labels: [label], created_at: "2026-11-04T10:00:00Z", started_at: "2026-11-04T10:05:00Z", completed_at: "2026-11-04T10:20:00Z", check_run_url: `https://api.github.com/repos/o/r/check-runs/${run}` };
  return [
    { ...common, id: run * 10 + attempt, name: `${image} / ${suite}`, conclusion: attempt === 1 ? "failure" : "success" },
    { ...common, id: run * 10 + attempt + 5, name: "notify", conclusion: "skipped" },
  ];
}

function addRun(id: number, more: Partial<FakeRun> = {}): void {
  runs.push({ id, path: ".github/workflows/pr.yaml", event: "push", head_branch: "pull-request/7", created_at: `2026-11-04T10:00:00Z`, attempts: 1, ...more });
}

async function addReport(id: number, run: number, xml: string, name = `${image}-${suite}-1`): Promise<void> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(xml), "report.xml");
  zip.end();
  archives.set(id, { name, content: await buffer(zip.outputStream), run });
}

async function collected(): Promise<Collected> {
  const { port } = server.address() as AddressInfo;
  const repository = await openRepository({ apiUrl: `http://127.0.0.1:${port}`, token: "t", owner: "ai-dynamo", name: "dynamo" });
  return collect({ source: actionsHistory(repository, NOW), store, classify: classifier(pipeline), since: SINCE });
}

async function all(table: string, columns: string): Promise<unknown[]> {
  await store.view(SINCE);
  return store.ask(`SELECT ${columns} FROM ${table} ORDER BY ALL`);
}

test("a run with a report, by what the pipeline calls things", async () => {
  addRun(1);
  await addReport(50, 1, `<testsuite><testcase classname="t" name="a" time="2"/><testcase classname="t" name="b"><failure message="no"/></testcase></testsuite>`);
  expect(await collected()).toEqual({ runs: 1, jobs: 2, cases: 2, unreadable: 0 });
  expect(await all("runs", "run, attempt, kind, pull, conclusion")).toEqual([{ run: 1, attempt: 1, kind: "pull request", pull: 7, conclusion: "failure" }]);
  expect(await all("jobs", `work, image, framework, suite, fault, "runnerClass" IS NOT NULL AS known`)).toEqual([
    { work: "other", image: null, framework: null, suite: null, fault: null, known: true },
    { work: "test", image, framework: "alpha", suite, fault: "runner lost", known: true },
  ]);
  expect(await all("cases", "test, outcome")).toEqual([{ test: "t::a", outcome: "passed" }, { test: "t::b", outcome: "failed" }]);
});

test("no person is named in any file", async () => {
  addRun(1, { head_branch: "somebody/feature" });
  await collected();
  expect(JSON.stringify([await all("runs", "*"), await all("jobs", "*")])).not.toContain("somebody");
});

test("collecting again adds nothing, and asks for no run twice", async () => {
  for (let id = 1; id <= 60; id += 1) addRun(id);
  expect((await collected()).runs).toBe(60);
  requests = [];
  expect(await collected()).toEqual({ runs: 0, jobs: 0, cases: 0, unreadable: 0 });
  expect(requests.filter((path) => !path.includes("/actions/runs?"))).toEqual([]);
  expect(await all("runs", "count(*) AS n")).toEqual([{ n: 60 }]);
});

test("a collection that broke off goes on where it was", async () => {
  for (let id = 1; id <= 60; id += 1) addRun(id);
  failures.set(/\/runs\/40\/attempts\/1\/jobs$/, 403);
  await expect(collected()).rejects.toThrow();
  const [{ n }] = (await all("runs", "count(*) AS n")) as [{ n: number }];
  expect(n).toBeGreaterThan(0);
  expect(n).toBeLessThan(60);
  expect((await collected()).runs).toBe(60 - n);
  expect(await all("jobs", "count(*) AS n")).toEqual([{ n: 120 }]);
});

test("a server that fails once, or asks to wait, is asked again", async () => {
  addRun(1);
  failures.set(/\/actions\/runs$/, 502);
  failures.set(/\/jobs$/, 429);
  expect((await collected()).runs).toBe(1);
});

test("every attempt is its own, and a later one is found when it has ended", async () => {
  addRun(1);
  await collected();
  runs[0]!.attempts = 3;
  await addReport(51, 1, `<testsuite><testcase name="a"/></testsuite>`, `${image}-${suite}-3`);
  expect(await collected()).toMatchObject({ runs: 2, cases: 1 });
  expect(await all("runs", "attempt, conclusion")).toEqual([{ attempt: 1, conclusion: "failure" }, { attempt: 2, conclusion: "success" }, { attempt: 3, conclusion: "success" }]);
  expect(await all("cases", "attempt")).toEqual([{ attempt: 3 }]);
});

test("more runs than GitHub lists for one question are all found", async () => {
  for (let id = 1; id <= 2_300; id += 1) addRun(id, { path: ".github/workflows/other.yml", created_at: new Date(Date.parse("2026-11-04T00:00:00Z") + id * 1_000).toISOString().replace(".000", "") });
  const listed: number[] = [];
  const { port } = server.address() as AddressInfo;
  const repository = await openRepository({ apiUrl: `http://127.0.0.1:${port}`, token: "t", owner: "ai-dynamo", name: "dynamo" });
  for await (const { id } of actionsHistory(repository, NOW).runs(SINCE)) listed.push(id);
  expect(listed).toEqual(Array.from({ length: 2_300 }, (_, index) => index + 1));
});

test("a report that cannot be read is told, and is no run without failures", async () => {
  addRun(1);
  await addReport(50, 1, `<!DOCTYPE x><testsuite/>`);
  await addReport(51, 1, `<testsuite><testcase name="a"/></testsuite>`, `stranger-${suite}-1`);
  expect(await collected()).toMatchObject({ cases: 0, unreadable: 1 });
  expect(await all("reports", "image, unreadable")).toEqual([{ image, unreadable: "it has a document type" }]);
});

test("an artifact that went in between is told", async () => {
  addRun(1);
  await addReport(50, 1, `<testsuite/>`);
  failures.set(/artifacts\/50\/zip$/, 410);
  await collected();
  expect(await all("reports", "unreadable")).toEqual([{ unreadable: "it was deleted before it was collected" }]);
});

test("rows of a batch that never came to its runs do not count", async () => {
  addRun(1);
  await addReport(50, 1, `<testsuite><testcase name="a"/></testsuite>`);
  await collected();
  await rm(join(folder, "runs"), { recursive: true });
  expect(await all("cases", "count(*) AS n")).toEqual([{ n: 0 }]);
  await collected();
  expect(await all("cases", "count(*) AS n")).toEqual([{ n: 1 }]);
});
