/**
 * What a deployment test may do on its cluster, as admission policies. RBAC cannot say "only namespaces of this name" of a create, nor "no
 * pod without a quota"; these can, and the API server enforces them on whoever asks.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentTests } from "../../pipeline/model";
import {
  DEFAULT_DENY_NAME,
  EXPIRY_LABEL,
  GUARD_LABEL,
  namespaceNames,
  POD_SECURITY_LABEL,
  POD_SECURITY_LEVELS,
  PRIVATE_ADDRESSES,
  QUOTA_NAME,
  quotaHard,
  RUN_ACCOUNT,
  RUN_CLUSTER_ROLE,
  TICKET,
  VIRTUAL_ACCOUNT,
  VIRTUAL_CLUSTER_ROLE,
} from "../../pipeline/namespaces";
import { label, requestedBy, type AdmissionPolicyArgs, type AdmissionRule } from "../shared/admission";
import { testPods } from "./pods";

/** Who asks. */
export interface GuardSubjects {
  /** Object id of the identity that deployment tests run as. */
  readonly runner: pulumi.Input<string>;
  /** User name of the cleaner's service account. */
  readonly cleaner: pulumi.Input<string>;
}

const guarded = { [GUARD_LABEL]: "true" };

/** Every policy of the guard. @param registry host of the only registry from which pods are pulled */
export function guardPolicies(deployments: DeploymentTests, registry: string, who: GuardSubjects): AdmissionPolicyArgs[] {
  return [
    namespaces(deployments, who.runner),
    accounts(who.runner),
    tokens(who.runner),
    roleBindings(who.runner),
    ...testPods(registry),
    underQuota(deployments, "gpu-cicd-test-quota", "pods"),
    underQuota(deployments, "gpu-cicd-test-claims", "persistentvolumeclaims"),
    podsBehindDefaultDeny(),
    stays("networkpolicies", "networking.k8s.io", DEFAULT_DENY_NAME),
    stays("resourcequotas", "", QUOTA_NAME),
    networkPolicies(),
    services(),
    cleanerDeletes(deployments, who.cleaner),
  ];
}

function namespaces(deployments: DeploymentTests, runner: pulumi.Input<string>): AdmissionPolicyArgs {
  const { namespacePrefix, namespaces: most, expiryMinutes } = deployments;
  const expiry = label("object", EXPIRY_LABEL);
  const levels = POD_SECURITY_LEVELS.map((level) => `'${level}'`).join(", ");
  const names = namespaceNames(deployments).map((name) => `'${name}'`).join(", ");
  return {
    policyName: "gpu-cicd-test-namespaces",
    on: { group: "", version: "v1", resource: "namespaces", operations: ["CREATE", "UPDATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [
      { expression: `object.metadata.name in [${names}]`, message: `the name must be ${namespacePrefix} and a number from 1 to ${most}` },
      { expression: `${label("object", GUARD_LABEL)} == 'true'`, message: `the label ${GUARD_LABEL} must be true` },
      {
        expression: `${expiry}.matches('^[1-9][0-9]{0,4}$') && int(${expiry}) <= ${expiryMinutes}`,
        message: `the label ${EXPIRY_LABEL} must be 1 to ${expiryMinutes} minutes`,
      },
      { expression: `${label("object", POD_SECURITY_LABEL)} in [${levels}]`, message: `the label ${POD_SECURITY_LABEL} must be ${POD_SECURITY_LEVELS.join(" or ")}` },
      { expression: `${label("object", TICKET)}.matches('^[0-9a-f]{48}$')`, message: `the label ${TICKET} must be 48 hexadecimal digits` },
    ],
  };
}

/** The request is for a test's namespace, and of who made it: runs share an identity, and only the maker knows the ticket. */
function ofTheMaker(what: string): AdmissionRule[] {
  return [
    { expression: `${label("namespaceObject", GUARD_LABEL)} == 'true'`, message: `deployment tests make ${what} in their own namespaces alone` },
    {
      expression: `object.metadata.?annotations[?'${TICKET}'].orValue('') == ${label("namespaceObject", TICKET)}`,
      message: `the annotation ${TICKET} must be that of the namespace, which only its own run knows`,
    },
  ];
}

function accounts(runner: pulumi.Input<string>): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-test-accounts",
    on: { group: "", version: "v1", resource: "serviceaccounts", operations: ["CREATE", "UPDATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [...ofTheMaker("accounts"), { expression: `object.metadata.name == '${RUN_ACCOUNT}'`, message: `the account must be ${RUN_ACCOUNT}` }],
  };
}

/** A token of a namespace's account is all rights in that namespace. */
function tokens(runner: pulumi.Input<string>): AdmissionPolicyArgs {
  return {
    policyName: "gpu-cicd-test-tokens",
    on: { group: "", version: "v1", resource: "serviceaccounts/token", operations: ["CREATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [...ofTheMaker("tokens"), { expression: `request.name == '${RUN_ACCOUNT}'`, message: `the account must be ${RUN_ACCOUNT}` }],
  };
}

/**
 * The identity may make RoleBindings everywhere, as nobody else can give a right in a namespace that has just been made. This takes back all of that but
 * two: the run's role for the run's account, and the virtual cluster's for its control plane.
 */
function roleBindings(runner: pulumi.Input<string>): AdmissionPolicyArgs {
  const gives = (role: string, account: string): string =>
    `(object.roleRef.kind == 'ClusterRole' && object.roleRef.name == '${role}' && object.subjects.all(s, s.kind == 'ServiceAccount' && s.name == '${account}' && s.?namespace.orValue('') == request.namespace))`;
  return {
    policyName: "gpu-cicd-test-role-bindings",
    on: { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings", operations: ["CREATE", "UPDATE"] },
    when: requestedBy("by-deployment-tests", runner),
    rules: [
      ...ofTheMaker("role bindings"),
      {
        expression: `has(object.subjects) && (${gives(RUN_CLUSTER_ROLE, RUN_ACCOUNT)} || ${gives(VIRTUAL_CLUSTER_ROLE, VIRTUAL_ACCOUNT)})`,
        message: `a binding must give ${RUN_CLUSTER_ROLE} to the account ${RUN_ACCOUNT}, or ${VIRTUAL_CLUSTER_ROLE} to ${VIRTUAL_ACCOUNT}, of its namespace`,
      },
    ],
  };
}

/** Nothing that takes room is made before the quota stands that bounds it. */
function underQuota(deployments: DeploymentTests, policyName: string, resource: string): AdmissionPolicyArgs {
  return {
    policyName,
    on: { group: "", version: "v1", resource, operations: ["CREATE"] },
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

/** What a test opens beside the default: its own pods, the cluster's DNS, and addresses of the internet. */
function networkPolicies(): AdmissionPolicyArgs {
  const forbidden = PRIVATE_ADDRESSES.map((address) => `'${address}'`).join(", ");
  // A range must not lie inside a forbidden one, and must leave out every forbidden one that lies in it.
  const keepsOut = `cidr(p.ipBlock.cidr).ip().family() == 4 && [${forbidden}].all(a, !cidr(a).containsCIDR(p.ipBlock.cidr) && (!cidr(p.ipBlock.cidr).containsCIDR(a) || p.ipBlock.?except.orValue([]).exists(e, cidr(e).containsCIDR(a))))`;
  const dns = "p.namespaceSelector.?matchLabels[?'kubernetes.io/metadata.name'].orValue('') == 'kube-system' && r.?ports.orValue([]).size() > 0 && r.ports.all(o, has(o.port) && o.port == 53 && !has(o.endPort))";
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
        expression: `object.spec.?egress.orValue([]).all(r, has(r.to) && r.to.size() > 0 && r.to.all(p, has(p.ipBlock) ? (${keepsOut}) : (!has(p.namespaceSelector) || (${dns}))))`,
        message: `egress may go to pods of the same namespace, to port 53 of kube-system, and to IPv4 addresses other than ${PRIVATE_ADDRESSES.join(", ")}`,
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
