import { stackRule } from "../../kit/rule";
import { at } from "../../kit/values";
import { isScaleSet } from "./releases";

const limits: Readonly<Record<string, string>> = {
  "kubernetes:core/v1:ResourceQuota": "a ResourceQuota",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": "a NetworkPolicy",
};

export const runnerNamespacesLimited = stackRule({
  name: "runner-namespaces-limited",
  title: "Each scale set's namespace has its limits",
  severity: "high",
  level: "mandatory",
  holds: "The namespace of every scale set has a ResourceQuota and a NetworkPolicy, and no other set's runners.",
  why: "Without a quota one set starves the others; without a network policy one job's pod reaches another's.",
  fix: "Give each scale set a namespace of its own with both.",
  source: { title: "CIS Kubernetes Benchmark 5.3.2, 5.7.1", url: "https://www.cisecurity.org/benchmark/kubernetes" },
  *judge(subjects) {
    const sets = subjects.filter(isScaleSet);
    for (const set of sets) {
      const namespace = at(set.props, "namespace");
      for (const [type, what] of Object.entries(limits)) {
        const there = subjects.some((subject) => subject.type === type && at(subject.props, "metadata.namespace") === namespace);
        if (!there) yield { subject: set, property: "namespace", found: `${String(namespace)} without ${what}`, wanted: what };
      }
      if (sets.filter((other) => at(other.props, "namespace") === namespace).length > 1) yield { subject: set, property: "namespace", found: `${String(namespace)} with several sets`, wanted: "a namespace for each set" };
    }
  },
});
