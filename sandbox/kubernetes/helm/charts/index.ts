/** The charts that the sandbox knows. */
import type { Chart } from "./chart";
import { devicePluginChart } from "./devicePlugin";
import { scaleSetChart } from "./scaleSet";
import { controllerChart } from "./scaleSetController";

export const charts: readonly Chart[] = [controllerChart, scaleSetChart, devicePluginChart];

/** The chart of a release's `chart`, or undefined. */
export function chartByReference(reference: string): Chart | undefined {
  return charts.find((chart) => chart.reference === reference);
}

export function chartByName(name: string): Chart | undefined {
  return charts.find((chart) => chart.name === name);
}
