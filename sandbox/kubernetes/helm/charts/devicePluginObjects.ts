/**
 * The objects that chart `nvidia-device-plugin` makes of its values, without its chart below, node-feature-discovery.
 * Source: deployments/helm/nvidia-device-plugin/templates of NVIDIA/k8s-device-plugin, 0.20.0.
 *
 * The daemon set of MPS is privileged, shares its node's processes and is made whether or not anybody uses MPS: it runs on nodes labelled
 * `nvidia.com/mps.capable: "true"`, which nothing of a stack sets.
 */
import type { KubernetesObject } from "../../api";
import { laidOver, present, type ReleaseFacts } from "./chart";
import type { DevicePluginValues } from "./devicePlugin";

type Texts = Readonly<Record<string, string>>;

/** Where nobody says otherwise: nodes on which a GPU was discovered, or that are labelled by hand. */
const gpuNodes = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        ["feature.node.kubernetes.io/pci-10de.present", "true"],
        ["feature.node.kubernetes.io/cpu-model.vendor_id", "NVIDIA"],
        ["nvidia.com/gpu.present", "true"],
      ].map(([key, value]) => ({ matchExpressions: [{ key, operator: "In", values: [value] }] })),
    },
  },
};

const gpuTolerations = [
  { key: "CriticalAddonsOnly", operator: "Exists" },
  { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
];

const configMounts = [
  { name: "available-configs", mountPath: "/available-configs" },
  { name: "config", mountPath: "/config" },
];

/** Objects in the order in which Helm installs them. */
export function devicePluginObjects(release: ReleaseFacts): readonly KubernetesObject[] {
  const values = release.values as DevicePluginValues;
  const name = fullName(release);
  const namespace = namespaceOf(release);
  const labelled = (object: string): KubernetesObject["metadata"] => ({ name: object, namespace, labels: labels(release) });
  const wide = (object: string): KubernetesObject["metadata"] => ({ name: object, labels: labels(release) });
  const group = "rbac.authorization.k8s.io";
  const account = { kind: "ServiceAccount", name: accountName(release), namespace };
  const map = values.config?.map ?? {};
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: labelled(accountName(release)) },
    ...(Object.keys(map).length === 0 ? [] : [{ apiVersion: "v1", kind: "ConfigMap", metadata: labelled(`${name}-configs`), data: map }]),
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: wide(`${name}-role`), rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }] },
    { apiVersion: `${group}/v1`, kind: "ClusterRoleBinding", metadata: wide(`${name}-role-binding`), roleRef: { apiGroup: group, kind: "ClusterRole", name: `${name}-role` }, subjects: [account] },
    ...(values.devicePlugin?.enabled === false
      ? []
      : [daemonSet(release, name, pluginSpec(release)), daemonSet(release, `${name}-mps-control-daemon`.slice(0, 63).replace(/-$/, ""), mpsSpec(release))]),
  ];
}

/** Helm's usual rule for a full name. */
export function fullName(release: ReleaseFacts): string {
  const { fullnameOverride, nameOverride } = release.values as DevicePluginValues;
  const base = nameOverride || "nvidia-device-plugin";
  const name = fullnameOverride || (release.name.includes(base) ? release.name : `${release.name}-${base}`);
  return name.slice(0, 63).replace(/-$/, "");
}

export function namespaceOf(release: ReleaseFacts): string {
  return (release.values as DevicePluginValues).namespaceOverride || release.namespace;
}

function daemonSet(release: ReleaseFacts, name: string, spec: Record<string, unknown>): KubernetesObject {
  const { selectorLabelsOverride, updateStrategy, podAnnotations } = release.values as DevicePluginValues;
  const chosen = Object.keys(selectorLabelsOverride ?? {}).length > 0 ? selectorLabelsOverride : templateLabels(release);
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: namespaceOf(release), labels: labels(release) },
    spec: {
      selector: { matchLabels: chosen },
      updateStrategy: laidOver({ type: "RollingUpdate" }, updateStrategy),
      template: {
        metadata: present({ labels: templateLabels(release), annotations: podAnnotations }),
        spec: { serviceAccountName: accountName(release), ...spec },
      },
    },
  };
}

/** The plugin's pod, but for its service account. It talks to the kubelet through directories of its node. */
export function pluginSpec(release: ReleaseFacts): Record<string, unknown> {
  const values = release.values as DevicePluginValues;
  const root = values.nvidiaDriverRoot;
  const mps = values.mps?.root ?? "/run/nvidia/mps";
  const plugin = present({
    name: "nvidia-device-plugin-ctr",
    image: image(release),
    imagePullPolicy: values.image?.pullPolicy ?? "IfNotPresent",
    command: ["nvidia-device-plugin"],
    env: [{ name: "MPS_ROOT", value: mps }, ...settings(values), ...variables(monitoring(values)), ...variables({ DEVICE_DISCOVERY_STRATEGY: values.deviceDiscoveryStrategy }), ...everyDevice],
    securityContext: securityContext(values),
    resources: filled(values.resources),
    volumeMounts: [
      { name: "kubelet-device-plugins-dir", mountPath: "/var/lib/kubelet/device-plugins" },
      ...(root === undefined ? [] : [{ name: "driver-root", mountPath: "/driver-root", readOnly: true }]),
      { name: "mps-shm", mountPath: "/dev/shm" },
      { name: "mps-root", mountPath: "/mps" },
      { name: "cdi-root", mountPath: "/var/run/cdi" },
      ...(configured(values) ? configMounts : []),
    ],
  });
  const volumes = [
    directory("kubelet-device-plugins-dir", "/var/lib/kubelet/device-plugins", "Directory"),
    ...mpsVolumes(mps),
    ...(root === undefined ? [] : [directory("driver-root", root, "Directory")]),
    directory("cdi-root", "/var/run/cdi", "DirectoryOrCreate"),
  ];
  return {
    ...podSpec(release, values.devicePlugin?.enableHostNetwork),
    ...present({ shareProcessNamespace: configured(values) ? true : undefined, nodeSelector: filled(values.nodeSelector), initContainers: configured(values) ? [manager(release, "nvidia-device-plugin", false)] : undefined }),
    containers: [...(configured(values) ? [{ ...manager(release, "nvidia-device-plugin", true), securityContext: securityContext(values) }] : []), plugin],
    volumes: [...volumes, ...configVolumes(release)],
  };
}

function mpsSpec(release: ReleaseFacts): Record<string, unknown> {
  const values = release.values as DevicePluginValues;
  const root = values.mps?.root ?? "/run/nvidia/mps";
  const hostPid = values.mps?.enableHostPID ?? true;
  const daemon = present({
    name: "mps-control-daemon-ctr",
    image: image(release),
    imagePullPolicy: values.image?.pullPolicy ?? "IfNotPresent",
    command: ["mps-control-daemon"],
    env: [
      { name: "NODE_NAME", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
      ...variables({ MIG_STRATEGY: values.migStrategy, ...monitoring(values) }),
      ...everyDevice,
    ],
    securityContext: { privileged: true },
    resources: filled(values.resources),
    volumeMounts: [{ name: "mps-shm", mountPath: "/dev/shm" }, { name: "mps-root", mountPath: "/mps" }, ...(configured(values) ? configMounts : [])],
  });
  const mounts = present({
    name: "mps-control-daemon-mounts",
    image: image(release),
    command: ["mps-control-daemon", "mount-shm"],
    securityContext: { privileged: true },
    volumeMounts: [{ name: "mps-root", mountPath: "/mps", mountPropagation: "Bidirectional" }],
    resources: filled(values.resources),
  });
  return {
    ...podSpec(release, values.mps?.enableHostNetwork),
    ...(hostPid ? { hostPID: true } : { shareProcessNamespace: true }),
    nodeSelector: { "nvidia.com/mps.capable": "true", ...values.nodeSelector },
    initContainers: [mounts, ...(configured(values) ? [manager(release, "mps-control-daemon", false)] : [])],
    containers: [...(configured(values) ? [manager(release, "mps-control-daemon", true, "/usr/bin/mps-control-daemon")] : []), daemon],
    volumes: [...mpsVolumes(root), ...configVolumes(release)],
  };
}

/** What both daemon sets' pods share. */
function podSpec(release: ReleaseFacts, hostNetwork: boolean | undefined): Record<string, unknown> {
  const values = release.values as DevicePluginValues;
  return present({
    priorityClassName: (values.priorityClassName ?? "system-node-critical") || undefined,
    runtimeClassName: values.runtimeClassName,
    imagePullSecrets: filled(values.imagePullSecrets),
    ...(hostNetwork === true ? { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" } : {}),
    securityContext: values.podSecurityContext ?? {},
    affinity: laidOver(gpuNodes, values.affinity),
    tolerations: filled(values.tolerations ?? gpuTolerations),
  });
}

/** Chooses one of several configurations by a label of the node: once before the container, and beside it. */
function manager(release: ReleaseFacts, of: string, beside: boolean, process = of): Record<string, unknown> {
  const { config } = release.values as DevicePluginValues;
  const env = {
    ONESHOT: String(!beside),
    KUBECONFIG: "",
    NODE_LABEL: "nvidia.com/device-plugin.config",
    CONFIG_FILE_SRCDIR: "/available-configs",
    CONFIG_FILE_DST: "/config/config.yaml",
    FALLBACK_STRATEGIES: (config?.fallbackStrategies ?? ["named", "single"]).join(","),
    SEND_SIGNAL: String(beside),
    SIGNAL: beside ? "1" : "",
    PROCESS_TO_SIGNAL: beside ? process : "",
  };
  return {
    name: `${of}-${beside ? "sidecar" : "init"}`,
    image: image(release),
    command: ["config-manager"],
    // Nothing where none is said: the template writes the bare value.
    env: [...variables(env), config?.default ? { name: "DEFAULT_CONFIG", value: config.default } : { name: "DEFAULT_CONFIG" }, { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    volumeMounts: configMounts,
  };
}

function settings(values: DevicePluginValues): readonly object[] {
  return variables({
    MIG_STRATEGY: values.migStrategy,
    FAIL_ON_INIT_ERROR: values.failOnInitError,
    PASS_DEVICE_SPECS: values.compatWithCPUManager,
    DEVICE_LIST_STRATEGY: values.deviceListStrategy,
    DEVICE_ID_STRATEGY: values.deviceIDStrategy,
    NVIDIA_DRIVER_ROOT: values.nvidiaDriverRoot,
    NVIDIA_DEV_ROOT: values.nvidiaDevRoot,
    NVIDIA_CDI_HOOK_PATH: values.cdi?.nvidiaHookPath,
    CDI_FEATURE_FLAGS: values.cdi?.featureFlags,
    GDRCOPY_ENABLED: values.gdrcopyEnabled,
    GDS_ENABLED: values.gdsEnabled,
    MOFED_ENABLED: values.mofedEnabled,
  });
}

const everyDevice = [
  { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
  { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility" },
];

function monitoring(values: DevicePluginValues): Record<string, string | undefined> {
  return { CONFIG_FILE: configured(values) ? "/config/config.yaml" : undefined, NVIDIA_MIG_MONITOR_DEVICES: slices(values) ? "all" : undefined };
}

function variables(values: Readonly<Record<string, string | boolean | undefined>>): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]));
}

function securityContext(values: DevicePluginValues): object {
  const own = filled(values.securityContext);
  if (own !== undefined) return own;
  if (values.compatWithCPUManager === true) return { privileged: true };
  return slices(values) || mountsDevices(values) ? { capabilities: { add: ["SYS_ADMIN"] } } : { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
}

/** Whether a GPU may be divided: by the values, or by a configuration, which the chart does not look into where there is any. */
function slices(values: DevicePluginValues): boolean {
  return values.migStrategy ? values.migStrategy !== "none" : configured(values);
}

function mountsDevices(values: DevicePluginValues): boolean {
  return values.deviceListStrategy ? values.deviceListStrategy.includes("volume-mounts") : configured(values);
}

function configured({ config }: DevicePluginValues): boolean {
  return Boolean(config?.name) || Object.keys(config?.map ?? {}).length > 0;
}

function configVolumes(release: ReleaseFacts): readonly object[] {
  const values = release.values as DevicePluginValues;
  if (!configured(values)) return [];
  return [
    { name: "available-configs", configMap: { name: values.config?.name || `${fullName(release)}-configs` } },
    { name: "config", emptyDir: {} },
  ];
}

function mpsVolumes(root: string): readonly object[] {
  return [directory("mps-root", root, "DirectoryOrCreate"), { name: "mps-shm", hostPath: { path: `${root}/shm` } }];
}

function directory(name: string, path: string, type: "Directory" | "DirectoryOrCreate"): object {
  return { name, hostPath: { path, type } };
}

function filled<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function image(release: ReleaseFacts): string {
  const { image: set } = release.values as DevicePluginValues;
  return `${set?.repository ?? "nvcr.io/nvidia/k8s-device-plugin"}:${set?.tag || `v${release.version}`}`;
}

function accountName(release: ReleaseFacts): string {
  return `${fullName(release)}-service-account`;
}

function templateLabels(release: ReleaseFacts): Texts {
  const { nameOverride, selectorLabelsOverride } = release.values as DevicePluginValues;
  return { "app.kubernetes.io/name": nameOverride || "nvidia-device-plugin", "app.kubernetes.io/instance": release.name, ...selectorLabelsOverride };
}

function labels(release: ReleaseFacts): Texts {
  const { nameOverride } = release.values as DevicePluginValues;
  return {
    "helm.sh/chart": `${nameOverride || "nvidia-device-plugin"}-${release.version}`.slice(0, 63).replace(/-$/, ""),
    ...templateLabels(release),
    "app.kubernetes.io/version": release.version,
    "app.kubernetes.io/managed-by": "Helm",
  };
}
