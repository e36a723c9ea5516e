/** Default frameworks, component images and core container. */
import type { ComponentImage, CoreBuild, CudaVersion, Framework, ImageBuild, Mode } from "../model";
import { BUILDER_AMD, HOSTED } from "./runners";

/** How TRT-LLM's CUDA version is described, what was chosen, and how to choose the other; for documents. */
export const TRTLLM_CUDA_CONTRADICTION = {
  framework: "trtllm",
  statements: [
    "pull-request mode: TRT-LLM is built for CUDA 13.0 only",
    "post-merge mode: same CUDA versions as in pull-request mode",
    "build matrix: TRT-LLM is built for CUDA 12.9 only",
  ],
  chosen: "13.0",
  alternative: "12.9",
  why: "Two of the three statements give 13.0. Either way TRT-LLM has two images, and ten are built in all.",
} as const;

const BOTH_CUDA: readonly CudaVersion[] = ["12.9", "13.0"];

function everyMode(versions: readonly CudaVersion[]): Readonly<Record<Mode, readonly CudaVersion[]>> {
  return { "pull-request": versions, "post-merge": versions, nightly: versions };
}

/** Pull requests give up sooner: their layers come from main's cache. Main and nightly runs may build without any. */
const BUILD_MINUTES: Readonly<Record<Mode, number>> = { "pull-request": 60, "post-merge": 120, nightly: 120 };

function runtimeBuild(dockerfile: string): ImageBuild {
  return { dockerfile, context: ".", target: "runtime", timeoutMinutes: BUILD_MINUTES };
}

export const seedFrameworks: readonly Framework[] = [
  {
    id: "vllm",
    title: "vLLM",
    cuda: everyMode(BOTH_CUDA),
    architectures: ["amd64", "arm64"],
    owns: [
      "container/Dockerfile.vllm",
      "container/deps/requirements.vllm.txt",
      "container/deps/vllm/**",
      "examples/backends/vllm/**",
      "components/src/dynamo/vllm/**",
    ],
    build: runtimeBuild("container/Dockerfile.vllm"),
  },
  {
    id: "sglang",
    title: "SGLang",
    cuda: everyMode(BOTH_CUDA),
    architectures: ["amd64", "arm64"],
    owns: ["container/Dockerfile.sglang", "examples/backends/sglang/**", "components/src/dynamo/sglang/**"],
    build: runtimeBuild("container/Dockerfile.sglang"),
  },
  {
    id: "trtllm",
    title: "TRT-LLM",
    cuda: everyMode([TRTLLM_CUDA_CONTRADICTION.chosen]),
    architectures: ["amd64", "arm64"],
    owns: [
      "container/Dockerfile.trtllm",
      "container/build_trtllm_wheel.sh",
      "container/deps/trtllm/**",
      "examples/backends/trtllm/**",
      "components/src/dynamo/trtllm/**",
    ],
    build: runtimeBuild("container/Dockerfile.trtllm"),
  },
];

export const seedComponents: readonly ComponentImage[] = [
  {
    id: "operator",
    title: "Kubernetes operator",
    architectures: ["amd64", "arm64"],
    filter: "operator",
    build: {
      dockerfile: "deploy/operator/Dockerfile",
      context: "deploy/operator",
      target: "",
      timeoutMinutes: { "pull-request": 30, "post-merge": 30, nightly: 30 },
    },
    checks: [
      { name: "Go: generated files, format and vet", run: "make check", directory: "deploy/operator" },
      { name: "Go: tests", run: "make test", directory: "deploy/operator" },
    ],
    // Nightly too: its deployment tests install the operator of the same commit.
    modes: ["pull-request", "post-merge", "nightly"],
  },
  {
    id: "frontend",
    title: "Frontend",
    architectures: ["amd64", "arm64"],
    filter: "frontend",
    build: {
      dockerfile: "container/Dockerfile.frontend",
      context: ".",
      target: "frontend",
      timeoutMinutes: { "pull-request": 45, "post-merge": 60, nightly: 60 },
    },
    checks: [],
    modes: ["pull-request", "post-merge"],
  },
];

export const seedCore: CoreBuild = {
  id: "dynamo",
  filter: "core",
  build: { dockerfile: "container/Dockerfile", context: ".", target: "dev", timeoutMinutes: BUILD_MINUTES },
  cuda: "12.9",
  rust: [
    { name: "Rust: format", run: "cargo fmt --all -- --check" },
    { name: "Rust: clippy", run: "cargo clippy --locked --all-targets --features block-manager,media-ffmpeg -- -D warnings" },
    { name: "Rust: tests", run: "cargo test --locked --all-targets --features block-manager,media-ffmpeg,testing-nixl,integration" },
    { name: "Rust: documentation tests", run: "cargo test --locked --doc" },
  ],
  // The frameworks' own tests run in their images, on GPUs; a hosted machine has none.
  pytest: [
    { name: "parallel", markers: "pre_merge and parallel and gpu_0 and not (vllm or sglang or trtllm)" },
    { name: "sequential", markers: "pre_merge and not parallel and gpu_0 and not (vllm or sglang or trtllm)" },
  ],
  runners: { fork: HOSTED, mirror: BUILDER_AMD, protected: BUILDER_AMD },
  timeoutMinutes: 90,
};
