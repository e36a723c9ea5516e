/** RBAC rules of deployment tests. */
import type { input } from "@pulumi/kubernetes/types";
import { RUN_CLUSTER_ROLE, VIRTUAL_CLUSTER_ROLE } from "../../pipeline/namespaces";

type Rule = input.rbac.v1.PolicyRule;

const RBAC = "rbac.authorization.k8s.io";

/**
 * What the identity holds everywhere: to make a namespace, and in it an account with its roles and a token. Admission narrows each to namespaces that this
 * run has just made. It reads nothing.
 */
export const OPEN_NAMESPACE_RULES: Rule[] = [
  { apiGroups: [""], resources: ["namespaces", "serviceaccounts", "serviceaccounts/token"], verbs: ["create"] },
  { apiGroups: [RBAC], resources: ["rolebindings"], verbs: ["create"] },
  { apiGroups: [RBAC], resources: ["clusterroles"], resourceNames: [RUN_CLUSTER_ROLE, VIRTUAL_CLUSTER_ROLE], verbs: ["bind"] },
];

/** Verbs of an object that Helm installs and waits for. */
const INSTALLED = ["create", "get", "list", "patch", "watch"];

/**
 * A run's account inside its namespace: it puts up the fence and installs the virtual cluster, and all that a test deploys goes into that. A request for a
 * namespace counts as one inside it, so `delete` here is for the namespace itself and no other. Helm keeps releases in secrets, and the virtual cluster
 * leaves its kubeconfig in one.
 */
export const RUN_RULES: Rule[] = [
  { apiGroups: [""], resources: ["namespaces"], verbs: ["delete", "get"] },
  { apiGroups: [""], resources: ["limitranges", "resourcequotas"], verbs: ["create", "get"] },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["create", "get"] },
  { apiGroups: [""], resources: ["secrets"], verbs: [...INSTALLED, "delete", "update"] },
  { apiGroups: [""], resources: ["serviceaccounts", "services"], verbs: INSTALLED },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: INSTALLED },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["events", "pods"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  { apiGroups: [""], resources: ["pods/portforward"], verbs: ["create", "get"] },
];

const SYNCED = ["create", "delete", "get", "list", "patch", "update", "watch"];

/**
 * The virtual cluster's control plane inside the namespace: exactly what the chart's own Role has with the values of this project (vcluster 0.36.1,
 * chart/templates/role.yaml, Kubernetes 1.35 and later). The chart's Role is left out, as whoever makes a Role needs every right in it himself.
 */
export const VIRTUAL_CLUSTER_RULES: Rule[] = [
  { apiGroups: [""], resources: ["configmaps", "persistentvolumeclaims", "pods", "pods/attach", "pods/exec", "pods/portforward", "secrets", "services"], verbs: SYNCED },
  { apiGroups: [""], resources: ["pods/ephemeralcontainers", "pods/resize", "pods/status"], verbs: ["patch", "update"] },
  { apiGroups: ["apps"], resources: ["deployments", "replicasets", "statefulsets"], verbs: ["get", "list", "patch", "update", "watch"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["endpoints"], verbs: SYNCED },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: SYNCED },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "get", "list", "watch"] },
];
