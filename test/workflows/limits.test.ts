import { componentImages } from "../../pipeline/images";
import type { Framework, Pipeline, TestSuite } from "../../pipeline/model";
import { LimitsError, renderFiles } from "../../workflows/index";
import { enforceLimits, FILE_BYTES } from "../../workflows/limits";
import type { Workflow } from "../../workflows/syntax";
import { pipeline, settings } from "./support";

function withFrameworks(count: number): Pipeline {
  const [model] = pipeline.frameworks as readonly [Framework];
  const frameworks = Array.from({ length: count }, (_, index) => ({ ...model, id: `fw${index}`, title: `Framework ${index}`, owns: [`fw${index}/**`] }));
  return { ...pipeline, frameworks, deployments: { ...pipeline.deployments, tests: [] } };
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

test("fifty frameworks, two hundred images, render within what GitHub takes", () => {
  const files = renderFiles(withFrameworks(50), settings);
  for (const { path, content } of files) expect([path, Buffer.byteLength(content) <= FILE_BYTES]).toEqual([path, true]);
  expect(files.find(({ path }) => path.endsWith("pr.yaml"))?.content.match(/uses: \.\/\.github\/workflows\/image\.yml/g)).toHaveLength(50 * 4 + componentImages(pipeline, "pull-request").length);
});

test("more deployment tests than a matrix has legs are refused", () => {
  const tests = Array.from({ length: 257 }, (_, index) => ({ framework: "alpha", profile: `agg${index}`, manifest: "m.yaml", gpus: 1 }));
  const found = findings({ ...pipeline, deployments: { ...pipeline.deployments, tests } });
  expect(found).toContainEqual({ path: "ci-test-suite.yml on push: deployment tests of alpha", found: "257 matrix legs", allowed: "at most 256" });
});

test("results that do not fit one environment variable are refused", () => {
  const found = findings(withFrameworks(150));
  expect(found.map(({ path }) => path)).toContain("pr.yaml on push: results that the verdict reads");
  expect(found.every(({ allowed }) => /^at most \d+$/.test(allowed))).toBe(true);
});

describe("reusable workflows", () => {
  const called = (uses: readonly string[]): Workflow => ({
    name: "w",
    on: { workflow_call: {} },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: Object.fromEntries(uses.map((file, index) => [`call${index}`, { permissions: {}, uses: `./.github/workflows/${file}` as const }])),
  });
  const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `w${index}.yml`);

  function refused(workflows: Readonly<Record<string, Workflow>>): string[] {
    try {
      enforceLimits(pipeline, workflows, []);
    } catch (error) {
      if (error instanceof LimitsError) return error.findings.map(({ path, found, allowed }) => `${path}: ${found}, ${allowed}`);
      throw error;
    }
    return [];
  }

  test("as many as GitHub takes are taken, one more is refused", () => {
    const leaves = Object.fromEntries(named(51).map((file) => [file, called([])]));
    expect(refused({ ...leaves, "main.yml": called(named(50)) })).toEqual([]);
    expect(refused({ ...leaves, "main.yml": called(named(51)) })).toEqual(["main.yml: reusable workflows called: 51 files, at most 50"]);
  });

  test("calls nest as deep as GitHub takes, and no deeper", () => {
    const chain = (length: number): Record<string, Workflow> => Object.fromEntries(named(length + 1).map((file, index) => [file, called(index === length ? [] : [`w${index + 1}.yml`])]));
    expect(refused(chain(10))).toEqual([]);
    expect(refused(chain(11))).toEqual(["w0.yml: nesting of calls: 11 levels, at most 10"]);
  });

  test("a circle of calls is refused, and does not go on for ever", () => {
    expect(refused({ "a.yml": called(["b.yml"]), "b.yml": called(["a.yml"]) })).toEqual(["a.yml: nesting of calls: endless levels, at most 10", "b.yml: nesting of calls: endless levels, at most 10"]);
  });
});

test("a file that the contents API does not take whole is refused, by bytes and not by characters", () => {
  const file = (content: string) => ({ path: ".github/workflows/README.md", content });
  expect(() => enforceLimits(pipeline, {}, [file("x".repeat(1_000_000))])).not.toThrow();
  expect(() => enforceLimits(pipeline, {}, [file("\u00e9".repeat(500_001))])).toThrow(".github/workflows/README.md: found 1000002 bytes; allowed: at most 1000000");
});

test("outputs of a job that are too large are refused", () => {
  const [suite] = pipeline.suites as readonly [TestSuite];
  const suites = [{ ...suite, markers: { ...suite.markers, "post-merge": "m".repeat(1_000_000) } }, ...pipeline.suites.slice(1)];
  expect(findings({ ...pipeline, suites })).toContainEqual({ path: "ci-test-suite.yml on push: outputs of plan", found: expect.stringMatching(/^\d{7} bytes$/) as string, allowed: "at most 1000000" });
});

test("an id that GitHub does not take for a job is refused", () => {
  const [first, ...rest] = pipeline.frameworks as readonly [Framework, ...Framework[]];
  const numbered = { ...pipeline, frameworks: [{ ...first, id: "9alpha" }, ...rest], deployments: { ...pipeline.deployments, tests: [] } };
  expect(findings(numbered)).toContainEqual({ path: "pr.yaml: job", found: '"9alpha-amd64"', allowed: "an id that matches ^[A-Za-z_][A-Za-z0-9_-]{0,99}$" });
});

test("a hosted runner cannot test images, and a GPU class cannot build them", () => {
  const suites = pipeline.suites.map((suite, index) => (index === 0 ? { ...suite, runners: { amd64: "hosted-x64" } } : suite));
  expect(findings({ ...pipeline, suites })).toContainEqual({
    path: "pipeline.runnerClasses[0]",
    found: "a hosted runner that tests images",
    allowed: "a scale set: hosted machines cannot pull the image",
  });
  expect(findings({ ...pipeline, builders: { ...pipeline.builders, amd64: "bench-gpu" } })).toContainEqual({
    path: "pipeline.runnerClasses[3].pod.gpus",
    found: "a GPU class that builds and tests",
    allowed: "one of the two: a Docker daemon beside the runner has no GPU",
  });
});

test("the error lists every finding, one a line", () => {
  expect(new LimitsError([{ path: "a", found: "b", allowed: "c" }, { path: "d", found: "e", allowed: "f" }]).message).toBe(
    "The workflows do not fit what GitHub takes:\n  a: found b; allowed: c\n  d: found e; allowed: f",
  );
});
