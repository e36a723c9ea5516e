/** One job of a run, from the end of those that it needs to its own. */
import type { Appointment, Clock } from "./clock";
import type { Draws, JobTemplate, SimulatedSystem } from "./model";
import { minutesAt } from "../streams";
import type { Pod, PodKind, Scheduler } from "./scheduler";
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
  /** Until its class had a runner to make for it. */
  readonly limit: number;
  /** While its runner or its pods waited for a pool that had no node left to order. */
  readonly nodes: number;
}

export class Job implements QueuedJob {
  /** Undefined while it neither waits nor is prepared. */
  private queuedAt: number | undefined;
  private limit = 0;
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
    this.set.queue.add(1);
    this.set.enqueue(this);
  }

  sponsored(): void {
    this.limit = this.shop.clock.now - (this.queuedAt ?? this.shop.clock.now);
  }

  taken(runner: Runner): void {
    this.runner = runner;
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
    const { clock, system } = this.shop;
    return this.template.image === undefined ? 0 : node.pull(this.image, clock.now, minutesAt(system.imagePull, this.draws.imagePull));
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
    const total = clock.now - queuedAt;
    const starved = (this.runner?.pod?.starved ?? 0) + Math.max(0, ...this.pods.map((pod) => pod.starved ?? 0));
    // A runner that was idle for long may have starved before the job came.
    this.observer.began({ queuedAt, total, limit: this.limit, nodes: Math.min(starved, total - this.limit) });
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
}
