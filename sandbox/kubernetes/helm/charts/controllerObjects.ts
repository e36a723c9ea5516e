/**
 * The objects that chart `gha-runner-scale-set-controller` makes of its values.
 * Source: charts/gha-runner-scale-set-controller/templates of actions/actions-runner-controller, 0.14.2.
 */
import type { KubernetesObject } from "../../api";
import { present, type ReleaseFacts } from "./chart";
import type { ControllerValues } from "./scaleSetController";

const rbac = "rbac.authorization.k8s.io";
const arc = "actions.github.com";

type Verbs = readonly string[];
type Rule = { readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: Verbs };

const every: Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];
const reading: Verbs = ["list", "watch"];
const rule = (group: string, resource: string, verbs: Verbs): Rule => ({ apiGroups: [group], resources: [resource], verbs });

/** All that a controller does with a kind of its own; `status` comes before `finalizers` for some, as in the templates. */
function owned(plural: string, last: "status" | "finalizers"): readonly Rule[] {
  const status = rule(arc, `${plural}/status`, ["get", "patch", "update"]);
  const finalizers = rule(arc, `${plural}/finalizers`, ["patch", "update"]);
  return [rule(arc, plural, every), ...(last === "status" ? [finalizers, status] : [status, finalizers])];
}

const watched = (roles: Verbs): readonly Rule[] => [
  rule("", "pods", reading),
  rule("", "serviceaccounts", reading),
  rule(rbac, "rolebindings", reading),
  rule(rbac, "roles", roles),
];
const patching: Verbs = ["list", "watch", "patch"];

/** Kinds of the controller; an open schema, as the chart's own is the chart's. Helm keeps definitions when their release goes. */
const kinds = ["AutoscalingListener", "AutoscalingRunnerSet", "EphemeralRunner", "EphemeralRunnerSet"] as const;

/** Definitions of the controller's kinds, which Helm installs before everything else and never removes. */
export const controllerDefinitions: readonly KubernetesObject[] = kinds.map((kind) => {
  const singular = kind.toLowerCase();
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${singular}s.${arc}` },
    spec: {
      group: arc,
      names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
      scope: "Namespaced",
      versions: [{ name: "v1alpha1", served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
});

/** Objects in the order in which Helm installs them. */
export function controllerObjects(release: ReleaseFacts): readonly KubernetesObject[] {
  const values = release.values as ControllerValues;
  const home = namespaceOf(release);
  const watching = values.flags?.watchSingleNamespace ?? "";
  return [
    ...(values.serviceAccount?.create === false ? [] : [account(release)]),
    ...(watching === "" ? [role(release, "", undefined, clusterRules), binding(release, "", undefined)] : []),
    ...[
      ["listener", home, listenerRules] as const,
      ...((values.replicaCount ?? 1) > 1 ? [["leader-election", home, electionRules] as const] : []),
      ...(watching === "" ? [] : [["single-namespace", home, controllerRules] as const, ["single-namespace-watch", watching, watchRules] as const]),
    ].flatMap(([part, namespace, rules]) => [role(release, part, namespace, rules), binding(release, part, namespace)]),
    deployment(release),
  ];
}

/** Name of the controller's service account, which every scale set binds its role to. */
export function serviceAccountName(release: ReleaseFacts): string {
  return (release.values as ControllerValues).serviceAccount?.name || fullName(release);
}

export function namespaceOf(release: ReleaseFacts): string {
  return (release.values as ControllerValues).namespaceOverride || release.namespace;
}

/** Helm's usual rule for a full name: the release's name, with the chart's base name unless it holds it. */
export function fullName(release: ReleaseFacts): string {
  const { fullnameOverride, nameOverride } = release.values as ControllerValues;
  const base = nameOverride || "gha-rs-controller";
  const name = fullnameOverride || (release.name.includes(base) ? release.name : `${release.name}-${base}`);
  return name.slice(0, 63).replace(/-$/, "");
}

const clusterRules: readonly Rule[] = [
  ...owned("autoscalingrunnersets", "status"),
  ...owned("autoscalinglisteners", "finalizers"),
  ...owned("ephemeralrunnersets", "finalizers"),
  ...owned("ephemeralrunners", "status"),
  ...watched(patching),
];

const listenerRules: readonly Rule[] = [
  rule("", "pods", ["create", "delete", "get"]),
  rule("", "pods/status", ["get"]),
  rule("", "secrets", ["create", "delete", "get", "patch", "update"]),
  rule("", "serviceaccounts", ["create", "delete", "get", "patch", "update"]),
];

const electionRules: readonly Rule[] = [
  rule("coordination.k8s.io", "leases", ["get", "watch", "list", "delete", "update", "create"]),
  rule("", "events", ["create", "patch"]),
];

const controllerRules: readonly Rule[] = [
  ...owned("autoscalinglisteners", "finalizers"),
  ...watched(reading),
  ...["autoscalingrunnersets", "ephemeralrunnersets", "ephemeralrunners"].map((plural) => rule(arc, plural, reading)),
];

const watchRules: readonly Rule[] = [
  ...owned("autoscalingrunnersets", "status"),
  ...owned("ephemeralrunnersets", "finalizers"),
  ...owned("ephemeralrunners", "status"),
  rule(arc, "autoscalinglisteners", reading),
  ...watched(patching),
];

function account(release: ReleaseFacts): KubernetesObject {
  const { serviceAccount } = release.values as ControllerValues;
  const metadata = present({ name: serviceAccountName(release), namespace: namespaceOf(release), labels: labels(release), annotations: serviceAccount?.annotations });
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata as KubernetesObject["metadata"] };
}

const partName = (release: ReleaseFacts, part: string): string => (part === "" ? fullName(release) : `${fullName(release)}-${part}`);
const scoped = (release: ReleaseFacts, part: string, namespace: string | undefined): KubernetesObject["metadata"] => ({ name: partName(release, part), ...(namespace === undefined ? {} : { namespace }) });

function role(release: ReleaseFacts, part: string, namespace: string | undefined, rules: readonly Rule[]): KubernetesObject {
  return { apiVersion: `${rbac}/v1`, kind: namespace === undefined ? "ClusterRole" : "Role", metadata: scoped(release, part, namespace), rules };
}

function binding(release: ReleaseFacts, part: string, namespace: string | undefined): KubernetesObject {
  const kind = namespace === undefined ? "ClusterRole" : "Role";
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: scoped(release, part, namespace),
    roleRef: { apiGroup: rbac, kind, name: partName(release, part) },
    subjects: [{ kind: "ServiceAccount", name: serviceAccountName(release), namespace: namespaceOf(release) }],
  };
}

function deployment(release: ReleaseFacts): KubernetesObject {
  const values = release.values as ControllerValues;
  const watching = values.flags?.watchSingleNamespace;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: fullName(release),
      namespace: namespaceOf(release),
      labels: {
        ...labels(release),
        "actions.github.com/controller-service-account-namespace": namespaceOf(release),
        "actions.github.com/controller-service-account-name": serviceAccountName(release),
        ...(watching ? { "actions.github.com/controller-watch-single-namespace": watching } : {}),
      },
    },
    spec: {
      replicas: values.replicaCount ?? 1,
      selector: { matchLabels: selectorLabels(release) },
      template: {
        metadata: {
          annotations: { "kubectl.kubernetes.io/default-container": "manager", ...values.podAnnotations },
          labels: {
            "app.kubernetes.io/part-of": "gha-rs-controller",
            "app.kubernetes.io/component": "controller-manager",
            "app.kubernetes.io/version": release.version,
            ...selectorLabels(release),
            ...values.podLabels,
          },
        },
        spec: { serviceAccountName: serviceAccountName(release), ...managerSpec(release) },
      },
    },
  };
}

/** The controller's pod, but for its service account. Helm leaves out what is empty. */
export function managerSpec(release: ReleaseFacts): Record<string, unknown> {
  const values = release.values as ControllerValues;
  const image = `${values.image?.repository ?? "ghcr.io/actions/gha-runner-scale-set-controller"}:${values.image?.tag || release.version}`;
  const probe = values.flags?.healthProbeBindAddress;
  const check = (path: string, delay: number, period: number): object => ({ httpGet: { path, port: portOf(probe ?? "") }, initialDelaySeconds: delay, periodSeconds: period });
  const manager = present({
    name: "manager",
    image,
    imagePullPolicy: values.image?.pullPolicy ?? "IfNotPresent",
    command: ["/manager"],
    args: argumentsOf(release),
    ports: ports(values),
    livenessProbe: probe === undefined ? undefined : check("/healthz", 15, 20),
    readinessProbe: probe === undefined ? undefined : check("/readyz", 5, 10),
    env: [
      { name: "CONTROLLER_MANAGER_CONTAINER_IMAGE", value: image },
      { name: "CONTROLLER_MANAGER_POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
      ...(values.env ?? []),
    ],
    resources: filled(values.resources),
    securityContext: filled(values.securityContext),
    volumeMounts: [{ mountPath: "/tmp", name: "tmp" }, ...(values.volumeMounts ?? [])],
  });
  return present({
    containers: [manager],
    volumes: [{ name: "tmp", emptyDir: {} }, ...(values.volumes ?? [])],
    terminationGracePeriodSeconds: 10,
    securityContext: filled(values.podSecurityContext),
    nodeSelector: filled(values.nodeSelector),
    tolerations: filled(values.tolerations),
    affinity: filled(values.affinity),
    topologySpreadConstraints: filled(values.topologySpreadConstraints),
    imagePullSecrets: filled(values.imagePullSecrets),
    priorityClassName: values.priorityClassName || undefined,
  });
}

function argumentsOf(release: ReleaseFacts): readonly string[] {
  const { replicaCount = 1, imagePullSecrets = [], metrics, pprof, flags = {} } = release.values as ControllerValues;
  const flag = (name: string, value: string | number | undefined): readonly string[] => (value === undefined || value === "" ? [] : [`--${name}=${value}`]);
  return [
    "--auto-scaling-runner-set-only",
    ...(replicaCount > 1 ? ["--enable-leader-election", `--leader-election-id=${fullName(release)}`] : []),
    ...imagePullSecrets.map(({ name }) => `--auto-scaler-image-pull-secrets=${name}`),
    ...flag("log-level", flags.logLevel ?? "debug"),
    ...flag("log-format", flags.logFormat ?? "text"),
    ...flag("watch-single-namespace", flags.watchSingleNamespace),
    ...flag("runner-max-concurrent-reconciles", flags.runnerMaxConcurrentReconciles ?? 2),
    `--listener-metrics-addr=${metrics?.listenerAddr ?? 0}`,
    `--listener-metrics-endpoint=${metrics?.listenerEndpoint ?? ""}`,
    `--metrics-addr=${metrics?.controllerManagerAddr ?? 0}`,
    ...flag("pprof-addr", pprof?.addr),
    ...(flags.excludeLabelPropagationPrefixes ?? []).map((prefix) => `--exclude-label-propagation-prefix=${prefix}`),
    ...flag("k8s-client-rate-limiter-qps", flags.k8sClientRateLimiterQPS),
    ...flag("k8s-client-rate-limiter-burst", flags.k8sClientRateLimiterBurst),
    ...flag("workqueue-rate-limiter", flags.rateLimiter?.name),
    ...flag("health-probe-bind-address", flags.healthProbeBindAddress),
  ];
}

function ports({ metrics, pprof }: ControllerValues): readonly object[] | undefined {
  const found = [
    ...(metrics === undefined ? [] : [{ containerPort: portOf(metrics.controllerManagerAddr), protocol: "TCP", name: "metrics" }]),
    ...(pprof?.addr === undefined ? [] : [{ containerPort: portOf(pprof.addr), protocol: "TCP", name: "pprof" }]),
  ];
  return found.length === 0 ? undefined : found;
}

function portOf(address: string): number {
  return Number(address.split(":").at(-1));
}

function filled<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function selectorLabels(release: ReleaseFacts): Readonly<Record<string, string>> {
  const { nameOverride } = release.values as ControllerValues;
  return { "app.kubernetes.io/name": nameOverride || "gha-rs-controller", "app.kubernetes.io/namespace": namespaceOf(release), "app.kubernetes.io/instance": release.name };
}

function labels(release: ReleaseFacts): Readonly<Record<string, string>> {
  return {
    "helm.sh/chart": `gha-rs-controller-${release.version}`,
    ...selectorLabels(release),
    "app.kubernetes.io/version": release.version,
    "app.kubernetes.io/part-of": "gha-rs-controller",
    "app.kubernetes.io/managed-by": "Helm",
    ...(release.values as ControllerValues).labels,
  };
}
