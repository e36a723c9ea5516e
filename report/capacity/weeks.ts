/** Simulates weeks of a stack, one for each seed. */
import type { SimulatedSystem, Workload } from "./engine/model";
import { simulate } from "./engine/simulate";
import { Forecast, MEASURED_WEEK } from "./forecast";
import type { CapacityStack } from "./model";
import { systemOf } from "./system";
import { weekOf, type Week } from "./week";

/** Told after each week how many are done. */
export type Progress = (done: number) => void;

/** A stack that is ready to be simulated. */
export interface Prepared {
  readonly stack: CapacityStack;
  readonly system: SimulatedSystem;
  readonly forecast: Forecast;
}

/** Seeds of replications: each a name, so that those of two seeds have nothing in common. */
export function replicationSeeds(seed: string, replications: number): string[] {
  return Array.from({ length: replications }, (_, index) => `${seed} ${index}`);
}

/** @throws CapacityError for a stack that cannot be simulated */
export function prepare(stack: CapacityStack): Prepared {
  return { stack, system: systemOf(stack), forecast: new Forecast(stack) };
}

/** The week of a seed on a system. */
export function simulateWeek(system: SimulatedSystem, workload: Workload): Week {
  return weekOf(simulate(system, workload, MEASURED_WEEK));
}

/** A week of each seed. */
export function simulateWeeks({ system, forecast }: Prepared, seeds: readonly string[], progress: Progress = () => undefined): Week[] {
  return seeds.map((seed, index) => {
    const week = simulateWeek(system, forecast.workload(seed));
    progress(index + 1);
    return week;
  });
}
