/** What one event makes the pipeline do, and why: the value that `select` returns and that `plan.mjs` prints on a runner. */
import type { Arch, CudaVersion, Mode } from "./model";

/** What happened on GitHub, reduced to what the pipeline asks about. */
export interface PipelineEvent {
  readonly name: "pull_request" | "push" | "schedule" | "workflow_dispatch" | "merge_group";
  /** Full ref that the run belongs to, such as `refs/heads/pull-request/7`. */
  readonly ref: string;
}

/** A changed file. A rename counts under both names. */
export interface ChangedFile {
  readonly path: string;
  readonly status: "added" | "modified" | "removed" | "renamed";
  readonly previousPath?: string;
}

/** The changed files, or why they are not known; then everything runs. */
export type Changes = { readonly known: true; readonly files: readonly ChangedFile[] } | { readonly known: false; readonly why: string };

/** One container image of one mode. */
export interface Image {
  /** Unique within a mode, such as `vllm-cuda13-amd64` or `operator-amd64`; the tag without its prefix. */
  readonly id: string;
  /** What it is an image of. A `base` is made for other images of the commit alone: a stage of the core container, or another stage of a component. */
  readonly subject: { readonly kind: "framework" | "component" | "base"; readonly id: string };
  /** The Dockerfile's stage of a `base`; every other image is made of its own contract's stage. */
  readonly stage?: string;
  /** Undefined for component images. */
  readonly cuda?: CudaVersion;
  readonly arch: Arch;
  /** Tag with its prefix; `{sha}` stands where the commit is not known yet. */
  readonly tag: string;
}

/** One test suite on one image. */
export interface PlannedTest {
  readonly suite: string;
  readonly image: string;
  /** Reason for which the tests are only collected; undefined when they run. */
  readonly collectOnly?: string;
  readonly markers: string;
  /** Runner class id. */
  readonly runner: string;
  readonly gpus: number;
  readonly timeoutMinutes: number;
}

/** One deployment test of one image. */
export interface PlannedDeployment {
  readonly framework: string;
  readonly profile: string;
  readonly image: string;
}

/**
 * Parts of the pipeline that a plan switches on or off; each is one job of a workflow, or one a framework. `component:ID` is a component's image,
 * `checks:ID` the commands that test its sources.
 */
export type PlanPart = "core" | "rust" | "frameworks" | "deployments" | `component:${string}` | `checks:${string}`;

/**
 * Which workflow asks: `direct` for the checks on a pull request itself, `backend` for `pr.yaml`, `suite` for `ci-test-suite.yml`.
 * A push to main starts the last two, and each part of its plan belongs to exactly one of them.
 */
export type PlanScope = "direct" | "backend" | "suite";

export interface Decision {
  readonly run: boolean;
  /** One sentence for people: what made it so. */
  readonly why: string;
}

export interface Plan {
  readonly mode: Mode;
  /** The workflow that it is for; undefined for all that the event starts. */
  readonly scope?: PlanScope;
  readonly parts: Readonly<Record<PlanPart, Decision>>;
  readonly images: readonly (Image & { readonly why: string })[];
  readonly tests: readonly PlannedTest[];
  readonly deployments: readonly PlannedDeployment[];
  /** Changed files that no filter claims; with any, everything runs. */
  readonly unclaimed: readonly string[];
}
