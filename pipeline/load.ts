/** What a stack has to carry: how much work comes when, how long it takes, and how long machines take to be there. A forecast, dated, from config. */
import type { PodSize, TestSuite } from "./model";

/** Minutes that something takes: a log-normal distribution, as durations of builds, tests and boots have. Equal figures mean always the same. */
export interface Duration {
  /** Half of them take no longer. */
  readonly median: number;
  /** 95 of 100 take no longer. */
  readonly p95: number;
}

/** A load profile. Events are Poisson: independent of each other, at the rate of their hour. */
export interface Load {
  /** The day of the figures, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** Where they are from, for people. */
  readonly source: string;
  /** Events of a weekday. */
  readonly weekday: {
    /** Pushes to pull requests, the first one included. */
    readonly pullRequestPushes: number;
    readonly mainPushes: number;
    readonly releasePushes: number;
    /** Nightly runs that people start, beside the schedule's own. */
    readonly dispatches: number;
  };
  /** What a day of the weekend has of a weekday's events, 0 to 1 or more. */
  readonly weekend: number;
  /** Weights of the 24 hours of a day, UTC. */
  readonly hours: readonly number[];
  readonly pullRequests: {
    /** How many are open, each as likely to be pushed to: a push cancels the runs of the one before it. */
    readonly open: number;
    /** Share of the pushes that are mirrored, and so build and test images. */
    readonly mirrored: number;
    /** What they change. */
    readonly changes: readonly Change[];
  };
  readonly durations: JobDurations;
  readonly nodes: {
    /** From the order of a node until pods can start on it, by whether it has GPUs. */
    readonly start: { readonly cpu: Duration; readonly gpu: Duration };
    /** Minutes that a node stays without a pod before the autoscaler removes it. */
    readonly idleMinutes: number;
  };
  readonly runners: {
    /** From a runner's container until it takes a job. */
    readonly start: Duration;
    /** From a job's end until its runner is gone and makes room for the next. */
    readonly stop: Duration;
  };
  /** Pulls of an image that the node does not have: the runner's own, and an image under test. */
  readonly pulls: { readonly runner: Duration; readonly image: Duration };
  readonly hosted: {
    /** Jobs that GitHub's own machines run at once, by the plan of the organisation. */
    readonly concurrent: number;
    readonly start: Duration;
  };
  readonly spot: {
    /** Evictions of one node an hour. */
    readonly evictionsPerHour: number;
    /** From an eviction until somebody starts the lost job again: GitHub does not. */
    readonly rerunAfter: Duration;
  };
  /** What a deployment test asks for beside its GPUs: operator, frontend. */
  readonly deploymentPod: PodSize;
  /** GiB that one more build of an image adds to a registry; layers that it shares with older ones are not counted. */
  readonly imageGiB: number;
}

/** A kind of change that pull requests make. */
export interface Change {
  readonly id: string;
  readonly title: string;
  /** How often, relative to the sum of all. */
  readonly weight: number;
  /** Files of such a change; the pipeline's own filters say what they concern. */
  readonly files: readonly string[];
}

/** How long jobs run once they have started, by kind. Time limits cut them off. */
export interface JobDurations {
  /** Deciding what runs. */
  readonly plan: Duration;
  /** Formatting, licence headers, a component's own checks. */
  readonly checks: Duration;
  /** The core container with its Rust and Python tests. */
  readonly core: Duration;
  readonly build: { readonly framework: Duration; readonly component: Duration };
  /** Signing an image and moving its tag. */
  readonly publish: Duration;
  readonly tests: Readonly<Record<TestSuite["kind"], Duration>>;
  /** Suites that take longer or shorter than others of their kind, by id. */
  readonly suites: Readonly<Record<string, Duration>>;
  /** Tests that are collected and not run. */
  readonly collect: Duration;
  readonly deployment: Duration;
  /** Verdict and notification. */
  readonly verdict: Duration;
}
