/**
 * Chart `nvidia-device-plugin`: makes a node's GPUs known to Kubernetes.
 * Values and rules: deployments/helm/nvidia-device-plugin of NVIDIA/k8s-device-plugin.
 */
import { z } from "zod";
import { image, imagePullSecrets, kubernetesObject, kubernetesObjects, texts, type Chart, type Finding, type ReleaseFacts } from "./chart";
import { devicePluginObjects, fullName, namespaceOf, pluginSpec } from "./devicePluginObjects";

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

export type DevicePluginValues = z.infer<typeof values>;

export const devicePluginChart: Chart = {
  name: "nvidia-device-plugin",
  description: "A Helm chart for the nvidia-device-plugin on Kubernetes",
  reference: "nvidia-device-plugin",
  repository: "https://nvidia.github.io/k8s-device-plugin",
  versions: ["0.17.4", "0.18.0", "0.18.1", "0.18.2", "0.19.0", "0.19.1", "0.19.2", "0.19.3", "0.20.0"],
  values,
  check: (release) => [...namespaceFindings(release), ...configFindings(valuesOf(release)), ...discoveryFindings(valuesOf(release))],
  objects: devicePluginObjects,
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

/** The chart below this one is another project's, and only these switches install it. */
function discoveryFindings({ gfd, nfd }: DevicePluginValues): readonly Finding[] {
  const reason = "installs the chart node-feature-discovery, which is not known to the sandbox";
  return [...(gfd?.enabled === true ? [{ property: "values.gfd.enabled", reason }] : []), ...(nfd?.["enabled"] === true ? [{ property: "values.nfd.enabled", reason }] : [])];
}

function valuesOf(release: ReleaseFacts): DevicePluginValues {
  return release.values as DevicePluginValues;
}
