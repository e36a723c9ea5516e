import { resourceRule } from "../../kit/rule";
import { at, items, listed, show, texts } from "../../kit/values";

/** Names that stand for many, and service accounts by the name of their user: those are bound by namespace and name. */
const crowds = /^system:(authenticated|unauthenticated|anonymous|masters|serviceaccounts?(:.*)?)$/;

export const clusterRolesNarrow = resourceRule({
  name: "cluster-roles-narrow",
  title: "Roles in clusters name what they allow",
  severity: "high",
  level: "mandatory",
  holds: "No rule of a role allows all verbs or all resources, except in API groups that are configured as harmless; none allows to impersonate or escalate, or to bind any role but one by name; nobody is bound to a role that Kubernetes gives to administrators, and no role to a group that stands for many accounts.",
  why: "Whoever may do anything, or may give himself any role, is outside every other limit of the cluster.",
  fix: "List the verbs and resources; bind a role of this stack.",
  source: { title: "Kubernetes: RBAC good practices; CIS Kubernetes Benchmark 5.1", url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/" },
  types: ["ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding"].map((kind) => `kubernetes:rbac.authorization.k8s.io/v1:${kind}`),
  unknowns: { why: "Azure assigns the object id of the identity that the same apply creates", from: { subjects: ["azure-native:managedidentity:UserAssignedIdentity"] } },
  config: { openGroups: { type: "array", items: { type: "string" }, default: [], description: "API groups of which a role may allow everything" } },
  *judge(subject, config) {
    const role = String(at(subject.props, "roleRef.name"));
    if (["cluster-admin", "admin", "system:masters"].includes(role)) yield { property: "roleRef.name", found: role, wanted: "a role of this stack" };
    const groups = items(at(subject.props, "subjects")).map((who) => String(at(who, "name"))).filter((name) => crowds.test(name));
    if (groups.length > 0) yield { property: "subjects", found: listed(groups), wanted: "a named account" };
    for (const [index, rule] of items(at(subject.props, "rules")).entries()) {
      const [apiGroups, resources, verbs] = ["apiGroups", "resources", "verbs"].map((key) => texts(at(rule, key))) as [readonly string[], readonly string[], readonly string[]];
      const open = apiGroups.length > 0 && apiGroups.every((group) => texts(config["openGroups"]).includes(group));
      const wide = [apiGroups, resources, verbs].some((list) => list.includes("*"));
      if (wide && !open) yield { property: `rules[${index}]`, found: show(rule), wanted: "verbs, resources and groups by name" };
      const seizing = verbs.filter((verb) => verb === "impersonate" || verb === "escalate" || (verb === "bind" && items(at(rule, "resourceNames")).length === 0));
      if (seizing.length > 0) yield { property: `rules[${index}].verbs`, found: listed(seizing), wanted: "bind of roles by name at most" };
    }
  },
});
