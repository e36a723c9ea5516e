/** Where tests run: the same tests whatever decides on their machines, each once, and on main all of them. */
import { compileMarkers } from "../../../pipeline/markers";
import type { Mode, Pipeline } from "../../../pipeline/model";
import { images } from "../../../pipeline/images";
import { resolvePipeline } from "../../../pipeline/resolve";
import { configuredSeed } from "../../../pipeline/seed";
import { seedSuites } from "../../../pipeline/seed/suites";
import { markersOf, plannedTests, untestedWhy } from "../../../pipeline/tests";
import { ConfigError } from "../../../config/read";
import { fixture, fixtureWith } from "../../fixture";
import { CPU_CLASS, JOINED, placedFixture, placedValues } from "../../fixture/placement";

const MODES: readonly Mode[] = ["pull-request", "post-merge", "nightly"];
const FRAMEWORK = "vllm";

/** Every test that there can be, by its markers: one of each kind of marker, or none. */
const ALL_TESTS = combinations([
  ["pre_merge", "post_merge", "nightly", "fast", "merged", "night", undefined],
  ["unit", "integration", "e2e", undefined],
  ["gpu_0", "gpu_1", "gpu_2", "gpu_4", "gpu_8", undefined],
  [FRAMEWORK, "sglang", undefined],
]);

function combinations(choices: readonly (readonly (string | undefined)[])[]): ReadonlySet<string>[] {
  const lists = choices.reduce<string[][]>((made, options) => made.flatMap((each) => options.map((option) => (option === undefined ? each : [...each, option]))), [[]]);
  return lists.map((list) => new Set(list));
}

/** For each test the suites that run it for real, with their GPUs. */
function runs(pipeline: Pick<Pipeline, "suites">, mode: Mode): { readonly id: string; readonly gpus: number }[][] {
  const compiled = pipeline.suites.flatMap(({ id, gpus, modes, markers }) => (modes.includes(mode) ? [{ id, gpus, matches: compileMarkers(markersOf(markers[mode] ?? "", FRAMEWORK)).matches }] : []));
  return ALL_TESTS.map((markers) => compiled.filter(({ matches }) => matches(markers)).map(({ id, gpus }) => ({ id, gpus })));
}

const CPU = "hosted-amd64";
const seed = (by: "suite" | "need"): Pipeline => resolvePipeline({ ...configuredSeed, testPlacement: { ...configuredSeed.testPlacement, by, cpuRunners: { amd64: CPU } } });

describe.each([
  ["the default pipeline", () => [seed("suite"), seed("need")] as const],
  ["the fixture", () => [fixture().pipeline, placedFixture().pipeline] as const],
])("%s", (_, read) => {
  const [bySuite, byNeed] = read();

  test.each(MODES)("runs the same tests by suite and by need, each once: %s", (mode) => {
    const [before, after] = [runs(bySuite, mode), runs(byNeed, mode)];
    expect(after.map(({ length }) => length)).toEqual(before.map(({ length }) => length));
    expect(Math.max(...after.map(({ length }) => length))).toBe(1);
    expect(after.filter(({ length }) => length === 1).length).toBeGreaterThanOrEqual(4);
  });

  test.each(MODES)("gives a GPU to every test but those that say they need none: %s", (mode) => {
    const [before, after] = [runs(bySuite, mode), runs(byNeed, mode)];
    const moved = ALL_TESTS.filter((_, index) => before[index]![0]?.gpus !== after[index]![0]?.gpus);
    expect(moved.length).toBeGreaterThan(0);
    for (const markers of moved) expect([...markers]).toContain("gpu_0");
  });
});

test("suites that join are two jobs, with the sum of what they need", () => {
  const { suites } = seed("need");
  expect(suites.map(({ id }) => id)).toEqual(["tests-cpu", "tests-gpu", "e2e-long", "e2e-multi-gpu"]);
  const [cpu, gpu] = suites;
  expect(cpu).toMatchObject({ gpus: 0, kind: "e2e", timeoutMinutes: 255, runners: { amd64: CPU, arm64: "tester-arm64" }, testContract: { services: ["minio"] } });
  expect(gpu).toMatchObject({ gpus: 1, kind: "e2e", timeoutMinutes: 255, runners: { amd64: "tester-amd64-gpu" } });
  expect(Object.keys(gpu!.collectOnly)).toEqual(["arm64"]);
  expect(seedSuites.filter(({ joins }) => joins !== undefined)).toHaveLength(3);
});

test("the durations of joined jobs are those of their parts, and what config says stays", () => {
  const durations = { unit: { median: 10, p95: 20 }, integration: { median: 4, p95: 8 }, e2e: { median: 30, p95: 50 } };
  const withLoad = (suites: object) => (values: Record<string, unknown>) => {
    const load = values["load"] as { readonly durations: object };
    return { ...values, load: { ...load, durations: { ...load.durations, tests: durations, suites, withoutGpu: { unit: 0.5, integration: 0, e2e: 0.1 } } } };
  };
  const of = (suites: object) => placedFixture({}, withLoad(suites)).infrastructure.load.durations.suites;
  expect(of({})).toMatchObject({ [`${JOINED}-cpu`]: { median: 8, p95: 15 }, [`${JOINED}-gpu`]: { median: 32, p95: 55 } });
  expect(of({ [`${JOINED}-gpu`]: { median: 3, p95: 4 } })).toMatchObject({ [`${JOINED}-gpu`]: { median: 3, p95: 4 } });
  expect(of({ quick: { median: 2, p95: 2 } })).toMatchObject({ [`${JOINED}-cpu`]: { median: 4, p95: 6 } });
});

test("GPU tests of a pull request are split into shards that take as long as each other; main runs them whole", () => {
  const { pipeline, infrastructure } = placedFixture({ gpuShards: 3 });
  const on = (mode: Mode): string[] => plannedTests(pipeline, mode, images(pipeline, mode)).filter(({ image }) => image === "alpha-amd64").map(({ suite }) => suite);
  expect(on("pull-request")).toEqual(["main-cpu", "main-gpu-1", "main-gpu-2", "main-gpu-3"]);
  expect(on("post-merge")).toEqual(["main-cpu", "main-gpu", "joint", "pairs"]);
  const shards = pipeline.suites.filter(({ shard }) => shard !== undefined);
  expect(shards.map(({ shard }) => shard)).toEqual([1, 2, 3].map((number) => ({ number, of: 3 })));
  expect(new Set(shards.map(({ markers, runners, gpus, timeoutMinutes }) => JSON.stringify([markers, runners, gpus, timeoutMinutes]))).size).toBe(1);
  const { suites } = infrastructure.load.durations;
  expect(suites["main-gpu-1"]!.median * 3).toBeCloseTo(suites["main-gpu"]!.median, 6);
});

test("one CUDA version takes the GPU tests of a pull request; main leaves nothing out", () => {
  const every = placedFixture().pipeline;
  const one = placedFixture({ pullRequestGpus: "primary-version" }).pipeline;
  const on = (pipeline: Pipeline, mode: Mode): string[] => plannedTests(pipeline, mode, images(pipeline, mode)).map(({ suite, image }) => `${suite} on ${image}`).filter((each) => /on alpha.*amd64/.test(each));
  expect(on(every, "pull-request")).toEqual(["main-cpu on alpha-amd64", "main-gpu on alpha-amd64", "main-cpu on alpha-cuda13-amd64", "main-gpu on alpha-cuda13-amd64"]);
  expect(on(one, "pull-request")).toEqual(["main-cpu on alpha-amd64", "main-gpu on alpha-amd64", "main-cpu on alpha-cuda13-amd64"]);
  for (const mode of ["post-merge", "nightly"] as const) expect(plannedTests(one, mode, images(one, mode))).toEqual(plannedTests(every, mode, images(every, mode)));
});

test("an image whose suites all take GPUs is excused on a pull request, with the reason, and main tests it", () => {
  const { pipeline } = fixtureWith("large", (values) => ({ ...values, testPlacement: { pullRequestGpus: "primary-version" } }));
  const other = images(pipeline, "pull-request").find(({ id }) => id === "alpha-cuda13-amd64")!;
  expect(plannedTests(pipeline, "pull-request", [other])).toEqual([]);
  expect(untestedWhy(pipeline, "pull-request", other)).toBe("On a pull request the GPU tests of Alpha run with CUDA 12.8 alone; main tests this image.");
  expect(untestedWhy(pipeline, "post-merge", other)).toBeUndefined();
  expect(plannedTests(pipeline, "post-merge", [other])).not.toEqual([]);
});

test("where tests run is one word of config: machines that wait for it are no finding, and none of their jobs runs", () => {
  const { pipeline } = placedFixture({ by: "suite" });
  expect(pipeline.suites.map(({ id }) => id)).toEqual(fixture().pipeline.suites.map(({ id }) => id));
  expect(pipeline.suites.flatMap(({ runners }) => Object.values(runners))).not.toContain(CPU_CLASS);
});

test("suites that join agree, and what needs no GPU gets none: all findings at once", () => {
  const disagreeing = (values: Record<string, unknown>) => {
    const placed = placedValues(values);
    const suites = placed["suites"] as readonly { readonly id: string }[];
    return { ...placed, suites: suites.map((suite) => (suite.id === "whole" ? { ...suite, gpus: 2, modes: ["nightly"], testContract: { workers: 3 } } : suite)) };
  };
  const said = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
      throw error;
    }
    return "";
  };
  expect(said(() => fixtureWith("large", disagreeing))).toMatch(/gpus[^]*modes|modes[^]*gpus/);
  expect(said(() => fixtureWith("large", disagreeing))).toContain("testContract");
  expect(said(() => placedFixture({ cpuRunners: {} }))).toContain("testPlacement.cpuRunners.amd64");
  expect(said(() => placedFixture({ cpuRunners: { amd64: "nobody" } }))).toContain('"nobody"');
});
