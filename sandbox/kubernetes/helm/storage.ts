/**
 * Releases as Helm 3 stores them: one Secret for each revision, so that `helm list` and `helm get values` read what the sandbox records.
 * Source: pkg/storage/driver/{secrets,util}.go of helm/helm v3.
 */
import { isDeepStrictEqual } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { pathOf, type ApiResource, type KubernetesApi, type KubernetesObject } from "../api";
import type { Chart, RecordedRelease } from "./charts/chart";
import { manifestOf } from "./install";

/** Statuses that are written here, and those in which an interrupted Helm leaves a release. Source: pkg/release/status.go of helm/helm v3. */
export type ReleaseStatus = "deployed" | "superseded" | "failed" | "uninstalling" | PendingStatus;
type PendingStatus = "pending-install" | "pending-upgrade" | "pending-rollback";

/** Whether another Helm is at work on a release, or was when it ended. Source: `IsPending` there. */
export function isPending({ status }: Pick<Revision, "status">): boolean {
  return status.startsWith("pending-");
}

/** One revision of a release. */
export interface Revision extends RecordedRelease {
  readonly revision: number;
  readonly status: ReleaseStatus;
  readonly appVersion: string;
  /** The objects of its chart's templates, in YAML. */
  readonly manifest: string;
  /** Whether the sandbox's model of the chart made them, and not Helm. */
  readonly byModel: boolean;
}

/** Annotation of the chart in a record of the sandbox's. */
const MODELLED = { "gpu-cicd/rendered-by": "model" };

const secrets: ApiResource = { root: "/api/v1", plural: "secrets", namespaced: true };
const secretType = "helm.sh/release.v1";
const deployedEverywhere = "owner=helm,status=deployed";

/** Helm's own record, as far as it is written and read here. */
interface StoredRelease {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: { readonly first_deployed: string; readonly last_deployed: string; readonly deleted: string; readonly description: string; readonly status: ReleaseStatus };
  readonly chart: {
    readonly metadata: { readonly name: string; readonly version: string; readonly appVersion: string; readonly apiVersion: "v2"; readonly type: "application"; readonly description: string; readonly annotations?: Readonly<Record<string, string>> };
    readonly lock: null;
    readonly templates: readonly never[];
    readonly values: Readonly<Record<string, never>>;
    readonly schema: null;
    readonly files: readonly never[];
  };
  readonly config: Readonly<Record<string, unknown>>;
  readonly manifest: string;
}

/** Revisions of one release, oldest first. */
export async function revisionsOf(api: KubernetesApi, namespace: string, name: string): Promise<readonly Revision[]> {
  const found = await api.list(pathOf(secrets, namespace), { labelSelector: `owner=helm,name=${name}` });
  return found.map(parse).sort((a, b) => a.revision - b.revision);
}

/** The deployed releases of all namespaces. */
export async function deployedReleases(api: KubernetesApi): Promise<readonly Revision[]> {
  const found = await api.list("/api/v1/secrets", { labelSelector: deployedEverywhere });
  return found.map(parse);
}

/** Writes a new, deployed revision. Its Secret is the whole change: it is there or it is not. */
export async function writeRevision(api: KubernetesApi, chart: Chart, release: RecordedRelease, revision: number, description: string): Promise<Revision> {
  const body = secretOf(chart, release, revision, description);
  await api.send({ method: "POST", path: pathOf(secrets, release.namespace), query: { fieldManager: "helm" }, body });
  return parse(body);
}

/** Marks a former revision as superseded, in its label and in its record, as Helm does. */
export async function supersede(api: KubernetesApi, former: Revision): Promise<void> {
  const path = pathOf(secrets, former.namespace, secretName(former.name, former.revision));
  const secret = await api.send({ method: "GET", path });
  const stored = decodeRelease(secret);
  const superseded = { ...stored, info: { ...stored.info, status: "superseded" as const } };
  const body = { metadata: { labels: { status: "superseded", modifiedAt: seconds() } }, data: { release: encodeRelease(superseded) } };
  await api.send({ method: "PATCH", path, query: { fieldManager: "helm" }, contentType: "application/merge-patch+json", body });
}

export async function deleteRevision(api: KubernetesApi, { namespace, name, revision }: Revision): Promise<void> {
  const path = pathOf(secrets, namespace, secretName(name, revision));
  if ((await api.find(path)) !== undefined) await api.send({ method: "DELETE", path });
}

function secretOf(chart: Chart, release: RecordedRelease, revision: number, description: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secretName(release.name, revision),
      namespace: release.namespace,
      labels: { name: release.name, owner: "helm", status: "deployed", version: String(revision), modifiedAt: seconds() },
    },
    type: secretType,
    data: { release: encodeRelease(storedRelease(chart, release, revision, description)) },
  };
}

function storedRelease(chart: Chart, release: RecordedRelease, revision: number, description: string): StoredRelease {
  const now = new Date().toISOString();
  return {
    name: release.name,
    namespace: release.namespace,
    version: revision,
    info: { first_deployed: now, last_deployed: now, deleted: "", description, status: "deployed" },
    chart: {
      metadata: { name: chart.name, version: release.version, appVersion: release.version, apiVersion: "v2", type: "application", description: chart.description, annotations: MODELLED },
      lock: null,
      templates: [],
      values: {},
      schema: null,
      files: [],
    },
    config: release.values,
    manifest: manifestOf(chart, release),
  };
}

function parse(secret: KubernetesObject): Revision {
  const stored = decodeRelease(secret);
  const { metadata } = stored.chart;
  return {
    name: stored.name,
    namespace: stored.namespace,
    version: metadata.version,
    values: stored.config ?? {},
    chart: metadata.name,
    revision: stored.version,
    status: stored.info.status,
    appVersion: metadata.appVersion,
    manifest: stored.manifest,
    byModel: isDeepStrictEqual(metadata.annotations, MODELLED),
  };
}

/** Base64 of gzip of JSON is Helm's; the Secret's own base64 comes on top. */
function encodeRelease(release: StoredRelease): string {
  const text = gzipSync(JSON.stringify(release)).toString("base64");
  return Buffer.from(text).toString("base64");
}

function decodeRelease(secret: KubernetesObject): StoredRelease {
  const data = (secret["data"] as Readonly<Record<string, string>> | undefined)?.["release"];
  if (data === undefined) throw new Error(`Secret ${secret.metadata.namespace}/${secret.metadata.name} is labelled as a Helm release but holds none`);
  const text = Buffer.from(data, "base64").toString("utf8");
  return JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8")) as StoredRelease;
}

function secretName(name: string, revision: number): string {
  return `sh.helm.release.v1.${name}.v${revision}`;
}

/** The value of Helm's time labels: Unix time in seconds. */
function seconds(): string {
  return String(Math.floor(Date.now() / 1000));
}
