/** A stack before and after a change, under the same random numbers: what differs is the change's doing. */
import type { CapacityComparison, CapacityStack, ClassDifference, Estimate } from "./model";
import { estimateDifference, isDifference } from "./estimate";
import { gpuUses, monthlyPrices, outcomeOf } from "./outcome";
import type { Week } from "./week";
import { prepare, replicationSeeds, simulateWeeks, type Prepared, type Progress } from "./weeks";

/** Weeks that a comparison simulates of each stack when nothing else is asked for. */
export const DEFAULT_REPLICATIONS = 10;

export interface CompareOptions {
  /** Any text; the same one gives the same comparison. Default: `capacity`. */
  readonly seed?: string;
  /** Weeks of each stack, 4 or more. Default: 10. */
  readonly replications?: number;
  /** Told after each week how many of both stacks are done. */
  readonly progress?: Progress;
}

/**
 * Simulates a stack and, when there is one, the stack that it takes the place of. Both carry the load of the stack as it will be, and are priced by
 * its table: what the world brings and asks is no doing of the change.
 * @throws CapacityError for a stack that cannot be simulated, UnknownPriceError for one that cannot be priced
 */
export function compareCapacity(after: CapacityStack, before: CapacityStack | undefined, options: CompareOptions = {}): CapacityComparison {
  const { seed = "capacity", replications = DEFAULT_REPLICATIONS, progress = () => undefined } = options;
  const seeds = replicationSeeds(seed, replications);
  const [now, then] = [prepare(after), before && prepare(underLoadOf(after, before))];
  const weeks = simulateWeeks(now, seeds, progress);
  const old = then && simulateWeeks(then, seeds, (done) => progress(replications + done));
  const { load } = after.infrastructure;
  return {
    loadOf: load.asOf,
    loadSource: load.source,
    replications,
    seed,
    ...(then && old ? { before: outcomeOf(then, old) } : {}),
    after: outcomeOf(now, weeks),
    differences: then && old ? differencesOf(then, old, now, weeks) : [],
    ...(then && old ? wholeDifferences(then, old, now, weeks) : {}),
  };
}

/** Sizes that only the former stack has keep their former price. */
function underLoadOf({ infrastructure: { load, prices, vmSizes } }: CapacityStack, { pipeline, infrastructure }: CapacityStack): CapacityStack {
  return { pipeline, infrastructure: { ...infrastructure, load, prices, vmSizes: { ...infrastructure.vmSizes, ...vmSizes } } };
}

function differencesOf(then: Prepared, old: readonly Week[], { system }: Prepared, weeks: readonly Week[]): ClassDifference[] {
  const ids = new Set(then.system.sets.map(({ id }) => id));
  return system.sets.filter(({ id }) => ids.has(id)).flatMap(({ id }) => classDifference(id, old, weeks));
}

/** Only weeks in which jobs asked for the class on both sides can be compared. */
function classDifference(id: string, old: readonly Week[], weeks: readonly Week[]): ClassDifference[] {
  const pairs = weeks.flatMap((week, index) => {
    const [before, after] = [old[index]?.classes.get(id)?.waits, week.classes.get(id)?.waits];
    return before && after ? [{ before, after }] : [];
  });
  if (pairs.length === 0) return [];
  const of = (key: "p50" | "p95" | "p99"): Estimate =>
    estimateDifference(
      pairs.map(({ before }) => before[key]),
      pairs.map(({ after }) => after[key]),
    );
  const p95 = of("p95");
  return [{ id, p50: of("p50"), p95, p99: of("p99"), verdict: !isDifference(p95) ? "none" : p95.mean > 0 ? "longer" : "shorter" }];
}

function wholeDifferences(then: Prepared, old: readonly Week[], now: Prepared, weeks: readonly Week[]): Pick<CapacityComparison, "monthly" | "gpuUse"> {
  const [usesBefore, usesAfter] = [gpuUses(then.stack.infrastructure, old), gpuUses(now.stack.infrastructure, weeks)];
  const pairs = usesAfter.flatMap((after, index) => {
    const before = usesBefore[index];
    return before === undefined || after === undefined ? [] : [{ before, after }];
  });
  return {
    monthly: estimateDifference(monthlyPrices(then, old), monthlyPrices(now, weeks)),
    ...(pairs.length === 0
      ? {}
      : {
          gpuUse: estimateDifference(
            pairs.map(({ before }) => before),
            pairs.map(({ after }) => after),
          ),
        }),
  };
}
