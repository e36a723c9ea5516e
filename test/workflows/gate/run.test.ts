import type { PushEvent } from "../../../workflows/gate/event";
import { GITHUB_ACTIONS_APP_ID } from "../../../pipeline/github-apps";
import { judge } from "../../../workflows/gate/merge";
import { readWorkflow, type GateWorkflow } from "../../../workflows/gate/read";
import { runWorkflow, type JobEnd, type RunOptions, type RunResult } from "../../../workflows/gate/run";

const event: PushEvent = { name: "push", sha: "s", actor: "a", ref: "refs/heads/main", files: [] };

/** Runs YAML of `jobs`; each job succeeds unless `ends` says otherwise, by path. */
async function run(jobs: string, ends: Record<string, JobEnd> = {}, options: Partial<RunOptions> = {}, called: Record<string, string> = {}): Promise<RunResult> {
  const files = new Map<string, GateWorkflow>();
  for (const [path, content] of Object.entries(called)) files.set(path, await readWorkflow(path, content));
  const workflow = await readWorkflow("w.yml", `on: push\njobs:\n${jobs}`);
  return runWorkflow(workflow, event, files, ({ path, matrix }) => ends[matrix ? `${path}:${Object.values(matrix).join()}` : path] ?? { outcome: "success" }, {
    repository: "o/r",
    ...options,
  });
}

const step = "runs-on: x, steps: [{ run: 'true' }]";
const contexts = (result: RunResult): Record<string, string> => Object.fromEntries(result.reports.map((report) => [report.context, report.conclusion]));

test("a job whose need failed is skipped, and skipped satisfies a required check", async () => {
  const result = await run(`  a: { ${step} }\n  gate: { needs: a, ${step} }`, { a: { outcome: "failure" } });
  expect(contexts(result)).toEqual({ a: "failure", gate: "skipped" });
  const checks = result.reports.map((report) => ({ ...report, appId: GITHUB_ACTIONS_APP_ID }));
  expect(judge([{ context: "gate", appId: GITHUB_ACTIONS_APP_ID }], checks)).toEqual({ merges: true, blocking: [] });
  expect(judge([{ context: "gate", appId: 1 }], checks)).toEqual({ merges: false, blocking: [{ context: "gate", found: "not reported" }] });
});

test("always() runs the gate, and its condition sees the results", async () => {
  const gate = `  gate: { needs: [a], if: "always() && needs.a.result == 'failure'", ${step} }`;
  expect(contexts(await run(`  a: { ${step} }\n${gate}`, { a: { outcome: "failure" } }))).toEqual({ a: "failure", gate: "success" });
  expect(contexts(await run(`  a: { ${step} }\n${gate}`))).toEqual({ a: "success", gate: "skipped" });
});

test("success() looks at every ancestor: a skip far above skips a job whose own need succeeded", async () => {
  const result = await run(`  a: { if: "false", ${step} }\n  b: { needs: a, if: always(), ${step} }\n  c: { needs: b, ${step} }`);
  expect(result.jobs).toEqual({ a: "skipped", b: "success", c: "skipped" });
});

test("a cancelled run starts only jobs that ask for it", async () => {
  const result = await run(`  a: { ${step} }\n  b: { if: always(), ${step} }\n  c: { if: cancelled(), ${step} }\n  d: { if: "!cancelled()", ${step} }\n  e: { needs: b, if: "!cancelled()", ${step} }`, {}, { cancelled: true });
  // What waits for nothing had begun, and is cancelled; what waited is skipped.
  expect(result.jobs).toEqual({ a: "cancelled", b: "success", c: "success", d: "cancelled", e: "skipped" });
});

test("a job that never ends keeps all that need it pending, the gate too", async () => {
  const result = await run(`  a: { ${step} }\n  gate: { needs: a, if: always(), ${step} }`, { a: { outcome: "never" } });
  expect(contexts(result)).toEqual({ a: "pending", gate: "pending" });
});

test("matrix legs are named by their values, and a skipped matrix by its template", async () => {
  const matrix = "strategy: { matrix: { v: [1, 2], w: [x] } }";
  expect(contexts(await run(`  a: { ${matrix}, ${step} }`))).toEqual({ "a (1, x)": "success", "a (2, x)": "success" });
  expect(contexts(await run(`  a: { name: "T \${{ matrix.v }}", ${matrix}, ${step} }`))).toEqual({ "T 1": "success", "T 2": "success" });
  expect(contexts(await run(`  a: { name: "T \${{ matrix.v }}", if: "false", ${matrix}, ${step} }`))).toEqual({ "T ${{ matrix.v }}": "skipped" });
});

test("one failed leg fails the job; an empty matrix fails it too", async () => {
  const gate = `  gate: { needs: a, if: always(), ${step} }`;
  const jobs = `  plan: { outputs: { m: "\${{ steps.x.outputs.m }}" }, ${step} }\n  a: { needs: plan, strategy: { matrix: { v: "\${{ fromJSON(needs.plan.outputs.m) }}" } }, ${step} }\n${gate}`;
  const some = await run(jobs, { plan: { outcome: "success", outputs: { m: "[1,2]" } }, "a:2": { outcome: "failure" } });
  expect(some.jobs).toEqual({ plan: "success", a: "failure", gate: "success" });
  const none = await run(jobs, { plan: { outcome: "success", outputs: { m: "[]" } } });
  expect(none.jobs).toEqual({ plan: "success", a: "failure", gate: "success" });
});

test("a called workflow reports as caller / called and fails its caller; its outputs come back", async () => {
  const called = {
    ".github/workflows/c.yml": `on: { workflow_call: { inputs: { v: { type: string, default: d } }, outputs: { o: { value: "\${{ jobs.in.outputs.o }}" } } } }
jobs: { in: { name: "In \${{ inputs.v }}", outputs: { o: "\${{ steps.s.outputs.o }}" }, ${step} } }`,
  };
  const jobs = `  out: { uses: ./.github/workflows/c.yml }\n  next: { needs: out, if: "needs.out.outputs.o == 'yes'", ${step} }`;
  const good = await run(jobs, { "out / in": { outcome: "success", outputs: { o: "yes" } } }, {}, called);
  expect(contexts(good)).toEqual({ "out / In d": "success", next: "success" });
  const bad = await run(jobs, { "out / in": { outcome: "failure" } }, {}, called);
  expect(bad.jobs).toEqual({ out: "failure", next: "skipped" });
});

test("continue-on-error hides a failure from needs, not from the checks", async () => {
  const result = await run(`  a: { continue-on-error: true, ${step} }\n  b: { needs: a, ${step} }`, { a: { outcome: "failure" } });
  expect(result.jobs).toEqual({ a: "success", b: "success" });
  expect(contexts(result)).toEqual({ a: "failure", b: "success" });
});

test("every conclusion but success, skipped and neutral blocks, and so does one of two of a name", () => {
  const check = (conclusion: Parameters<typeof judge>[1][number]["conclusion"]) => ({ context: "c", appId: 1, conclusion });
  for (const good of ["success", "skipped", "neutral"] as const) expect(judge([{ context: "c" }], [check(good)]).merges).toBe(true);
  for (const bad of ["failure", "cancelled", "pending", "timed_out", "action_required", "stale"] as const) {
    expect(judge([{ context: "c" }], [check(bad)])).toEqual({ merges: false, blocking: [{ context: "c", found: bad }] });
    expect(judge([{ context: "c" }], [check("success"), check(bad)]).merges).toBe(false);
  }
});

test("jobs that need each other, or one that is not there, are refused", async () => {
  await expect(run(`  a: { needs: b, ${step} }\n  b: { needs: a, ${step} }\n  c: { ${step} }`)).rejects.toThrow("w.yml: a, b need jobs that do not exist or need each other");
});
