/**
 * Default contract of tests: that of ai-dynamo/dynamo's images, read from their Dockerfiles and from the repository's own test jobs.
 *
 * Tests run as root, not as the user of the image: its user has another id than the owner of the checkout, who is the runner's, 1001, and Kubernetes
 * gives the capability to lock memory only to root. HOME and USER are set, as the runner hands a home of its own to every step, and torch asks for a
 * user's name. UCX and NIXL allocate their buffers in /dev/shm, which has 64 MB by default.
 */
import type { GivenTestContract, GivenTestService, OwnTestContract } from "../schema/test-contract";

const MINIO = "minio";
/** What the LoRA tests of the repository take for granted. MinIO runs in the pod of one job, and nobody else reaches it. */
const MINIO_USER = "minioadmin";

export const seedTestServices: readonly GivenTestService[] = [
  {
    id: MINIO,
    title: "S3 storage, for the LoRA tests",
    image: "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z@sha256:14cea493d9a34af32f524e538b8346cf79f3321eff8e708c1e2960462bd8936e",
    // The volume by a variable: a service of a job has no command, and MinIO without volume prints its help.
    environment: { MINIO_ROOT_USER: MINIO_USER, MINIO_ROOT_PASSWORD: MINIO_USER, MINIO_VOLUMES: "/tmp/minio-data" },
    ready: "http://localhost:9000/minio/health/live",
  },
];

export const seedTestContract: GivenTestContract = {
  environment: { HOME: "/root", USER: "root", HF_HOME: "/tmp/huggingface" },
  user: 0,
  sharedMemoryGiB: 16,
  memlock: "unlimited",
  services: [],
  // The image's own folder: the check is of what the image holds, not of the checkout.
  sanity: { run: "python3 deploy/sanity_check.py --runtime-check --no-gpu-check", directory: "/workspace" },
  workers: 1,
};

/** MPI refuses root until it is told twice (docs.open-mpi.org, mpirun, "Running as root"). */
export const seedTrtllmContract: OwnTestContract = { environment: { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" } };

/** Suites whose tests store and load adapters. */
export const withMinio: OwnTestContract = { services: [MINIO] };
