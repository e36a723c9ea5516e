/** A small repository that a small pipeline fits, for mistakes to be made in. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fit, type Excuse, type FitReport } from "../../fit";
import type { Pipeline } from "../../pipeline/model";
import { pipelineSchema } from "../../pipeline/schema";
import { resolvePipeline } from "../../pipeline/resolve";
import { seedPipeline } from "../../pipeline/seed";

const HEADER = "# SPDX-FileCopyrightText: Copyright (c) 2026 the authors\n# SPDX-License-Identifier: Apache-2.0\n";

/** Text with a licence header. */
export function headed(text: string): string {
  return `${HEADER}${text}`;
}

const DOCKERFILE = headed(`ARG BASE_IMAGE
ARG BASE_IMAGE_TAG
ARG PYTHON_VERSION
ARG PROXY
FROM \${BASE_IMAGE}:\${BASE_IMAGE_TAG} AS base
ARG PYTHON_VERSION
ARG COMMIT
RUN uv venv --python \${PYTHON_VERSION} && if [ -n "\${COMMIT}" ]; then echo "\${COMMIT}"; fi
FROM base AS wheels
COPY lib /workspace/lib
RUN --mount=type=secret,id=aws-key-id,env=AWS_ACCESS_KEY_ID cargo build
FROM \${PROXY}ubuntu:24.04 AS runtime
COPY --from=wheels /wheels /wheels
COPY --from=extras /x /x
FROM runtime AS dev
`);

/** Files by path. */
export const FILES: Readonly<Record<string, string>> = {
  "container/Dockerfile": headed("ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS base\nFROM base AS dev\nCOPY lib /lib\n"),
  "container/Dockerfile.vllm": DOCKERFILE,
  "container/Dockerfile.frontend": headed("ARG PARENT\nFROM ${PARENT} AS frontend\n"),
  "container/render.py": headed("print(1)\n"),
  "deploy/operator/Dockerfile": headed("FROM golang:1.24 AS builder\nCOPY . .\n"),
  "deploy/operator/Makefile": "check: generate\n\ttrue\n\ngenerate test:\n\ttrue\n",
  "deploy/operator/main.go": "package main\n",
  "deploy/docker-compose.yml": headed("services:\n  nats-server:\n    image: nats\n"),
  "deploy/helm/charts/crds/Chart.yaml": headed("apiVersion: v2\nname: crds\nversion: 1.0.0\n"),
  "deploy/helm/charts/platform/Chart.yaml": headed("apiVersion: v2\nname: platform\nversion: 1.0.0\ndependencies:\n  - name: operator\n    version: 1.0.0\n    repository: file://components/operator\n"),
  "deploy/helm/charts/platform/components/operator/Chart.yaml": headed("apiVersion: v2\nname: operator\nversion: 1.0.0\n"),
  "deploy/helm/charts/platform/components/operator/templates/deployment.yaml": headed("{{- if .Values.on }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n"),
  "examples/backends/vllm/deploy/agg.yaml": headed(
    "apiVersion: nvidia.com/v1alpha1\nkind: DynamoGraphDeployment\nmetadata:\n  name: agg\nspec:\n  services:\n    Frontend:\n      replicas: 1\n    Worker:\n      replicas: 2\n      resources:\n        limits:\n          gpu: \"1\"\n",
  ),
  "lib/llm/Cargo.toml": headed('[package]\nname = "llm"\n[features]\nmedia = []\n'),
  "lib/llm/src/lib.rs": "// SPDX-FileCopyrightText: Copyright (c) 2026 the authors\n// SPDX-License-Identifier: Apache-2.0\n",
  "pyproject.toml": headed('[tool.pytest.ini_options]\naddopts = ["--strict-markers", "--ignore-glob=docs/*"]\nmarkers = ["pre_merge: x", "unit: x", "e2e: x", "vllm: x", "gpu_0: x", "gpu_1: x", "parallel: x"]\n'),
  "tests/conftest.py": headed('def pytest_configure(config):\n    config.addinivalue_line("markers", "extra(n): x")\n'),
  "tests/test_vllm.py": headed("import pytest\n\npytestmark = [pytest.mark.pre_merge, pytest.mark.vllm]\n\n\n@pytest.mark.unit\n@pytest.mark.gpu_1\ndef test_a():\n    pass\n"),
  "tests/test_core.py": headed("import pytest\n\n\n@pytest.mark.pre_merge\n@pytest.mark.extra(1)\nclass TestCore:\n    def test_b(self):\n        pass\n"),
  "docs/page.md": "A page.\n",
  ".github/workflows/mine.yml": headed("on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: 'true'\n"),
};

type Draft = { -readonly [Key in keyof Pipeline]: Pipeline[Key] };

/** A pipeline that fits the files. */
export function smallPipeline(): Pipeline {
  const framework = { id: "vllm", title: "vLLM", cuda: ["12.9", "13.0"], owns: ["container/Dockerfile.vllm"], build: vllmBuild };
  const suite = seedPipeline.suites[0]!;
  const given = {
    ...seedPipeline,
    frameworks: [framework],
    components: [
      { id: "operator", title: "Operator", filter: "operator", modes: ["pull-request"], build: { dockerfile: "deploy/operator/Dockerfile", context: "deploy/operator", target: "" }, checks: [{ name: "check", run: "make check test", directory: "deploy/operator" }] },
      { id: "frontend", title: "Frontend", filter: "operator", modes: ["pull-request"], build: { dockerfile: "container/Dockerfile.frontend", target: "frontend", from: [{ arg: "PARENT", image: "dynamo", target: "dev" }], prepare: { run: "python3 container/render.py --arch {arch}", writes: ["container/other"] } } },
    ],
    core: {
      ...seedPipeline.core,
      build: { dockerfile: "container/Dockerfile", target: "dev", args: { BASE_IMAGE: "ubuntu:24.04" } },
      services: { compose: "deploy/docker-compose.yml", names: ["nats-server"] },
      workspaces: [{ directory: "lib/llm", features: ["media"] }],
      rust: [{ name: "tests", run: "cargo test --features {features}" }],
      pytest: [{ name: "all", markers: { "pull-request": "pre_merge and not vllm" } }],
    },
    filters: [
      { id: "everything", title: "x", concerns: "everything", patterns: [".github/**", "*.toml"] },
      { id: "backend", title: "x", concerns: "backend", patterns: ["lib/**", "tests/**", "container/**"] },
      { id: "operator", title: "x", concerns: "component", patterns: ["deploy/**"] },
      { id: "docs", title: "x", concerns: "none", patterns: ["docs/**", "examples/**"] },
    ],
    suites: [{ ...suite, modes: ["pull-request"], markers: { "pull-request": "pre_merge and unit and {framework}" } }],
    deployments: { ...seedPipeline.deployments, tests: [{ framework: "vllm", profile: "agg", manifest: "examples/backends/vllm/deploy/agg.yaml", gpus: 2 }] },
    copyright: { ...seedPipeline.copyright, ignored: [".github/**", "**/*.md"] },
  };
  return resolvePipeline(pipelineSchema.parse(given));
}

const vllmBuild = {
  args: { BASE_IMAGE: "nvcr.io/nvidia/cuda", PYTHON_VERSION: "3.12", COMMIT: "{commit}" },
  overrides: [
    { cuda: "12.9", args: { BASE_IMAGE_TAG: "12.9.0-base" } },
    { cuda: "13.0", args: { BASE_IMAGE_TAG: "13.0.2-base" } },
  ],
  secrets: { "aws-key-id": "aws-access-key-id" },
  contexts: { extras: "empty" },
};

/** Rights of the identity that deploys. */

export interface Change {
  /** Files that are written, or with undefined removed. */
  readonly files?: Readonly<Record<string, string | Buffer | undefined>>;
  readonly pipeline?: (draft: Draft) => void;
  readonly excuses?: readonly Excuse[];
  readonly delivered?: readonly string[];
}

/** The repository in a folder of its own. Each question is asked of a commit of its own. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "fit-"));
  private readonly base: string;

  constructor(files: Readonly<Record<string, string>> = FILES) {
    this.git("init", "--quiet", "--initial-branch=main");
    this.write(files);
    this.base = this.commit("base");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"];
    return execFileSync("git", ["-C", this.folder, ...identity, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  }

  /** What is said of the repository with a change. */
  async ask({ files = {}, pipeline, excuses = [], delivered = [".github/workflows/pre-commit.yml"] }: Change = {}): Promise<FitReport> {
    this.git("reset", "--quiet", "--hard", this.base);
    this.write(files);
    const reference = Object.keys(files).length === 0 ? this.base : this.commit("changed");
    const draft = structuredClone(smallPipeline()) as Draft;
    pipeline?.(draft);
    return fit({ folder: this.folder, reference, pipeline: draft, delivered, excuses });
  }

  private write(files: Readonly<Record<string, string | Buffer | undefined>>): void {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.folder, path);
      if (text === undefined) rmSync(full, { force: true });
      else {
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, text);
      }
    }
  }

  private commit(message: string): string {
    this.git("add", "--all", "--force");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }
}
