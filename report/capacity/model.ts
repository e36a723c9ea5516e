/** What a simulation says of a stack: who waits, for what, how much of the machines is used, and what it costs. */
import type { Infrastructure } from "../../pipeline/infrastructure";
import type { Pipeline } from "../../pipeline/model";
import type { StackCost } from "../cost";
import type { Merges } from "./merges";

/** A stack as far as its capacity goes. */
export interface CapacityStack {
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
}

/** A mean over replications, with half of the width of its 95% confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
}

/** Queue waits in minutes: from the moment a job's needs are met until its first step. */
export interface Waits {
  readonly mean: Estimate;
  readonly p50: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
}

export interface ClassOutcome {
  /** Id of the runner class. */
  readonly id: string;
  readonly label: string;
  readonly kind: "scale-set" | "hosted";
  readonly maxRunners: number;
  /** Undefined where no job asked for the class. */
  readonly waits?: Waits;
  /** Mean minutes of a wait, by what it was for: runners at their maximum, nodes at theirs, machines and images on their way. */
  readonly because: { readonly limit: number; readonly nodes: number; readonly start: number };
  /** Jobs that end in an hour, over the whole week. */
  readonly jobsPerHour: Estimate;
  /** Share of the maximum that is busy, over the whole week. */
  readonly use: Estimate;
  /** Most runners that were busy at once in any replication. */
  readonly mostBusy: number;
  /** Jobs a week that an eviction of a spot node ended. */
  readonly evictions: Estimate;
  /** Jobs a week that nothing ever served; above 0 means a class or a pool that cannot run what it is given. */
  readonly unserved: Estimate;
}

export interface PoolOutcome {
  /** `CLUSTER/POOL`. */
  readonly id: string;
  readonly vmSize: string;
  readonly maxCount: number;
  /** Nodes that are paid for: mean of the week, and by hour from Monday, 00:00 UTC. */
  readonly nodes: Estimate;
  readonly hourly: readonly number[];
  /** Most at once in any replication. */
  readonly mostNodes: number;
  /** Share of the paid GPUs that pods hold; undefined for pools without. */
  readonly gpuUse?: Estimate;
}

/** Minutes from an event to the end of the last job that it starts in one workflow; runs that a newer push cancelled are left out. */
export interface RunOutcome {
  /** Such as `pr.yaml, pull requests`. */
  readonly title: string;
  readonly perWeek: Estimate;
  readonly p50: Estimate;
  readonly p95: Estimate;
}

/** One stack under its load. */
export interface CapacityOutcome {
  readonly classes: readonly ClassOutcome[];
  readonly pools: readonly PoolOutcome[];
  readonly runs: readonly RunOutcome[];
  /** The race to merge; undefined where no pull request ran. */
  readonly merges?: Merges;
  /** Jobs that end in a day, over the whole week. */
  readonly jobsPerDay: Estimate;
  /** Share of all paid GPUs that pods hold. Undefined where no GPU was ever up. */
  readonly gpuUse?: Estimate;
  /** Prices at minimum, expected and maximum; the expected ones are of the simulated nodes. */
  readonly cost: StackCost;
  /** The expected price a month. */
  readonly monthly: Estimate;
}

/** After less before, of the same random numbers. An interval that holds 0 shows no difference. */
export interface ClassDifference {
  readonly id: string;
  readonly p50: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
  /** `none` where the interval of the 95th percentile holds 0. */
  readonly verdict: "longer" | "shorter" | "none";
}

/** What a change of config does to those who wait and to the bill. */
export interface CapacityComparison {
  /** Day and source of the load profile of the stack as it will be. */
  readonly loadOf: string;
  readonly loadSource: string;
  /** Weeks simulated for each stack, and the name that the random numbers are made from. */
  readonly replications: number;
  readonly seed: string;
  /** Undefined when there is nothing to compare with. */
  readonly before?: CapacityOutcome;
  readonly after: CapacityOutcome;
  /** Runner classes that both have, in the order of the stack. */
  readonly differences: readonly ClassDifference[];
  /** Difference of the expected price a month, and of the GPUs' use. Undefined without a before. */
  readonly monthly?: Estimate;
  readonly gpuUse?: Estimate;
}
