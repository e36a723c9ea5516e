/** What a pull request's change costs and how long its author waits, with every duration at its median and nothing in a queue. */
import type { Changes } from "../../pipeline/plan";
import type { JobTemplate, SimulatedSystem } from "../../report/capacity/engine/model";
import type { CapacityStack } from "../../report/capacity/model";
import { systemOf } from "../../report/capacity/system";
import { Templates } from "../../report/capacity/templates";

export interface Spent {
  readonly images: number;
  readonly gpuJobs: number;
  /** Minutes of each GPU, from the start of a job's pod to the end of the job. */
  readonly gpuMinutes: number;
  /** Minutes until the last check has reported. */
  readonly feedbackMinutes: number;
}

/** Reads a stack once, and then answers for changes. */
export class Spending {
  private readonly templates: Templates;
  private readonly system: SimulatedSystem;

  constructor(stack: CapacityStack) {
    this.templates = new Templates(stack);
    this.system = systemOf(stack);
  }

  of(changes: Changes): Spent {
    const { direct, mirror } = this.templates.pullRequest(changes);
    const workflows = [...direct, ...mirror];
    const onGpus = workflows.flatMap(({ template }) => template.jobs).filter((job) => this.gpusOf(job) > 0);
    return {
      images: workflows.reduce((sum, { pushes }) => sum + pushes, 0),
      gpuJobs: onGpus.length,
      gpuMinutes: onGpus.reduce((sum, job) => sum + this.gpusOf(job) * this.minutesOf(job), 0),
      feedbackMinutes: Math.max(0, ...workflows.map(({ template }) => this.longestPath(template.jobs))),
    };
  }

  private longestPath(jobs: readonly JobTemplate[]): number {
    const ends: number[] = [];
    const endOf = (index: number): number => (ends[index] ??= Math.max(0, ...jobs[index]!.needs.map(endOf)) + this.minutesOf(jobs[index]!));
    return Math.max(0, ...jobs.map((_, index) => endOf(index)));
  }

  /** From the moment that a job's needs are met: its runner, what it pulls, and its own work. */
  private minutesOf({ set, duration, image }: JobTemplate): number {
    const { start, pull } = this.system.sets.find(({ id }) => id === set)!;
    return start.median + (pull?.median ?? 0) + (image === undefined ? 0 : this.system.imagePull.median) + duration.median;
  }

  private gpusOf({ set, pods }: JobTemplate): number {
    const own = this.system.sets.find(({ id }) => id === set)?.pod;
    return [own, ...pods.map((pod) => this.system.pods[pod])].reduce((sum, pod) => sum + (pod?.size.gpus ?? 0), 0);
  }
}
