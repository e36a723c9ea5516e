/**
 * Puts pods on nodes as Kubernetes and the cluster autoscaler do: a pod goes where there is room; where there is none it waits, and a node is
 * ordered for it unless one that starts has room for it. When room comes up, the pod that has waited longest is asked first, and one that does
 * not fit keeps no other from going.
 */
import type { PodSize } from "../../../pipeline/model";
import type { Clock } from "./clock";
import type { Draws, SimulatedPod, SimulatedSystem } from "./model";
import { NodePool, type Node, type PoolObserver } from "./nodes";

/** Pods that are alike: one size, the same pools. */
export class PodKind {
  readonly size: PodSize;
  /** Waiting pods, the oldest first. */
  readonly pending = new Set<Pod>();

  constructor(
    { size }: SimulatedPod,
    readonly pools: readonly NodePool[],
  ) {
    this.size = size;
  }
}

/** A pod, from its creation to its end. */
export interface Pod {
  readonly kind: PodKind;
  readonly draws: Draws;
  /** Called once, when it is on a node. */
  readonly placed: (node: Node) => void;
  /** Called when its node is taken away under it. */
  readonly lost: () => void;
  node?: Node | undefined;
  /** A node that starts for it. */
  promise?: Node | undefined;
  /** Its place among all pods that ever waited; tells the oldest. */
  place?: number;
  /** Minutes for which it waited while no node could be ordered for it. */
  starved?: number;
  /** Since when it does so now. */
  starvedSince?: number | undefined;
}

export class Scheduler implements PoolObserver {
  readonly pools: ReadonlyMap<string, NodePool>;
  private readonly kinds: PodKind[] = [];
  private arrived = 0;

  constructor(
    system: SimulatedSystem,
    private readonly clock: Clock,
    spare: (name: string) => Draws,
    hours: number,
  ) {
    this.pools = new Map(system.pools.map((spec) => [spec.id, new NodePool(spec, system, clock, spare, this, hours)]));
  }

  open(): void {
    for (const pool of this.pools.values()) pool.open();
  }

  /** A kind of pod. @throws Error for a pool that is not there */
  kind(spec: SimulatedPod): PodKind {
    const pools = spec.pools.map((id) => {
      const pool = this.pools.get(id);
      if (pool === undefined) throw new Error(`no node pool ${JSON.stringify(id)}; there are ${[...this.pools.keys()].join(", ")}`);
      return pool;
    });
    const kind = new PodKind(spec, pools);
    this.kinds.push(kind);
    return kind;
  }

  /** Places a pod, now or when there is room. */
  place(pod: Pod): void {
    const node = firstOf(pod.kind.pools, (pool) => pool.roomiest(pod.kind.size));
    if (node !== undefined) {
      this.bind(pod, node);
      return;
    }
    this.arrived += 1;
    pod.place = this.arrived;
    pod.kind.pending.add(pod);
    pod.starvedSince = this.clock.now;
    this.promise(pod);
  }

  /** Ends a pod wherever it is, and lets others have its room. */
  remove(pod: Pod): void {
    if (pod.kind.pending.has(pod)) this.stopWaiting(pod);
    const { node } = pod;
    if (node === undefined) return;
    pod.node = undefined;
    node.pool.unbind(pod, node);
    this.fill(node.pool);
  }

  nodeReady(node: Node): void {
    const expected = [...node.waiting];
    this.fill(node.pool);
    for (const pod of expected) if (pod.promise === node) this.breakPromise(pod);
    for (const pod of expected) if (pod.kind.pending.has(pod)) this.promise(pod);
  }

  nodeGone(node: Node): void {
    const lost = [...node.pods];
    for (const pod of lost) {
      pod.node = undefined;
      node.pool.gpusUsed.add(-pod.kind.size.gpus);
    }
    for (const pod of lost) pod.lost();
    this.orderMore(node.pool);
  }

  /** Puts waiting pods where there is room in a pool, the oldest first. */
  private fill(pool: NodePool): void {
    for (let next = this.oldestFor(pool); next !== undefined; next = this.oldestFor(pool)) {
      this.stopWaiting(next.pod);
      this.bind(next.pod, next.node);
    }
  }

  private oldestFor(pool: NodePool): { readonly pod: Pod; readonly node: Node } | undefined {
    let oldest: { readonly pod: Pod; readonly node: Node } | undefined;
    for (const kind of this.kinds) {
      if (kind.pending.size === 0 || !kind.pools.includes(pool)) continue;
      const [pod] = kind.pending as Iterable<Pod>;
      if (pod === undefined || (oldest !== undefined && (oldest.pod.place ?? 0) < (pod.place ?? 0))) continue;
      const node = pool.roomiest(kind.size);
      if (node !== undefined) oldest = { pod, node };
    }
    return oldest;
  }

  /** A node less may be one that can be ordered again. */
  private orderMore(pool: NodePool): void {
    for (const kind of this.kinds) {
      if (!kind.pools.includes(pool)) continue;
      for (const pod of [...kind.pending]) if (pod.promise === undefined && !this.promise(pod)) break;
    }
  }

  /** Lets a pod wait for a node that starts, or for one that is ordered now; false when neither can be. */
  private promise(pod: Pod): boolean {
    const { size, pools } = pod.kind;
    const node = firstOf(pools, (pool) => pool.promising(size)) ?? firstOf(pools, (pool) => pool.order(pod.draws));
    if (node === undefined) return false;
    node.promised.take(size);
    node.waiting.add(pod);
    pod.promise = node;
    this.starveNoMore(pod);
    return true;
  }

  private breakPromise(pod: Pod): void {
    const node = pod.promise;
    if (node === undefined) return;
    node.promised.giveBack(pod.kind.size);
    node.waiting.delete(pod);
    pod.promise = undefined;
    pod.starvedSince = this.clock.now;
  }

  private stopWaiting(pod: Pod): void {
    this.breakPromise(pod);
    this.starveNoMore(pod);
    pod.kind.pending.delete(pod);
  }

  private starveNoMore(pod: Pod): void {
    if (pod.starvedSince === undefined) return;
    pod.starved = (pod.starved ?? 0) + this.clock.now - pod.starvedSince;
    pod.starvedSince = undefined;
  }

  private bind(pod: Pod, node: Node): void {
    pod.node = node;
    node.pool.bind(pod, node);
    pod.placed(node);
  }
}

function firstOf<From, To>(values: readonly From[], of: (value: From) => To | undefined): To | undefined {
  for (const value of values) {
    const found = of(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
