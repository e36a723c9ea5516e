/**
 * Chart `gha-runner-scale-set` of Actions Runner Controller: one scale set of runners.
 * Values and limits: charts/gha-runner-scale-set/{values.yaml,templates} of actions/actions-runner-controller.
 */
import { z } from "zod";
import { pathOf, type KubernetesApi, type KubernetesObject } from "../../api";
import { texts, type Chart, type ClusterView, type Finding, type RecordedRelease, type ReleaseFacts } from "./chart";
import { containerMode, listenerFindings, listenerTemplate, podTemplate, runnerPod, templateFindings } from "./runnerPod";
import { namespaceOf as controllerNamespace, serviceAccountName } from "./controllerObjects";
import { scaleSetObjects } from "./scaleSetObjects";
import { arcVersions, controllerChartName, setChartName } from "./scaleSetController";

/** Longest name of a scale set: names of its objects are made of it. */
const longestName = 45;

const proxyTarget = z.strictObject({ url: z.url(), credentialSecretRef: z.string().min(1).optional() });
const proxy = z.strictObject({ http: proxyTarget.optional(), https: proxyTarget.optional(), noProxy: z.array(z.string()).optional() });
const meta = z.strictObject({ labels: texts.optional(), annotations: texts.optional() }).optional();
const metric = z.strictObject({ labels: z.array(z.string()) });

const gitHubApp = z.strictObject({
  github_app_id: z.string().min(1),
  github_app_installation_id: z.string().min(1),
  github_app_private_key: z.string().min(1),
});

const values = z.strictObject({
  githubConfigUrl: z.url(),
  /** Name of a Secret in the release's namespace, or the credential itself. */
  githubConfigSecret: z.union([z.string().min(1), z.strictObject({ github_token: z.string().min(1) }), gitHubApp]),
  scaleSetLabels: z.array(z.string().min(1).max(255)).optional(),
  proxy: proxy.optional(),
  minRunners: z.int().min(0).optional(),
  maxRunners: z.int().min(0).optional(),
  runnerGroup: z.string().min(1).optional(),
  runnerScaleSetName: z.string().min(1).optional(),
  githubServerTLS: z
    .strictObject({ certificateFrom: z.strictObject({ configMapKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }), runnerMountPath: z.string().optional() })
    .optional(),
  keyVault: z
    .strictObject({
      type: z.literal("azure_key_vault"),
      azureKeyVault: z.strictObject({ url: z.url(), tenantId: z.string(), clientId: z.string(), certificatePath: z.string(), secretKey: z.string().optional() }),
      proxy: proxy.optional(),
    })
    .optional(),
  containerMode: containerMode.optional(),
  listenerTemplate: listenerTemplate.optional(),
  listenerMetrics: z
    .strictObject({
      counters: z.record(z.string(), metric).optional(),
      gauges: z.record(z.string(), metric).optional(),
      histograms: z.record(z.string(), metric.extend({ buckets: z.array(z.number()).optional() })).optional(),
    })
    .optional(),
  template: podTemplate.optional(),
  /** Without it the chart looks the controller up in the cluster, which fails wherever charts are rendered on the client. */
  controllerServiceAccount: z.strictObject({ namespace: z.string().min(1), name: z.string().min(1) }),
  namespaceOverride: z.string().optional(),
  nameOverride: z.string().optional(),
  annotations: texts.optional(),
  labels: texts.optional(),
  resourceMeta: z
    .strictObject({
      ...{ autoscalingRunnerSet: meta, githubConfigSecret: meta, kubernetesModeRole: meta, kubernetesModeRoleBinding: meta, kubernetesModeServiceAccount: meta },
      ...{ managerRole: meta, managerRoleBinding: meta, noPermissionServiceAccount: meta, autoscalingListener: meta, listenerServiceAccount: meta },
      ...{ listenerRole: meta, listenerRoleBinding: meta, listenerConfigSecret: meta, ephemeralRunnerSet: meta, ephemeralRunner: meta },
      ephemeralRunnerConfigSecret: meta,
    })
    .optional(),
});

export type ScaleSetValues = z.infer<typeof values>;

export const scaleSetChart: Chart = {
  name: setChartName,
  description: "A Helm chart for deploying an AutoScalingRunnerSet",
  reference: `oci://ghcr.io/actions/actions-runner-controller-charts/${setChartName}`,
  versions: arcVersions,
  values,
  check: (release) => [...nameFindings(release), ...countFindings(release), ...modeFindings(release)],
  objects: scaleSetObjects,
  pods: (release) => [runnerPod(valuesOf(release), namespaceOf(release))],
  needs: async (release, cluster) => [
    ...controllerFindings(release, cluster.others),
    ...namesakeFindings(release, cluster.others),
    ...(await secretFindings(release, cluster)),
  ],
  resourceNames: (release) => ({
    "AutoscalingRunnerSet.actions.github.com/actions.github.com/v1alpha1": [`${namespaceOf(release)}/${setName(release).replaceAll("_", "-")}`],
    "Role.rbac.authorization.k8s.io/rbac.authorization.k8s.io/v1": [`${namespaceOf(release)}/${setName(release)}-gha-rs-manager`],
  }),
};

/** Name under which GitHub knows the scale set, and which `runs-on` names. */
export function setName(release: ReleaseFacts): string {
  return valuesOf(release).runnerScaleSetName ?? release.name;
}

function namespaceOf(release: ReleaseFacts): string {
  return valuesOf(release).namespaceOverride || release.namespace;
}

function nameFindings(release: ReleaseFacts): readonly Finding[] {
  const name = setName(release);
  if (name.length <= longestName) return [];
  const property = valuesOf(release).runnerScaleSetName === undefined ? "name" : "values.runnerScaleSetName";
  return [{ property, reason: `"${name}" has ${name.length} characters; a scale set's name has at most ${longestName}` }];
}

function countFindings(release: ReleaseFacts): readonly Finding[] {
  const { minRunners, maxRunners } = valuesOf(release);
  if (minRunners === undefined || maxRunners === undefined || minRunners <= maxRunners) return [];
  return [{ property: "values.maxRunners", reason: `is ${maxRunners}, less than minRunners, which is ${minRunners}` }];
}

function modeFindings(release: ReleaseFacts): readonly Finding[] {
  const { template, containerMode: mode, listenerTemplate: listener } = valuesOf(release);
  return [...templateFindings(template, mode), ...listenerFindings(listener)];
}

function controllerFindings(release: ReleaseFacts, others: readonly RecordedRelease[]): readonly Finding[] {
  const account = valuesOf(release).controllerServiceAccount;
  const controllers = others.filter(({ chart }) => chart === controllerChartName);
  const mine = controllers.find((other) => controllerNamespace(other) === account.namespace && serviceAccountName(other) === account.name);
  if (mine === undefined) {
    const there = controllers.map((other) => `${controllerNamespace(other)}/${serviceAccountName(other)}`).join(", ") || "none";
    return [{ property: "values.controllerServiceAccount", reason: `no controller runs as ${account.namespace}/${account.name}; controllers in the cluster: ${there}` }];
  }
  const found: Finding[] = [];
  if (mine.version !== release.version) found.push({ property: "version", reason: `is ${release.version}, but the controller's release ${mine.name} is ${mine.version}: both charts have one version` });
  if (controllerNamespace(mine) === namespaceOf(release)) found.push({ property: "namespace", reason: `is the controller's own; runners need a namespace apart from ${account.namespace}` });
  return found;
}

/** Two sets of one name in one runner group take each other's jobs. */
function namesakeFindings(release: ReleaseFacts, others: readonly RecordedRelease[]): readonly Finding[] {
  const key = (set: ReleaseFacts) => [valuesOf(set).githubConfigUrl.replace(/\/$/, ""), valuesOf(set).runnerGroup ?? "default", setName(set)].join(" ");
  const namesake = others.find((other) => other.chart === setChartName && key(other) === key(release));
  if (namesake === undefined) return [];
  return [{ property: "name", reason: `release ${namesake.namespace}/${namesake.name} has the scale set name "${setName(release)}" in the same runner group` }];
}

async function secretFindings(release: ReleaseFacts, { api }: ClusterView): Promise<readonly Finding[]> {
  const { githubConfigSecret: name, keyVault } = valuesOf(release);
  if (typeof name !== "string" || keyVault !== undefined) return [];
  const secret = await findSecret(api, namespaceOf(release), name);
  const property = "values.githubConfigSecret";
  if (secret === undefined) return [{ property, reason: `there is no Secret "${name}" in namespace ${namespaceOf(release)}` }];
  const keys = Object.keys((secret["data"] as object | undefined) ?? {});
  const wanted = Object.keys(gitHubApp.shape);
  if (keys.includes("github_token") || wanted.every((key) => keys.includes(key))) return [];
  return [{ property, reason: `Secret "${name}" has the keys ${keys.sort().join(", ") || "(none)"}; it needs github_token, or ${wanted.join(", ")}` }];
}

function findSecret(api: KubernetesApi, namespace: string, name: string): Promise<KubernetesObject | undefined> {
  return api.find(pathOf({ root: "/api/v1", plural: "secrets", namespaced: true }, namespace, name));
}

function valuesOf(release: ReleaseFacts): ScaleSetValues {
  return release.values as ScaleSetValues;
}
