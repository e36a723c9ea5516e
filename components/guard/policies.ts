/**
 * What a deployment test may do on its cluster, as admission policies. RBAC cannot say "only namespaces of this name" of a create, nor "no
 * pod without a quota"; these can, and the API server enforces them on whoever asks.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTests } from "../../pipeline/model";
import {
  DEFAULT_DENY_NAME,
  EXPIRY_LABEL,
  FORBIDDEN_ADDRESSES,
  GUARD_LABEL,
  POD_SECURITY_LABEL,
  POD_SECURITY_LEVELS,
  QUOTA_NAME,
  RUN_CLUSTER_ROLE,
  quotaHard,
} from "../../pipeline/namespaces";
import { label, requestedBy, type AdmissionPolicyArgs } from "../shared/admission";

/** Who asks. */
export interface GuardSubjects {
  /** Object id of the identity that deployment tests run as. */
  readonly runner: pulumi.Input<string>;
  /** User name of the cleaner's service account. */
  readonly cleaner: pulumi.Input<string>;
}

const guarded = { [GUARD_LABEL]: "true" };

/** Every policy of the guard. */
export function guardPolicies(deployments: DeploymentTests, who: GuardSubjects): AdmissionPolicyArgs[] {
  return [
    namespaces(deployments, who.runner),
    roleBindings(who.runner),
    podsUnderQuota(deployments),
    podsBehindDefaultDeny(),
    stays("networkpolicies", "networking.k8s.io", DEFAULT_DENY_NAME),
    stays("resourcequotas", "", QUOTA_NAME),
    networkPolicies(),
    services(),
    cleanerDeletes(deployments, who.cleaner),
  ];
}

function namespaces(deployments: DeploymentTests, runner: pulumi.Input<string>): AdmissionPolicyArgs {
  const { namespacePrefix, expiryMinutes } = deployments;
  const expiry = label("object", EXPIRY_LABEL);
  const levels = POD_SECURITY_LEVELS.map((level) => `'${level}'`).join(", ");
  return {
    policyName: "gpu-cicd-test-namespaces",
    on: { group: "", version: "v1", resource: "namespaces", operations: ["CREATE", "UPDATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [
      { expression: `object.metadata.name.matches('^${namespacePrefix}[0-9]+(-[a-z0-9-]+)?$')`, message: `the name must be ${namespacePrefix}RUN_ID or ${namespacePrefix}RUN_ID-SUFFIX` },
      { expression: `${label("object", GUARD_LABEL)} == 'true'`, message: `the label ${GUARD_LABEL} must be true` },
      {
        expression: `${expiry}.matches('^[1-9][0-9]{0,4}$') && int(${expiry}) <= ${expiryMinutes}`,
        message: `the label ${EXPIRY_LABEL} must be 1 to ${expiryMinutes} minutes`,
      },
      { expression: `${label("object", POD_SECURITY_LABEL)} in [${levels}]`, message: `the label ${POD_SECURITY_LABEL} must be ${POD_SECURITY_LEVELS.join(" or ")}` },
    ],
  };
}

/**
 * The identity may make RoleBindings everywhere, as nobody else can give it rights in a namespace that it has just made. This takes back all
 * of that but two: itself to the run's role in a test namespace, and a test's service accounts to Roles of the same namespace.
 */
function roleBindings(runner: pulumi.Input<string>): AdmissionPolicyArgs {
  const itself = `object.roleRef.kind == 'ClusterRole' && object.roleRef.name == '${RUN_CLUSTER_ROLE}' && object.subjects.all(s, s.kind == 'User' && s.name == request.userInfo.username)`;
  const accounts = `object.roleRef.kind == 'Role' && object.subjects.all(s, s.kind == 'ServiceAccount' && s.?namespace.orValue('') == request.namespace)`;
  return {
    policyName: "gpu-cicd-test-role-bindings",
    on: { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings", operations: ["CREATE", "UPDATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [
      { expression: `${label("namespaceObject", GUARD_LABEL)} == 'true'`, message: "deployment tests bind roles in their own namespaces alone" },
      {
        expression: `has(object.subjects) && ((${itself}) || (${accounts}))`,
        message: `a binding must give ${RUN_CLUSTER_ROLE} to the deployment tests' identity, or a Role to service accounts of its namespace`,
      },
    ],
  };
}

function podsUnderQuota(deployments: DeploymentTests): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-test-quota",
    on: { group: "", version: "v1", resource: "pods", operations: ["CREATE"] },
    inNamespaces: guarded,
    params: { apiVersion: "v1", kind: "ResourceQuota", name: QUOTA_NAME },
    rules: Object.entries(quotaHard(deployments)).map(([key, most]) => ({
      expression: `'${key}' in params.spec.hard && quantity(string(params.spec.hard['${key}'])).compareTo(quantity('${most}')) <= 0`,
      message: `the namespace's ResourceQuota ${QUOTA_NAME} must limit ${key} to ${most} or less`,
    })),
  };
}

function podsBehindDefaultDeny(): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-test-default-deny",
    on: { group: "", version: "v1", resource: "pods", operations: ["CREATE"] },
    inNamespaces: guarded,
    params: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", name: DEFAULT_DENY_NAME },
    rules: [
      {
        expression: "!has(params.spec.podSelector.matchLabels) && !has(params.spec.podSelector.matchExpressions)",
        message: `the namespace's NetworkPolicy ${DEFAULT_DENY_NAME} must select every pod`,
      },
      {
        expression: "has(params.spec.policyTypes) && ['Ingress', 'Egress'].all(t, t in params.spec.policyTypes) && !has(params.spec.ingress) && !has(params.spec.egress)",
        message: `the namespace's NetworkPolicy ${DEFAULT_DENY_NAME} must deny all traffic in both directions`,
      },
    ],
  };
}

/** What pods were let in under is there until the namespace goes: taking it away afterwards would leave them unbounded. */
function stays(resource: string, group: string, name: string): AdmissionPolicyArgs {
  return {
    policyName: `gpu-cicd-test-${resource}-stay`,
    on: { group, version: "v1", resource, operations: ["UPDATE", "DELETE"] },
    inNamespaces: guarded,
    rules: [
      {
        expression: `oldObject.metadata.name != '${name}' || has(namespaceObject.metadata.deletionTimestamp)`,
        message: `${name} stays as it is until its namespace is deleted`,
      },
    ],
  };
}

/** What a test opens beside the default: its own pods, the cluster's DNS, and addresses outside the platform's own. */
function networkPolicies(): AdmissionPolicyArgs {
  const forbidden = FORBIDDEN_ADDRESSES.map((address) => `'${address}'`).join(", ");
  const keepsOut = `[${forbidden}].all(a, !cidr(p.ipBlock.cidr).containsCIDR(a) || p.ipBlock.?except.orValue([]).exists(e, cidr(e).containsCIDR(a)))`;
  const inside = "p.?namespaceSelector.matchLabels[?'kubernetes.io/metadata.name'].orValue('') == 'kube-system'";
  return {
    policyName: "gpu-cicd-test-network-policies",
    on: { group: "networking.k8s.io", version: "v1", resource: "networkpolicies", operations: ["CREATE", "UPDATE"] },
    inNamespaces: guarded,
    rules: [
      {
        expression: "object.spec.?ingress.orValue([]).all(r, has(r.from) && r.from.size() > 0 && r.from.all(p, has(p.podSelector) && !has(p.namespaceSelector)))",
        message: "ingress may come from pods of the same namespace alone",
      },
      {
        expression: `object.spec.?egress.orValue([]).all(r, has(r.to) && r.to.size() > 0 && r.to.all(p, has(p.ipBlock) ? ${keepsOut} : (!has(p.namespaceSelector) || ${inside})))`,
        message: `egress may go to pods of the same namespace, to kube-system, and to addresses other than ${FORBIDDEN_ADDRESSES.join(" and ")}`,
      },
    ],
  };
}

function services(): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-test-services",
    on: { group: "", version: "v1", resource: "services", operations: ["CREATE", "UPDATE"] },
    inNamespaces: guarded,
    rules: [
      {
        expression: "object.spec.?type.orValue('ClusterIP') == 'ClusterIP' && !has(object.spec.externalIPs)",
        message: "a deployment test's services stay inside the cluster: type ClusterIP, no external IPs",
      },
    ],
  };
}

/** The cleaner holds `delete` on namespaces, which RBAC cannot narrow by label. */
function cleanerDeletes(deployments: DeploymentTests, cleaner: pulumi.Input<string>): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-namespace-cleaner",
    on: { group: "", version: "v1", resource: "namespaces", operations: ["DELETE"] },
    when: requestedBy("by-the-cleaner", cleaner),
    rules: [
      {
        expression: `${label("oldObject", GUARD_LABEL)} == 'true' && oldObject.metadata.name.startsWith('${deployments.namespacePrefix}')`,
        message: "the cleaner removes namespaces of deployment tests alone",
      },
    ],
  };
}
