/** Deliberate mistakes, each with what is to be found: one rule, one place. */
import { FILES, headed, type Change } from "./repository";

export interface Mistake extends Change {
  readonly name: string;
  readonly rule: string;
  /** Path of the finding. */
  readonly where: string;
  /** Part of what was found. */
  readonly found: string | RegExp;
  /** How often it is found. Default: 1. */
  readonly times?: number;
  /** What follows from it, as rule and path. Default: nothing. */
  readonly also?: readonly string[];
}

const VLLM = "container/Dockerfile.vllm";

function edited(path: string, from: string, to: string): Readonly<Record<string, string>> {
  const text = FILES[path] ?? "";
  if (!text.includes(from)) throw new Error(`${path} has no ${JSON.stringify(from)}`);
  return { [path]: text.replace(from, to) };
}

/** Sets one value of a pipeline; undefined takes it out. Drafts are plain data, and a path makes a mistake one line. */
function set(path: string, value: unknown): NonNullable<Change["pipeline"]> {
  return (draft) => {
    const parts = path.split(".");
    const last = parts.pop()!;
    const owner = parts.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, draft as unknown as Record<string, unknown>);
    if (value === undefined) delete owner[last];
    else owner[last] = value;
  };
}

export const MISTAKES: readonly Mistake[] = [
  // Builds.
  { name: "a Dockerfile that was renamed", rule: "dockerfile-missing", where: "frameworks.vllm.build.dockerfile", found: "container/Dockerfile.old", pipeline: set("frameworks.0.build.dockerfile", "container/Dockerfile.old") },
  { name: "a Dockerfile that does not parse", rule: "dockerfile-unreadable", where: "deploy/operator/Dockerfile", found: "INCLUDE", files: edited("deploy/operator/Dockerfile", "COPY . .", "INCLUDE other") },
  { name: "a Dockerfile without a FROM", rule: "dockerfile-unreadable", where: "deploy/operator/Dockerfile", found: "no FROM", files: { "deploy/operator/Dockerfile": headed("ARG A=1\n") } },
  { name: "a binary Dockerfile", rule: "dockerfile-unreadable", where: "deploy/operator/Dockerfile", found: "binary", files: { "deploy/operator/Dockerfile": Buffer.from([0x46, 0, 1, 2]) } },
  { name: "a huge Dockerfile", rule: "dockerfile-unreadable", where: "deploy/operator/Dockerfile", found: "huge", files: { "deploy/operator/Dockerfile": headed("#\n".repeat(3_000_000)) } },
  { name: "a context that is no folder", rule: "context-missing", where: "components.frontend.build.context", found: "contaner", pipeline: set("components.1.build.context", "contaner") },
  { name: "a named context that is no folder", rule: "context-missing", where: "frameworks.vllm.build.contexts.extras", found: "wheels", pipeline: set("frameworks.0.build.contexts.extras", "wheels") },
  { name: "a stage that was renamed", rule: "stage-missing", where: "frameworks.vllm.build.target", found: "final", pipeline: set("frameworks.0.build.target", "final") },
  { name: "a test stage that is not there", rule: "stage-missing", where: "frameworks.vllm.build.testTarget", found: "tests", pipeline: set("frameworks.0.build.testTarget", "tests") },
  { name: "a parent that nobody builds", rule: "parent-stage-missing", where: "components.frontend.build.from.PARENT", found: "base", pipeline: set("components.1.build.from.0.image", "base") },
  { name: "a parent's stage that is not there", rule: "parent-stage-missing", where: "components.frontend.build.from.PARENT", found: "slim", pipeline: set("components.1.build.from.0.target", "slim") },
  { name: "no base image", rule: "argument-missing", where: VLLM, found: "BASE_IMAGE ", pipeline: set("frameworks.0.build.args.BASE_IMAGE", undefined) },
  { name: "a base image for one CUDA version of two", rule: "argument-missing", where: VLLM, found: /BASE_IMAGE_TAG \(CUDA 13\.0/, pipeline: set("frameworks.0.build.overrides", [{ cuda: "12.9", args: { BASE_IMAGE_TAG: "12.9.0-base" } }]) },
  { name: "a base image for one architecture of two", rule: "argument-missing", where: VLLM, found: /BASE_IMAGE_TAG \(CUDA 12\.9, arm64/, pipeline: set("frameworks.0.build.overrides.0.arch", "amd64") },
  { name: "an argument that a command uses", rule: "argument-missing", where: VLLM, found: "PYTHON_VERSION", pipeline: set("frameworks.0.build.args.PYTHON_VERSION", undefined) },
  { name: "an argument that the Dockerfile does not know", rule: "argument-undeclared", where: "frameworks.vllm.build.args.CUDA_VERSION", found: "CUDA_VERSION", pipeline: set("frameworks.0.build.args.CUDA_VERSION", "{cuda}") },
  { name: "a parent's argument that the Dockerfile does not know", rule: "argument-undeclared", where: "components.frontend.build.from", found: "BASE", files: { "container/Dockerfile.frontend": headed("FROM ubuntu:24.04 AS frontend\n") }, pipeline: set("components.1.build.from.0.arg", "BASE") },
  { name: "a placeholder that stands for nothing", rule: "argument-template", where: "frameworks.vllm.build.args.COMMIT", found: "{sha}", pipeline: set("frameworks.0.build.args.COMMIT", "{sha}") },
  { name: "a base that is no reference", rule: "base-image-invalid", where: VLLM, found: "NVIDIA", pipeline: set("frameworks.0.build.args.BASE_IMAGE", "nvcr.io/NVIDIA/cuda"), times: 4 },
  { name: "one base for two CUDA versions", rule: "same-base", where: "frameworks.vllm.build.overrides", found: "12.9 and 13.0", pipeline: set("frameworks.0.build.overrides.1.args.BASE_IMAGE_TAG", "12.9.0-base"), times: 2 },
  { name: "a secret under another id", rule: "secret-missing", where: VLLM, found: "aws-key", files: edited(VLLM, "id=aws-key-id", "id=aws-key"), also: ["secret-unused frameworks.vllm.build.secrets.aws-key-id"] },
  { name: "a secret that nothing mounts", rule: "secret-unused", where: "frameworks.vllm.build.secrets.aws-session", found: "aws-session", pipeline: set("frameworks.0.build.secrets.aws-session", "aws-session-token") },
  {
    name: "a secret beside one that nothing mounts",
    rule: "mount-missing",
    where: "frameworks.vllm.build.mounts.session",
    found: "session beside aws-secret-id",
    pipeline: (draft) => {
      set("frameworks.0.build.secrets.session", "aws-session-token")(draft);
      set("frameworks.0.build.mounts", { session: { beside: "aws-secret-id", env: "AWS_SESSION_TOKEN" } })(draft);
    },
  },
  { name: "a test stage that is not made of what is published", rule: "test-stage-apart", where: "frameworks.vllm.build.testTarget", found: "wheels", pipeline: set("frameworks.0.build.testTarget", "wheels") },
  {
    name: "a Dockerfile for tests that is not there",
    rule: "dockerfile-missing",
    where: "frameworks.vllm.build.testDockerfile.dockerfile",
    found: "container/Dockerfile.test",
    pipeline: (draft) => {
      set("frameworks.0.build.testTarget", "tests")(draft);
      set("frameworks.0.build.testDockerfile", { dockerfile: "container/Dockerfile.test", arg: "BASE" })(draft);
    },
  },
  {
    name: "a Dockerfile for tests that does not take the image",
    rule: "argument-undeclared",
    where: "frameworks.vllm.build.testDockerfile.from",
    found: "BASE",
    files: { "container/Dockerfile.test": headed("ARG IMAGE=ubuntu:24.04\nFROM ${IMAGE} AS tests\n") },
    pipeline: (draft) => {
      set("frameworks.0.build.testTarget", "tests")(draft);
      set("frameworks.0.build.testDockerfile", { dockerfile: "container/Dockerfile.test", arg: "BASE" })(draft);
    },
  },
  { name: "a copy from nothing", rule: "copy-source-unknown", where: VLLM, found: "--from=extras", pipeline: set("frameworks.0.build.contexts", {}) },
  { name: "a copy of a file that is gone", rule: "copied-file-missing", where: VLLM, found: "libs", files: edited(VLLM, "COPY lib ", "COPY libs ") },
  { name: "a bind mount of a file that is gone", rule: "copied-file-missing", where: VLLM, found: "requirements.txt", files: edited(VLLM, "RUN --mount=type=secret", "RUN --mount=type=bind,source=requirements.txt,target=/r --mount=type=secret") },
  { name: "files of LFS in a build without it", rule: "lfs-not-taken", where: "frameworks.vllm.build.lfs", found: "lib/big.bin", files: { "lib/big.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 1\n` }, pipeline: set("core.build.lfs", true) },
  // Commands.
  { name: "a command in a folder that is gone", rule: "command-directory-missing", where: "components.operator.checks.check", found: "operators", pipeline: set("components.0.checks.0", { name: "check", run: "go test ./...", directory: "deploy/operators" }) },
  { name: "a target that the Makefile lost", rule: "make-target-missing", where: "components.operator.checks.check", found: "make lint", pipeline: set("components.0.checks.0.run", "make lint") },
  { name: "a Makefile that is gone", rule: "make-target-missing", where: "components.operator.checks.check", found: "none of", files: { "deploy/operator/Makefile": undefined } },
  { name: "a prepare command that is gone", rule: "script-missing", where: "components.frontend.build.prepare", found: "container/renderer.py", pipeline: set("components.1.build.prepare.run", "python3 container/renderer.py") },
  { name: "a service under another name", rule: "compose-service-missing", where: "core.services.names", found: "etcd-server", pipeline: set("core.services.names", ["nats-server", "etcd-server"]) },
  { name: "a compose file that is gone", rule: "compose-service-missing", where: "core.services.compose", found: "deploy/compose.yml", pipeline: set("core.services.compose", "deploy/compose.yml") },
  { name: "a compose file that does not parse", rule: "compose-service-missing", where: "core.services.compose", found: "docker-compose.yml", files: { "deploy/docker-compose.yml": headed("services: {\n") } },
  { name: "a workspace that is gone", rule: "cargo-workspace-missing", where: "core.workspaces", found: "lib/core", pipeline: set("core.workspaces", [{ directory: "lib/core", features: [] }]), also: ["command-directory-missing core.rust.tests (lib/core)"] },
  { name: "a workspace's member that is gone", rule: "cargo-workspace-missing", where: "lib/llm/Cargo.toml", found: "parts", files: { "lib/llm/Cargo.toml": `${FILES["lib/llm/Cargo.toml"]}[workspace]\nmembers = ["parts"]\n` } },
  { name: "a Cargo.toml that does not parse", rule: "cargo-workspace-missing", where: "lib/llm/Cargo.toml", found: "Cargo.toml", files: { "lib/llm/Cargo.toml": headed("[package\n") } },
  { name: "a feature that was renamed", rule: "cargo-feature-missing", where: "core.workspaces", found: "media-nixl", pipeline: set("core.workspaces.0.features", ["media-nixl"]), also: ["cargo-feature-missing core.rust.tests (lib/llm)"] },
  // Tests.
  { name: "a test file that does not parse", rule: "test-unreadable", where: "tests/test_bad.py", found: "Python", files: { "tests/test_bad.py": headed("def test_x(:\n") } },
  { name: "pytest's settings that do not parse", rule: "test-unreadable", where: "pyproject.toml", found: "Invalid", files: { "pyproject.toml": headed("[tool.pytest\n") } },
  { name: "an expression that pytest refuses", rule: "marker-expression-invalid", where: "suites.unit.markers.pull-request", found: "and", pipeline: set("suites.0.markers.pull-request", "pre_merge and and unit and {framework}"), also: ["test-unreached tests/test_vllm.py"] },
  { name: "a marker that nobody registered", rule: "marker-unregistered", where: "tests/test_new.py", found: "slow_one", files: { "tests/test_new.py": headed("import pytest\n\n\n@pytest.mark.slow_one\ndef test_x():\n    pass\n") } },
  { name: "an expression with a marker that nobody registered", rule: "marker-unregistered", where: "core.pytest.all.markers.pull-request", found: "gpu_9", pipeline: set("core.pytest.0.markers.pull-request", "pre_merge and not vllm and not gpu_9") },
  { name: "a suite without tests", rule: "suite-selects-nothing", where: "core.pytest.all.markers.pull-request", found: "selects no test", pipeline: (draft) => set("core.pytest", [...draft.core.pytest, { name: "all", markers: { "pull-request": "e2e and parallel" }, workers: 1 }])(draft) },
  { name: "a GPU suite whose tests need none", rule: "suite-needs-no-gpu", where: "suites.unit.markers.pull-request", found: "a GPU", files: edited("tests/test_vllm.py", "gpu_1", "gpu_0") },
  { name: "a test that no suite reaches", rule: "test-unreached", where: "tests/test_lost.py", found: "test_x", files: { "tests/test_lost.py": headed("import pytest\n\n\n@pytest.mark.pre_merge\n@pytest.mark.e2e\n@pytest.mark.vllm\ndef test_x():\n    pass\n") } },
  {
    name: "a case of a parametrised test that no suite reaches",
    rule: "test-unreached",
    where: "tests/test_cases.py",
    found: "test_x",
    files: { "tests/test_cases.py": headed('import pytest\n\nCASES = {"a": dict(marks=[pytest.mark.unit]), "b": dict(marks=[pytest.mark.e2e])}\n\n\n@pytest.mark.pre_merge\n@pytest.mark.vllm\n@pytest.mark.parametrize("case", params(CASES))\ndef test_x(case):\n    pass\n') },
  },
  // Files.
  { name: "a pattern that matches nothing", rule: "pattern-unmatched", where: "filters.docs.patterns", found: "doc/**", pipeline: set("filters.3.patterns", ["doc/**", "docs/**", "examples/**"]) },
  { name: "a framework that owns nothing", rule: "pattern-unmatched", where: "frameworks.vllm.owns", found: "container/deps/vllm/**", pipeline: set("frameworks.0.owns", ["container/Dockerfile.vllm", "container/deps/vllm/**"]) },
  { name: "a file that nothing claims", rule: "file-unclaimed", where: "Earthfile", found: "no filter", files: { Earthfile: "build:\n" } },
  { name: "a file without a header", rule: "header-missing", where: "lib/llm/src/new.rs", found: "SPDX-FileCopyrightText", files: { "lib/llm/src/new.rs": "// SPDX-License-Identifier: Apache-2.0\n" } },
  // Deployments.
  { name: "a chart that moved", rule: "chart-missing", where: "deployments.operatorChart", found: "deploy/cloud/helm", pipeline: set("deployments.operatorChart", "deploy/cloud/helm") },
  { name: "a chart's dependency that moved", rule: "chart-missing", where: "deploy/helm/charts/platform/Chart.yaml", found: "components/operator", files: { "deploy/helm/charts/platform/components/operator/Chart.yaml": undefined } },
  { name: "a kind that a virtual cluster does not have", rule: "chart-kind-refused", where: "deploy/helm/charts/platform/templates/agent.yaml", found: "DaemonSet", files: { "deploy/helm/charts/platform/templates/agent.yaml": headed("apiVersion: apps/v1\nkind: DaemonSet\n") } },
  { name: "the chart of definitions that moved", rule: "chart-missing", where: "deployments.crdsChart", found: "deploy/crds", pipeline: set("deployments.crdsChart", "deploy/crds") },
  { name: "a manifest that moved", rule: "manifest-missing", where: "deployments.tests.vllm-agg.manifest", found: "agg2.yaml", pipeline: set("deployments.tests.0.manifest", "examples/backends/vllm/deploy/agg2.yaml") },
  { name: "a manifest of another kind", rule: "manifest-missing", where: "examples/backends/vllm/deploy/agg.yaml", found: "Pod", files: edited("examples/backends/vllm/deploy/agg.yaml", "DynamoGraphDeployment", "Pod") },
  { name: "a graph with more GPUs than said", rule: "graph-gpus", where: "deployments.tests.vllm-agg.gpus", found: "asks for 8", files: edited("examples/backends/vllm/deploy/agg.yaml", 'gpu: "1"', 'gpu: "4"') },
  // Governance.
  { name: "an old workflow with a required name", rule: "required-name-taken", where: ".github/workflows/old.yml", found: "backend-status-check", files: { ".github/workflows/old.yml": headed("on: push\njobs:\n  backend-status-check:\n    runs-on: x\n    steps:\n      - run: 'true'\n") } },
  {
    name: "an old workflow with a required name by its matrix",
    rule: "required-name-taken",
    where: ".github/workflows/old.yml",
    found: "pre-commit",
    files: { ".github/workflows/old.yml": headed("on: push\njobs:\n  lint:\n    name: ${{ matrix.check }}\n    strategy:\n      matrix:\n        check: [pre-commit, other]\n    runs-on: x\n    steps:\n      - run: 'true'\n") },
  },
  { name: "a workflow that GitHub cannot read", rule: "workflow-unreadable", where: ".github/workflows/bad.yml", found: /./, files: { ".github/workflows/bad.yml": headed("on: push\njobs: []\n") } },
  { name: "a workflow that is replaced", rule: "workflow-replaced", where: ".github/workflows/mine.yml", found: "somebody wrote", delivered: [".github/workflows/mine.yml"] },
  { name: "a CODEOWNERS that no longer counts", rule: "codeowners-shadowed", where: "CODEOWNERS", found: "1 rule,", files: { CODEOWNERS: "* @org/team\n/docs/  @org/docs # of writers\n" }, delivered: [".github/CODEOWNERS"], pipeline: (p) => {
      set("filters.3.patterns", ["docs/**", "examples/**", "CODEOWNERS"])(p);
      set("ownerRules", ["/docs/ @org/docs"])(p);
    } },
  { name: "an owner of nothing", rule: "codeowners-unmatched", where: ".github/CODEOWNERS", found: "/src/", files: { ".github/CODEOWNERS": "/lib/ @org/team\n/src/ @org/team\n" } },
  { name: "an owner that GitHub cannot read", rule: "codeowners-unmatched", where: ".github/CODEOWNERS", found: "team", files: { ".github/CODEOWNERS": "/lib/ team\n" } },
  { name: "rulesets beside ours", rule: "rulesets-beside", where: ".github/settings.yml", found: "branches", files: { ".github/settings.yml": headed("branches: []\n") } },
  { name: "no owners", rule: "owners-missing", where: "codeOwners", found: "none", pipeline: set("codeOwners", []) },
];
