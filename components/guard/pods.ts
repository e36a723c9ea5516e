/** What pods of a deployment test may be on the cluster that runs share, whoever makes them: the run, its virtual cluster, or a controller for either. */
import { GRAPH_TAINTS, GUARD_LABEL } from "../../pipeline/namespaces";
import type { AdmissionPolicyArgs, AdmissionRule } from "../shared/admission";

/**
 * Taints that a pod may tolerate: those of GPU pools, and what the API server itself adds (admission plugins DefaultTolerationSeconds,
 * PodTolerationRestriction and ExtendedResourceToleration, which AKS runs: learn.microsoft.com/azure/aks/faq). A toleration without a key is of every
 * taint.
 */
const TOLERATED = [
  ...GRAPH_TAINTS.map(({ key, value }) => `(t.?key.orValue('') == '${key}' && t.?operator.orValue('Equal') == 'Equal' && t.?value.orValue('') == '${value}')`),
  "t.?key.orValue('') == 'nvidia.com/gpu'",
  "(t.?key.orValue('') in ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] && has(t.tolerationSeconds))",
  "(t.?key.orValue('') == 'node.kubernetes.io/memory-pressure' && t.?effect.orValue('') == 'NoSchedule')",
].join(" || ");

const rules = (registry: string): AdmissionRule[] => [
  {
    // The API server puts in the priority of the class; without one it is 0.
    expression: "object.spec.?priorityClassName.orValue('') == '' && object.spec.?priority.orValue(0) <= 0",
    message: "a test's pods have no priority class: they may not push others off a node",
  },
  {
    // Once it is scheduled, a pod has its node, which nobody can change.
    expression: "request.operation == 'UPDATE' || object.spec.?nodeName.orValue('') == ''",
    message: "a test's pods name no node: the scheduler places them",
  },
  { expression: `object.spec.?tolerations.orValue([]).all(t, ${TOLERATED})`, message: `a test's pods tolerate the taints ${GRAPH_TAINTS.map(({ key, value }) => `${key}=${value}`).join(" and ")} alone` },
  {
    expression: `(object.spec.containers.map(c, c.image) + object.spec.?initContainers.orValue([]).map(c, c.image) + object.spec.?ephemeralContainers.orValue([]).map(c, c.image)).all(i, i.startsWith('${registry}/'))`,
    message: `a test's images come from ${registry}`,
  },
  { expression: "!has(object.spec.schedulerName) || object.spec.schedulerName == 'default-scheduler'", message: "a test's pods are placed by the cluster's own scheduler" },
];

/** Pods, and the containers that are added to one that runs. @param registry host of the only registry from which images are pulled */
export function testPods(registry: string): AdmissionPolicyArgs[] {
  const inNamespaces = { [GUARD_LABEL]: "true" };
  return [
    { policyName: "gpu-cicd-test-pods", on: { group: "", version: "v1", resource: "pods", operations: ["CREATE", "UPDATE"] }, inNamespaces, rules: rules(registry) },
    { policyName: "gpu-cicd-test-added-containers", on: { group: "", version: "v1", resource: "pods/ephemeralcontainers", operations: ["UPDATE"] }, inNamespaces, rules: rules(registry) },
  ];
}
