/** Simulates a workload on a system and measures a window of it. */
import { Clock } from "./clock";
import type { Workshop } from "./job";
import type { JobTemplate, Run, SimulatedSystem, Window, Workload } from "./model";
import { RunInProgress, type RunObserver } from "./run";
import { ScaleSet } from "./scale-set";
import { Scheduler } from "./scheduler";
import { Line } from "./line";

const MINUTES_PER_HOUR = 60;

/** Hours after the last event after which what has not been served never will be: longer than any job waits on GitHub, which is a day. */
const LONGEST_DRAIN_HOURS = 24 * 28;

/** What was measured. Hours are those of the window. */
export interface Measured {
  readonly sets: ReadonlyMap<string, MeasuredSet>;
  readonly pools: ReadonlyMap<string, MeasuredPool>;
  /** Minutes from event to the end of the last job, by the template's title; cancelled runs are left out. Ascending. */
  readonly runs: ReadonlyMap<string, Float64Array>;
}

export interface MeasuredSet {
  /** Minutes from queue to begin of every attempt that was queued in the window. Ascending. */
  readonly waits: Float64Array;
  /** Sum of the waits' minutes, by what they were for. */
  readonly because: { readonly limit: number; readonly nodes: number; readonly start: number };
  /** Jobs that ended in the window. */
  readonly ended: number;
  readonly evictions: number;
  /** Jobs that still wait at the end, because nothing will ever serve them. */
  readonly unserved: number;
  /** Mean number of busy runners, and of jobs that wait, in each hour; most busy runners. */
  readonly busy: readonly number[];
  readonly queued: readonly number[];
  readonly mostBusy: number;
}

export interface MeasuredPool {
  /** Mean number of nodes that are paid for in each hour, and the most. */
  readonly nodes: readonly number[];
  readonly mostNodes: readonly number[];
  /** Mean number of GPUs that pods hold in each hour. */
  readonly gpusUsed: readonly number[];
}

/** Runs the simulation. The same system, workload and window always give the same result. */
export function simulate(system: SimulatedSystem, workload: Workload, window: Window): Measured {
  return new Simulation(system, workload, window).measure();
}

/** What is counted of a runner class while time goes by. */
class Tally {
  readonly waits: number[] = [];
  limit = 0;
  nodes = 0;
  start = 0;
  ended = 0;
  evictions = 0;
}

class Simulation implements RunObserver {
  private readonly clock = new Clock();
  private readonly scheduler: Scheduler;
  private readonly sets: ReadonlyMap<string, ScaleSet>;
  private readonly tallies: ReadonlyMap<string, Tally>;
  private readonly shop: Workshop;
  private readonly runMinutes = new Map<string, number[]>();
  private readonly newest = new Map<string, RunInProgress>();
  private readonly lines = new Map<string, Line>();
  private inProgress = 0;
  private arrived = 0;

  constructor(
    system: SimulatedSystem,
    private readonly workload: Workload,
    private readonly window: Window,
  ) {
    const spare = workload.spare.bind(workload);
    const hours = window.toHour;
    this.scheduler = new Scheduler(system, this.clock, spare, hours);
    const kinds = new Map(Object.entries(system.pods).map(([name, pod]) => [name, this.scheduler.kind(pod)]));
    this.shop = { clock: this.clock, scheduler: this.scheduler, system, kinds };
    this.sets = new Map(
      system.sets.map((spec) => {
        const kind = spec.pod === undefined ? undefined : this.scheduler.kind(spec.pod);
        return [spec.id, new ScaleSet(spec, kind, this.clock, this.scheduler, spare, hours)];
      }),
    );
    this.tallies = new Map(system.sets.map(({ id }) => [id, new Tally()]));
  }

  measure(): Measured {
    this.scheduler.open();
    for (const set of this.sets.values()) set.open();
    this.arriveNext();
    const end = this.window.toHour * MINUTES_PER_HOUR;
    const given = end + LONGEST_DRAIN_HOURS * MINUTES_PER_HOUR;
    this.clock.run(() => this.clock.now >= end && (this.isServed() || this.clock.now > given));
    return this.result();
  }

  jobBegan({ set }: JobTemplate, { queuedAt, total, limit, nodes }: Parameters<RunObserver["jobBegan"]>[1]): void {
    if (!this.isMeasured(queuedAt)) return;
    const tally = this.tally(set);
    tally.waits.push(total);
    tally.limit += limit;
    tally.nodes += nodes;
    tally.start += total - limit - nodes;
  }

  jobEnded({ set }: JobTemplate): void {
    if (this.isMeasured(this.clock.now)) this.tally(set).ended += 1;
  }

  jobEvicted({ set }: JobTemplate): void {
    if (this.isMeasured(this.clock.now)) this.tally(set).evictions += 1;
  }

  runOver(run: Run, cancelled: boolean): void {
    this.inProgress -= 1;
    const line = run.line === undefined ? undefined : this.lines.get(run.line);
    for (const each of [run, ...(line?.stoodFor ?? [])]) this.tell(each, cancelled);
    const next = line?.leave();
    if (next !== undefined) this.begin(next);
  }

  private tell({ at, template }: Run, cancelled: boolean): void {
    if (cancelled || !this.isMeasured(at)) return;
    const minutes = this.runMinutes.get(template.title);
    if (minutes === undefined) this.runMinutes.set(template.title, [this.clock.now - at]);
    else minutes.push(this.clock.now - at);
  }

  /** One event is in the calendar at a time: a year of runs is no reason for a long one. */
  private arriveNext(): void {
    const run = this.workload.runs[this.arrived];
    if (run === undefined) return;
    this.clock.after(run.at - this.clock.now, () => {
      this.arrived += 1;
      this.arrive(run);
      this.arriveNext();
    });
  }

  private arrive(run: Run): void {
    this.inProgress += 1;
    if (run.line === undefined) return this.begin(run);
    const line = this.lines.get(run.line) ?? new Line();
    this.lines.set(run.line, line);
    const { begins, gaveWay } = line.enter(run);
    this.inProgress -= gaveWay;
    if (begins) this.begin(run);
  }

  private begin(run: Run): void {
    const started = new RunInProgress(run, this.workload, this.sets, this.shop, this);
    if (run.group !== undefined) {
      this.newest.get(run.group)?.cancel();
      this.newest.set(run.group, started);
    }
    started.start();
  }

  private isServed(): boolean {
    return this.inProgress === 0 && this.arrived === this.workload.runs.length;
  }

  private isMeasured(moment: number): boolean {
    return moment >= this.window.fromHour * MINUTES_PER_HOUR && moment < this.window.toHour * MINUTES_PER_HOUR;
  }

  private tally(set: string): Tally {
    const tally = this.tallies.get(set);
    if (tally === undefined) throw new Error(`no runner class ${JSON.stringify(set)}`);
    return tally;
  }

  private result(): Measured {
    return {
      sets: new Map([...this.sets].map(([id, set]) => [id, this.resultOf(set, this.tally(id))])),
      pools: new Map(
        [...this.scheduler.pools].map(([id, { paid, gpusUsed }]) => [
          id,
          { nodes: this.inWindow(paid.hourly()), mostNodes: this.inWindow(paid.highest()), gpusUsed: this.inWindow(gpusUsed.hourly()) },
        ]),
      ),
      runs: new Map([...this.runMinutes].map(([title, minutes]) => [title, Float64Array.from(minutes).sort()])),
    };
  }

  private resultOf(set: ScaleSet, { waits, limit, nodes, start, ended, evictions }: Tally): MeasuredSet {
    return {
      waits: Float64Array.from(waits).sort(),
      because: { limit, nodes, start },
      ended,
      evictions,
      unserved: set.queue.value,
      busy: this.inWindow(set.busyRunners.hourly()),
      queued: this.inWindow(set.queue.hourly()),
      mostBusy: Math.max(...this.inWindow(set.busyRunners.highest())),
    };
  }

  private inWindow(hours: readonly number[]): number[] {
    return hours.slice(this.window.fromHour, this.window.toHour);
  }
}

