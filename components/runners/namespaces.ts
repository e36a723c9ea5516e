/** Namespaces of runners: their names, made of the set's label, and the label that admission knows them by. */

/** Marks namespaces of runners and of their jobs; admission judges pods in these. */
export const RUNNER_NAMESPACE_LABEL = "gpu-cicd/runners";

/** Namespace of a scale set, its runners and its credential: at most 49 of the 63 characters that a namespace may have. */
export function namespaceOf(label: string): string {
  return `arc-${label}`;
}

/** Namespace of the pods that a set's runners start for their jobs. Its prefix is another one, so that no label makes it a set's own. */
export function jobNamespaceOf(label: string): string {
  return `jobs-${label}`;
}
