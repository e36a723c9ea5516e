/** The tables of the system that the default pipeline describes: events, checks, modes, matrix, watched paths, test types, tags. */
import { componentImages, images, movablePrefixes, tagPatterns } from "../../pipeline/images";
import { modeOf } from "../../pipeline/events";
import { select, WORKFLOW_FILES } from "../../pipeline/select";
import { seedPipeline, TRTLLM_CUDA_CONTRADICTION } from "../../pipeline/seed";
import type { Mode } from "../../pipeline/model";
import type { PipelineEvent, Plan } from "../../pipeline/plan";
import { files } from "./fixtures";

const MIRROR: PipelineEvent = { name: "push", ref: "refs/heads/pull-request/123" };
const MAIN: PipelineEvent = { name: "push", ref: "refs/heads/main" };
const RELEASE: PipelineEvent = { name: "push", ref: "refs/heads/release/0.9.0" };
const NIGHTLY: PipelineEvent = { name: "schedule", ref: "refs/heads/main" };

/** Parts of a plan that run, and the frameworks whose images are built. */
function running(plan: Plan): string[] {
  const parts = Object.entries(plan.parts).flatMap(([part, { run }]) => (run ? [part] : []));
  const frameworks = new Set(plan.images.filter(({ subject }) => subject.kind === "framework").map(({ subject }) => subject.id));
  return [...parts.filter((part) => part !== "frameworks"), ...frameworks].sort();
}

describe("the default pipeline", () => {
  it("requires five checks: four on every pull request, the fifth after the mirror", () => {
    expect(seedPipeline.requiredChecks.map(({ context, reports, appId }) => [context, reports, appId])).toEqual([
      ["pre-commit", "every-pull-request", 15368],
      ["copyright-checks", "every-pull-request", 15368],
      ["DCO", "every-pull-request", 1861],
      ["dynamo-status-check", "every-pull-request", 15368],
      ["backend-status-check", "after-mirror", 15368],
    ]);
  });

  it.each<[PipelineEvent, Mode]>([
    [{ name: "pull_request", ref: "refs/pull/7/merge" }, "pull-request"],
    [MIRROR, "pull-request"],
    [MAIN, "post-merge"],
    [RELEASE, "post-merge"],
    [NIGHTLY, "nightly"],
    [{ name: "workflow_dispatch", ref: "refs/heads/main" }, "nightly"],
  ])("runs %o in %s mode", (event, mode) => {
    expect(modeOf(seedPipeline, event)).toBe(mode);
  });

  it("builds 4 + 4 + 2 framework images in every mode", () => {
    for (const mode of ["pull-request", "post-merge", "nightly"] as const) {
      const built = images(seedPipeline, mode);
      const count = (framework: string): number => built.filter(({ subject }) => subject.id === framework).length;
      expect([count("vllm"), count("sglang"), count("trtllm"), built.length]).toEqual([4, 4, 2, 10]);
    }
  });

  it("builds each framework for its CUDA versions", () => {
    expect(seedPipeline.frameworks.map(({ id, cuda }) => [id, cuda["pull-request"]])).toEqual([
      ["vllm", ["12.9", "13.0"]],
      ["sglang", ["12.9", "13.0"]],
      ["trtllm", ["13.0"]],
    ]);
    const [, , trtllm] = seedPipeline.frameworks;
    expect([...new Set(Object.values(trtllm!.cuda).flat())]).toEqual([TRTLLM_CUDA_CONTRADICTION.chosen]);
  });

  it("still builds ten images with TRT-LLM at the other version", () => {
    const other = { "pull-request": ["12.9"], "post-merge": ["12.9"], nightly: ["12.9"] } as const;
    const frameworks = seedPipeline.frameworks.map((framework) => (framework.id === "trtllm" ? { ...framework, cuda: other } : framework));
    expect(images({ ...seedPipeline, frameworks }, "post-merge").map(({ tag }) => tag)).toEqual(
      expect.arrayContaining(["main-trtllm-amd64", "main-trtllm-arm64"]),
    );
    expect(images({ ...seedPipeline, frameworks }, "post-merge")).toHaveLength(10);
  });

  it("tags images by mode, with -cuda13 before the architecture", () => {
    expect(images(seedPipeline, "post-merge").map(({ tag }) => tag)).toEqual([
      "main-vllm-amd64",
      "main-vllm-arm64",
      "main-vllm-cuda13-amd64",
      "main-vllm-cuda13-arm64",
      "main-sglang-amd64",
      "main-sglang-arm64",
      "main-sglang-cuda13-amd64",
      "main-sglang-cuda13-arm64",
      "main-trtllm-cuda13-amd64",
      "main-trtllm-cuda13-arm64",
    ]);
    expect(images(seedPipeline, "nightly")[2]?.tag).toBe("nightly-vllm-cuda13-amd64");
    expect(images(seedPipeline, "pull-request")[0]?.tag).toBe("{sha}-vllm-amd64");
    expect(componentImages(seedPipeline, "pull-request").map(({ tag }) => tag)).toEqual([
      "{sha}-operator-amd64",
      "{sha}-operator-arm64",
      "{sha}-frontend-amd64",
      "{sha}-frontend-arm64",
    ]);
  });

  it("moves main's and the nightly tags, and no others", () => {
    expect(movablePrefixes(seedPipeline)).toEqual(["main-", "nightly-"]);
    expect(tagPatterns(seedPipeline)).toEqual([
      {
        mode: "pull-request",
        prefix: "{sha}-",
        pattern: "{sha}-{framework}[-cuda13]-{arch}",
        example: "abc123-vllm-amd64",
        movable: false,
      },
      { mode: "post-merge", prefix: "main-", pattern: "main-{framework}[-cuda13]-{arch}", example: "main-vllm-amd64", movable: true },
      { mode: "nightly", prefix: "nightly-", pattern: "nightly-{framework}[-cuda13]-{arch}", example: "nightly-vllm-amd64", movable: true },
      {
        mode: "release",
        prefix: "release-{sha}-",
        pattern: "release-{sha}-{framework}[-cuda13]-{arch}",
        example: "release-abc123-vllm-amd64",
        movable: false,
      },
    ]);
  });

  // Watched paths: what a change of one file runs on a mirror branch.
  it.each([
    ["lib/runtime/src/lib.rs", ["rust", "sglang", "trtllm", "vllm"]],
    ["lib/llm/src/model.rs", ["component:frontend", "rust", "sglang", "trtllm", "vllm"]],
    ["lib/bindings/c/header.h", ["sglang", "trtllm", "vllm"]],
    ["launch/main.rs", ["rust", "sglang", "trtllm", "vllm"]],
    ["Cargo.toml", ["rust"]],
    ["Cargo.lock", ["rust"]],
    ["launch/dynamo-run/Cargo.toml", ["rust"]],
    ["components/src/dynamo/planner/core.py", ["sglang", "trtllm", "vllm"]],
    ["components/src/dynamo/frontend/main.py", ["component:frontend", "sglang", "trtllm", "vllm"]],
    ["tests/serve/test_dynamo_serve.py", ["sglang", "trtllm", "vllm"]],
    ["container/build.sh", ["sglang", "trtllm", "vllm"]],
    ["setup.py", ["sglang", "trtllm", "vllm"]],
    ["deploy/operator/main.go", ["checks:operator", "component:operator"]],
    ["deploy/helm/charts/platform/Chart.yaml", ["checks:operator", "component:operator"]],
    ["components/src/dynamo/vllm/handlers.py", ["vllm"]],
    ["container/Dockerfile.sglang", ["sglang"]],
    ["examples/backends/trtllm/deploy/agg.yaml", ["trtllm"]],
    ["docs/architecture.md", []],
    ["README.md", []],
    [".github/ISSUE_TEMPLATE/bug_report.yml", []],
    ["deploy/observability/dashboard.json", []],
    [".github/workflows/pr.yaml", ["checks:operator", "component:frontend", "component:operator", "rust", "sglang", "trtllm", "vllm"]],
    ["pyproject.toml", ["checks:operator", "component:frontend", "component:operator", "rust", "sglang", "trtllm", "vllm"]],
  ])("%s runs %j", (path, expected) => {
    expect(running(select(seedPipeline, MIRROR, files(path)))).toEqual(expected);
  });

  it("builds 2 to 14 images for a pull request", () => {
    const count = (...paths: string[]): number => select(seedPipeline, MIRROR, files(...paths)).images.length;
    expect(count("deploy/operator/main.go")).toBe(2);
    expect(count("container/Dockerfile.trtllm")).toBe(2);
    expect(count("lib/a.c")).toBe(10);
    expect(count("lib/llm/a.c", "deploy/operator/main.go")).toBe(14);
  });

  it("tests a pull request on amd64 GPUs alone, framework by framework", () => {
    const plan = select(seedPipeline, MIRROR, files("container/Dockerfile.vllm"));
    expect(plan.tests.map(({ suite, image, runner, gpus }) => [suite, image, runner, gpus])).toEqual(
      ["vllm-amd64", "vllm-cuda13-amd64"].flatMap((image) =>
        ["unit", "integration", "e2e"].map((suite) => [suite, image, "tester-amd64-gpu", 1]),
      ),
    );
    expect(plan.tests[0]?.markers).toBe("pre_merge and unit and vllm and (gpu_0 or gpu_1)");
  });

  it("tests everything after a merge: unit, integration and e2e on amd64 GPUs, arm64 collected", () => {
    const plan = select(seedPipeline, MAIN, files());
    expect(plan.images.filter(({ subject }) => subject.kind === "framework")).toHaveLength(10);
    for (const { id, arch, subject } of plan.images) {
      const tests = plan.tests.filter(({ image }) => image === id);
      expect(tests.map(({ suite }) => suite)).toEqual(subject.kind === "framework" ? ["unit", "integration", "e2e", "e2e-multi-gpu"] : []);
      for (const test of tests) {
        expect(test.collectOnly).toBe(
          arch === "arm64" ? "No arm64 runner has a GPU, so tests are collected there and run on amd64." : undefined,
        );
        expect(test.gpus).toBe(arch === "arm64" ? 0 : test.suite === "e2e-multi-gpu" ? 4 : 1);
      }
    }
  });

  it("adds the long-running tests at night, which run no test twice", () => {
    const suites = (event: PipelineEvent): string[] => [...new Set(select(seedPipeline, event, files()).tests.map(({ suite }) => suite))];
    expect(suites(MAIN)).toEqual(["unit", "integration", "e2e", "e2e-multi-gpu"]);
    expect(suites(NIGHTLY)).toEqual(["unit", "integration", "e2e", "e2e-long", "e2e-multi-gpu"]);
    const nightly = select(seedPipeline, NIGHTLY, files()).tests.filter(({ image }) => image === "vllm-amd64");
    expect(nightly.filter(({ suite }) => suite.startsWith("e2e")).map(({ markers }) => markers)).toEqual([
      "(pre_merge or post_merge) and e2e and vllm and (gpu_0 or gpu_1)",
      "nightly and not (pre_merge or post_merge) and e2e and vllm and (gpu_0 or gpu_1)",
      "(pre_merge or post_merge or nightly) and e2e and vllm and (gpu_2 or gpu_4)",
    ]);
  });

  it("deploys from main only, each graph with an image of this run and the operator beside it", () => {
    expect(select(seedPipeline, RELEASE, files()).deployments).toEqual([]);
    expect(select(seedPipeline, MIRROR, files("deploy/helm/a.yaml")).deployments).toEqual([]);
    for (const event of [MAIN, NIGHTLY]) {
      const plan = select(seedPipeline, event, files(), "suite");
      expect(plan.deployments).toHaveLength(10);
      const built = plan.images.map(({ id }) => id);
      expect(built).toEqual(expect.arrayContaining([...plan.deployments.map(({ image }) => image), "operator-amd64"]));
      expect([...new Set(plan.deployments.map(({ image }) => image))]).toEqual(["vllm-amd64", "sglang-amd64", "trtllm-cuda13-amd64"]);
    }
  });

  it("starts at midnight on the Pacific coast", () => {
    expect(seedPipeline.schedule).toEqual({ cron: "0 0 * * *", timezone: "America/Los_Angeles" });
  });

  it("names the workflow files as people know them", () => {
    expect(WORKFLOW_FILES).toEqual({ direct: "dynamo-status-check.yml", backend: "pr.yaml", suite: "ci-test-suite.yml" });
  });
});
