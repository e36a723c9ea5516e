/** What the simulated weeks of a stack say together. */
import { mean } from "simple-statistics";
import { machineSize } from "../../pipeline/machines";
import { SYSTEM_POOL, type Infrastructure } from "../../pipeline/infrastructure";
import { clusters } from "../../pipeline/coherence/clusters";
import { poolKey, stackCost, type ExpectedUse, type StackCost } from "../cost";
import { estimate } from "./estimate";
import { mergesOf } from "./merges";
import type { CapacityOutcome, ClassOutcome, Estimate, PoolOutcome, RunOutcome, Waits } from "./model";
import { storedGiB } from "./storage";
import type { ClassWeek, PoolWeek, Week } from "./week";
import type { Prepared } from "./weeks";

/** Sums the weeks of a stack up. @throws UnknownPriceError for a VM size without a price */
export function outcomeOf(prepared: Prepared, weeks: readonly Week[]): CapacityOutcome {
  const { infrastructure } = prepared.stack;
  const runs = runOutcomes(weeks);
  const merges = mergesOf(prepared.stack, runs);
  return {
    classes: prepared.system.sets.map((set) => classOutcome(prepared, set.id, weeks)),
    pools: poolsOf(infrastructure).map((pool) => poolOutcome(pool, weeks)),
    runs,
    ...(merges === undefined ? {} : { merges }),
    jobsPerDay: estimate(weeks.map(({ jobsPerDay }) => jobsPerDay)),
    ...gpuUseOf(infrastructure, weeks),
    cost: costOf(prepared, weeks),
    monthly: estimate(monthlyPrices(prepared, weeks)),
  };
}

/** The expected price a month that each week makes. */
export function monthlyPrices(prepared: Prepared, weeks: readonly Week[]): number[] {
  return weeks.map((week) => costOf(prepared, [week]).monthly.expected ?? Number.NaN);
}

function costOf({ stack: { infrastructure }, forecast }: Prepared, weeks: readonly Week[]): StackCost {
  return stackCost(infrastructure, { nodes: meanNodes(weeks), storageGiB: storedGiB(infrastructure, forecast.pushedImages) });
}

/** Share of the paid GPUs that pods hold, in each week; undefined for a week in which no GPU was up. */
export function gpuUses(infrastructure: Infrastructure, weeks: readonly Week[]): (number | undefined)[] {
  const gpuPools = poolsOf(infrastructure).filter(({ gpus }) => gpus > 0);
  return weeks.map(({ pools }) => {
    const sum = (of: (week: PoolWeek, gpus: number) => number): number => gpuPools.reduce((total, { id, gpus }) => total + of(pools.get(id)!, gpus), 0);
    const paid = sum(({ meanNodes: nodes }, gpus) => nodes * gpus);
    return paid === 0 ? undefined : sum(({ gpusUsed }) => gpusUsed) / paid;
  });
}

function gpuUseOf(infrastructure: Infrastructure, weeks: readonly Week[]): { readonly gpuUse?: Estimate } {
  const uses = gpuUses(infrastructure, weeks).filter((use) => use !== undefined);
  return uses.length === 0 ? {} : { gpuUse: estimate(uses) };
}

function meanNodes(weeks: readonly Week[]): ExpectedUse["nodes"] {
  const [first] = weeks;
  return new Map([...(first?.pools.keys() ?? [])].map((id) => [id, mean(weeks.map(({ pools }) => pools.get(id)!.meanNodes))]));
}

function classOutcome({ system, stack }: Prepared, id: string, weeks: readonly Week[]): ClassOutcome {
  const set = system.sets.find((each) => each.id === id)!;
  const own = weeks.map(({ classes }) => classes.get(id)!);
  const of = (number: (week: ClassWeek) => number): Estimate => estimate(own.map(number));
  const waits = waitsOf(own);
  return {
    id,
    label: set.label,
    kind: stack.pipeline.runnerClasses.find((each) => each.id === id)!.kind,
    maxRunners: set.maxRunners,
    ...(waits === undefined ? {} : { waits }),
    because: { limit: of(({ because }) => because.limit).mean, nodes: of(({ because }) => because.nodes).mean, start: of(({ because }) => because.start).mean },
    jobsPerHour: of(({ jobsPerHour }) => jobsPerHour),
    use: of(({ meanBusy }) => (set.maxRunners === 0 ? 0 : meanBusy / set.maxRunners)),
    mostBusy: Math.max(...own.map(({ mostBusy }) => mostBusy)),
    evictions: of(({ evictions }) => evictions),
    unserved: of(({ unserved }) => unserved),
  };
}

/** Of the weeks in which a job asked for the class. */
function waitsOf(weeks: readonly ClassWeek[]): Waits | undefined {
  const waits = weeks.flatMap((week) => (week.waits === undefined ? [] : [week.waits]));
  if (waits.length === 0) return undefined;
  const of = (key: keyof Waits): Estimate => estimate(waits.map((each) => each[key]));
  return { mean: of("mean"), p50: of("p50"), p95: of("p95"), p99: of("p99") };
}

/** A pool with what is said of it. */
interface DescribedPool {
  readonly id: string;
  readonly vmSize: string;
  readonly maxCount: number;
  readonly gpus: number;
}

function poolsOf(infrastructure: Infrastructure): DescribedPool[] {
  return clusters(infrastructure).flatMap(({ cluster }) =>
    [{ name: SYSTEM_POOL, ...cluster.systemPool }, ...cluster.nodePools].map(({ name, vmSize, maxCount }) => ({
      id: poolKey(cluster.name, name),
      vmSize,
      maxCount,
      gpus: machineSize(infrastructure.vmSizes, vmSize)?.gpus ?? 0,
    })),
  );
}

function poolOutcome({ id, vmSize, maxCount, gpus }: DescribedPool, weeks: readonly Week[]): PoolOutcome {
  const own = weeks.map(({ pools }) => pools.get(id)!);
  const uses = own.filter(({ meanNodes: nodes }) => nodes > 0).map(({ gpusUsed, meanNodes: nodes }) => gpusUsed / (nodes * gpus));
  return {
    id,
    vmSize,
    maxCount,
    nodes: estimate(own.map(({ meanNodes: nodes }) => nodes)),
    hourly: (own[0]?.hourly ?? []).map((_, hour) => mean(own.map(({ hourly }) => hourly[hour]!))),
    mostNodes: Math.max(...own.map(({ mostNodes }) => mostNodes)),
    ...(gpus === 0 || uses.length === 0 ? {} : { gpuUse: estimate(uses) }),
  };
}

function runOutcomes(weeks: readonly Week[]): RunOutcome[] {
  const titles = [...new Set(weeks.flatMap(({ runs }) => [...runs.keys()]))].sort();
  return titles.map((title) => {
    const own = weeks.flatMap(({ runs }) => runs.get(title) ?? []);
    return {
      title,
      perWeek: estimate(weeks.map(({ runs }) => runs.get(title)?.count ?? 0)),
      p50: estimate(own.map(({ p50 }) => p50)),
      p95: estimate(own.map(({ p95 }) => p95)),
    };
  });
}

