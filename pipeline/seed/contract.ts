/**
 * Default build contract: what the Dockerfiles of January 2026 want. The values are those of the repository's own build script (container/build.sh),
 * and CUDA 13 for SGLang those of the first version of the script that knows it, as the January one builds CUDA 12.9 only.
 */
import type { BuildOverride, Credential, GivenImageBuild } from "../schema/build";

type Arguments = Readonly<Record<string, string>>;

const CUDA_DL_BASE = "nvcr.io/nvidia/cuda-dl-base";

/**
 * Secrets where the compiler cache is used: those that the Dockerfiles mount, and two that they do not. The key is a role's, so AWS wants its session
 * token too; and the role reaches one prefix of the bucket, which the Dockerfiles take from the environment (SCCACHE_S3_KEY_PREFIX) and nothing sets.
 */
export const SCCACHE_SECRETS: Readonly<Record<string, Credential>> = {
  "aws-key-id": "aws-access-key-id",
  "aws-secret-id": "aws-secret-access-key",
  "aws-session-token": "aws-session-token",
  "sccache-prefix": "compiler-cache-prefix",
};

/** Mounts the two wherever the secret key is mounted, in the job's own checkout. */
export const SCCACHE_MOUNTS: NonNullable<GivenImageBuild["mounts"]> = {
  "aws-session-token": { beside: "aws-secret-id", env: "AWS_SESSION_TOKEN" },
  "sccache-prefix": { beside: "aws-secret-id", env: "SCCACHE_S3_KEY_PREFIX" },
};

const COMPILER_CACHE: Arguments = { USE_SCCACHE: "true", SCCACHE_BUCKET: "{cacheBucket}", SCCACHE_REGION: "{cacheRegion}" };

const NIXL: Arguments = { NIXL_REF: "0.8.0", NIXL_UCX_REF: "1.20.0", NIXL_GDRCOPY_REF: "v2.5.1", NIXL_LIBFABRIC_REF: "v2.3.0" };

/** The Dockerfiles' defaults are those of amd64. */
const PLATFORM: Arguments = { ARCH: "{arch}", ARCH_ALT: "{machine}" };

const COMMON: Arguments = { ...NIXL, ...COMPILER_CACHE, ...PLATFORM, BASE_IMAGE: CUDA_DL_BASE, PYTHON_VERSION: "3.12", CARGO_BUILD_JOBS: "16", DYNAMO_COMMIT_SHA: "{commit}" };

/** The core container. It has no CUDA version of its own: its one base serves the checks. */
export const coreArguments: Arguments = { ...COMMON, BASE_IMAGE_TAG: "25.01-cuda12.8-devel-ubuntu24.04", ENABLE_KVBM: "true", ENABLE_MEDIA_NIXL: "true", ENABLE_MEDIA_FFMPEG: "true" };

const MEDIA: Arguments = { ENABLE_MEDIA_NIXL: "true", ENABLE_MEDIA_FFMPEG: "true" };

function contract(args: Arguments, overrides: readonly BuildOverride[]): GivenPart {
  return { args: { ...COMMON, ...MEDIA, ...args }, overrides, secrets: SCCACHE_SECRETS, mounts: SCCACHE_MOUNTS, lfs: true };
}

type GivenPart = Partial<GivenImageBuild>;

export const frameworkBuild: Readonly<Record<"vllm" | "sglang" | "trtllm", GivenPart>> = {
  vllm: contract({ ENABLE_KVBM: "true", CUDA_VERSION: "{cuda}", MAX_JOBS: "16", RUNTIME_IMAGE: "nvcr.io/nvidia/cuda" }, [
    { cuda: "12.9", args: { BASE_IMAGE_TAG: "25.04-cuda12.9-devel-ubuntu24.04", RUNTIME_IMAGE_TAG: "12.9.0-runtime-ubuntu24.04" } },
    { cuda: "12.9", arch: "arm64", args: { BASE_IMAGE_TAG: "25.06-cuda12.9-devel-ubuntu24.04" } },
    { cuda: "13.0", args: { BASE_IMAGE_TAG: "25.11-cuda13.0-devel-ubuntu24.04", RUNTIME_IMAGE_TAG: "13.0.2-runtime-ubuntu24.04" } },
  ]),
  sglang: contract({ ENABLE_KVBM: "false", PYTHON_VERSION: "3.10", RUNTIME_IMAGE: "lmsysorg/sglang" }, [
    { cuda: "12.9", args: { BASE_IMAGE_TAG: "25.06-cuda12.9-devel-ubuntu24.04", RUNTIME_IMAGE_TAG: "v0.5.6.post2-runtime" } },
    { cuda: "13.0", args: { BASE_IMAGE_TAG: "25.11-cuda13.0-devel-ubuntu24.04", RUNTIME_IMAGE_TAG: "v0.5.6.post2-cu130-runtime" } },
  ]),
  trtllm: {
    ...contract(
      {
        ENABLE_KVBM: "true",
        BASE_IMAGE: "nvcr.io/nvidia/pytorch",
        BASE_IMAGE_TAG: "25.10-py3",
        PYTORCH_BASE_IMAGE_TAG: "25.10-py3",
        RUNTIME_IMAGE_TAG: "25.10-cuda13.0-runtime-ubuntu24.04",
        HAS_TRTLLM_CONTEXT: "0",
        TENSORRTLLM_PIP_WHEEL: "tensorrt-llm==1.2.0rc6",
        TENSORRTLLM_INDEX_URL: "https://pypi.nvidia.com/",
        GITHUB_TRTLLM_COMMIT: "1.2.0rc6",
      },
      [],
    ),
    // The wheel comes from an index, so the context that could hold one is empty.
    contexts: { trtllm_wheel: "empty" },
  },
};
