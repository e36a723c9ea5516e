/**
 * Default test suites. Marker expressions are in the vocabulary of the repository's strict pytest markers: life cycle (`pre_merge`,
 * `post_merge`, `nightly`), kind (`unit`, `integration`, `e2e`), hardware (`gpu_0` to `gpu_4`) and framework.
 *
 * Each mode runs what the ones before it run, and its own. Tests for the night alone have a suite of their own where they take long, so
 * that the usual ones report first.
 */
import type { Arch, Mode, UntestedImages } from "../model";
import type { GivenTestSuite } from "../schema/tests";
import { LIFECYCLE } from "./lifecycle";
import { TESTER_ARM, TESTER_GPU, TESTER_GPU_4 } from "./runners";
import { withMinio } from "./test-contract";

const NO_GPU_ON_ARM = "No arm64 runner has a GPU, so tests are collected there and run on amd64.";

/** A test of no kind is taken for a unit test. */
const UNIT = "not (integration or e2e)";

function markers(kind: string, hardware: string, modes: readonly Mode[]): Partial<Record<Mode, string>> {
  return Object.fromEntries(modes.map((mode) => [mode, `${LIFECYCLE[mode]} and ${kind} and {framework} and ${hardware}`]));
}

const EVERY_MODE: readonly Mode[] = ["pull-request", "post-merge", "nightly"];
const FULL_MODES: readonly Mode[] = ["post-merge", "nightly"];
/** A test that says nothing of hardware needs one GPU at most. */
const ONE_GPU = "not (gpu_2 or gpu_4 or gpu_8)";
const SEVERAL_GPUS = "(gpu_2 or gpu_4)";

const oneGpuRunners: Readonly<Partial<Record<Arch, string>>> = { amd64: TESTER_GPU, arm64: TESTER_ARM };
const collectOnly: Readonly<Partial<Record<Arch, string>>> = { arm64: NO_GPU_ON_ARM };

/** What the usual suites of one GPU share where tests are placed by need. The long ones of the night stay apart, so that the usual ones report first. */
const USUAL = "tests";

export const seedSuites: readonly GivenTestSuite[] = [
  {
    id: "unit",
    kind: "unit",
    title: "Individual components",
    modes: EVERY_MODE,
    markers: markers(UNIT, ONE_GPU, EVERY_MODE),
    gpus: 1,
    runners: oneGpuRunners,
    collectOnly,
    timeoutMinutes: 45,
    joins: USUAL,
  },
  {
    id: "integration",
    kind: "integration",
    title: "Component interactions",
    modes: EVERY_MODE,
    markers: markers("integration", ONE_GPU, EVERY_MODE),
    gpus: 1,
    runners: oneGpuRunners,
    collectOnly,
    testContract: withMinio,
    timeoutMinutes: 90,
    joins: USUAL,
  },
  {
    id: "e2e",
    kind: "e2e",
    title: "End-to-end scenarios on one GPU",
    modes: EVERY_MODE,
    markers: {
      ...markers("e2e", ONE_GPU, ["pull-request", "post-merge"]),
      // The nightly-only ones are the next suite's.
      nightly: `${LIFECYCLE["post-merge"]} and e2e and {framework} and ${ONE_GPU}`,
    },
    gpus: 1,
    runners: oneGpuRunners,
    collectOnly,
    testContract: withMinio,
    timeoutMinutes: 120,
    joins: USUAL,
  },
  {
    id: "e2e-long",
    kind: "e2e",
    title: "Long-running end-to-end scenarios on one GPU",
    modes: ["nightly"],
    markers: { nightly: `nightly and not ${LIFECYCLE["post-merge"]} and e2e and {framework} and ${ONE_GPU}` },
    gpus: 1,
    runners: oneGpuRunners,
    collectOnly,
    testContract: withMinio,
    timeoutMinutes: 240,
  },
  {
    id: "e2e-multi-gpu",
    kind: "e2e",
    title: "End-to-end scenarios on two and four GPUs",
    modes: FULL_MODES,
    markers: markers("e2e", SEVERAL_GPUS, FULL_MODES),
    gpus: 4,
    runners: { amd64: TESTER_GPU_4, arm64: TESTER_ARM },
    collectOnly,
    testContract: withMinio,
    timeoutMinutes: 150,
  },
];

export const seedUntested: readonly UntestedImages[] = [
  {
    images: "*",
    modes: ["pull-request"],
    architectures: ["arm64"],
    why: "A pull request is tested on amd64 only; main collects the arm64 tests.",
  },
  {
    images: "frontend",
    modes: ["pull-request", "post-merge"],
    architectures: ["amd64", "arm64"],
    why: "The image build is the test: the sources are tested in the core container and in the frameworks' images.",
  },
];
