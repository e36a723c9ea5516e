/** One job of a run, from the end of those that it needs to its own. */
import type { Appointment, Clock } from "./clock";
import type { Draws, JobTemplate, SimulatedSystem } from "./model";
import { minutesAt } from "../streams";
import { pullMinutes, type Pod, type PodKind, type Scheduler } from "./scheduler";
import type { QueuedJob, Runner, ScaleSet } from "./scale-set";
import type { Node } from "./nodes";

/** What jobs share. */
export interface Workshop {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly system: SimulatedSystem;
  /** Kinds of pods by name. */
  readonly kinds: ReadonlyMap<string, PodKind>;
}

/** Told by a job how it goes. */
export interface JobObserver {
  /** The job begins. */
  began(wait: Wait): void;
  ended(): void;
  evicted(): void;
  /** The next attempt at the job, with its numbers. */
  again(): Draws;
}

/** How long an attempt waited, and for what. Minutes. */
export interface Wait {
  readonly queuedAt: number;
  readonly total: number;
  /** While its class had no runner left to make. */
  readonly limit: number;
  /** While a pool that it needs had no node left to order. */
  readonly nodes: number;
}

export class Job implements QueuedJob {
  /** Undefined while it neither waits nor is prepared. */
  private queuedAt: number | undefined;
  private readonly waited = { limit: 0, nodes: 0 };
  private runner: Runner | undefined;
  private pods: Pod[] = [];
  private missing = 0;
  private next: Appointment | undefined;
  private over = false;

  constructor(
    readonly template: JobTemplate,
    public draws: Draws,
    /** Identifies the image under test, whose name means another one in each run. */
    private readonly image: string,
    private readonly set: ScaleSet,
    private readonly shop: Workshop,
    private readonly observer: JobObserver,
  ) {}

  /** GitHub queues the job. */
  queue(): void {
    this.queuedAt = this.shop.clock.now;
    this.waited.limit = -this.set.atLimit.read();
    this.waited.nodes = -this.starvedRunners();
    this.set.queue.add(1);
    this.set.enqueue(this);
  }

  taken(runner: Runner): void {
    this.runner = runner;
    this.waited.limit += this.set.atLimit.read();
    this.waited.nodes += this.starvedRunners() - this.starvedPods();
    this.pods = this.template.pods.map((name) => this.pod(name));
    this.missing = this.pods.length;
    if (this.missing === 0) this.begin();
    else for (const pod of this.pods) this.shop.scheduler.place(pod);
  }

  /** The runner's node, or that of one of its pods, was taken away: the job has failed, and somebody starts it again. */
  lost(): void {
    this.leave();
    this.observer.evicted();
    this.next = this.shop.clock.after(minutesAt(this.shop.system.rerunAfter, this.draws.rerun), () => {
      this.draws = this.observer.again();
      this.queue();
    });
  }

  /** Ends it wherever it is. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.leave();
  }

  private pod(name: string): Pod {
    const kind = this.shop.kinds.get(name);
    if (kind === undefined) throw new Error(`job ${this.template.id}: no kind of pod ${JSON.stringify(name)}`);
    const pod: Pod = {
      kind,
      draws: this.draws,
      placed: (node) => {
        this.shop.clock.after(this.pull(node), () => this.podReady(pod));
      },
      lost: () => {
        if (this.pods.includes(pod)) this.lost();
      },
    };
    return pod;
  }

  private pull(node: Node): number {
    return this.template.image === undefined ? 0 : pullMinutes(node, this.image, this.shop.system.imagePull, this.draws.imagePull);
  }

  private podReady(pod: Pod): void {
    // A pod of an earlier attempt has nothing to say any more.
    if (!this.pods.includes(pod)) return;
    this.missing -= 1;
    if (this.missing === 0) this.begin();
  }

  private begin(): void {
    const { clock } = this.shop;
    const queuedAt = this.queuedAt ?? clock.now;
    this.stopQueueing();
    this.observer.began({
      queuedAt,
      total: clock.now - queuedAt,
      limit: this.waited.limit,
      nodes: this.waited.nodes + this.starvedPods(),
    });
    this.next = clock.after(Math.min(this.draws.minutes, this.template.limit ?? Number.POSITIVE_INFINITY), () => this.end());
  }

  private end(): void {
    this.over = true;
    this.leave();
    this.observer.ended();
  }

  /** Gives everything back that it holds or waits for. */
  private leave(): void {
    if (this.next !== undefined) this.shop.clock.callOff(this.next);
    this.stopQueueing();
    const { pods, runner } = this;
    this.pods = [];
    this.runner = undefined;
    for (const pod of pods) this.shop.scheduler.remove(pod);
    if (runner === undefined) this.set.withdraw(this);
    else this.set.release(runner);
  }

  private stopQueueing(): void {
    if (this.queuedAt === undefined) return;
    this.queuedAt = undefined;
    this.set.queue.add(-1);
  }

  /** Minutes so far in which runners of the class waited for nodes that could not be ordered. */
  private starvedRunners(): number {
    return this.set.kind?.starved.read() ?? 0;
  }

  /** The same for the pods that jobs of this kind ask for. */
  private starvedPods(): number {
    return [...new Set(this.template.pods)].reduce((sum, name) => sum + (this.shop.kinds.get(name)?.starved.read() ?? 0), 0);
  }
}
