/**
 * Chart `nvidia-device-plugin`: makes a node's GPUs known to Kubernetes.
 * Values and rules: deployments/helm/nvidia-device-plugin of NVIDIA/k8s-device-plugin.
 */
import { z } from "zod";
import { image, imagePullSecrets, kubernetesObject, kubernetesObjects, present, texts, type Chart, type Finding, type ReleaseFacts } from "./chart";

const values = z.strictObject({
  config: z
    .strictObject({
      name: z.string().optional(),
      map: texts.optional(),
      default: z.string().optional(),
      fallbackStrategies: z.array(z.enum(["named", "single", "empty"])).optional(),
    })
    .optional(),
  compatWithCPUManager: z.boolean().optional(),
  migStrategy: z.enum(["none", "single", "mixed"]).optional(),
  failOnInitError: z.boolean().optional(),
  deviceListStrategy: z.string().optional(),
  deviceIDStrategy: z.enum(["uuid", "index"]).optional(),
  nvidiaDriverRoot: z.string().optional(),
  nvidiaDevRoot: z.string().optional(),
  gdrcopyEnabled: z.boolean().optional(),
  gdsEnabled: z.boolean().optional(),
  mofedEnabled: z.boolean().optional(),
  deviceDiscoveryStrategy: z.enum(["auto", "nvml", "tegra"]).optional(),
  nameOverride: z.string().optional(),
  fullnameOverride: z.string().optional(),
  namespaceOverride: z.string().optional(),
  selectorLabelsOverride: texts.optional(),
  allowDefaultNamespace: z.boolean().optional(),
  imagePullSecrets: imagePullSecrets.optional(),
  image: image.optional(),
  updateStrategy: kubernetesObject.optional(),
  podAnnotations: texts.optional(),
  podSecurityContext: kubernetesObject.optional(),
  securityContext: kubernetesObject.optional(),
  resources: kubernetesObject.optional(),
  nodeSelector: texts.optional(),
  affinity: kubernetesObject.optional(),
  tolerations: kubernetesObjects.optional(),
  priorityClassName: z.string().optional(),
  runtimeClassName: z.string().optional(),
  devicePlugin: z.strictObject({ enabled: z.boolean().optional(), enableHostNetwork: z.boolean().optional() }).optional(),
  gfd: z
    .strictObject({
      enabled: z.boolean().optional(),
      nameOverride: z.string().optional(),
      namespaceOverride: z.string().optional(),
      noTimestamp: z.boolean().optional(),
      sleepInterval: z.string().optional(),
      securityContext: kubernetesObject.optional(),
      enableHostNetwork: z.boolean().optional(),
    })
    .optional(),
  /** The chart node-feature-discovery below this one; its own values are not judged here. */
  nfd: kubernetesObject.optional(),
  mps: z.strictObject({ root: z.string().optional(), enableHostPID: z.boolean().optional(), enableHostNetwork: z.boolean().optional() }).optional(),
  cdi: z.strictObject({ nvidiaHookPath: z.string().optional(), featureFlags: z.string().optional() }).optional(),
});

type DevicePluginValues = z.infer<typeof values>;

export const devicePluginChart: Chart = {
  name: "nvidia-device-plugin",
  description: "A Helm chart for the nvidia-device-plugin on Kubernetes",
  reference: "nvidia-device-plugin",
  repository: "https://nvidia.github.io/k8s-device-plugin",
  versions: ["0.17.4", "0.18.0", "0.18.1", "0.18.2", "0.19.0", "0.19.1", "0.19.2", "0.19.3", "0.20.0"],
  values,
  check: (release) => [...namespaceFindings(release), ...configFindings(valuesOf(release))],
  pods: (release) => (valuesOf(release).devicePlugin?.enabled === false ? [] : [{ from: "values", namespace: namespaceOf(release), spec: pluginSpec(release) }]),
  resourceNames: (release) => ({ "DaemonSet.apps/apps/v1": [`${namespaceOf(release)}/${fullName(release)}`] }),
};

function namespaceFindings(release: ReleaseFacts): readonly Finding[] {
  if (namespaceOf(release) !== "default" || valuesOf(release).allowDefaultNamespace === true) return [];
  return [{ property: "namespace", reason: 'is "default", which the chart refuses unless values.allowDefaultNamespace is true' }];
}

function configFindings({ config }: DevicePluginValues): readonly Finding[] {
  const names = Object.keys(config?.map ?? {});
  if (config?.name && names.length > 0) return [{ property: "values.config", reason: "has both name and map; the chart takes one of them" }];
  const fallbacks = config?.fallbackStrategies ?? ["named", "single"];
  const decided =
    names.length === 0 ||
    Boolean(config?.default) ||
    (fallbacks.includes("named") && names.includes("default")) ||
    (fallbacks.includes("single") && names.length === 1) ||
    fallbacks.includes("empty");
  return decided ? [] : [{ property: "values.config.default", reason: `is required: none of the fallback strategies ${fallbacks.join(", ")} picks one of ${names.join(", ")}` }];
}

/** The plugin talks to the kubelet through directories of its node, and takes the node's devices when it hands them on by itself. */
function pluginSpec(release: ReleaseFacts): Record<string, unknown> {
  const set = valuesOf(release);
  const plugin = present({
    name: "nvidia-device-plugin-ctr",
    image: `${set.image?.repository ?? "nvcr.io/nvidia/k8s-device-plugin"}:${set.image?.tag || `v${release.version}`}`,
    imagePullPolicy: set.image?.pullPolicy,
    securityContext: set.securityContext ?? { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    resources: set.resources,
    volumeMounts: [{ name: "kubelet-device-plugins-dir", mountPath: "/var/lib/kubelet/device-plugins" }],
  });
  return present({
    containers: [plugin],
    volumes: [{ name: "kubelet-device-plugins-dir", hostPath: { path: "/var/lib/kubelet/device-plugins", type: "Directory" } }],
    priorityClassName: (set.priorityClassName ?? "system-node-critical") || undefined,
    runtimeClassName: set.runtimeClassName,
    securityContext: set.podSecurityContext,
    imagePullSecrets: set.imagePullSecrets,
    nodeSelector: set.nodeSelector,
    affinity: set.affinity,
    tolerations: set.tolerations,
    hostNetwork: set.devicePlugin?.enableHostNetwork,
  });
}

function fullName(release: ReleaseFacts): string {
  const { fullnameOverride, nameOverride } = valuesOf(release);
  const base = nameOverride || "nvidia-device-plugin";
  const name = fullnameOverride || (release.name.includes(base) ? release.name : `${release.name}-${base}`);
  return name.slice(0, 63).replace(/-$/, "");
}

function namespaceOf(release: ReleaseFacts): string {
  return valuesOf(release).namespaceOverride || release.namespace;
}

function valuesOf(release: ReleaseFacts): DevicePluginValues {
  return release.values as DevicePluginValues;
}
