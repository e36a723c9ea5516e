/** The list of switched jobs, which the renderer, the plan and the verdict share. */
import fc from "fast-check";
import { allImages } from "../../pipeline/images";
import type { DeploymentTest, Pipeline } from "../../pipeline/model";
import type { Plan, PlanScope } from "../../pipeline/plan";
import { select, WORKFLOW_FILES } from "../../pipeline/select";
import { judge } from "../../workflows/judge";
import { deploymentsJobs, imageLegs, occasions, switchedJobs } from "../../workflows/legs";
import { planOutputs } from "../../workflows/plan-outputs";
import { pipeline, workflows } from "./support";

const SCOPES: readonly PlanScope[] = ["direct", "backend", "suite"];
const RUN = { tagPrefix: "abc-" };

const paths = fc.constantFrom(
  "docs/a.md",
  "lib/llm/src/a.rs",
  "engines/alpha/a.py",
  "engines/beta/a.py",
  "web/a.py",
  "images/gamma.Dockerfile",
  "ops/manager/main.go",
  ".github/workflows/pr.yaml",
  "tools/a.sh",
  "nobody/knows.xyz",
);
const cases = fc.constantFrom(...SCOPES).chain((scope) => fc.tuple(fc.constant(scope), fc.constantFrom(...occasions(pipeline, scope)), fc.uniqueArray(paths)));

test.each(SCOPES)("the workflow of scope %s has exactly the switched jobs, beside plan, verdict and notification", (scope) => {
  const jobs = Object.keys(workflows[WORKFLOW_FILES[scope]]?.jobs ?? {});
  const beside = ["plan", "notify", "core-gate", "images-gate", "ci-test-suite-status"];
  expect(jobs.filter((id) => !beside.includes(id))).toEqual(switchedJobs(pipeline, scope).map(({ id }) => id));
});

test("each switched job runs only when the plan names it", () => {
  for (const scope of SCOPES) {
    for (const { id } of switchedJobs(pipeline, scope)) {
      expect(workflows[WORKFLOW_FILES[scope]]?.jobs[id]?.if).toBe(`contains(fromJSON(needs.plan.outputs.jobs), '${id}')`);
    }
  }
});

test("whatever changes, exactly the planned images have a job that runs, and each of them knows its tests", () => {
  fc.assert(
    fc.property(cases, ([scope, event, changed]) => {
      const plan = select(pipeline, event, { known: true, files: changed.map((path) => ({ path, status: "modified" })) }, scope);
      const outputs = planOutputs(pipeline, plan, scope, RUN);
      const jobs = JSON.parse(outputs.jobs ?? "") as string[];
      const running = imageLegs(pipeline, scope).filter(({ jobId }) => jobs.includes(jobId));
      expect(running.map(({ image }) => image.id).sort()).toEqual(plan.images.map(({ id }) => id).sort());
      const tests = JSON.parse(outputs.tests ?? "") as Record<string, string>;
      const suites = JSON.parse(outputs.suites ?? "") as Record<string, { suite: string }[]>;
      for (const { id } of plan.images) {
        const listed = suites[tests[id] ?? ""]?.map(({ suite }) => suite);
        expect(listed).toEqual(plan.tests.filter(({ image }) => image === id).map(({ suite }) => suite));
      }
    }),
    { numRuns: 200 },
  );
});

test("whatever changes, results as planned pass, and one job that is off does not", () => {
  fc.assert(
    fc.property(cases, fc.nat(), ([scope, event, changed], pick) => {
      const plan = select(pipeline, event, { known: true, files: changed.map((path) => ({ path, status: "modified" })) }, scope);
      const jobs = JSON.parse(planOutputs(pipeline, plan, scope, RUN).jobs ?? "") as string[];
      const ids = switchedJobs(pipeline, scope).map(({ id }) => id);
      const good = Object.fromEntries([["plan", { result: "success" }], ...ids.map((id) => [id, { result: jobs.includes(id) ? "success" : "skipped" }])]);
      expect(judge(good, jobs).passed).toBe(true);
      const off = ids[pick % ids.length] ?? "";
      const result = jobs.includes(off) ? "skipped" : "success";
      expect(judge({ ...good, [off]: { result } }, jobs).problems.map(({ job }) => job)).toEqual([off]);
    }),
  );
});

test("on main, every part belongs to one workflow: no image is built twice", () => {
  const event = { name: "push", ref: "refs/heads/trunk" } as const;
  const built = (["backend", "suite"] as const).flatMap((scope) => select(pipeline, event, { known: false, why: "x" }, scope).images.map(({ id }) => id));
  expect(new Set(built).size).toBe(built.length);
  expect([...built].sort()).toEqual(allImages(pipeline, "post-merge").map(({ id }) => id).sort());
});

describe("deployment tests", () => {
  const main = { name: "push", ref: "refs/heads/trunk" } as const;
  const whole = select(pipeline, main, { known: false, why: "x" }, "suite");
  const deciding = (plan: Plan): string[] => switchedJobs(pipeline, "suite").flatMap(({ id, decide }) => (id.startsWith("deployments-") && decide(plan).run ? [id] : []));

  test("are one job a framework that has any, and of all frameworks, switched off, where none has", () => {
    const jobs = (tests: readonly DeploymentTest[]): string[] => deploymentsJobs({ ...pipeline, deployments: { ...pipeline.deployments, tests } }).map(({ id, imageJob }) => `${id} of ${imageJob}`);
    const [alpha, beta, gamma] = ["deployments-alpha of alpha-amd64", "deployments-beta of beta-amd64", "deployments-gamma of gamma-cuda13-amd64"];
    expect(jobs(pipeline.deployments.tests)).toEqual([alpha, beta, gamma]);
    expect(jobs(pipeline.deployments.tests.filter(({ framework }) => framework === "beta"))).toEqual([beta]);
    expect(jobs([])).toEqual([alpha, beta, gamma]);
    const off: Pipeline = { ...pipeline, deployments: { ...pipeline.deployments, tests: [] } };
    expect(deciding(select(off, main, { known: false, why: "x" }, "suite"))).toEqual([]);
  });

  test("run where the plan has a graph of the framework: GitHub takes no matrix without a leg", () => {
    expect(deciding(whole)).toEqual(["deployments-alpha", "deployments-beta", "deployments-gamma"]);
    const without = { ...whole, deployments: whole.deployments.filter(({ framework }) => framework !== "beta") };
    expect(deciding(without)).toEqual(["deployments-alpha", "deployments-gamma"]);
  });
});
