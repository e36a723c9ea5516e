import { stackRule } from "../../kit/rule";
import { at, isProps, texts } from "../../kit/values";

const namespaceType = "kubernetes:core/v1:Namespace";
const trafficType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

export const namespacesClosed = stackRule({
  name: "namespaces-closed",
  title: "Every namespace has a network policy",
  severity: "medium",
  level: "mandatory",
  holds: "Each namespace that the stack makes has a NetworkPolicy of its cluster that selects every pod, in both directions.",
  why: "A pod that no policy selects is reached by every other pod of the cluster, and reaches the node's metadata, which hands out the node's identity. The pods that hold the most rights, controllers and cleaners, are in namespaces that nobody thinks of.",
  fix: "Add a NetworkPolicy with an empty podSelector and the types Ingress and Egress to the namespace.",
  source: { title: "CIS Kubernetes Benchmark 5.3.2", url: "https://www.cisecurity.org/benchmark/kubernetes" },
  *judge(subjects) {
    const closing = subjects.filter(({ type, props }) => type === trafficType && selectsAll(at(props, "spec")));
    const namespaces = subjects.filter(({ type }) => type === namespaceType);
    for (const subject of namespaces) {
      const name = at(subject.props, "metadata.name");
      // Clusters may each have a namespace of one name, and a resource does not say of which it is: there have to be as many policies.
      const alike = namespaces.filter(({ props }) => at(props, "metadata.name") === name);
      if (closing.filter(({ props }) => at(props, "metadata.namespace") === name).length >= alike.length) continue;
      const some = subjects.some(({ type, props }) => type === trafficType && at(props, "metadata.namespace") === name);
      yield { subject, property: "metadata.name", found: `${String(name)} ${some ? "without enough policies that select every pod in both directions" : "without any NetworkPolicy"}`, wanted: "a NetworkPolicy of every pod, in both directions" };
    }
  },
});

function selectsAll(spec: unknown): boolean {
  const chosen = at(spec, "podSelector");
  const types = texts(at(spec, "policyTypes"));
  return isProps(chosen) && Object.keys(chosen).length === 0 && ["Ingress", "Egress"].every((type) => types.includes(type));
}
