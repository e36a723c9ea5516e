/**
 * The cheapest maxima under which 95 of 100 jobs of every runner class wait no longer than a target.
 *
 * The search. First every maximum is made so large that none binds: the waits that are left are those of machines and images, which no maximum
 * shortens, so a class whose waits exceed the target even then is held to no more than a tenth above them, and said to be out of reach. Then each
 * maximum is halved in on, the dearest first: the least with which its own class meets its goal while the others are as they are. Classes change
 * each other's work, as tests wait for builds, so this is done over and over until nothing changes; at last the class that is farthest off is raised
 * for as long as one is.
 *
 * Why it can be trusted. Numbers that were chosen because they did well on some weeks look better on those than they are. The result is therefore
 * simulated again on weeks that the search never saw, and stands when the upper end of the confidence interval meets the goal there; what does not is
 * raised, and judged on yet other weeks.
 */
import { mean } from "simple-statistics";
import { stackCost } from "../cost";
import { dimensionsOf, withMaxima, type Dimension, type Maxima } from "./dimensions";
import type { Workload } from "./engine/model";
import { estimate, FEWEST_REPLICATIONS } from "./estimate";
import type { CapacityOutcome, CapacityStack, Estimate } from "./model";
import { outcomeOf } from "./outcome";
import { systemOf } from "./system";
import type { Week } from "./week";
import { prepare, replicationSeeds, simulateWeek, type Prepared } from "./weeks";

/** Minutes that 95 of 100 jobs wait at most, when nothing else is asked for. */
export const DEFAULT_TARGET_MINUTES = 15;

/** Weeks on which candidates are compared, and those on which the result is judged. */
const SEARCH_WEEKS = 3;
const JUDGE_WEEKS = 8;

/** How much longer than without any limit a class may wait that cannot meet the target. */
const OUT_OF_REACH_TOLERANCE = 1.1;

/** More than any stack needs; a maximum of this size never binds. */
const NEVER_BINDS = 1000;

/** Rounds after which a search, or judgements after which a result, is left as it is. */
const MOST_ROUNDS = 6;

export interface RecommendOptions {
  /** Minutes, more than 0. Default: 15. */
  readonly targetMinutes?: number;
  /** Any text; the same one gives the same recommendation. Default: `capacity`. */
  readonly seed?: string;
  /** Told after each simulated week how many there were. */
  readonly progress?: (weeks: number) => void;
}

/** A maximum, as it is and as it is recommended. */
export interface RecommendedMaximum {
  readonly id: string;
  readonly title: string;
  readonly now: number;
  readonly recommended: number;
}

export interface RecommendedClass {
  readonly id: string;
  readonly label: string;
  /** 95th percentile of the wait, minutes, in the weeks of the judgement: as the stack is, and as it is recommended. Undefined without a job. */
  readonly now?: Estimate;
  readonly recommended?: Estimate;
  /** 95th percentile when no maximum binds. */
  readonly floor?: number;
  /** What the class was held to: the target, or its floor and a tenth. */
  readonly goal: number;
  /** True when no maximum whatever meets the target. */
  readonly outOfReach: boolean;
}

export interface Recommendation {
  readonly targetMinutes: number;
  readonly loadOf: string;
  readonly loadSource: string;
  readonly seed: string;
  readonly runners: readonly RecommendedMaximum[];
  /** Node pools whose `maxCount` has to change, or may. */
  readonly pools: readonly RecommendedMaximum[];
  readonly classes: readonly RecommendedClass[];
  /** As the stack is and as it is recommended, in the weeks of the judgement. */
  readonly before: CapacityOutcome;
  readonly after: CapacityOutcome;
  /** False when the last judgement still found a class above its goal. */
  readonly met: boolean;
  /** Weeks on which the search compared, on which the result was judged, and simulated in all. */
  readonly searchWeeks: number;
  readonly judgeWeeks: number;
  readonly simulatedWeeks: number;
  /** How often a result was raised and judged anew, on weeks not seen before. */
  readonly raisedRounds: number;
}

/** @throws CapacityError for a stack that cannot be simulated */
export function recommend(stack: CapacityStack, options: RecommendOptions = {}): Recommendation {
  return new Search(stack, options).run();
}

/** What a class is held to. */
interface Goal {
  readonly floor: number | undefined;
  readonly minutes: number;
  readonly outOfReach: boolean;
}

class Search {
  private readonly target: number;
  private readonly seed: string;
  private readonly prepared: Prepared;
  private readonly dimensions: readonly Dimension[];
  private readonly workloads: readonly Workload[];
  private readonly known = new Map<string, readonly Week[]>();
  private simulated = 0;

  constructor(
    private readonly stack: CapacityStack,
    private readonly options: RecommendOptions,
  ) {
    this.target = options.targetMinutes ?? DEFAULT_TARGET_MINUTES;
    this.seed = options.seed ?? "capacity";
    this.prepared = prepare(stack);
    this.dimensions = dimensionsOf(stack);
    this.workloads = this.drawn(`${this.seed} search`, SEARCH_WEEKS);
  }

  run(): Recommendation {
    const ample = this.everywhere(NEVER_BINDS);
    const goals = this.goalsOf(this.weeks(ample));
    const found = this.settle(this.mostUsed(ample), goals);
    return this.judge(this.raise(found, goals), goals);
  }

  private everywhere(value: number): Maxima {
    return Object.fromEntries(this.dimensions.map(({ id, least }) => [id, Math.max(least, value)]));
  }

  private drawn(name: string, count: number): Workload[] {
    return replicationSeeds(name, count).map((seed) => this.prepared.forecast.workload(seed));
  }

  /** The search's weeks under some maxima. */
  private weeks(maxima: Maxima): readonly Week[] {
    const key = this.dimensions.map(({ id }) => maxima[id]).join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const weeks = this.simulate(withMaxima(this.stack, maxima), this.workloads);
    this.known.set(key, weeks);
    return weeks;
  }

  private simulate(stack: CapacityStack, workloads: readonly Workload[]): Week[] {
    const system = systemOf(stack);
    return workloads.map((workload) => {
      const week = simulateWeek(system, workload);
      this.simulated += 1;
      this.options.progress?.(this.simulated);
      return week;
    });
  }

  private goalsOf(weeks: readonly Week[]): ReadonlyMap<string, Goal> {
    const classes = [...new Set(this.dimensions.map(({ runnerClass }) => runnerClass))];
    return new Map(
      classes.map((id) => {
        const floor = p95(weeks, id);
        const outOfReach = floor !== undefined && floor > this.target;
        return [id, { floor, minutes: outOfReach ? floor * OUT_OF_REACH_TOLERANCE : this.target, outOfReach }];
      }),
    );
  }

  /** As much of everything as is ever used when no maximum binds. */
  private mostUsed(ample: Maxima): Maxima {
    const weeks = this.weeks(ample);
    return Object.fromEntries(this.dimensions.map((dimension) => [dimension.id, Math.max(dimension.least, ...weeks.map((week) => mostUsedIn(dimension, week)))]));
  }

  /** Brings every maximum to the least that its class bears, the dearest first, until a round changes none. */
  private settle(start: Maxima, goals: ReadonlyMap<string, Goal>): Maxima {
    const dearestFirst = [...this.dimensions].sort((a, b) => b.hourly - a.hourly);
    let maxima = start;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const before = maxima;
      for (const dimension of dearestFirst) maxima = { ...maxima, [dimension.id]: this.leastOf(dimension, maxima, goals) };
      if (dearestFirst.every(({ id }) => maxima[id] === before[id])) break;
    }
    return maxima;
  }

  /** The least of one maximum with which its class meets its goal while the others are as they are; what it is, where even that is too little. */
  private leastOf({ id, runnerClass, least }: Dimension, maxima: Maxima, goals: ReadonlyMap<string, Goal>): number {
    const meets = (value: number): boolean => this.excess(this.weeks({ ...maxima, [id]: value }), runnerClass, goals) <= 1;
    let tooFew = least - 1;
    let enough = maxima[id]!;
    if (!meets(enough)) return enough;
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (meets(middle)) enough = middle;
      else tooFew = middle;
    }
    return enough;
  }

  /** A class' 95th percentile as a multiple of its goal; 0 for a class without jobs. */
  private excess(weeks: readonly Week[], runnerClass: string, goals: ReadonlyMap<string, Goal>): number {
    const wait = p95(weeks, runnerClass);
    return wait === undefined ? 0 : wait / goals.get(runnerClass)!.minutes;
  }

  private meets(maxima: Maxima, goals: ReadonlyMap<string, Goal>): boolean {
    const weeks = this.weeks(maxima);
    return [...goals.keys()].every((id) => this.excess(weeks, id, goals) <= 1);
  }

  private raise(start: Maxima, goals: ReadonlyMap<string, Goal>): Maxima {
    let maxima = start;
    while (!this.meets(maxima, goals)) maxima = this.raiseFarthest(maxima, this.weeks(maxima), goals);
    return maxima;
  }

  /** Gives the class that is farthest off one more of what it waits for, or of every twenty one more. */
  private raiseFarthest(maxima: Maxima, weeks: readonly Week[], goals: ReadonlyMap<string, Goal>): Maxima {
    const [farthest] = [...goals.keys()].sort((a, b) => this.excess(weeks, b, goals) - this.excess(weeks, a, goals));
    const own = this.dimensions.filter(({ runnerClass }) => runnerClass === farthest);
    const because = (kind: "limit" | "nodes"): number => mean(weeks.map(({ classes }) => classes.get(farthest!)?.because[kind] ?? 0));
    const graphs = own.filter(({ id }) => id.startsWith("graphs "));
    const raised = graphs.length > 0 && because("nodes") > because("limit") ? graphs : own.filter(({ id }) => !graphs.some((graph) => graph.id === id));
    return { ...maxima, ...Object.fromEntries(raised.map(({ id }) => [id, maxima[id]! + Math.max(1, Math.round(maxima[id]! / 20))])) };
  }

  private judge(found: Maxima, goals: ReadonlyMap<string, Goal>): Recommendation {
    let maxima = found;
    for (let round = 0; ; round += 1) {
      const workloads = this.drawn(`${this.seed} judgement ${round}`, Math.max(JUDGE_WEEKS, FEWEST_REPLICATIONS));
      const weeks = this.simulate(withMaxima(this.stack, maxima), workloads);
      const failed = [...goals].filter(([id, { minutes }]) => upperEnd(waitsOf(weeks, id)) > minutes).map(([id]) => id);
      if (failed.length === 0 || round === MOST_ROUNDS) return this.recommendation(maxima, goals, weeks, workloads, failed.length === 0, round);
      for (const id of failed) maxima = this.raiseFarthest(maxima, weeks, new Map([[id, goals.get(id)!]]));
    }
  }

  private recommendation(maxima: Maxima, goals: ReadonlyMap<string, Goal>, weeks: readonly Week[], workloads: readonly Workload[], met: boolean, round: number): Recommendation {
    const old = this.simulate(this.stack, workloads);
    const stack = withMaxima(this.stack, maxima);
    const recommended: Prepared = { ...this.prepared, stack, system: systemOf(stack) };
    return {
      targetMinutes: this.target,
      loadOf: this.stack.infrastructure.load.asOf,
      loadSource: this.stack.infrastructure.load.source,
      seed: this.seed,
      runners: this.dimensions.filter(({ id }) => id.startsWith("runners ")).map(({ id, runnerClass, current }) => ({ id: runnerClass, title: this.label(runnerClass), now: current, recommended: maxima[id]! })),
      pools: poolsOf(this.stack, stack),
      classes: [...goals].map(([id, goal]) => recommendedClass(id, this.label(id), goal, old, weeks)),
      before: outcomeOf(this.prepared, old),
      after: outcomeOf(recommended, weeks),
      met,
      searchWeeks: SEARCH_WEEKS,
      judgeWeeks: workloads.length,
      simulatedWeeks: this.simulated,
      raisedRounds: round,
    };
  }

  private label(runnerClass: string): string {
    return this.stack.pipeline.runnerClasses.find(({ id }) => id === runnerClass)?.label ?? runnerClass;
  }
}

/** Mean 95th percentile of a class over weeks; undefined when no job asked for it. */
function p95(weeks: readonly Week[], id: string): number | undefined {
  const waits = waitsOf(weeks, id);
  return waits.length === 0 ? undefined : mean(waits);
}

function waitsOf(weeks: readonly Week[], id: string): number[] {
  return weeks.flatMap(({ classes }) => classes.get(id)?.waits?.p95 ?? []);
}

function upperEnd(waits: readonly number[]): number {
  if (waits.length === 0) return 0;
  const { mean: middle, halfWidth } = estimate(waits);
  return middle + halfWidth;
}

function mostUsedIn({ id, runnerClass }: Dimension, { classes, pools }: Week): number {
  const pool = id.startsWith("graphs ") ? pools.get(id.slice("graphs ".length)) : undefined;
  return pool?.mostNodes ?? classes.get(runnerClass)?.mostBusy ?? 0;
}

function recommendedClass(id: string, label: string, { floor, minutes, outOfReach }: Goal, old: readonly Week[], weeks: readonly Week[]): RecommendedClass {
  const [now, recommended] = [waitsOf(old, id), waitsOf(weeks, id)];
  return {
    id,
    label,
    ...(now.length === 0 ? {} : { now: estimate(now) }),
    ...(recommended.length === 0 ? {} : { recommended: estimate(recommended) }),
    ...(floor === undefined ? {} : { floor }),
    goal: minutes,
    outOfReach,
  };
}

function poolsOf(now: CapacityStack, recommended: CapacityStack): RecommendedMaximum[] {
  const nodes = ({ infrastructure }: CapacityStack): Map<string, number> =>
    new Map(stackCost(infrastructure).items.flatMap(({ id, nodes: counted }) => (counted === undefined ? [] : [[id, counted.maximum] as const])));
  const [old, sized] = [nodes(now), nodes(recommended)];
  return [...old].map(([id, count]) => ({ id, title: id, now: count, recommended: sized.get(id) ?? count })).filter((pool) => pool.now !== pool.recommended);
}
