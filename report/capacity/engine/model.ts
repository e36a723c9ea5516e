/** What is simulated: runners and nodes that serve, and runs of workflows that ask for them. Time is in minutes. */
import type { Duration } from "../../../pipeline/load";
import type { PodSize } from "../../../pipeline/model";

/** Runner scale sets and node pools of a stack. */
export interface SimulatedSystem {
  readonly sets: readonly SimulatedSet[];
  readonly pools: readonly SimulatedPool[];
  /** Kinds of pods that jobs ask for beside their runner, by name. */
  readonly pods: Readonly<Record<string, SimulatedPod>>;
  /** Evictions of one spot node an hour. */
  readonly evictionsPerHour: number;
  /** From an eviction until the lost job is started again. */
  readonly rerunAfter: Duration;
  /** Minutes that a node stays without a pod. */
  readonly idleMinutes: number;
  /** Pull of an image under test that the node does not have. */
  readonly imagePull: Duration;
}

/** A runner class: ephemeral runners, one job each. */
export interface SimulatedSet {
  readonly id: string;
  readonly label: string;
  /** Idle runners that are kept. */
  readonly minRunners: number;
  readonly maxRunners: number;
  /** The pod of one runner; undefined for machines of GitHub's. */
  readonly pod?: SimulatedPod;
  /** From the runner's container until it takes a job. */
  readonly start: Duration;
  /** Pull of the runner's own image, which a node keeps. */
  readonly pull?: Duration;
  /** From the end of a job until its runner is gone. */
  readonly stop: Duration;
}

/** What a pod asks for, and the pools that take it, in the order in which they are tried. */
export interface SimulatedPod {
  readonly size: PodSize;
  /** Ids of pools. */
  readonly pools: readonly string[];
}

export interface SimulatedPool {
  /** `CLUSTER/POOL`. */
  readonly id: string;
  /** What one node has for pods. */
  readonly room: PodSize;
  readonly maxPods: number;
  readonly minCount: number;
  readonly maxCount: number;
  readonly spot: boolean;
  /** From the order of a node until pods can start on it. */
  readonly start: Duration;
}

/** The jobs that one event makes one workflow run. */
export interface RunTemplate {
  /** For people, such as `pr.yaml on a pull request's mirror`. */
  readonly title: string;
  readonly jobs: readonly JobTemplate[];
}

export interface JobTemplate {
  /** Unique in the run. */
  readonly id: string;
  /** Id of the runner class. */
  readonly set: string;
  /** Places in the list of jobs of those that end before this one is queued. */
  readonly needs: readonly number[];
  readonly duration: Duration;
  /** Minutes after which the job is cut off; undefined for no limit. */
  readonly limit?: number;
  /** Pods beside the runner's, by kind; the job begins when all of them are there. */
  readonly pods: readonly string[];
  /** Image under test that these pods pull. The same name in another run is another image. */
  readonly image?: string;
  /** At most so many jobs of one name in a run are queued at once: `max-parallel` of a matrix. */
  readonly together?: { readonly name: string; readonly most: number };
}

/** One run of a workflow. */
export interface Run {
  /** Names the run's random numbers; unique. */
  readonly key: string;
  /** When its event comes. */
  readonly at: number;
  readonly template: RunTemplate;
  /** A newer run of the same concurrency group cancels it; undefined for a run that nothing cancels. */
  readonly group?: string;
  /** Of the runs of one line one is in progress, and of those that wait the newest goes next and stands for the others; undefined for a run that waits for none. */
  readonly line?: string;
}

/** The random numbers of one attempt at a job: minutes that it runs, and shares from 0 to 1 for all that is needed on its account. */
export interface Draws {
  readonly minutes: number;
  readonly nodeStart: number;
  readonly nodeLifetime: number;
  readonly runnerPull: number;
  readonly runnerStart: number;
  readonly runnerStop: number;
  readonly imagePull: number;
  readonly rerun: number;
}

/** Runs in the order in which they come, and the numbers of their jobs. */
export interface Workload {
  readonly runs: readonly Run[];
  /** Numbers of an attempt at a job, counted from 0. The same question always has the same answer. */
  draws(run: Run, job: number, attempt: number): Draws;
  /** Numbers for what no job asks for: nodes and runners that are kept ready. */
  spare(name: string): Draws;
}

/** The part of the simulated time that is measured, in whole hours from its start. */
export interface Window {
  readonly fromHour: number;
  readonly toHour: number;
}
