import type { Subject } from "../../policy/kit/rule";
import { admissionPoliciesApply } from "../../policy/rules/cluster/admission-policies-apply";
import { aksEntraOnly } from "../../policy/rules/cluster/aks-entra-only";
import { aksNetworkClosed } from "../../policy/rules/cluster/aks-network-closed";
import { aksSupportedVersion } from "../../policy/rules/cluster/aks-supported-version";
import { clusterRolesNarrow } from "../../policy/rules/cluster/cluster-roles-narrow";
import { gpuPoolsFromZero } from "../../policy/rules/cluster/gpu-pools-from-zero";
import { namespacesClosed } from "../../policy/rules/cluster/namespaces-closed";
import { namespacesRestricted } from "../../policy/rules/cluster/namespaces-restricted";
import { poolsWithinBudget } from "../../policy/rules/cluster/pools-within-budget";
import { testClustersVirtual } from "../../policy/rules/cluster/test-clusters-virtual";
import { testNamespacesGuarded } from "../../policy/rules/cluster/test-namespaces-guarded";
import { UNKNOWN, changed, prove, subject, urnOf, type Proof, type Resources } from "./support";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const AKS = `${CLUSTER} "it"`;
const cluster = {
  disableLocalAccounts: true,
  enableRBAC: true,
  aadProfile: { managed: true, enableAzureRBAC: true },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  apiServerAccessProfile: { authorizedIPRanges: ["203.0.113.0/24", "198.51.100.7"], disableRunCommand: true } as Record<string, unknown>,
  networkProfile: { networkPolicy: "cilium" },
  kubernetesVersion: "1.36",
  autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
};
const having = (path: string, value: unknown): Subject[] => [subject(CLUSTER, changed(cluster, path, value))];
const wanting = (path: string, value: unknown, found: string, wanted: string): [Subject[], string] => [having(path, value), `${AKS}: ${path}: found ${found}; wanted ${wanted}.`];

const entra: Proof = {
  rule: aksEntraOnly,
  sound: { "Entra alone": [subject(CLUSTER, cluster)] },
  wrong: {
    "local accounts": wanting("disableLocalAccounts", false, "false", "true"),
    "what Azure makes of nothing": wanting("disableLocalAccounts", undefined, "nothing", "true"),
    "no roles": wanting("enableRBAC", false, "false", "true"),
    "Kubernetes' own roles": wanting("aadProfile.enableAzureRBAC", false, "false", "true"),
    "an application of one's own": wanting("aadProfile.managed", undefined, "nothing", "true"),
    "no issuer": wanting("oidcIssuerProfile.enabled", false, "false", "true"),
    "no workload identity": wanting("securityProfile.workloadIdentity.enabled", false, "false", "true"),
  },
};

const RANGES = "apiServerAccessProfile.authorizedIPRanges";
const network: Proof = {
  rule: aksNetworkClosed,
  sound: {
    "known addresses": [subject(CLUSTER, cluster)],
    "a private cluster": having("apiServerAccessProfile", { enablePrivateCluster: true, disableRunCommand: true }),
    "another engine": having("networkProfile.networkPolicy", "calico"),
  },
  wrong: {
    "every address": [having(RANGES, undefined), `${AKS}: apiServerAccessProfile: found an API server open to every address; wanted a private cluster or authorized ranges.`],
    "the whole internet": wanting(RANGES, ["203.0.113.0/24", "0.0.0.0/0"], "0.0.0.0/0", "ranges of /8 or narrower"),
    "half of it": wanting(RANGES, ["128.0.0.0/1"], "128.0.0.0/1", "ranges of /8 or narrower"),
    "what is no range": wanting(RANGES, ["office", "2001:db8::/32"], "office and 2001:db8::/32", "ranges of /8 or narrower"),
    "a range that config finds too wide": [{ subjects: [subject(CLUSTER, cluster)], config: { minPrefix: 28 } }, `${AKS}: ${RANGES}: found 203.0.113.0/24; wanted ranges of /28 or narrower.`],
    "run-command": wanting("apiServerAccessProfile.disableRunCommand", false, "false", "true"),
    "no engine": wanting("networkProfile.networkPolicy", undefined, "nothing", "one of cilium, azure, calico"),
  },
};

const version: Proof = {
  rule: aksSupportedVersion,
  sound: { "a minor version": [subject(CLUSTER, cluster)], "a patch": having("kubernetesVersion", "1.35.5"), "security patches": having("autoUpgradeProfile.nodeOSUpgradeChannel", "SecurityPatch") },
  wrong: {
    "an old version": wanting("kubernetesVersion", "1.34", "1.34", "1.35 or newer"),
    "no version": wanting("kubernetesVersion", undefined, "undefined", "1.35 or newer"),
    "what is no version": wanting("kubernetesVersion", "latest", "latest", "1.35 or newer"),
    "no channel": wanting("autoUpgradeProfile.upgradeChannel", "none", '"none"', "one of patch, stable, rapid"),
    "old images": wanting("autoUpgradeProfile.nodeOSUpgradeChannel", undefined, "nothing", '"NodeImage" or "SecurityPatch"'),
  },
};

const A100 = "Standard_NC24ads_A100_v4";
const gpu = { agentPoolName: "gpu1", vmSize: A100, mode: "User", enableAutoScaling: true, minCount: 0, maxCount: 8, nodeTaints: ["sku=gpu:NoSchedule"] };
const pool = (path: string, value: unknown): Subject[] => [subject(POOL, changed(gpu, path, value))];
const inline = (...profiles: object[]): Subject[] => [subject(CLUSTER, { agentPoolProfiles: profiles })];
const system = { name: "system", vmSize: "Standard_D4ds_v5", mode: "System", enableAutoScaling: true, minCount: 2, maxCount: 4 };
const pooled = (path: string, found: string, wanted: string): string => `${POOL} "it": ${path}: found ${found}; wanted ${wanted}.`;

const fromZero: Proof = {
  rule: gpuPoolsFromZero,
  sound: {
    "a pool from zero": [subject(POOL, gpu)],
    "a taint that also evicts": pool("nodeTaints", ["team=a:NoSchedule", "sku=gpu:NoExecute"]),
    "a pool without GPUs": [subject(POOL, system), ...inline(system)],
  },
  wrong: {
    "a system pool": [pool("mode", "System"), pooled("mode", '"System"', `"User" for ${A100}`)],
    "a fixed pool": [pool("enableAutoScaling", undefined), pooled("enableAutoScaling", "nothing", `true for ${A100}`)],
    "a node that always runs": [pool("minCount", 1), pooled("minCount", "1", `0 for ${A100}`)],
    "no taint": [pool("nodeTaints", undefined), pooled("nodeTaints", "[]", '"sku=gpu:NoSchedule" among them')],
    "a taint that only asks": [pool("nodeTaints", ["sku=gpu:PreferNoSchedule"]), pooled("nodeTaints", '["sku=gpu:PreferNoSchedule"]', '"sku=gpu:NoSchedule" among them')],
    "a pool in the cluster, in small letters": [
      inline(system, { ...gpu, vmSize: A100.toLowerCase(), minCount: 2 }),
      `${AKS}: agentPoolProfiles[1].minCount: found 2; wanted 0 for ${A100.toLowerCase()}.`,
    ],
  },
};

const budget = (config: object, ...subjects: Subject[]): Resources => ({ subjects, config: { maxGpus: 8, maxHourly: 30, ...config } });

const withinBudget: Proof = {
  rule: poolsWithinBudget,
  sound: {
    "pools of both kinds": budget({}, subject(POOL, changed(gpu, "maxCount", 7)), ...inline(system)),
    "a fixed pool": budget({}, subject(POOL, { ...system, enableAutoScaling: false, count: 3, maxCount: 1000 })),
    "a size that config knows": budget({ sizes: { Mine: { hourly: 1, cpus: 1, memoryGiB: 1, gpus: 0 } } }, subject(POOL, { ...system, vmSize: "Mine" })),
    "a size in small letters": budget({}, subject(POOL, { ...system, vmSize: "standard_nv72ads_a10_v5", maxCount: 1 })),
    "what is no pool": budget({}, subject("aws:s3/bucket:Bucket", {})),
    "a pool that a refresh put into its cluster too": budget(
      {},
      subject(POOL, { ...changed(gpu, "maxCount", 7), agentPoolName: "gpu", resourceName: "c" }),
      subject(AKS, { resourceName: "c", agentPoolProfiles: [{ ...changed(gpu, "maxCount", 7), agentPoolName: undefined, name: "gpu" }] }),
    ),
  },
  wrong: {
    "too many GPUs": [budget({ maxHourly: 99 }, subject(POOL, changed(gpu, "maxCount", 9))), "the stack: GPUs of all pools: found 9; wanted 8 or fewer."],
    "too much money": [budget({ maxGpus: 99 }, subject(POOL, changed(gpu, "maxCount", 8)), subject(POOL, { ...system, maxCount: 9 })), "the stack: price of all pools: found $31.42 an hour; wanted $30 or less."],
    "a size that nobody knows": [budget({}, subject(POOL, changed(gpu, "vmSize", "Standard_ND96isr_X1_v9"))), pooled("vmSize", "Standard_ND96isr_X1_v9", "a size that this policy's config knows")],
    "a size that config forgets": [budget({ sizes: undefined }, ...inline(system)), `${AKS}: agentPoolProfiles[0].vmSize: found Standard_D4ds_v5; wanted a size that this policy's config knows.`],
    "no maximum": [budget({}, subject(POOL, changed(gpu, "maxCount", undefined))), pooled("maxCount", "nothing", "a number")],
  },
};

const NAMESPACE = "kubernetes:core/v1:Namespace";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const ENFORCE = "pod-security.kubernetes.io/enforce";
const namespace = (name: string, labels: unknown): Subject[] => [subject(NAMESPACE, { metadata: { name, labels } })];
const unrestricted = (found: string, wanted = "restricted or baseline"): string => `${NAMESPACE} "it": metadata.labels.${ENFORCE}: found ${found}; wanted ${wanted}.`;

const restricted: Proof = {
  rule: namespacesRestricted,
  sound: {
    "a restricted one": namespace("a", { [ENFORCE]: "restricted" }),
    "a baseline one": namespace("a", { [ENFORCE]: "baseline" }),
    "device plugins": namespace("nvidia-device-plugin", { [ENFORCE]: "privileged" }),
    "a chart in a namespace that is there": [subject(RELEASE, { namespace: "a", createNamespace: false })],
  },
  wrong: {
    "a privileged one": [namespace("a", { [ENFORCE]: "privileged" }), unrestricted('"privileged"')],
    "other labels": [namespace("a", {}), unrestricted("nothing")],
    "no labels": [namespace("nvidia-device-plugin", undefined), unrestricted("nothing", "restricted or baseline or privileged")],
    "a chart that makes its own": [[subject(RELEASE, { createNamespace: true })], `${RELEASE} "it": createNamespace: found true; wanted a Namespace of this stack, with its label.`],
  },
};

const TRAFFIC = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const traffic = { metadata: { namespace: "a" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } };
const withTraffic = (props: Readonly<Record<string, unknown>>): Subject[] => [...namespace("a", {}), subject(TRAFFIC, props)];
const bare = (found: string): string => `${NAMESPACE} "it": metadata.name: found ${found}; wanted a NetworkPolicy of every pod, in both directions.`;
const none = bare("a without any NetworkPolicy");
const few = bare("a without enough policies that select every pod in both directions");

const closed: Proof = {
  rule: namespacesClosed,
  sound: {
    "one with its policy": withTraffic(traffic),
    "one with another policy beside it": [...withTraffic(traffic), subject(TRAFFIC, changed(traffic, "spec.podSelector", { matchLabels: { a: "b" } }))],
    "no namespace": [],
  },
  wrong: {
    "one without": [namespace("a", {}), none],
    "one of two of a name": [[...withTraffic(traffic), ...namespace("a", {})], few, few],
    "a policy of another one": [withTraffic(changed(traffic, "metadata.namespace", "b")), none],
    "a policy of some pods": [withTraffic(changed(traffic, "spec.podSelector", { matchLabels: { a: "b" } })), few],
    "a policy without a selector": [withTraffic(changed(traffic, "spec.podSelector", undefined)), few],
    "a policy in one direction": [withTraffic(changed(traffic, "spec.policyTypes", ["Egress"])), few],
  },
};

const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const guard = {
  metadata: { name: "quota" },
  spec: {
    failurePolicy: "Fail",
    paramKind: { kind: "ResourceQuota" },
    validations: [{ expression: "has(params.spec.hard)" }],
    matchConstraints: { resourceRules: [{ apiGroups: [""], operations: ["CREATE", "UPDATE"], resources: ["pods"] }], namespaceSelector: { matchLabels: { "gpu-cicd/deployment-test": "true" } } } as Record<string, unknown>,
  },
};
const bound = { spec: { policyName: "quota", validationActions: ["Deny", "Audit"], paramRef: { name: "q", parameterNotFoundAction: "Deny" } as unknown } };
const guards = [{ group: "", resource: "pods", operations: ["CREATE"], parameter: "ResourceQuota" }];
const guarded = (policy: object = guard, binding: object = bound): Subject[] => [subject(POLICY, { ...policy }), subject(BINDING, { ...binding })];
const guarding = (path: string, value: unknown): Subject[] => guarded(changed(guard, `spec.${path}`, value));
const inPolicy = (path: string, found: string, wanted: string): string => `${POLICY} "it": spec.${path}: found ${found}; wanted ${wanted}.`;
const inBinding = (path: string, found: string, wanted: string): string => `${BINDING} "it": spec.${path}: found ${found}; wanted ${wanted}.`;
const uncovered = "the stack: admission policies: found none for CREATE of pods against a ResourceQuota; wanted one.";
const LABELS = "nothing, or one of gpu-cicd/deployment-test=true, gpu-cicd/runners=true and gpu-cicd/job-pods=true";

const admission: Proof = {
  rule: testNamespacesGuarded,
  config: { guards },
  sound: {
    "a guard that denies": guarded(),
    "no conditions and no selector": guarded({ metadata: guard.metadata, spec: { ...guard.spec, matchConstraints: { resourceRules: guard.spec.matchConstraints["resourceRules"], objectSelector: {}, excludeResourceRules: [] } } }),
    "every namespace, in words": guarding("matchConstraints.namespaceSelector", {}),
    "a guard in the namespaces of a label": {
      subjects: guarding("matchConstraints.namespaceSelector", { matchLabels: { "gpu-cicd/job-pods": "true" } }),
      config: { guards: [{ group: "", resource: "pods", operations: ["CREATE"], namespaces: "gpu-cicd/job-pods=true" }] },
    },
    "a guard without a parameter": { subjects: guarded(guard, changed(bound, "spec.paramRef", undefined)), config: { guards: [{ group: "", resource: "pods", operations: ["UPDATE"] }] } },
  },
  wrong: {
    "no guard": [[], uncovered],
    "a guard of something else": [guarding("matchConstraints.resourceRules.0.resources", ["services"]), uncovered],
    "a guard of another group": [guarding("matchConstraints.resourceRules.0.apiGroups", ["batch"]), uncovered],
    "a guard in other namespaces": [
      { subjects: guarding("matchConstraints.namespaceSelector", { matchLabels: { "gpu-cicd/runners": "true" } }), config: { guards: [{ group: "", resource: "pods", operations: ["CREATE"], namespaces: "gpu-cicd/job-pods=true" }] } },
      "the stack: admission policies: found none for CREATE of pods in namespaces of gpu-cicd/job-pods=true; wanted one.",
    ],
    "a guard of other operations": [guarding("matchConstraints.resourceRules.0.operations", ["UPDATE"]), uncovered],
    "a guard of some": [guarding("matchConstraints.resourceRules.0.resourceNames", ["a"]), uncovered],
    "a guard against something else": [guarding("paramKind.kind", "ConfigMap"), uncovered],
    "a guard without a parameter": [
      { subjects: guarding("matchConstraints.resourceRules.0.operations", []), config: { guards: [{ group: "", resource: "pods", operations: ["CREATE", "DELETE"] }] } },
      "the stack: admission policies: found none for CREATE and DELETE of pods; wanted one.",
    ],
    "no binding": [guarded().slice(0, 1), `${POLICY} "it": binding: found none; wanted one that denies.`],
    "a binding of something else": [guarded(guard, changed(bound, "spec.policyName", "other")), `${POLICY} "it": binding: found none; wanted one that denies.`],
    "a guard that lets through what it cannot judge": [guarding("failurePolicy", "Ignore"), inPolicy("failurePolicy", '"Ignore"', '"Fail"')],
    "nothing to judge by": [guarding("validations", []), inPolicy("validations", "none", "expressions that can be false")],
    "what is always true": [guarding("validations", [{ expression: "(true)" }, { expression: "" }, { expression: "x || true" }]), inPolicy("validations", "(true),  and x || true", "expressions that can be false")],
    "exclusions": [guarding("matchConstraints.excludeResourceRules", [{ resources: ["pods"] }]), inPolicy("matchConstraints.excludeResourceRules", '[{"resources":["pods"]}]', "nothing")],
    "some objects": [guarding("matchConstraints.objectSelector", { matchLabels: { a: "b" } }), inPolicy("matchConstraints.objectSelector", '{"matchLabels":{"a":"b"}}', "nothing")],
    "other namespaces": [guarding("matchConstraints.namespaceSelector", { matchLabels: { a: "b" } }), inPolicy("matchConstraints.namespaceSelector", '{"matchLabels":{"a":"b"}}', LABELS)],
    "namespaces by an expression": [guarding("matchConstraints.namespaceSelector", { matchExpressions: [{ key: "a", operator: "Exists" }] }), inPolicy("matchConstraints.namespaceSelector", '{"matchExpressions":[{"key":"a","operator":"Exists"}]}', LABELS)],
    "namespaces by both labels": [guarding("matchConstraints.namespaceSelector", { matchLabels: { "gpu-cicd/runners": "true", "gpu-cicd/deployment-test": "true" } }), inPolicy("matchConstraints.namespaceSelector", '{"matchLabels":{"gpu-cicd/runners":"true","gpu-cicd/deployment-test":"true"}}', LABELS)],
    "a warning": [guarded(guard, changed(bound, "spec.validationActions", ["Warn"])), inBinding("validationActions", "Warn", "Deny")],
    "some resources": [guarded(guard, changed(bound, "spec.matchResources", { objectSelector: {} })), inBinding("matchResources", '{"objectSelector":{}}', "nothing: the policy says what it judges")],
    "a parameter that may be missing": [guarded(guard, changed(bound, "spec.paramRef.parameterNotFoundAction", "Allow")), inBinding("paramRef.parameterNotFoundAction", '"Allow"', '"Deny"')],
  },
};

const by = (...expressions: string[]): Subject[] => [subject(POLICY, { spec: { matchConditions: expressions.map((expression) => ({ name: "by", expression })) } })];
const somebody = (user: string): string => `request.userInfo.username == '${user}'`;
const conditional = (found: string): string => inPolicy("matchConditions", found, "one user's name at most");

const applying: Proof = {
  rule: admissionPoliciesApply,
  sound: {
    everybody: guarded(),
    "one user": by(somebody("system:serviceaccount:a:b")),
    "a user whom Azure names with the apply": [subject(POLICY, { spec: { matchConditions: [{ expression: UNKNOWN }] } }, { sources: { spec: [urnOf(IDENTITY, "tests")] } })],
  },
  wrong: {
    "a condition that nobody meets": [by("false"), conditional("false")],
    "one that somebody may avoid": [by(`${somebody("a")} && object.metadata.name != 'b'`), conditional(`${somebody("a")} && object.metadata.name != 'b'`)],
    "two that nobody meets together": [by(somebody("a"), somebody("b")), conditional(`${somebody("a")} and ${somebody("b")}`)],
  },
};

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";
const rights = (rule: object): Subject[] => [subject(`${RBAC}ClusterRole`, { rules: [rule] })];
const pods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const binding = (role: string, who: string): Subject[] => [subject(`${RBAC}RoleBinding`, { roleRef: { name: role }, subjects: [{ kind: "User", name: who }] })];
const inRole = (property: string, found: string, wanted: string): string => `${RBAC}ClusterRole "it": ${property}: found ${found}; wanted ${wanted}.`;
const seizing = (verbs: string[]): [Subject[], string] => [rights({ ...pods, verbs }), inRole("rules[0].verbs", verbs.join(" and "), "bind of roles by name at most")];

const roles: Proof = {
  rule: clusterRolesNarrow,
  sound: {
    "named verbs of named resources": rights(pods),
    "everything of a group that config opens": { subjects: rights({ apiGroups: ["nvidia.com"], resources: ["*"], verbs: ["*"] }), config: { openGroups: ["nvidia.com"] } },
    "binding one role by name": rights({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["bind"], resourceNames: ["tests"] }),
    "a named account": binding("tests", "somebody"),
  },
  wrong: {
    "every verb": [rights({ ...pods, verbs: ["*"] }), inRole("rules[0]", '{"apiGroups":[""],"resources":["pods"],"verbs":["*"]}', "verbs, resources and groups by name")],
    "every resource": [rights({ ...pods, resources: ["*"] }), inRole("rules[0]", '{"apiGroups":[""],"resources":["*"],"verbs":["get","list"]}', "verbs, resources and groups by name")],
    "every group": [rights({ ...pods, apiGroups: ["nvidia.com", "*"] }), inRole("rules[0]", '{"apiGroups":["nvidia.com","*"],"resources":["pods"],"verbs":["get","list"]}', "verbs, resources and groups by name")],
    "every address": [rights({ nonResourceURLs: ["*"], verbs: ["*"] }), inRole("rules[0]", '{"nonResourceURLs":["*"],"verbs":["*"]}', "verbs, resources and groups by name")],
    "being somebody else": seizing(["impersonate"]),
    "giving oneself rights": seizing(["escalate"]),
    "binding any role": seizing(["bind"]),
    "an administrator's role": [binding("cluster-admin", "somebody"), `${RBAC}RoleBinding "it": roleRef.name: found cluster-admin; wanted a role of this stack.`],
    "every account of a namespace": [binding("tests", "system:serviceaccounts:arc-builders"), `${RBAC}RoleBinding "it": subjects: found system:serviceaccounts:arc-builders; wanted a named account.`],
    "an account by its user's name": [binding("tests", "system:serviceaccount:arc-builders:job-starter"), `${RBAC}RoleBinding "it": subjects: found system:serviceaccount:arc-builders:job-starter; wanted a named account.`],
    "everybody": [binding("tests", "system:authenticated"), `${RBAC}RoleBinding "it": subjects: found system:authenticated; wanted a named account.`],
  },
};

const plane = (rule: object, name = "gpu-cicd-virtual-cluster"): Subject => subject(`${RBAC}ClusterRole`, { metadata: { name }, rules: [rule] });
const syncing = { apiGroups: [""], resources: ["pods"], verbs: ["create"] };
const noPlane = "the stack: cluster roles: found none gpu-cicd-virtual-cluster that makes pods; wanted one, for the control planes of virtual clusters.";
const wide = (found: string): string => inRole("rules[0]", `write access to ${found}`, "only namespaced objects");
const also = (rule: object): Subject[] => [plane(syncing), plane(rule, "other")];

const virtual: Proof = {
  rule: testClustersVirtual,
  sound: {
    "no cluster at all": [],
    "a role of virtual clusters": [plane(syncing)],
    "one that reads what is the cluster's": also({ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] }),
    "a role without rules": [plane(syncing), subject(`${RBAC}ClusterRole`, { metadata: { name: "none" } })],
  },
  wrong: {
    "no such role": [[plane(syncing, "other")], noPlane],
    "one that makes no pods": [[plane({ ...syncing, verbs: ["get"] })], noPlane],
    "definitions": [also({ apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["create"] }), wide("customresourcedefinitions")],
    "webhooks, changed": [also({ apiGroups: ["admissionregistration.k8s.io"], resources: ["mutatingwebhookconfigurations"], verbs: ["patch"] }), wide("mutatingwebhookconfigurations")],
    "all of a group": [{ subjects: also({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["*"], verbs: ["update"] }), config: { clusterWide: ["clusterroles", "nodes"] } }, wide("clusterroles and nodes")],
  },
};

prove("cluster", [virtual, entra, network, version, fromZero, withinBudget, restricted, closed, admission, applying, roles]);
