/**
 * What the description of ai-dynamo/dynamo's CI promises of the default pipeline: events, checks, modes, matrix, watched paths, test types, tags.
 * The promise is of the frameworks and checks that the description names. What somebody adds to the default is theirs, and breaks none of this.
 */
import { appIdOf, awaitsMirror } from "../../pipeline/checks";
import { pipelineFindings } from "../../pipeline/coherence";
import { componentImages, images, movablePrefixes, tagPatterns } from "../../pipeline/images";
import { modeOf } from "../../pipeline/events";
import { select, WORKFLOW_FILES } from "../../pipeline/select";
import { seedPipeline, TRTLLM_CUDA_CONTRADICTION } from "../../pipeline/seed";
import type { Mode, Pipeline } from "../../pipeline/model";
import type { PipelineEvent, Plan } from "../../pipeline/plan";
import { renderFiles } from "../../workflows/index";
import { contentOf } from "../workflows/support";
import { files } from "./fixtures";

const FRAMEWORKS = ["vllm", "sglang", "trtllm"];
const CHECKS = ["pre-commit", "copyright-checks", "DCO", "dynamo-status-check", "backend-status-check"];

/** The default pipeline with the frameworks and checks that the description names, and no other. */
const documented: Pipeline = {
  ...seedPipeline,
  frameworks: seedPipeline.frameworks.filter(({ id }) => FRAMEWORKS.includes(id)),
  requiredChecks: seedPipeline.requiredChecks.filter(({ context }) => CHECKS.includes(context)),
  deployments: { ...seedPipeline.deployments, tests: seedPipeline.deployments.tests.filter(({ framework }) => FRAMEWORKS.includes(framework)) },
};

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
    expect(documented.requiredChecks.map((check) => [check.context, awaitsMirror(check) ? "after-mirror" : "every-pull-request", appIdOf(documented, check)])).toEqual([
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
    expect(modeOf(documented, event)).toBe(mode);
  });

  it("builds 4 + 4 + 2 framework images in every mode", () => {
    for (const mode of ["pull-request", "post-merge", "nightly"] as const) {
      const built = images(documented, mode);
      const count = (framework: string): number => built.filter(({ subject }) => subject.id === framework).length;
      expect([count("vllm"), count("sglang"), count("trtllm"), built.length]).toEqual([4, 4, 2, 10]);
    }
  });

  it("builds each framework for its CUDA versions", () => {
    expect(documented.frameworks.map(({ id, cuda }) => [id, cuda["pull-request"]])).toEqual([
      ["vllm", ["12.9", "13.0"]],
      ["sglang", ["12.9", "13.0"]],
      ["trtllm", ["13.0"]],
    ]);
    const [, , trtllm] = documented.frameworks;
    expect([...new Set(Object.values(trtllm!.cuda).flat())]).toEqual([TRTLLM_CUDA_CONTRADICTION.chosen]);
  });

  it("still builds ten images with TRT-LLM at the other version", () => {
    const other = { "pull-request": ["12.9"], "post-merge": ["12.9"], nightly: ["12.9"] } as const;
    const frameworks = documented.frameworks.map((framework) => (framework.id === "trtllm" ? { ...framework, cuda: other } : framework));
    expect(images({ ...documented, frameworks }, "post-merge").map(({ tag }) => tag)).toEqual(
      expect.arrayContaining(["main-trtllm-amd64", "main-trtllm-arm64"]),
    );
    expect(images({ ...documented, frameworks }, "post-merge")).toHaveLength(10);
  });

  it("tags images by mode, with -cuda13 before the architecture", () => {
    expect(images(documented, "post-merge").map(({ tag }) => tag)).toEqual([
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
    expect(images(documented, "nightly")[2]?.tag).toBe("nightly-vllm-cuda13-amd64");
    expect(images(documented, "pull-request")[0]?.tag).toBe("{sha}-vllm-amd64");
    expect(componentImages(documented, "pull-request").map(({ tag }) => tag)).toEqual([
      "{sha}-operator-amd64",
      "{sha}-operator-arm64",
      "{sha}-frontend-amd64",
      "{sha}-frontend-arm64",
    ]);
  });

  it("moves main's and the nightly tags, and no others", () => {
    expect(movablePrefixes(documented)).toEqual(["main-", "nightly-"]);
    expect(tagPatterns(documented)).toEqual([
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
    ["lib/runtime/src/lib.rs", ["sglang", "trtllm", "vllm"]],
    ["lib/llm/src/model.rs", ["component:frontend", "sglang", "trtllm", "vllm"]],
    ["lib/bindings/c/header.h", ["sglang", "trtllm", "vllm"]],
    ["launch/main.rs", ["sglang", "trtllm", "vllm"]],
    ["Cargo.toml", ["component:frontend", "sglang", "trtllm", "vllm"]],
    ["Cargo.lock", ["component:frontend", "sglang", "trtllm", "vllm"]],
    ["launch/dynamo-run/Cargo.toml", []],
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
    [".github/workflows/pr.yaml", ["checks:operator", "component:frontend", "component:operator", "sglang", "trtllm", "vllm"]],
    ["pyproject.toml", ["checks:operator", "component:frontend", "component:operator", "sglang", "trtllm", "vllm"]],
  ])("%s runs %j", (path, expected) => {
    expect(running(select(documented, MIRROR, files(path)))).toEqual(expected);
  });

  it("builds 2 to 16 images for a pull request: the frontend is made of the core container", () => {
    const count = (...paths: string[]): number => select(documented, MIRROR, files(...paths)).images.length;
    expect(count("deploy/operator/main.go")).toBe(2);
    expect(count("container/Dockerfile.trtllm")).toBe(2);
    expect(count("lib/a.c")).toBe(10);
    expect(count("lib/llm/a.c", "deploy/operator/main.go")).toBe(16);
  });

  it("tests a pull request on amd64 GPUs alone, framework by framework", () => {
    const plan = select(documented, MIRROR, files("container/Dockerfile.vllm"));
    expect(plan.tests.map(({ suite, image, runner, gpus }) => [suite, image, runner, gpus])).toEqual(
      ["vllm-amd64", "vllm-cuda13-amd64"].flatMap((image) =>
        ["unit", "integration", "e2e"].map((suite) => [suite, image, "tester-amd64-gpu", 1]),
      ),
    );
    expect(plan.tests[0]?.markers).toBe("pre_merge and not (integration or e2e) and vllm and not (gpu_2 or gpu_4 or gpu_8)");
  });

  it("tests everything after a merge: unit, integration and e2e on amd64 GPUs, arm64 collected", () => {
    const plan = select(documented, MAIN, files());
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
    const suites = (event: PipelineEvent): string[] => [...new Set(select(documented, event, files()).tests.map(({ suite }) => suite))];
    expect(suites(MAIN)).toEqual(["unit", "integration", "e2e", "e2e-multi-gpu"]);
    expect(suites(NIGHTLY)).toEqual(["unit", "integration", "e2e", "e2e-long", "e2e-multi-gpu"]);
    const nightly = select(documented, NIGHTLY, files()).tests.filter(({ image }) => image === "vllm-amd64");
    expect(nightly.filter(({ suite }) => suite.startsWith("e2e")).map(({ markers }) => markers)).toEqual([
      "(pre_merge or post_merge) and e2e and vllm and not (gpu_2 or gpu_4 or gpu_8)",
      "nightly and not (pre_merge or post_merge) and e2e and vllm and not (gpu_2 or gpu_4 or gpu_8)",
      "(pre_merge or post_merge or nightly) and e2e and vllm and (gpu_2 or gpu_4)",
    ]);
  });

  it("deploys from main only, each graph with an image of this run and the operator beside it", () => {
    expect(select(documented, RELEASE, files()).deployments).toEqual([]);
    expect(select(documented, MIRROR, files("deploy/helm/a.yaml")).deployments).toEqual([]);
    for (const event of [MAIN, NIGHTLY]) {
      const plan = select(documented, event, files(), "suite");
      expect(plan.deployments).toHaveLength(10);
      const built = plan.images.map(({ id }) => id);
      expect(built).toEqual(expect.arrayContaining([...plan.deployments.map(({ image }) => image), "operator-amd64"]));
      expect([...new Set(plan.deployments.map(({ image }) => image))]).toEqual(["vllm-amd64", "sglang-amd64", "trtllm-cuda13-amd64"]);
    }
  });

  it("is coherent but for the ids and digests that config has to give", () => {
    expect(pipelineFindings({ pipeline: seedPipeline }).map(({ path }) => path)).toEqual([
      "pipeline.deployments.virtualCluster.chart",
      "pipeline.deployments.virtualCluster.images.controlPlane",
      "pipeline.deployments.virtualCluster.images.kubernetes",
      "pipeline.deployments.virtualCluster.images.dns",
      "pipeline.deployments.virtualCluster.images.hosts",
      "pipeline.repository.ownerId",
      "pipeline.repository.repositoryId",
      "pipeline.mirrorBot.appId",
    ]);
  });

  it("starts at midnight on the Pacific coast", () => {
    expect(documented.schedule).toEqual({ cron: "0 0 * * *", timezone: "America/Los_Angeles" });
  });

  it("names the workflow files as people know them", () => {
    expect(WORKFLOW_FILES).toEqual({ direct: "dynamo-status-check.yml", backend: "pr.yaml", suite: "ci-test-suite.yml" });
  });
});

const rendered = renderFiles(documented, { source: "Pulumi.seed.yaml", imageRepository: "ai-dynamo/dynamo", pullRequestImages: "shared" });
const readme = contentOf(".github/workflows/README.md", rendered);
const troubleshooting = contentOf(".github/workflows/TROUBLESHOOTING.md", rendered);

/** Every fact of the description that this system follows, and the line of the README that says it. */
const FACTS: readonly [string, RegExp][] = [
  ["a pull request runs the direct checks", /Pull request opened or updated \| Direct checks: pre-commit, copyright-checks, DCO, dynamo-status-check/],
  ["a maintainer triggers backend builds and tests by copy-pr-bot", /Maintainer triggers copy-pr-bot \| Backend builds and tests, on the branch `pull-request\/N`/],
  ["a merge runs the full suite and Rust always", /Merge to main \| Full test suite and Rust checks, always/],
  ["midnight on the Pacific coast runs the suite and extended tests", /Nightly: 12:00 AM America\/Los_Angeles \| Full test suite and the nightly-only tests/],
  ["pre-commit, every pull request", /`pre-commit` \| Every pull request \| Python formatting \(black, isort\), YAML validation/],
  ["copyright-checks, every pull request", /`copyright-checks` \| Every pull request \| Validates SPDX headers/],
  ["DCO, every pull request", /`DCO` \| Every pull request \| Checks Developer Certificate of Origin signature/],
  ["dynamo-status-check, every pull request", /`dynamo-status-check` \| Every pull request \| Builds core container, runs Rust \+ pytest/],
  ["backend-status-check, after the mirror", /`backend-status-check` \| Once the pull request is mirrored \| Builds framework containers \(vLLM, SGLang, TRT-LLM\) \+ tests/],
  ["external pull requests: four by themselves, the fifth by a maintainer", /from outside, the first 4 run by themselves\. `backend-status-check` stays expected until a maintainer triggers it through copy-pr-bot/],
  ["backend builds need the clouds, so they do not run on pull requests", /Backend builds use the clouds \(AWS, Azure, GPUs\), so they do not run on a pull request itself/],
  ["the way from review to backend build, as a picture", /```mermaid\nflowchart LR\n {2}A\[Pull request 123\].*\n.*comments the trigger phrase.*\n.*makes pull-request\/123.*\n.*Backend builds run/],
  ["the phrase is in copy-pr-bot's documentation", /trigger phrase is copy-pr-bot's: see its documentation for the current one/],
  ["PR mode: file", /### PR \(`pr\.yaml`\)/],
  ["PR mode: purpose", /Fast feedback on what changed: only the frameworks that a change concerns are built/],
  ["PR mode: trigger", /Trigger \| Push to `pull-request\/N` branches or `main`/],
  ["PR mode: 2-14 images", /Builds \| 2-14 container images, depending on what changed/],
  ["PR mode: CUDA", /vLLM: 12\.9 and 13\.0<br>SGLang: 12\.9 and 13\.0<br>TRT-LLM: 13\.0 only/],
  ["PR mode: tests of the frameworks, amd64 only", /Tests \| unit, integration and e2e of the frameworks that are built, on amd64 only/],
  ["PR mode: time", /Time \| 30-90 minutes, depending on what changed/],
  ["post-merge: file", /### Post-merge \(`ci-test-suite\.yml`\)/],
  ["post-merge: full validation", /Full validation after a merge: everything is built, whatever changed/],
  ["post-merge: trigger", /Trigger \| Push to `main` or `release\/\*`/],
  ["post-merge: always ten", /Builds \| Always 10 framework images/],
  ["post-merge: CUDA as on pull requests", /### Post-merge[^#]*CUDA \| vLLM: 12\.9 and 13\.0<br>SGLang: 12\.9 and 13\.0<br>TRT-LLM: 13\.0 only/],
  ["post-merge: all frameworks, unit, integration and e2e", /Tests \| unit, integration, e2e and e2e-multi-gpu of all frameworks/],
  ["post-merge: Rust always", /Rust \| Always/],
  ["post-merge: Slack on completion", /Slack \| One message on completion/],
  ["post-merge: time", /Time \| 3-4 hours/],
  ["nightly: file", /### Nightly \(`ci-test-suite\.yml`\)/],
  ["nightly: trigger", /Trigger \| Daily at 12:00 AM America\/Los_Angeles/],
  ["nightly: always ten", /### Nightly[^#]*Builds \| Always 10 framework images/],
  ["nightly: Rust always", /### Nightly[^#]*Rust \| Always/],
  ["nightly: Slack on completion", /### Nightly[^#]*Slack \| One message on completion/],
  ["a push to main starts both files, and who does what", /A push to main starts both `pr\.yaml` and `ci-test-suite\.yml`, and nothing is built or tested twice: `pr\.yaml` builds the images of the frontend and reports its check; `ci-test-suite\.yml` does everything else/],
  ["nightly: post-merge and extended tests", /Comprehensive validation at night: what post-merge does, and the tests that take too long for it/],
  ["nightly: long-running tests", /Tests \| unit, integration, e2e, e2e-long and e2e-multi-gpu of all frameworks/],
  ["nightly: time", /Time \| 3-5 hours/],
  ["matrix: vLLM", /vLLM \| 12\.9, 13\.0 \| amd64, arm64 \| 4 images/],
  ["matrix: SGLang", /SGLang \| 12\.9, 13\.0 \| amd64, arm64 \| 4 images/],
  ["matrix: TRT-LLM", /TRT-LLM \| 13\.0 \| amd64, arm64 \| 2 images/],
  ["matrix: ten together", /Together: 10 container images/],
  ["Rust checks: their files, always on main", /Rust checks \| Rust code and dependencies changed; always on main and release branches \| `\*\*\/\*\.rs`<br>`\*\*\/Cargo\.toml`<br>`\*\*\/Cargo\.lock`/],
  ["backend builds: their files", /Backend builds \| Core and framework code changed \| `components\/\*\*`<br>`lib\/\*\*`<br>`tests\/\*\*`<br>`container\/\*\*`<br>`\*\*\/\*\.py`<br>`\*\*\/\*\.rs`/],
  ["frontend build: its files", /Frontend build \| Frontend code changed \| `components\/src\/dynamo\/frontend\/\*\*`<br>`lib\/llm\/\*\*`/],
  ["operator build: its files", /Operator build \| Operator code changed \| `deploy\/operator\/\*\*`<br>`deploy\/helm\/\*\*`/],
  ["unit tests", /Unit \(`unit`\) \| Individual components \| amd64 GPU/],
  ["integration tests", /Integration \(`integration`\) \| Component interactions \| amd64 GPU/],
  ["E2E tests", /E2E \(`e2e`\) \| End-to-end scenarios[^|]* \| amd64 GPU/],
  ["deployment tests", /Deployment \| Kubernetes deployments[^|]* \| AKS cluster \(main branch only\)/],
  ["arm64 tests are collected: no GPU", /No arm64 runner has a GPU, so tests are collected there/],
  ["images go to ECR and ACR", /Images go to ECR and ACR/],
  ["PR tags", /PR \| `\{sha\}-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:abc123-vllm-amd64`/],
  ["post-merge tags", /Post-merge \| `main-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:main-vllm-amd64`/],
  ["nightly tags", /Nightly \| `nightly-\{framework\}\[-cuda13\]-\{arch\}` \| `ai-dynamo\/dynamo:nightly-vllm-amd64`/],
  ["-cuda13 before the architecture", /Images of CUDA 13 carry `-cuda13` before the architecture: `nightly-vllm-cuda13-amd64`/],
  ["where trouble is dealt with", /\[TROUBLESHOOTING\.md\]\(\.\/TROUBLESHOOTING\.md\)/],
];

test.each(FACTS)("the README says: %s", (_fact, line) => expect(readme).toMatch(line));

test("the documents: the two statements on TRT-LLM are told apart, with the choice and how to change it", () => {
  expect(troubleshooting).toContain("## Which CUDA version is TRT-LLM built for?\n\nCUDA 13.0: 2 images.");
  expect(troubleshooting).toContain("TRT-LLM is built for CUDA 13.0 only");
  expect(troubleshooting).toContain("TRT-LLM is built for CUDA 12.9 only");
  expect(troubleshooting).toContain("To build for 12.9 instead, change TRT-LLM's CUDA version in `Pulumi.seed.yaml`");
});
