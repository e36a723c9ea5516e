/** Values with which models of charts are held to the charts: every branch of a template that the values' schema lets through. */
import type { ReleaseFacts } from "./charts/chart";

/** One release, told by what it shows. Its version is the chart's that it is rendered with. */
export interface ChartCase {
  /** Name of the chart in its Chart.yaml. */
  readonly chart: string;
  readonly name: string;
  readonly release: Omit<ReleaseFacts, "version">;
}

type Values = Readonly<Record<string, unknown>>;

const set = (name: string, values: Values, release = "gpu-v1"): ChartCase => ({
  chart: "gha-runner-scale-set",
  name,
  release: { name: release, namespace: "arc-gpu", values: { githubConfigUrl: "https://github.com/example/", githubConfigSecret: "app", controllerServiceAccount: { namespace: "arc-systems", name: "arc" }, ...values } },
});

const controller = (name: string, values: Values, release = "arc"): ChartCase => ({ chart: "gha-runner-scale-set-controller", name, release: { name: release, namespace: "arc-systems", values } });
const plugin = (name: string, values: Values, release = "nvidia-device-plugin"): ChartCase => ({ chart: "nvidia-device-plugin", name, release: { name: release, namespace: "nvidia", values } });

const runner = { name: "runner", image: "runner:1", command: ["/home/runner/run.sh"], env: [{ name: "A", value: "b" }], volumeMounts: [{ name: "own", mountPath: "/own" }] };
const template = { metadata: { labels: { l: "v" }, annotations: { a: "v" } }, spec: { containers: [{ name: "log", image: "log:1" }, runner], volumes: [{ name: "own", emptyDir: {} }], nodeSelector: { n: "v" } } };
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const certificate = { certificateFrom: { configMapKeyRef: { name: "ca", key: "ca.pem" } }, runnerMountPath: "/usr/local/share/ca-certificates/" };
const meta = (name: string): Values => ({ labels: { [name]: "l" }, annotations: { [name]: "a" } });
const metas = [
  ...["autoscalingRunnerSet", "githubConfigSecret", "kubernetesModeRole", "kubernetesModeRoleBinding", "kubernetesModeServiceAccount", "managerRole", "managerRoleBinding"],
  ...["noPermissionServiceAccount", "autoscalingListener", "listenerServiceAccount", "listenerRole", "listenerRoleBinding", "listenerConfigSecret", "ephemeralRunnerSet"],
  ...["ephemeralRunner", "ephemeralRunnerConfigSecret"],
];
const dressed = {
  labels: { mine: "l", "app.kubernetes.io/name": "refused", "actions.github.com/x": "refused" },
  annotations: { mine: "a", "actions.github.com/cleanup-x": "refused" },
  resourceMeta: Object.fromEntries(metas.map((name) => [name, meta(name)])),
};

/** A runner whose values say what modes would. */
const overridden = {
  ...runner,
  env: ["ACTIONS_RUNNER_CONTAINER_HOOKS", "ACTIONS_RUNNER_POD_NAME", "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", "ACTIONS_RUNNER_IMAGE", "DOCKER_HOST", "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS"].map((name) => ({ name, value: "own" })),
  volumeMounts: ["work", "dind-sock"].map((name) => ({ name, mountPath: `/${name}` })),
};

const modes: readonly ChartCase[] = [
  ["dind", { type: "dind" }],
  ["kubernetes", { type: "kubernetes", kubernetesModeWorkVolumeClaim: claim, kubernetesModeAdditionalRoleRules: [{ apiGroups: [""], resources: ["events"], verbs: ["create"] }] }],
  ["kubernetes-novolume", { type: "kubernetes-novolume" }],
].flatMap(([name, containerMode]) => [
  set(`mode ${String(name)}`, { containerMode }),
  set(`mode ${String(name)}, with a pod of its own`, { containerMode, template }),
  set(`mode ${String(name)}, with an account of its own`, { containerMode, template: { ...template, spec: { ...template.spec, serviceAccountName: "own" } } }),
  set(`mode ${String(name)}, with what it would add`, { containerMode, template: { spec: { containers: [overridden, { name: "dind", image: "own:1" }], initContainers: [{ name: "before", image: "before:1" }], volumes: [{ name: "work", emptyDir: {} }] } } }),
  set(`mode ${String(name)}, with a certificate, labels and annotations`, { containerMode, template, githubServerTLS: certificate, ...dressed, githubConfigSecret: { github_token: "t" } }),
]);

export const chartCases: readonly ChartCase[] = [
  set("nothing but what is required", {}),
  set("a pod of its own", { template }),
  set("an account of its own", { template: { spec: { ...template.spec, serviceAccountName: "own" } } }),
  set("a certificate", { githubServerTLS: certificate }),
  set("a certificate that runners do not get", { githubServerTLS: { certificateFrom: certificate.certificateFrom } }),
  set("a name and a namespace of its own", { runnerScaleSetName: "its_name", namespaceOverride: "elsewhere", minRunners: 0, maxRunners: 3, runnerGroup: "group", scaleSetLabels: ["one", "two"] }),
  set("the credential itself", { githubConfigSecret: { github_app_id: "1", github_app_installation_id: "2", github_app_private_key: "k" } }),
  set("labels and annotations", dressed),
  set("a listener of its own", { listenerTemplate: { spec: { containers: [{ name: "listener" }] } }, listenerMetrics: { counters: { gha_started_jobs_total: { labels: ["name"] } } } }),
  set("a proxy", { proxy: { http: { url: "http://proxy:1", credentialSecretRef: "p" }, https: { url: "http://proxy:2" }, noProxy: ["a", "b"] } }),
  set("a vault", { keyVault: { type: "azure_key_vault", azureKeyVault: { url: "https://v", tenantId: "t", clientId: "c", certificatePath: "/c", secretKey: "s" } } }),
  set("a long name", {}, "a".repeat(45)),
  ...modes,

  controller("nothing", {}),
  controller("a name that holds the chart's", {}, "gha-rs-controller"),
  controller("everything of its pod", {
    ...{ podAnnotations: { a: "v" }, podLabels: { l: "v" }, podSecurityContext: { runAsNonRoot: true }, securityContext: { readOnlyRootFilesystem: true }, resources: { limits: { cpu: "1" } } },
    ...{ nodeSelector: { n: "v" }, tolerations: [{ operator: "Exists" }], affinity: { nodeAffinity: {} }, topologySpreadConstraints: [{ maxSkew: 1 }], priorityClassName: "high" },
    ...{ volumes: [{ name: "own", emptyDir: {} }], volumeMounts: [{ name: "own", mountPath: "/own" }], env: [{ name: "A", value: "b" }], imagePullSecrets: [{ name: "pull" }], labels: { mine: "l" } },
    image: { repository: "own", tag: "1", pullPolicy: "Always" },
  }),
  controller("two replicas", { replicaCount: 2 }),
  controller("one namespace", { flags: { watchSingleNamespace: "only" }, namespaceOverride: "elsewhere" }),
  controller("metrics and flags", {
    metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8081", listenerEndpoint: "/metrics" },
    pprof: { addr: ":6060" },
    flags: { logLevel: "info", logFormat: "json", runnerMaxConcurrentReconciles: 4, excludeLabelPropagationPrefixes: ["a", "b"], k8sClientRateLimiterQPS: 1, k8sClientRateLimiterBurst: 2, rateLimiter: { name: "bucket_rate_limiter" }, healthProbeBindAddress: ":8082" },
  }),
  controller("an account of somebody else's", { serviceAccount: { create: false, name: "theirs" } }),
  controller("an account of its own", { serviceAccount: { create: true, name: "own", annotations: { a: "v" } }, nameOverride: "n", fullnameOverride: "full" }),

  plugin("nothing", {}),
  plugin("a name without the chart's", {}, "gpus"),
  plugin("a configuration by name", { config: { name: "mine", default: "a", fallbackStrategies: ["named"] }, resources: { limits: { cpu: "1" } } }),
  plugin("configurations of its own", { config: { map: { default: "version: v1" } }, podAnnotations: { "checksum/config": "fixed" } }),
  plugin("every setting", {
    ...{ migStrategy: "single", failOnInitError: true, compatWithCPUManager: true, deviceListStrategy: "volume-mounts", deviceIDStrategy: "uuid", nvidiaDriverRoot: "/driver", nvidiaDevRoot: "/dev-root" },
    ...{ gdrcopyEnabled: true, gdsEnabled: false, mofedEnabled: true, deviceDiscoveryStrategy: "nvml", cdi: { nvidiaHookPath: "/hook", featureFlags: "f" } },
  }),
  plugin("devices by mounts", { deviceListStrategy: "volume-mounts" }),
  plugin("a pod of its own", {
    ...{ podAnnotations: { a: "v" }, podSecurityContext: { fsGroup: 1 }, securityContext: { privileged: false }, nodeSelector: { n: "v" }, affinity: {}, tolerations: [], priorityClassName: "", runtimeClassName: "nvidia" },
    ...{ imagePullSecrets: [{ name: "pull" }], image: { repository: "own", tag: "1", pullPolicy: "Always" }, updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }, selectorLabelsOverride: { s: "v" }, nameOverride: "n", fullnameOverride: "full" },
  }),
  plugin("pods apart from each other", { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } } }),
  plugin("the node's network and processes", { devicePlugin: { enableHostNetwork: true }, mps: { root: "/mps-root", enableHostPID: false, enableHostNetwork: true } }),
  plugin("nothing but its account", { devicePlugin: { enabled: false } }),
];
