/** Helm releases of Actions Runner Controller, as far as the rules about runners read them. */
import type { Subject } from "../../kit/rule";
import { at, isProps, items } from "../../kit/values";

export const releaseType = "kubernetes:helm.sh/v3:Release";

const scaleSetChart = "gha-runner-scale-set";
const controllerChart = "gha-runner-scale-set-controller";

function chartOf(subject: Subject): string {
  return subject.type === releaseType ? (String(at(subject.props, "chart")).split("/").at(-1) ?? "") : "";
}

export const isScaleSet = (subject: Subject): boolean => chartOf(subject) === scaleSetChart;
export const isController = (subject: Subject): boolean => chartOf(subject) === controllerChart;

/** The one label to which a scale set answers: its name, else the release's. */
export function labelOf(scaleSet: Subject): string {
  return String(at(scaleSet.props, "values.runnerScaleSetName") ?? at(scaleSet.props, "name"));
}

/** The containers of a scale set's runner pod, init containers among them, each with its path. */
export function containersOf(scaleSet: Subject): readonly { readonly path: string; readonly value: unknown }[] {
  const spec = "values.template.spec";
  return ["initContainers", "containers"].flatMap((kind) => items(at(scaleSet.props, `${spec}.${kind}`)).map((value, index) => ({ path: `${spec}.${kind}[${index}]`, value })));
}


export function hasKey(value: unknown, key: string): boolean {
  return isProps(value) && value[key] !== undefined;
}
