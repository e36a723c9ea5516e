/**
 * What act 0.2.89 does otherwise than GitHub, each shown on a small workflow: what act did when it was looked at, and what GitHub documents,
 * which is what the gate model says of the same file. A test here that fails means that act has changed; the scenarios that make up for the
 * fault can then do without.
 *
 * act leaves more out than can be seen from a run: concurrency, permissions, environments and their branch policies, time limits of jobs and
 * the OIDC endpoint, which the host's own environment stands in for here. Nothing in these tests proves any of that.
 */
import { stringify } from "yaml";
import { toolPath } from "../../../sandbox/tools";
import type { PushEvent } from "../../../workflows/gate/event";
import { readWorkflow } from "../../../workflows/gate/read";
import { runWorkflow, type JobRun, type Outcome, type RunOptions } from "../../../workflows/gate/run";
import { triggers } from "../../../workflows/gate/trigger";
import { contentOf } from "../support";
import { ActHost, type ActRun, type Rule } from "./act";
import { adapted, withCheckNames, type ActWorkflow } from "./adapt";

const LABEL = "machine";
const FILE = ".github/workflows/w.yml";
const CALLED = ".github/workflows/called.yml";

let host: ActHost;
beforeAll(async () => {
  host = new ActHost(await toolPath("act"), []);
}, 600_000);
afterAll(() => host.remove());

/** A job whose step runs one command. */
function job(command: string, more: object = {}): object {
  return { "runs-on": LABEL, steps: [{ run: command }], ...more };
}

interface Both {
  readonly act: ActRun;
  /** Checks with their results, as act has them. */
  readonly seen: Readonly<Record<string, string>>;
  /** The same as GitHub documents them. */
  readonly documented: Readonly<Record<string, string>>;
}

interface Case {
  readonly jobs: object;
  readonly called?: object;
  /** How GitHub would end a job, by its check's name. */
  readonly ends?: Readonly<Record<string, Outcome>>;
  readonly rules?: readonly Rule[];
  readonly cancelled?: boolean;
}

async function both({ jobs, called, ends = {}, rules, cancelled = false }: Case): Promise<Both> {
  const files = [
    { path: FILE, content: stringify({ name: "W", on: { push: {} }, jobs }) },
    ...(called === undefined ? [] : [{ path: CALLED, content: stringify({ name: "Called", on: { workflow_call: {} }, jobs: called }) }]),
  ];
  const act = await host.run({ files: adapted(files, [withCheckNames]), workflow: FILE, labels: [LABEL], event: "push", ref: "refs/heads/trunk", rules });
  const seen = Object.fromEntries(act.jobs.map(({ context, shown }) => [context, shown]));
  const read = await Promise.all(files.map(async ({ path, content }) => [path, await readWorkflow(path, content)] as const));
  const outcome = ({ context }: JobRun): { outcome: Outcome } => ({ outcome: ends[context] ?? "success" });
  const options: RunOptions = { repository: "o/r", cancelled };
  const { reports } = runWorkflow(read[0]![1], push("main"), new Map(read), outcome, options);
  return { act, seen, documented: Object.fromEntries(reports.map(({ context, conclusion }) => [context, conclusion])) };
}

function push(branch: string, files: readonly string[] = []): PushEvent {
  return { name: "push", sha: "0".repeat(40), actor: "a", ref: `refs/heads/${branch}`, files };
}

const judge = job("make judgement", { if: "always()" });

test("right: when a job fails, a later one with always() runs and sees it", async () => {
  const { seen, documented } = await both({ jobs: { work: job("exit 1"), gate: { ...judge, needs: ["work"] } }, ends: { work: "failure" } });
  expect(seen).toEqual({ work: "failure", gate: "success" });
  expect(documented).toEqual(seen);
});

test("when a called workflow fails, act starts none of the later jobs, whatever their condition", async () => {
  const jobs = { call: { uses: `./${CALLED}` }, gate: { ...judge, needs: ["call"] } };
  const { act, seen, documented } = await both({ jobs, called: { inner: job("exit 1") }, ends: { "call / inner": "failure" } });
  expect(seen).toEqual({ "call / inner": "failure" });
  expect(act.error).toMatch(/^Error: Job '.*inner@' failed$/);
  expect(documented).toEqual({ "call / inner": "failure", gate: "success" });
});

test("act has no result for what was cancelled, and runs no step of a later job with always(), which then counts as passed", async () => {
  const jobs = { work: job("make it"), gate: { ...judge, needs: ["work"] } };
  const { act, seen, documented } = await both({ jobs, rules: [{ glob: "work|*|make it", ends: "interrupts" }], cancelled: true });
  expect(seen).toEqual({ work: "failure", gate: "success" });
  expect(act.calls.map(({ command }) => command.join(" "))).toEqual(["make it"]);
  // Its steps run on GitHub: a job that starts after the run was cancelled is not cancelled itself.
  expect(documented).toEqual({ work: "cancelled", gate: "success" });
});

test("act shows legs that end after a failed one as failed", async () => {
  const strategy = { "fail-fast": false, "max-parallel": 1, matrix: { leg: [1, 2] } };
  const jobs = { work: job('test "${{ matrix.leg }}" = 2', { name: "Leg ${{ matrix.leg }}", strategy }) };
  const { act, seen, documented } = await both({ jobs, ends: { "Leg 1": "failure" } });
  expect(seen).toEqual({ "Leg 1": "failure", "Leg 2": "failure" });
  expect(act.jobs.map(({ context, result }) => `${context} ${result}`)).toEqual(["Leg 1 failure", "Leg 2 success"]);
  expect(documented).toEqual({ "Leg 1": "failure", "Leg 2": "success" });
});

test("act reports every leg of a matrix that is skipped, GitHub one check under the name as written", async () => {
  const jobs = { work: job("true", { name: "Leg ${{ matrix.leg }}", if: "false", strategy: { matrix: { leg: [1, 2] } } }) };
  const { seen, documented } = await both({ jobs });
  expect(seen).toEqual({ "Leg 1": "skipped", "Leg 2": "skipped" });
  expect(documented).toEqual({ "Leg ${{ matrix.leg }}": "skipped" });
});

test.each([
  ["branches", { push: { branches: ["trunk"] } }],
  ["paths", { push: { paths: ["lib/**"] } }],
])("act starts a workflow that a filter of %s leaves out", async (_kind, on) => {
  const file = { path: FILE, content: stringify({ name: "W", on, jobs: { work: job("true") } }) };
  const act = await host.run({ files: adapted([file], [withCheckNames]), workflow: FILE, labels: [LABEL], event: "push", ref: "refs/heads/topic" });
  expect(act.jobs.map(({ context, result }) => `${context} ${result}`)).toEqual(["work success"]);
  expect(triggers(await readWorkflow(FILE, file.content), push("topic", ["docs/a.md"]))).toBe(false);
});

test("act starts Docker for a job in a container, also where its runner is the host", async () => {
  const { act, seen } = await both({ jobs: { work: job("true", { container: { image: "registry.invalid/image:1" } }) } });
  expect(seen).toEqual({ work: "failure" });
  expect(act.text).toContain("nowhere/docker.sock");
});

test("act refuses a permission that is newer than its schema", async () => {
  const file = { path: FILE, content: contentOf(".github/workflows/image-publish.yml") };
  const called: ActWorkflow = { name: "W", on: { push: {} }, jobs: { call: { uses: `./${FILE}`, permissions: { "artifact-metadata": "write" } } } };
  const path = ".github/workflows/caller.yml";
  const act = await host.run({ files: [file, { path, content: stringify(called) }], workflow: path, labels: [LABEL], event: "push", ref: "refs/heads/trunk" });
  expect(act.status).toBe(1);
  expect(act.text).toContain("Unknown Property artifact-metadata");
});
