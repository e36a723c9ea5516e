/** What the sandbox knows of a Helm chart that it cannot fetch: its values, its rules, the pods it makes and what it needs of a cluster. */
import { z } from "zod";
import type { KubernetesApi, KubernetesObject } from "../../api";

/** A release as its chart's templates would see it. */
export interface ReleaseFacts {
  /** Name of the release. */
  readonly name: string;
  readonly namespace: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A release that the cluster holds. */
export interface RecordedRelease extends ReleaseFacts {
  /** Name of its chart. */
  readonly chart: string;
}

/** A pod that a chart makes, as far as its values decide: the API server judges the rest. */
export interface ChartPod {
  /** Property path of the values that shape it. */
  readonly from: string;
  readonly namespace: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface Finding {
  /** Property path below the release's inputs. */
  readonly property: string;
  readonly reason: string;
}

/** What a chart looks at in the cluster before it is installed or removed. */
export interface ClusterView {
  readonly api: KubernetesApi;
  /** Every deployed release of the cluster but the one that is judged. */
  readonly others: readonly RecordedRelease[];
}

export interface Chart {
  /** Name in its Chart.yaml. */
  readonly name: string;
  readonly description: string;
  /** What `chart` of a Release has to be: an OCI reference, or the bare name beside `repositoryOpts.repo`. */
  readonly reference: string;
  /** Repository of the bare name; absent for OCI references. */
  readonly repository?: string;
  /** Versions that were published and whose values this description fits. */
  readonly versions: readonly string[];
  /** Values by the chart's values.yaml; strict, as an unknown value does nothing and says nothing. */
  readonly values: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Rules over several values, as the chart's templates have them. */
  check?(release: ReleaseFacts): readonly Finding[];
  /** Custom resource definitions, which Helm installs before everything else, and neither upgrades nor removes. */
  readonly definitions?: readonly KubernetesObject[];
  /** The objects that its templates make, in the order in which Helm installs them. */
  objects(release: ReleaseFacts): readonly KubernetesObject[];
  pods(release: ReleaseFacts): readonly ChartPod[];
  /** What has to be in the cluster before this release is written. */
  needs?(release: ReleaseFacts, cluster: ClusterView): Promise<readonly Finding[]>;
  /** Why this release cannot be removed now. */
  heldBy?(release: ReleaseFacts, cluster: ClusterView): readonly string[];
  /** Main objects of the release by `KIND.GROUP/APIVERSION`, as the provider's output `resourceNames` has them. */
  resourceNames(release: ReleaseFacts): Readonly<Record<string, readonly string[]>>;
}

/** Labels, annotations, node selectors. */
export const texts = z.record(z.string(), z.string());

/** A part that Kubernetes defines, not the chart: the API server judges it in the pod. */
export const kubernetesObject = z.record(z.string(), z.unknown());
export const kubernetesObjects = z.array(kubernetesObject);

export const image = z.strictObject({
  repository: z.string().min(1).optional(),
  pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).optional(),
  tag: z.string().optional(),
});

export const imagePullSecrets = z.array(z.strictObject({ name: z.string().min(1) }));

/** The values that are there: templates leave out what is not set. */
export function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A chart's default map with the map of the values laid over it, member by member, as Helm does. */
export function laidOver(defaults: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
  const over = Object.entries(values).map(([key, value]) => [key, isMap(value) && isMap(defaults[key]) ? laidOver(defaults[key], value) : value] as const);
  return { ...defaults, ...Object.fromEntries(over) };
}
