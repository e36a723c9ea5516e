/** Helm releases of Actions Runner Controller, as far as the rules about runners read them. */
import type { Subject } from "../../kit/rule";
import { at, isProps } from "../../kit/values";

export const releaseType = "kubernetes:helm.sh/v3:Release";

const scaleSetChart = "gha-runner-scale-set";
const controllerChart = "gha-runner-scale-set-controller";

function chartOf(subject: Subject): string {
  return subject.type === releaseType ? String(at(subject.props, "chart")).split("/").at(-1)! : "";
}

export const isScaleSet = (subject: Subject): boolean => chartOf(subject) === scaleSetChart;
export const isController = (subject: Subject): boolean => chartOf(subject) === controllerChart;

/** The one label to which a scale set answers: its name, else the release's. */
export function labelOf(scaleSet: Subject): string {
  return String(at(scaleSet.props, "values.runnerScaleSetName") ?? at(scaleSet.props, "name"));
}

export function hasKey(value: unknown, key: string): boolean {
  return isProps(value) && value[key] !== undefined;
}
