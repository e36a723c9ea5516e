/** Specs of the pods in which jobs run: those of scale sets, and the templates from which container hooks make a job's own pod. */
import type { Finding, Subject } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { parseYaml } from "../../kit/yaml";
import { hasKey, isScaleSet } from "./releases";

export const configMapType = "kubernetes:core/v1:ConfigMap";

export interface PodSpec {
  /** Where in the resource it stands. */
  readonly path: string;
  readonly spec: unknown;
}

export interface Container {
  /** Where in the resource it stands. */
  readonly path: string;
  readonly value: unknown;
}

/** The pods that a resource describes; none for any other resource. */
export function podSpecsOf(subject: Subject): readonly PodSpec[] {
  if (isScaleSet(subject)) return [{ path: "values.template.spec", spec: at(subject.props, "values.template.spec") }];
  if (subject.type !== configMapType) return [];
  const data = at(subject.props, "data");
  return Object.entries(isProps(data) ? data : {}).flatMap(([key, text]) => {
    const spec = at(parseYaml(String(text)), "spec");
    return isProps(spec) && "containers" in spec ? [{ path: `data["${key}"].spec`, spec }] : [];
  });
}

/** The pod that listens for a scale set's jobs, as far as the release describes it: it holds the credential with which runners register. */
export function listenersOf(subject: Subject): readonly PodSpec[] {
  return isScaleSet(subject) ? [{ path: "values.listenerTemplate.spec", spec: at(subject.props, "values.listenerTemplate.spec") }] : [];
}

/** Containers with their paths, init containers among them. */
export function containersOf({ path, spec }: PodSpec): readonly Container[] {
  return ["initContainers", "containers"].flatMap((kind) => items(at(spec, kind)).map((value, index) => ({ path: `${path}.${kind}[${index}]`, value })));
}

/** Ways out of the pod onto its node. @param capabilities those that a container may add */
export function* waysOut(pod: PodSpec, capabilities: readonly string[]): Iterable<Finding> {
  const { path, spec } = pod;
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (at(spec, key) !== undefined && at(spec, key) !== false) yield { property: `${path}.${key}`, found: show(at(spec, key)), wanted: "false" };
  }
  for (const [index, volume] of items(at(spec, "volumes")).entries()) {
    if (hasKey(volume, "hostPath")) yield { property: `${path}.volumes[${index}]`, found: `hostPath ${show(at(volume, "hostPath.path"))}`, wanted: "no path of the node" };
  }
  for (const container of containersOf(pod)) yield* containerWaysOut(container, at(spec, "hostUsers") === false, capabilities);
}

function* containerWaysOut({ path, value }: Container, ownUsers: boolean, capabilities: readonly string[]): Iterable<Finding> {
  const context = at(value, "securityContext");
  const privileged = at(context, "privileged") === true;
  if (privileged && !ownUsers) yield { property: `${path}.securityContext.privileged`, found: "true", wanted: "false, or hostUsers: false on the pod" };
  if (privileged) return;
  const escalation = at(context, "allowPrivilegeEscalation");
  if (escalation !== false) yield { property: `${path}.securityContext.allowPrivilegeEscalation`, found: show(escalation), wanted: "false" };
  const added = texts(at(context, "capabilities.add")).filter((capability) => !capabilities.includes(capability));
  if (added.length > 0) yield { property: `${path}.securityContext.capabilities.add`, found: listed(added), wanted: capabilities.length === 0 ? "nothing" : `${listed(capabilities)} at most` };
}
