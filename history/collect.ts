/** Brings what GitHub knows of ended runs into the store, each attempt of a run once, in batches that each stand by themselves. */
import { createHash } from "node:crypto";
import { LARGEST_ARCHIVE, casesOf } from "./archive";
import type { Classifier } from "./classify";
import { LONGEST_NAME, UnreadableReport, clipped, type TestCase } from "./junit";
import { masked } from "./mask";
import type { Source, SourceArtifact, SourceJob, SourceRun } from "./source";
import { attemptKey, type Store } from "./store";
import type { Row, Rows } from "./tables";

/** Runs whose rows are written together: some 20 MB of memory, and all that a broken-off collection loses. */
const BATCH = 25;

/** Requests that are under way at once. GitHub allows 100, for all of a token's users together. */
const AT_ONCE = 4;

export interface Collection {
  readonly source: Source;
  readonly store: Store;
  readonly classify: Classifier;
  /** Runs that were created before this day are not asked for: GitHub lets nobody run them again after 30 days. */
  readonly since: string;
  /** Values that no message may hold. */
  readonly secrets?: readonly string[];
  /** Told of each batch. */
  readonly progress?: (line: string) => void;
}

export interface Collected {
  readonly runs: number;
  readonly jobs: number;
  readonly cases: number;
  /** Reports that could not be read. */
  readonly unreadable: number;
}

/** @throws what the source throws: what was written until then stays, and the next collection goes on from there */
export async function collect({ source, store, classify, since, secrets = [], progress = () => undefined }: Collection): Promise<Collected> {
  const known = await store.known(since);
  const sum = { runs: 0, jobs: 0, cases: 0, unreadable: 0 };
  let open: SourceRun[] = [];
  const write = async (): Promise<void> => {
    if (open.length === 0) return;
    const rows = joined(await eachOf(open, (run) => rowsOf(source, classify, run, secrets)));
    await store.write(batchName(open), rows);
    sum.runs += rows.runs.length;
    sum.jobs += rows.jobs.length;
    sum.cases += rows.cases.length;
    sum.unreadable += rows.reports.filter(({ unreadable }) => unreadable !== null).length;
    progress(`${sum.runs} runs, ${sum.jobs} jobs, ${sum.cases} test cases`);
    open = [];
  };
  for await (const last of source.runs(since)) {
    for (let attempt = 1; attempt <= last.attempt; attempt += 1) {
      if (known.has(attemptKey(last.id, attempt))) continue;
      open.push(attempt === last.attempt ? last : await source.attempt(last.id, attempt));
      if (open.length >= BATCH) await write();
    }
  }
  await write();
  return sum;
}

/** By what is in it: the same runs make the same batch, and two collections at once do not write into each other's files. */
function batchName(runs: readonly SourceRun[]): string {
  const keys = runs.map(({ id, attempt }) => attemptKey(id, attempt));
  return `runs-${runs[0]!.id}-${createHash("sha256").update(keys.join(" ")).digest("hex").slice(0, 16)}`;
}

async function rowsOf(source: Source, classify: Classifier, run: SourceRun, secrets: readonly string[]): Promise<Rows> {
  const [jobs, artifacts] = await Promise.all([source.jobs(run.id, run.attempt), classify.hasReports(run.workflow) ? source.artifacts(run.id) : []]);
  const clean = (text: string): string => masked(text, secrets);
  const reports: Row<"reports">[] = [];
  const cases: Row<"cases">[] = [];
  for (const artifact of artifacts) {
    const name = classify.report(artifact.name);
    if (name === undefined || name.attempt !== run.attempt) continue;
    const key = { run: run.id, attempt: run.attempt };
    const read = await readReport(source, artifact, clean);
    const found = typeof read === "string" ? [] : read;
    reports.push({ ...key, artifact: artifact.name, image: name.image, suite: name.suite, cases: found.length, unreadable: typeof read === "string" ? read : null });
    for (const { message = null, ...each } of found) cases.push({ ...key, image: name.image, suite: name.suite, ...each, message, at: new Date(run.started) });
  }
  return { runs: [runRow(classify, run)], jobs: jobs.map((job) => jobRow(classify, run, job)), reports, cases };
}

/** The cases of an artifact, or why there are none. */
async function readReport(source: Source, { id, bytes, expired }: SourceArtifact, clean: (text: string) => string): Promise<readonly TestCase[] | string> {
  if (expired) return "it was deleted before it was collected";
  try {
    if (bytes > LARGEST_ARCHIVE) return `the archive has ${bytes} bytes: at most ${LARGEST_ARCHIVE} are read`;
    const archive = await source.archive(id);
    return archive === undefined ? "it was deleted before it was collected" : await casesOf(archive, clean);
  } catch (error) {
    if (error instanceof UnreadableReport) return error.message;
    throw error;
  }
}

function runRow(classify: Classifier, run: SourceRun): Row<"runs"> {
  const { id, attempt, workflow, event, commit, conclusion, created, started, ended } = run;
  return { run: id, attempt, workflow: clipped(workflow, LONGEST_NAME), event, commit, conclusion, ...classify.run(run), created: new Date(created), started: new Date(started), ended: new Date(ended) };
}

function jobRow(classify: Classifier, { id: run, attempt }: SourceRun, job: SourceJob): Row<"jobs"> {
  const time = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text));
  return {
    run,
    attempt,
    job: job.id,
    name: clipped(job.name, LONGEST_NAME),
    conclusion: job.conclusion,
    created: new Date(job.created),
    started: time(job.started),
    ended: time(job.ended),
    ...classify.job(job),
  };
}

function joined(all: readonly Rows[]): Rows {
  return { runs: all.flatMap(({ runs }) => runs), jobs: all.flatMap(({ jobs }) => jobs), reports: all.flatMap(({ reports }) => reports), cases: all.flatMap(({ cases }) => cases) };
}

/** Does something to each, a few at once, in order. */
async function eachOf<Of, Result>(items: readonly Of[], work: (item: Of) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
