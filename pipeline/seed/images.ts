/** Default frameworks, component images and core container. */
import type { CudaVersion, Mode } from "../model";
import type { GivenComponentImage, GivenCoreBuild, GivenFramework } from "../schema/images";
import { coreArguments, frameworkBuild, SCCACHE_MOUNTS, SCCACHE_SECRETS } from "./contract";
import { LIFECYCLE } from "./lifecycle";
import { BUILDER_AMD, HOSTED } from "./runners";
import { seedTrtllmContract } from "./test-contract";

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

/** A framework's own paths: as described, and with the tests that bear its name. */
function owned(id: string, ...paths: readonly string[]): GivenFramework["owns"] {
  return { described: paths, intended: [...paths, `tests/**/*${id}*`, `tests/**/*${id}*/**`] };
}

export const seedFrameworks: readonly GivenFramework[] = [
  {
    id: "vllm",
    title: "vLLM",
    cuda: BOTH_CUDA,
    owns: owned("vllm", "container/Dockerfile.vllm", "container/deps/vllm/**", "examples/backends/vllm/**", "components/src/dynamo/vllm/**"),
    build: frameworkBuild.vllm,
  },
  {
    id: "sglang",
    title: "SGLang",
    cuda: BOTH_CUDA,
    owns: owned("sglang", "container/Dockerfile.sglang", "examples/backends/sglang/**", "components/src/dynamo/sglang/**"),
    build: frameworkBuild.sglang,
  },
  {
    id: "trtllm",
    title: "TRT-LLM",
    cuda: [TRTLLM_CUDA_CONTRADICTION.chosen],
    owns: owned(
      "trtllm",
      "container/Dockerfile.trtllm",
      "container/build_trtllm_wheel.sh",
      "container/deps/trtllm/**",
      "examples/backends/trtllm/**",
      "components/src/dynamo/trtllm/**",
    ),
    build: frameworkBuild.trtllm,
    testContract: seedTrtllmContract,
  },
];

export const seedComponents: readonly GivenComponentImage[] = [
  {
    id: "operator",
    title: "Kubernetes operator",
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
    filter: "frontend",
    build: {
      dockerfile: "container/Dockerfile.frontend",
      target: "frontend",
      from: [{ arg: "DYNAMO_BASE_IMAGE", image: "dynamo", target: "dev" }],
      timeoutMinutes: { "pull-request": 45, "post-merge": 60, nightly: 60 },
    },
    modes: ["pull-request", "post-merge"],
  },
];

function corePass(expression: (lifecycle: string) => string): Readonly<Record<Mode, string>> {
  const markers = (mode: Mode): string => `${expression(LIFECYCLE[mode])} and not ({frameworks} or k8s or gpu_2 or gpu_4 or gpu_8)`;
  return { "pull-request": markers("pull-request"), "post-merge": markers("post-merge"), nightly: markers("nightly") };
}

export const seedCore: GivenCoreBuild = {
  id: "dynamo",
  filter: "core",
  build: { dockerfile: "container/Dockerfile", target: "dev", args: coreArguments, secrets: SCCACHE_SECRETS, mounts: SCCACHE_MOUNTS, lfs: true },
  cuda: "12.9",
  services: { compose: "deploy/docker-compose.yml", names: ["nats-server", "etcd-server"] },
  workspaces: [{ directory: "lib/llm", features: ["block-manager", "media-nixl", "media-ffmpeg"] }],
  rust: [
    { name: "toolchain", run: "rustup component add rustfmt clippy", directory: "." },
    { name: "format", run: "cargo fmt -- --check" },
    { name: "clippy", run: "cargo clippy --locked --no-deps --all-targets --features {features} -- -D warnings" },
    { name: "tests", run: "cargo test --locked --all-targets --features {features}" },
    { name: "integration tests", run: "cargo test --locked --features integration -- --nocapture", only: ["lib/llm"] },
    { name: "documentation tests", run: "cargo test --locked --doc" },
  ],
  // The frameworks' own tests run in their images, on GPUs, and those of a cluster nowhere here. What says nothing of hardware runs too.
  pytest: [
    { name: "parallel", markers: corePass((lifecycle) => `${lifecycle} and parallel`), workers: 4 },
    { name: "sequential", markers: corePass((lifecycle) => `((${lifecycle} and not parallel) or mypy)`) },
  ],
  runners: { fork: HOSTED, mirror: BUILDER_AMD, protected: BUILDER_AMD },
  timeoutMinutes: 90,
};
