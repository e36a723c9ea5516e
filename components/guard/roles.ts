/** RBAC rules of deployment tests. */
import type { input } from "@pulumi/kubernetes/types";
import { RUN_CLUSTER_ROLE } from "../../pipeline/namespaces";

type Rule = input.rbac.v1.PolicyRule;

const EVERY_VERB = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** Outside its namespaces the identity can make namespaces and bind itself to the run's role; admission narrows both. */
export const OPEN_NAMESPACE_RULES: Rule[] = [
  { apiGroups: [""], resources: ["namespaces"], verbs: ["create"] },
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], verbs: ["create"] },
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], resourceNames: [RUN_CLUSTER_ROLE], verbs: ["bind"] },
];

/**
 * Inside a test's namespace. A request for a namespace counts as one inside it, so `delete` here is for the namespace itself and no other.
 * Roles are among it, as the operator's chart brings its own; Kubernetes lets nobody write a Role that holds more than its writer.
 */
export const RUN_RULES: Rule[] = [
  { apiGroups: [""], resources: ["namespaces"], verbs: ["delete", "get"] },
  {
    apiGroups: [""],
    resources: ["configmaps", "endpoints", "events", "persistentvolumeclaims", "pods", "resourcequotas", "secrets", "serviceaccounts", "services"],
    verbs: EVERY_VERB,
  },
  { apiGroups: [""], resources: ["pods/log", "pods/status", "resourcequotas/status", "services/status"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods/portforward"], verbs: ["create", "get"] },
  { apiGroups: ["apps"], resources: ["controllerrevisions", "deployments", "deployments/scale", "replicasets", "statefulsets", "statefulsets/scale"], verbs: EVERY_VERB },
  { apiGroups: ["apps"], resources: ["deployments/status", "statefulsets/status"], verbs: ["get", "patch", "update"] },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: EVERY_VERB },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: EVERY_VERB },
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: EVERY_VERB },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: EVERY_VERB },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: EVERY_VERB },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"], verbs: EVERY_VERB },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: EVERY_VERB },
  { apiGroups: ["rbac.authorization.k8s.io"], resources: ["rolebindings", "roles"], verbs: EVERY_VERB },
  // The graphs that a test deploys, with their status and finalizers, whatever kinds the operator of that commit knows.
  { apiGroups: ["nvidia.com"], resources: ["*"], verbs: ["*"] },
];
