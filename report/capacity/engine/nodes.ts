/** Nodes of a pool: they start when pods need them, go when nobody does, and on spot pools when the cloud wants them back. */
import type { PodSize } from "../../../pipeline/model";
import { exponentialAt, minutesAt } from "../streams";
import type { Appointment, Clock } from "./clock";
import { Gauge } from "./gauge";
import type { Draws, SimulatedPool, SimulatedSystem } from "./model";
import type { Pod } from "./scheduler";

const MINUTES_PER_HOUR = 60;

/** An amount of each resource that changes. */
type Room = { -readonly [Resource in keyof PodSize]: PodSize[Resource] };

/** Room on one machine: what is left of it, and whether more fits. */
export class Space {
  private readonly left: Room;
  private pods = 0;

  constructor(
    room: PodSize,
    private readonly maxPods: number,
  ) {
    this.left = { ...room };
  }

  fits({ cpu, memoryGiB, gpus, storageGiB }: PodSize): boolean {
    const { left } = this;
    return cpu <= left.cpu && memoryGiB <= left.memoryGiB && gpus <= left.gpus && storageGiB <= left.storageGiB && this.pods < this.maxPods;
  }

  take(size: PodSize): void {
    this.change(size, -1);
  }

  giveBack(size: PodSize): void {
    this.change(size, 1);
  }

  get cpu(): number {
    return this.left.cpu;
  }

  private change({ cpu, memoryGiB, gpus, storageGiB }: PodSize, sign: 1 | -1): void {
    this.left.cpu += sign * cpu;
    this.left.memoryGiB += sign * memoryGiB;
    this.left.gpus += sign * gpus;
    this.left.storageGiB += sign * storageGiB;
    this.pods -= sign;
  }
}

/** A machine, from its order to its end. */
export class Node {
  readonly space: Space;
  /** While it starts: what is left of it after the pods that wait for it. */
  readonly promised: Space;
  readonly pods = new Set<Pod>();
  readonly waiting = new Set<Pod>();
  /** When each of its images is there. */
  private readonly images = new Map<string, number>();
  ready = false;
  removal: Appointment | undefined;
  eviction: Appointment | undefined;

  constructor(readonly pool: NodePool) {
    const { room, maxPods } = pool.spec;
    this.space = new Space(room, maxPods);
    this.promised = new Space(room, maxPods);
  }

  /** Minutes until an image is on the node, from now: the rest of a pull that goes on, or a pull of its own. */
  pull(image: string, now: number, minutes: number): number {
    const there = this.images.get(image) ?? now + minutes;
    this.images.set(image, there);
    return Math.max(0, there - now);
  }
}

/** Told by a pool when there is more room, or fewer nodes. */
export interface PoolObserver {
  /** A node can take pods. */
  nodeReady(node: Node): void;
  /** A node is gone, and with it its pods. */
  nodeGone(node: Node): void;
}

export class NodePool {
  readonly nodes = new Set<Node>();
  /** Nodes that are paid for: from their order on. */
  readonly paid: Gauge;
  readonly gpusUsed: Gauge;
  private spares = 0;

  constructor(
    readonly spec: SimulatedPool,
    private readonly system: Pick<SimulatedSystem, "idleMinutes" | "evictionsPerHour">,
    private readonly clock: Clock,
    private readonly spare: (name: string) => Draws,
    private readonly observer: PoolObserver,
    hours: number,
  ) {
    this.paid = new Gauge(clock, hours);
    this.gpusUsed = new Gauge(clock, hours);
  }

  /** Brings up the least nodes, which are there from the start. */
  open(): void {
    for (let count = 0; count < this.spec.minCount; count += 1) this.becomeReady(this.add(), this.spareDraws());
  }

  /** Orders a node; undefined when the pool has all that it may have. */
  order(draws: Draws): Node | undefined {
    if (this.nodes.size >= this.spec.maxCount) return undefined;
    const node = this.add();
    this.clock.after(minutesAt(this.spec.start, draws.nodeStart), () => this.becomeReady(node, draws));
    return node;
  }

  /** The node with the most free CPU among those that take a pod, as Kubernetes spreads pods; undefined when none does. */
  roomiest(size: PodSize): Node | undefined {
    let best: Node | undefined;
    for (const node of this.nodes) {
      if (node.ready && node.space.fits(size) && (best === undefined || node.space.cpu > best.space.cpu)) best = node;
    }
    return best;
  }

  /** A node that starts and has room for one more; undefined when there is none. */
  promising(size: PodSize): Node | undefined {
    for (const node of this.nodes) if (!node.ready && node.promised.fits(size)) return node;
    return undefined;
  }

  bind(pod: Pod, node: Node): void {
    node.space.take(pod.kind.size);
    node.pods.add(pod);
    this.gpusUsed.add(pod.kind.size.gpus);
    if (node.removal !== undefined) this.clock.callOff(node.removal);
    node.removal = undefined;
  }

  unbind(pod: Pod, node: Node): void {
    node.space.giveBack(pod.kind.size);
    node.pods.delete(pod);
    this.gpusUsed.add(-pod.kind.size.gpus);
    this.removeWhenIdle(node);
  }

  private add(): Node {
    const node = new Node(this);
    this.nodes.add(node);
    this.paid.add(1);
    return node;
  }

  private becomeReady(node: Node, draws: Draws): void {
    node.ready = true;
    if (this.spec.spot && this.system.evictionsPerHour > 0) {
      const lifetime = exponentialAt(MINUTES_PER_HOUR / this.system.evictionsPerHour, draws.nodeLifetime);
      node.eviction = this.clock.after(lifetime, () => this.evict(node));
    }
    this.observer.nodeReady(node);
    this.removeWhenIdle(node);
  }

  private removeWhenIdle(node: Node): void {
    if (node.pods.size > 0 || !this.nodes.has(node)) return;
    node.removal = this.clock.after(this.system.idleMinutes, () => {
      if (this.nodes.size > this.spec.minCount) this.remove(node);
    });
  }

  private evict(node: Node): void {
    this.remove(node);
    if (this.nodes.size < this.spec.minCount) this.order(this.spareDraws());
  }

  private remove(node: Node): void {
    this.nodes.delete(node);
    this.paid.add(-1);
    for (const appointment of [node.removal, node.eviction]) if (appointment !== undefined) this.clock.callOff(appointment);
    this.observer.nodeGone(node);
  }

  private spareDraws(): Draws {
    this.spares += 1;
    return this.spare(`node ${this.spec.id} ${this.spares}`);
  }
}
