/**
 * Where container hooks start the pods of jobs: a namespace that holds no credential of the runners.
 *
 * The hooks ask for `create` on pods and `get`, `list`, `create`, `delete` on secrets of the namespace that they work in, and refuse to start without
 * (`requiredPermissions` in packages/k8s/src/k8s/index.ts of actions/runner-container-hooks). In the runners' own namespace that reads and deletes the
 * GitHub App's key and every runner's registration, and a right to create pods alone would do: a pod mounts any Secret of its namespace. RBAC knows no
 * prefix of a name, and admission judges no read. But the hooks work where `ACTIONS_RUNNER_KUBERNETES_NAMESPACE` says (`namespace()` in the same file),
 * and without a shared volume nothing else ties a job's pod to its runner. So the runner's account has rights there, and none where the key lies.
 */
import type * as pulumi from "@pulumi/pulumi";
import { LimitRange, Namespace, ResourceQuota, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { RUNNER_NAMESPACE_LABEL, jobNamespaceOf, namespaceOf } from "./namespaces";
import { outwardTraffic } from "../shared/traffic";
import { JOB_STARTER_ACCOUNT, jobPodLabels, jobPodSecurity, jobQuota } from "./runner-pods";
import type { ScaleSet } from "./runner-mode";
import { TEST_SERVICE } from "../../pipeline/machines";
import { guaranteed } from "./values";

/** Verbs that the hooks ask for before every command, and no other. `get` on `pods/exec` is how the API server names the upgrade to a stream. */
export const HOOK_RULES = [
  { apiGroups: [""], resources: ["pods"], verbs: ["create", "delete", "get", "list"] },
  { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["secrets"], verbs: ["create", "delete", "get", "list"] },
];

/** Containers that bring no request of their own (service containers, the hooks' helpers) get these, as a quota takes no pod without. */
const DEFAULT_REQUEST = guaranteed({ milliCpu: TEST_SERVICE.cpu * 1000, memoryMiB: TEST_SERVICE.memoryGiB * 1024, storageGiB: TEST_SERVICE.storageGiB }).requests;
const DEFAULT_LIMIT = { cpu: "1", memory: "2Gi", "ephemeral-storage": "8Gi" };

/** A namespace for pods of one scale set. */
export function podNamespace(name: string, namespace: string, level: string, more: Record<string, string>, opts: pulumi.CustomResourceOptions): Namespace {
  const labels = { [RUNNER_NAMESPACE_LABEL]: "true", "pod-security.kubernetes.io/enforce": level, ...more };
  return new Namespace(`${name}-namespace`, { metadata: { name: namespace, labels } }, opts);
}

/** What pods of a namespace may take and reach. `hard` is the quota's `spec.hard`. */
export function podLimits(name: string, namespace: string, hard: Record<string, string>, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const metadata = { name: "runners", namespace };
  return [
    new ResourceQuota(`${name}-quota`, { metadata, spec: { hard } }, opts),
    new LimitRange(`${name}-limits`, { metadata, spec: { limits: [{ type: "Container", defaultRequest: DEFAULT_REQUEST, default: DEFAULT_LIMIT }] } }, opts),
    new NetworkPolicy(`${name}-traffic`, { metadata, spec: outwardTraffic() }, opts),
  ];
}

/**
 * The namespace of a set's jobs, and the account with which its runners start them.
 * `runners` are options of what lies in the set's own namespace.
 * @returns what has to be there before a runner starts.
 */
export function jobNamespace(name: string, set: ScaleSet, runners: pulumi.CustomResourceOptions, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const { label } = set.runnerClass;
  const jobs = jobNamespaceOf(label);
  const within = { ...opts, dependsOn: podNamespace(`${name}-jobs`, jobs, jobPodSecurity(set), jobPodLabels(set), opts) };
  const account = new ServiceAccount(`${name}-job-starter`, { metadata: { name: JOB_STARTER_ACCOUNT, namespace: namespaceOf(label) }, automountServiceAccountToken: false }, runners);
  const role = new Role(`${name}-job-starter-role`, { metadata: { name: JOB_STARTER_ACCOUNT, namespace: jobs }, rules: HOOK_RULES }, within);
  const binding = new RoleBinding(
    `${name}-job-starter-binding`,
    {
      metadata: { name: JOB_STARTER_ACCOUNT, namespace: jobs },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: JOB_STARTER_ACCOUNT },
      subjects: [{ kind: "ServiceAccount", name: JOB_STARTER_ACCOUNT, namespace: namespaceOf(label) }],
    },
    { ...opts, dependsOn: [role, account] },
  );
  return [...podLimits(`${name}-jobs`, jobs, jobQuota(set), within), binding];
}
