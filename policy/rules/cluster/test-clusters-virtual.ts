import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, items, listed, texts } from "../../kit/values";

const roleType = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
const WRITING = ["create", "update", "patch", "delete", "deletecollection", "*"];

export const testClustersVirtual = stackRule({
  name: "test-clusters-virtual",
  title: "Deployment tests have clusters of their own",
  severity: "critical",
  level: "mandatory",
  holds:
    "Where the stack makes cluster roles, the configured role of virtual clusters is among them and lets their control planes make pods; no cluster role lets anybody write what holds for a whole cluster: custom resource definitions, cluster roles and their bindings, webhooks, API services, priority classes, volumes and nodes.",
  why: "An operator under test brings such objects. In a shared cluster those of two commits meet, and whoever may write them is its administrator.",
  fix: "Put the role of the virtual clusters back, and leave objects of the whole cluster to the virtual ones.",
  source: { title: "Kubernetes: multi-tenancy, virtual control plane per tenant", url: "https://kubernetes.io/docs/concepts/security/multi-tenancy/" },
  config: {
    roles: { type: "array", items: { type: "string" }, default: ["gpu-cicd-virtual-cluster"], description: "Names of the cluster roles that control planes of virtual clusters have" },
    clusterWide: {
      type: "array",
      items: { type: "string" },
      default: [
        "customresourcedefinitions",
        "clusterroles",
        "clusterrolebindings",
        "validatingwebhookconfigurations",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "apiservices",
        "priorityclasses",
        "persistentvolumes",
        "nodes",
      ],
      description: "Resources that hold for a whole cluster, which no role of the stack may write",
    },
  },
  *judge(subjects, config) {
    const roles = subjects.filter(({ type }) => type === roleType);
    if (roles.length === 0) return;
    for (const name of texts(config["roles"])) {
      if (!roles.some((role) => at(role.props, "metadata.name") === name && writes(role, ["pods"]).length > 0)) yield { property: "cluster roles", found: `none ${name} that makes pods`, wanted: "one, for the control planes of virtual clusters" };
    }
    for (const role of roles) yield* wide(role, texts(config["clusterWide"]));
  },
});

function* wide(role: Subject, resources: readonly string[]): Iterable<Finding & { readonly subject: Subject }> {
  for (const [index, found] of writes(role, resources)) yield { subject: role, property: `rules[${index}]`, found: `write access to ${listed(found)}`, wanted: "only namespaced objects" };
}

/** Rules of a role by which it writes some of the resources. */
function writes(role: Subject, resources: readonly string[]): readonly (readonly [index: number, resources: readonly string[]])[] {
  return items(at(role.props, "rules")).flatMap((rule, index) => {
    const named = texts(at(rule, "resources"));
    const found = named.includes("*") ? resources : resources.filter((resource) => named.includes(resource));
    return found.length > 0 && texts(at(rule, "verbs")).some((verb) => WRITING.includes(verb)) ? [[index, found] as const] : [];
  });
}
