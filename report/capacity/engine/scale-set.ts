/**
 * A runner scale set, as Actions Runner Controller runs it: ephemeral runners, one job each. As many are wanted as jobs are assigned, and the idle
 * ones that are kept, up to the maximum; a runner counts until it is gone. A runner that is ready takes the job that has waited longest, whichever
 * it was made for.
 */
import { minutesAt } from "../streams";
import type { Appointment, Clock } from "./clock";
import { Gauge } from "./gauge";
import type { Draws, SimulatedSet } from "./model";
import type { Pod, PodKind, Scheduler } from "./scheduler";
import type { Node } from "./nodes";

/** Name of a runner's own image on a node. */
const RUNNER_IMAGE = "runner";

/** A job as its runner class sees it. */
export interface QueuedJob {
  readonly draws: Draws;
  /** A runner is being made for it: its class had one left. */
  sponsored(): void;
  /** The job has its runner, which need not be the one that was made for it. */
  taken(runner: Runner): void;
  /** The runner is gone under it. */
  lost(): void;
}

/** One ephemeral runner. */
export interface Runner {
  readonly draws: Draws;
  pod?: Pod;
  starting?: Appointment;
  /** The job that it runs; undefined before and after. */
  job?: QueuedJob | undefined;
  /** It has had its job, and goes. */
  retired?: true;
}

export class ScaleSet {
  /** Jobs that are queued or being prepared, and have not begun. */
  readonly queue: Gauge;
  readonly busyRunners: Gauge;
  private readonly waiting = new Set<QueuedJob>();
  /** Waiting jobs for which no runner was made yet. */
  private readonly unsponsored = new Set<QueuedJob>();
  private readonly idle: Runner[] = [];
  private readonly starting = new Set<Runner>();
  private busy = 0;
  private stopping = 0;
  private spares = 0;

  constructor(
    readonly spec: SimulatedSet,
    readonly kind: PodKind | undefined,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly spare: (name: string) => Draws,
    hours: number,
  ) {
    this.queue = new Gauge(clock, hours);
    this.busyRunners = new Gauge(clock, hours);
  }

  /** Brings up the idle runners that are kept. */
  open(): void {
    this.reconcile();
  }

  enqueue(job: QueuedJob): void {
    this.waiting.add(job);
    this.unsponsored.add(job);
    this.reconcile();
  }

  /** Takes a waiting job back. */
  withdraw(job: QueuedJob): void {
    if (!this.waiting.delete(job)) return;
    this.unsponsored.delete(job);
    this.reconcile();
  }

  /** The runner's job is over, or will never be: the runner goes. */
  release(runner: Runner): void {
    runner.job = undefined;
    runner.retired = true;
    this.busy -= 1;
    this.busyRunners.add(-1);
    this.retire(runner);
  }

  private reconcile(): void {
    this.serve();
    const { minRunners, maxRunners } = this.spec;
    const wanted = Math.min(maxRunners, minRunners + this.waiting.size + this.busy);
    while (this.idle.length + this.starting.size + this.busy > wanted && this.dropOne());
    while (this.idle.length + this.starting.size + this.busy < wanted && this.living() < maxRunners) this.create();
  }

  private living(): number {
    return this.idle.length + this.starting.size + this.busy + this.stopping;
  }

  private serve(): void {
    for (const job of this.waiting) {
      const runner = this.idle.shift();
      if (runner === undefined) return;
      this.waiting.delete(job);
      if (this.unsponsored.delete(job)) job.sponsored();
      this.busy += 1;
      this.busyRunners.add(1);
      runner.job = job;
      job.taken(runner);
    }
  }

  private create(): void {
    const runner: Runner = { draws: this.sponsor() };
    this.starting.add(runner);
    if (this.kind === undefined) this.startContainer(runner, 0);
    else this.place(runner, this.kind);
  }

  private place(runner: Runner, kind: PodKind): void {
    const pod: Pod = {
      kind,
      draws: runner.draws,
      placed: (node) => this.startContainer(runner, this.pull(runner, node)),
      lost: () => this.podLost(runner),
    };
    runner.pod = pod;
    this.scheduler.place(pod);
  }

  private pull(runner: Runner, node: Node): number {
    const { pull } = this.spec;
    return pull === undefined ? 0 : node.pull(RUNNER_IMAGE, this.clock.now, minutesAt(pull, runner.draws.runnerPull));
  }

  private startContainer(runner: Runner, pulled: number): void {
    runner.starting = this.clock.after(pulled + minutesAt(this.spec.start, runner.draws.runnerStart), () => {
      this.starting.delete(runner);
      this.idle.push(runner);
      this.reconcile();
    });
  }

  /** Numbers of the job that the runner is made for, else of the set's own. */
  private sponsor(): Draws {
    for (const job of this.unsponsored) {
      this.unsponsored.delete(job);
      job.sponsored();
      return job.draws;
    }
    this.spares += 1;
    return this.spare(`runner ${this.spec.id} ${this.spares}`);
  }

  /** Ends a runner that nobody needs: an idle one, else the one that was made last. */
  private dropOne(): boolean {
    const runner = this.idle.pop() ?? [...this.starting].at(-1);
    if (runner === undefined) return false;
    this.forget(runner);
    return true;
  }

  private podLost(runner: Runner): void {
    delete runner.pod;
    if (runner.job !== undefined) runner.job.lost();
    if (runner.retired) return;
    this.forget(runner);
    this.reconcile();
  }

  private forget(runner: Runner): void {
    this.starting.delete(runner);
    const at = this.idle.indexOf(runner);
    if (at !== -1) this.idle.splice(at, 1);
    if (runner.starting !== undefined) this.clock.callOff(runner.starting);
    if (runner.pod !== undefined) this.scheduler.remove(runner.pod);
  }

  private retire(runner: Runner): void {
    this.stopping += 1;
    this.reconcile();
    this.clock.after(minutesAt(this.spec.stop, runner.draws.runnerStop), () => {
      this.stopping -= 1;
      if (runner.pod !== undefined) this.scheduler.remove(runner.pod);
      this.reconcile();
    });
  }
}
