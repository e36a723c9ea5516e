/** Small systems and workloads whose every number is given, so that what a simulation says of them can be worked out by hand. */
import type { Draws, JobTemplate, Run, SimulatedPool, SimulatedSet, SimulatedSystem, Workload } from "../../../report/capacity/engine/model";
import { simulate, type Measured } from "../../../report/capacity/engine/simulate";

/** A duration that is always the same. */
export function fixed(minutes: number): { median: number; p95: number } {
  return { median: minutes, p95: minutes };
}

export const NOTHING = fixed(0);

/** A share of lives that no simulated time is long enough for. */
const FOR_EVER = 1 - 1e-9;

export const NO_DRAWS: Draws = { minutes: 0, nodeStart: 0, nodeLifetime: FOR_EVER, runnerPull: 0, runnerStart: 0, runnerStop: 0, imagePull: 0, rerun: 0 };

/** A class whose runners are there at once and take no machine. */
export function hosted(id: string, maxRunners: number, more: Partial<SimulatedSet> = {}): SimulatedSet {
  return { id, label: id, minRunners: 0, maxRunners, start: NOTHING, stop: NOTHING, ...more };
}

/** A pool of nodes with four CPUs that are there at once. */
export function pool(id: string, more: Partial<SimulatedPool> = {}): SimulatedPool {
  return { id, room: { cpu: 4, memoryGiB: 16, gpus: 0, storageGiB: 100 }, maxPods: 30, minCount: 0, maxCount: 10, spot: false, start: NOTHING, ...more };
}

/** A pod that asks for CPUs, on these pools. */
export function pod(cpu: number, ...pools: string[]) {
  return { size: { cpu, memoryGiB: 1, gpus: 0, storageGiB: 1 }, pools };
}

export function system(more: Partial<SimulatedSystem>): SimulatedSystem {
  return { sets: [], pools: [], pods: {}, evictionsPerHour: 0, rerunAfter: NOTHING, idleMinutes: 10, imagePull: NOTHING, ...more };
}

/** A job of a run: its minutes, attempt by attempt, beside what a template says. */
export type GivenJob = Partial<JobTemplate> & { readonly set: string; readonly minutes: readonly number[]; readonly draws?: Partial<Draws> };

export interface GivenRun {
  readonly at: number;
  readonly title?: string;
  readonly group?: string;
  readonly jobs: readonly GivenJob[];
}

/** A workload of these runs. `spare` are the numbers of what no job asks for, and of later attempts. */
export function workload(given: readonly GivenRun[], spare: Partial<Draws> = {}): Workload {
  const jobsOf = new Map<Run, readonly GivenJob[]>();
  const runs = given.map(({ at, title = "run", group, jobs }, index): Run => {
    const templates = jobs.map((job, place): JobTemplate => ({ id: job.id ?? `job ${place}`, set: job.set, needs: job.needs ?? [], duration: NOTHING, pods: job.pods ?? [], ...optional(job) }));
    const run: Run = { key: String(index), at, template: { title, jobs: templates }, ...(group === undefined ? {} : { group }) };
    jobsOf.set(run, jobs);
    return run;
  });
  return {
    runs,
    draws: (run, job, attempt) => {
      const own = jobsOf.get(run)![job]!;
      return { ...NO_DRAWS, ...(attempt === 0 ? own.draws : spare), minutes: own.minutes[Math.min(attempt, own.minutes.length - 1)]! };
    },
    spare: () => ({ ...NO_DRAWS, ...spare }),
  };
}

function optional({ limit, image, together }: GivenJob): Partial<JobTemplate> {
  return { ...(limit === undefined ? {} : { limit }), ...(image === undefined ? {} : { image }), ...(together === undefined ? {} : { together }) };
}

/** Runs of one job each, by the moment at which it comes and the minutes that it takes. */
export function singleJobs(set: string, jobs: readonly (readonly [at: number, minutes: number])[], more: Partial<GivenJob> = {}): GivenRun[] {
  return jobs.map(([at, minutes]) => ({ at, jobs: [{ set, minutes: [minutes], ...more }] }));
}

/** Simulates and measures so many hours. `spare` are the numbers of what no job asks for, and of later attempts. */
export function measure(simulated: SimulatedSystem, runs: readonly GivenRun[], hours = 24, spare: Partial<Draws> = {}): Measured {
  return simulate(simulated, workload(runs, spare), { fromHour: 0, toHour: hours });
}

export function waitsOf(measured: Measured, set: string): number[] {
  const found = measured.sets.get(set);
  if (found === undefined) throw new Error(`nothing was measured of ${set}`);
  return Array.from(found.waits);
}

export function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
