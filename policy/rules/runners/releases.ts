/** Helm releases of Actions Runner Controller, as far as the rules about runners read them. */
import type { Subject } from "../../kit/rule";
import { at, isProps, items } from "../../kit/values";

export const releaseType = "kubernetes:helm.sh/v3:Release";

const scaleSetChart = "gha-runner-scale-set";
const controllerChart = "gha-runner-scale-set-controller";

function chartOf(subject: Subject): string {
  return subject.type === releaseType ? String(at(subject.props, "chart")).split("/").at(-1)! : "";
}

/** Whether a release is one of a runner scale set. */
export const isScaleSet = (subject: Subject): boolean => chartOf(subject) === scaleSetChart;
/** Whether a release is one of Actions Runner Controller itself. */
export const isController = (subject: Subject): boolean => chartOf(subject) === controllerChart;

/** The one label to which a scale set answers: its name, else the release's. */
export function labelOf(scaleSet: Subject): string {
  return String(at(scaleSet.props, "values.runnerScaleSetName") ?? at(scaleSet.props, "name"));
}

/** Whether an object has a value under a key. */
export function hasKey(value: unknown, key: string): boolean {
  return isProps(value) && value[key] !== undefined;
}

/** True where a set's runners start a pod for each job by container hooks, for which they hold an account's token. */
export function startsPods(scaleSet: Subject): boolean {
  return String(at(scaleSet.props, "values.containerMode.type")).startsWith("kubernetes");
}

/** Variable by which container hooks are told in which namespace to start pods; without it, in their own. */
export const jobNamespaceVariable = "ACTIONS_RUNNER_KUBERNETES_NAMESPACE";

/** The namespace in which a set's container hooks start pods; undefined where they are told none. */
export function jobNamespaceOf(scaleSet: Subject): unknown {
  const runner = items(at(scaleSet.props, "values.template.spec.containers")).find((container) => at(container, "name") === "runner");
  return at(items(at(runner, "env")).find((variable) => at(variable, "name") === jobNamespaceVariable), "value");
}

/** The namespaces in which pods of a set run: its own, and that of its jobs. */
export function namespacesOf(scaleSet: Subject): readonly unknown[] {
  const own = at(scaleSet.props, "namespace");
  return startsPods(scaleSet) ? [...new Set([own, jobNamespaceOf(scaleSet) ?? own])] : [own];
}
