/** What one event makes CI do, as `explain` tells it. Every entry says why, in one sentence. */
import type { Arch, CudaVersion, Mode, TestSuite } from "../../pipeline/model";
import type { PipelineEvent } from "../../pipeline/plan";

/** A check that the ruleset requires, and whether this event reports it. */
export interface ExplainedCheck {
  /** The context as it is reported. */
  readonly context: string;
  /** The workflow file or the app that reports it. */
  readonly reporter: string;
  /**
   * `now`: this event reports it; `after-mirror`: a push to the pull request's mirror branch does; `elsewhere`: another event does, and this
   * one neither reports nor needs it.
   */
  readonly reports: "now" | "after-mirror" | "elsewhere";
  readonly why: string;
}

/** A job that takes a runner. */
export interface ExplainedJob {
  /** `caller / called` for a job of a reusable workflow; the leg of a matrix in brackets. */
  readonly id: string;
  /** The file that the event starts, such as `pr.yaml`. */
  readonly workflow: string;
  /** Label of the runner. */
  readonly runner: string;
  /** Id of the image that it builds, tests or publishes; undefined for every other job. */
  readonly image?: string;
  /** Name of the graph that it deploys, such as `vllm-agg`; undefined for every other job. */
  readonly graph?: string;
  readonly why: string;
}

/** A job or a call of a workflow that starts but does not run it. */
export interface ExplainedSkip {
  readonly id: string;
  readonly workflow: string;
  readonly why: string;
}

export interface ExplainedImage {
  readonly id: string;
  /** Full tag; `{sha}` stands for the commit. */
  readonly tag: string;
  readonly architecture: Arch;
  /** Undefined for images without CUDA. */
  readonly cuda?: CudaVersion;
  /** Label of the runner that builds it. */
  readonly runner: string;
  /** Why no suite tests it; undefined for an image that suites test or collect. */
  readonly untested?: string;
  readonly why: string;
}

export interface ExplainedTest {
  readonly suite: string;
  readonly kind: TestSuite["kind"];
  /** Id of the image in which it runs. */
  readonly image: string;
  readonly runner: string;
  /** GPUs that it uses; 0 where tests are only collected. */
  readonly gpus: number;
  /** pytest marker expression. */
  readonly markers: string;
  /** False where tests are only collected; `why` says for which reason. */
  readonly executed: boolean;
  readonly why: string;
}

export interface ExplainedDeployment {
  readonly framework: string;
  readonly profile: string;
  /** Id of the image that is deployed. */
  readonly image: string;
  readonly manifest: string;
  readonly runner: string;
  readonly why: string;
}

/** What runs for one event. */
export interface EventExplanation {
  /** The event as it is shown: `N` stands for a pull request's number that is not known yet. */
  readonly event: PipelineEvent;
  readonly mode: Mode;
  readonly jobs: readonly ExplainedJob[];
  readonly images: readonly ExplainedImage[];
  readonly tests: readonly ExplainedTest[];
  readonly deployments: readonly ExplainedDeployment[];
  readonly skipped: readonly ExplainedSkip[];
}

/** What runs for an event, and what the checks say. */
export interface Explanation extends EventExplanation {
  readonly checks: readonly ExplainedCheck[];
  /** Changed files that no filter claims, sorted; with any, everything runs. */
  readonly unclaimed: readonly string[];
  /** For a pull request: what the push to its mirror branch runs, once a maintainer has asked for one. */
  readonly afterMirror?: EventExplanation;
}
