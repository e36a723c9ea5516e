import type { Framework, Pipeline } from "../../pipeline/model";
import { seedPipeline } from "../../pipeline/seed";
import { LimitsError, renderFiles } from "../../workflows/index";
import { settings } from "./support";

function withFrameworks(count: number): Pipeline {
  const [model] = seedPipeline.frameworks as readonly [Framework];
  const frameworks = Array.from({ length: count }, (_, index) => ({ ...model, id: `fw${index}`, title: `Framework ${index}`, owns: [`fw${index}/**`] }));
  return { ...seedPipeline, frameworks, deployments: { ...seedPipeline.deployments, tests: [] } };
}

function findings(pipeline: Pipeline): { path: string; found: string; allowed: string }[] {
  try {
    renderFiles(pipeline, settings);
  } catch (error) {
    if (error instanceof LimitsError) return [...error.findings];
    throw error;
  }
  return [];
}

test("fifty frameworks, two hundred images, render within what GitHub takes, in under two seconds", () => {
  const start = process.hrtime.bigint();
  const files = renderFiles(withFrameworks(50), settings);
  expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(2);
  expect(files.find(({ path }) => path.endsWith("pr.yaml"))?.content.match(/uses: \.\/\.github\/workflows\/image\.yml/g)).toHaveLength(50 * 4 + 4);
});

test("more deployment tests than a matrix has legs are refused, and so is a namespace that is too long, both in one error", () => {
  const tests = Array.from({ length: 257 }, (_, index) => ({ framework: "vllm", profile: `agg${index}`, manifest: "m.yaml", gpus: 1 }));
  const long = { framework: "vllm", profile: "a-profile-with-a-name-of-fifty-characters-or-so-x", manifest: "m.yaml", gpus: 1 };
  const found = findings({ ...seedPipeline, deployments: { ...seedPipeline.deployments, tests: [...tests, long] } });
  expect(found).toContainEqual({ path: "ci-test-suite.yml on push: deployment tests", found: "258 matrix legs", allowed: "at most 256" });
  expect(found).toContainEqual({
    path: "pipeline.deployments.tests[257]: namespace dynamo-ci-999999999999-99-vllm-a-profile-with-a-name-of-fifty-characters-or-so-x",
    found: "80 characters",
    allowed: "at most 63",
  });
});

test("results that do not fit one environment variable are refused", () => {
  const found = findings(withFrameworks(150));
  expect(found.map(({ path }) => path)).toContain("pr.yaml on push: results that the verdict reads");
  expect(found.every(({ allowed }) => /^at most \d+$/.test(allowed))).toBe(true);
});

test("an id that GitHub does not take for a job is refused", () => {
  const [first, ...rest] = seedPipeline.frameworks as readonly [Framework, ...Framework[]];
  const pipeline = { ...seedPipeline, frameworks: [{ ...first, id: "9vllm" }, ...rest], deployments: { ...seedPipeline.deployments, tests: [] } };
  expect(findings(pipeline)).toContainEqual({ path: "pr.yaml: job", found: '"9vllm-amd64"', allowed: "an id that matches ^[A-Za-z_][A-Za-z0-9_-]{0,99}$" });
});

test("a hosted runner cannot test images, and a GPU class cannot build them", () => {
  const suites = seedPipeline.suites.map((suite, index) => (index === 0 ? { ...suite, runners: { amd64: "hosted-amd64" } } : suite));
  expect(findings({ ...seedPipeline, suites })).toContainEqual({
    path: 'pipeline.runnerClasses[0] "hosted-amd64"',
    found: "a hosted runner that tests images",
    allowed: "a scale set: hosted machines cannot pull the image",
  });
  expect(findings({ ...seedPipeline, builders: { ...seedPipeline.builders, amd64: "tester-amd64-gpu" } })).toContainEqual({
    path: 'pipeline.runnerClasses[3] "tester-amd64-gpu"',
    found: "a GPU class that builds and tests",
    allowed: "one of the two: a Docker daemon beside the runner has no GPU",
  });
});

test("the error lists every finding, one a line", () => {
  expect(new LimitsError([{ path: "a", found: "b", allowed: "c" }, { path: "d", found: "e", allowed: "f" }]).message).toBe(
    "The workflows do not fit what GitHub takes:\n  a: found b; allowed: c\n  d: found e; allowed: f",
  );
});
