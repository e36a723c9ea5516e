/**
 * Chart `gha-runner-scale-set-controller` of Actions Runner Controller.
 * Values: charts/gha-runner-scale-set-controller/values.yaml of actions/actions-runner-controller.
 */
import { z } from "zod";
import { image, imagePullSecrets, kubernetesObject, kubernetesObjects, texts, type Chart, type ReleaseFacts } from "./chart";
import { controllerDefinitions, controllerObjects, fullName, managerSpec, namespaceOf, serviceAccountName } from "./controllerObjects";

export const controllerChartName = "gha-runner-scale-set-controller";
export const setChartName = "gha-runner-scale-set";

/** Versions that both charts were published under. */
export const arcVersions = ["0.14.2", "0.15.0", "0.15.1"] as const;

const port = z.string().regex(/:[0-9]+$/, "has to end with a numeric port");

const values = z.strictObject({
  labels: texts.optional(),
  replicaCount: z.int().min(1).optional(),
  image: image.optional(),
  imagePullSecrets: imagePullSecrets.optional(),
  nameOverride: z.string().optional(),
  fullnameOverride: z.string().optional(),
  namespaceOverride: z.string().optional(),
  env: kubernetesObjects.optional(),
  serviceAccount: z
    .strictObject({ create: z.boolean().optional(), annotations: texts.optional(), name: z.string().optional() })
    .optional(),
  podAnnotations: texts.optional(),
  podLabels: texts.optional(),
  podSecurityContext: kubernetesObject.optional(),
  securityContext: kubernetesObject.optional(),
  resources: kubernetesObject.optional(),
  nodeSelector: texts.optional(),
  tolerations: kubernetesObjects.optional(),
  affinity: kubernetesObject.optional(),
  topologySpreadConstraints: kubernetesObjects.optional(),
  volumes: kubernetesObjects.optional(),
  volumeMounts: kubernetesObjects.optional(),
  priorityClassName: z.string().optional(),
  /** All three or none: without them the controller and every listener report nothing. */
  metrics: z.strictObject({ controllerManagerAddr: port, listenerAddr: port, listenerEndpoint: z.string().startsWith("/") }).optional(),
  pprof: z.strictObject({ addr: port.optional() }).optional(),
  flags: z
    .strictObject({
      logLevel: z.enum(["debug", "info", "warn", "error"]).optional(),
      logFormat: z.enum(["text", "json"]).optional(),
      watchSingleNamespace: z.string().max(63).optional(),
      runnerMaxConcurrentReconciles: z.int().min(1).optional(),
      excludeLabelPropagationPrefixes: z.array(z.string().min(1)).optional(),
      k8sClientRateLimiterQPS: z.int().min(1).optional(),
      k8sClientRateLimiterBurst: z.int().min(1).optional(),
      rateLimiter: z.strictObject({ name: z.enum(["bucket_rate_limiter", "typed_rate_limiter"]) }).optional(),
      healthProbeBindAddress: port.optional(),
    })
    .optional(),
});

export type ControllerValues = z.infer<typeof values>;

export const controllerChart: Chart = {
  name: controllerChartName,
  description: "A Helm chart for install actions-runner-controller CRD",
  reference: `oci://ghcr.io/actions/actions-runner-controller-charts/${controllerChartName}`,
  versions: arcVersions,
  values,
  check: (release) => {
    const account = valuesOf(release).serviceAccount;
    if (account?.name === "default") return [{ property: "values.serviceAccount.name", reason: 'cannot be "default"' }];
    const unnamed = account?.create === false && !account.name;
    return unnamed ? [{ property: "values.serviceAccount.name", reason: "is required when serviceAccount.create is false" }] : [];
  },
  definitions: controllerDefinitions,
  objects: controllerObjects,
  pods: (release) => [{ from: "values", namespace: namespaceOf(release), spec: managerSpec(release) }],
  needs: async (release, { others }) => {
    const controllers = others.filter(({ chart }) => chart === controllerChartName);
    const watchesOne = valuesOf(release).flags?.watchSingleNamespace !== undefined;
    const second = controllers.find((other) => (valuesOf(other).flags?.watchSingleNamespace !== undefined) !== watchesOne || !watchesOne);
    const strangers = others.filter((other) => other.chart === setChartName && !sameMinor(other.version, release.version));
    return [
      ...(second === undefined ? [] : [{ property: "chart", reason: `the cluster has a controller already: release ${second.name} in ${second.namespace}` }]),
      ...(strangers.length === 0 ? [] : [{ property: "version", reason: strandedSets(release, strangers) }]),
    ];
  },
  heldBy: (_, { others }) =>
    others
      .filter(({ chart }) => chart === setChartName)
      .map(({ name, namespace }) => `scale set ${namespace}/${name} is still there: without its controller the finalizer actions.github.com/cleanup-protection would never be taken off`),
  resourceNames: (release) => ({
    "Deployment.apps/apps/v1": [`${namespaceOf(release)}/${fullName(release)}`],
    "ServiceAccount/v1": [`${namespaceOf(release)}/${serviceAccountName(release)}`],
  }),
};

function strandedSets(release: ReleaseFacts, sets: readonly ReleaseFacts[]): string {
  const names = sets.map(({ namespace, name, version }) => `${namespace}/${name} (${version})`).join(", ");
  return `is ${release.version}, and a controller deletes scale sets of another minor version: remove ${names} before`;
}

/** The controller takes sets of its own major and minor version only. */
function sameMinor(a: string, b: string): boolean {
  return a.split(".").slice(0, 2).join(".") === b.split(".").slice(0, 2).join(".");
}

function valuesOf(release: ReleaseFacts): ControllerValues {
  return release.values as ControllerValues;
}
