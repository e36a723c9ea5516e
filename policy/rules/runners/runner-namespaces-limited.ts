import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { isScaleSet, namespacesOf } from "./releases";

export const runnerNamespacesLimited = stackRule({
  name: "runner-namespaces-limited",
  title: "Each scale set's namespace has its limits",
  severity: "high",
  level: "mandatory",
  holds: "Every namespace in which a scale set's pods run, its own and its jobs', has a ResourceQuota of pods, CPU and memory, network policies that hold every pod to named peers and keep it from its node's metadata, and no other set's runners.",
  why: "Without a quota one set starves the others; without a network policy one job's pod reaches another's, or takes the identity of its node.",
  fix: "Give each scale set a namespace of its own with both.",
  source: { title: "CIS Kubernetes Benchmark 5.3.2, 5.7.1", url: "https://www.cisecurity.org/benchmark/kubernetes" },
  *judge(subjects) {
    const sets = subjects.filter(isScaleSet);
    for (const set of sets) {
      for (const namespace of namespacesOf(set)) {
        const there = (type: string): readonly Subject[] => subjects.filter((subject) => subject.type === type && at(subject.props, "metadata.namespace") === namespace);
        for (const { type, what, faults } of limits) {
          const found = there(type);
          if (found.length === 0) yield { subject: set, property: "namespace", found: `${String(namespace)} without ${what}`, wanted: what };
          for (const subject of found) for (const finding of faults(subject)) yield { subject, ...finding };
        }
        if (sets.filter((other) => namespacesOf(other).includes(namespace)).length > 1) yield { subject: set, property: "namespace", found: `${String(namespace)} with several sets`, wanted: "a namespace for each set" };
      }
    }
  },
});

const limits: readonly { readonly type: string; readonly what: string; faults(subject: Subject): Iterable<Finding> }[] = [
  { type: "kubernetes:core/v1:ResourceQuota", what: "a ResourceQuota", faults: unlimited },
  { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", what: "a NetworkPolicy", faults: unprotected },
];

function* unlimited(quota: Subject): Iterable<Finding> {
  const hard = at(quota.props, "spec.hard");
  const missing = ["pods", "requests.cpu", "requests.memory"].filter((key) => !(isProps(hard) && key in hard));
  if (missing.length > 0) yield { property: "spec.hard", found: `no ${listed(missing)}`, wanted: "a limit of each" };
}

/** Policies add up: one that lets everything through undoes the others. */
function* unprotected(policy: Subject): Iterable<Finding> {
  const spec = at(policy.props, "spec");
  const types = texts(at(spec, "policyTypes"));
  const chosen = at(spec, "podSelector");
  if (isProps(chosen) && Object.keys(chosen).length > 0) yield { property: "spec.podSelector", found: show(chosen), wanted: "every pod" };
  if (!["Ingress", "Egress"].every((type) => types.includes(type))) yield { property: "spec.policyTypes", found: listed(types), wanted: "Ingress and Egress" };
  for (const [index, rule] of items(at(spec, "ingress")).entries()) {
    if (items(at(rule, "from")).length === 0) yield { property: `spec.ingress[${index}]`, found: "no from", wanted: "named peers" };
  }
  for (const [index, rule] of items(at(spec, "egress")).entries()) {
    if (items(at(rule, "to")).length === 0) yield { property: `spec.egress[${index}]`, found: "no to", wanted: "named peers" };
    for (const peer of items(at(rule, "to"))) yield* exposed(`spec.egress[${index}]`, at(peer, "ipBlock"));
  }
}

/** Addresses at which a node hands out its own identity's tokens, and Azure's platform its settings. */
const metadata = ["169.254.169.254/32", "168.63.129.16/32"];

function* exposed(property: string, block: unknown): Iterable<Finding> {
  if (!String(at(block, "cidr")).endsWith("/0")) return;
  const open = metadata.filter((address) => !texts(at(block, "except")).includes(address));
  if (open.length > 0) yield { property, found: `${String(at(block, "cidr"))} with ${listed(open)}`, wanted: "the node's metadata excepted" };
}
