/**
 * Lets deployment tests work on a cluster without reaching past their own namespaces.
 *
 * A run makes its namespace, an account with one role in it, a quota and network policies, and a virtual cluster that all else goes into; admission
 * policies hold each step, and each pod, to the rules, and a cron job removes what a run left behind.
 */
import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type { DeploymentTests } from "../../pipeline/model";
import { EXPIRY_LABEL, GUARD_LABEL, RUN_CLUSTER_ROLE, VIRTUAL_CLUSTER_ROLE } from "../../pipeline/namespaces";
import { admissionPolicy } from "../shared/admission";
import { Sweeper } from "../shared/sweeper";
import { outwardTraffic } from "../shared/traffic";
import { guardPolicies } from "./policies";
import { OPEN_NAMESPACE_RULES, RUN_RULES, VIRTUAL_CLUSTER_RULES } from "./roles";

export interface NamespaceGuardArgs {
  /** Limits of a test's namespace: prefix of its name, expiry and quota. */
  deployments: DeploymentTests;
  /** Object id of the identity that deployment tests run as. */
  runnerPrincipalId: pulumi.Input<string>;
  /** Image of the cleaner, by digest. */
  cleanerImage: pulumi.Input<string>;
  /** Host of the only registry from which pods of tests are pulled. */
  registry: string;
}

const NAMESPACE = "gpu-cicd-guard";
const CLEANER = "namespace-cleaner";
const CLEANER_SCHEDULE = "*/10 * * * *";

/** Namespaces past their expiry. One whose label cannot be read has expired: admission would not have let it in. */
export const EXPIRED_NAMESPACES = [
  ".items[]",
  "select(.metadata.deletionTimestamp == null)",
  `select((.metadata.creationTimestamp | fromdateiso8601) + ((.metadata.labels["${EXPIRY_LABEL}"] | tonumber? // 0) * 60) < now)`,
  ".metadata.name",
].join(" | ");

/** Admission policies that hold what a deployment test's identity may do in the cluster. */
export class NamespaceGuard extends pulumi.ComponentResource {
  constructor(name: string, args: NamespaceGuardArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:guard:NamespaceGuard", name, {}, opts);
    const child = { parent: this };

    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
      child,
    );
    const traffic = new NetworkPolicy(`${name}-traffic`, { metadata: { name: "guard", namespace: NAMESPACE }, spec: outwardTraffic() }, { parent: this, dependsOn: namespace });
    new Sweeper(
      `${name}-cleaner`,
      {
        namespace: NAMESPACE,
        account: CLEANER,
        image: args.cleanerImage,
        schedule: CLEANER_SCHEDULE,
        collections: [{ path: `/api/v1/namespaces?labelSelector=${encodeURIComponent(`${GUARD_LABEL}=true`)}` }],
        select: EXPIRED_NAMESPACES,
      },
      { parent: this, dependsOn: [namespace, traffic] },
    );
    const policies = guardPolicies(args.deployments, args.registry, { runner: args.runnerPrincipalId, cleaner: `system:serviceaccount:${NAMESPACE}:${CLEANER}` }).map((policy) =>
      admissionPolicy(`${name}-${policy.policyName}`, policy, child),
    );

    // Rights come after the policies that narrow them: there is no moment in which the identity holds more than it should.
    const guardedChild = { parent: this, dependsOn: policies };
    new ClusterRole(`${name}-run`, { metadata: { name: RUN_CLUSTER_ROLE }, rules: RUN_RULES }, child);
    new ClusterRole(`${name}-virtual-cluster`, { metadata: { name: VIRTUAL_CLUSTER_ROLE }, rules: VIRTUAL_CLUSTER_RULES }, child);
    bindClusterRole(`${name}-open`, "gpu-cicd-deployment-test-namespaces", OPEN_NAMESPACE_RULES, { kind: "User", name: args.runnerPrincipalId }, guardedChild);
    bindClusterRole(
      `${name}-cleaner`,
      "gpu-cicd-namespace-cleaner",
      [{ apiGroups: [""], resources: ["namespaces"], verbs: ["delete", "list"] }],
      { kind: "ServiceAccount", name: CLEANER, namespace: NAMESPACE },
      guardedChild,
    );
    this.registerOutputs({});
  }
}

/** A ClusterRole and its binding to one subject, under one name. */
function bindClusterRole(
  name: string,
  roleName: string,
  rules: typeof RUN_RULES,
  subject: { kind: "User" | "ServiceAccount"; name: pulumi.Input<string>; namespace?: string },
  opts: pulumi.CustomResourceOptions,
): void {
  const role = new ClusterRole(`${name}-role`, { metadata: { name: roleName }, rules }, opts);
  new ClusterRoleBinding(
    `${name}-binding`,
    {
      metadata: { name: roleName },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
      subjects: [{ ...subject, ...(subject.kind === "User" ? { apiGroup: "rbac.authorization.k8s.io" } : {}) }],
    },
    { ...opts, dependsOn: role },
  );
}
