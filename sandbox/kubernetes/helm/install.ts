/** Puts a release's objects into a cluster and takes them out, as Helm does it, where the chart's model knows them. */
import { stringify } from "yaml";
import { CloudError } from "../../provider/kind";
import { pathOf, type ApiResource, type GroupVersionKind, type KubernetesApi, type KubernetesObject } from "../api";
import { pause } from "../cluster/process";
import type { Chart, ReleaseFacts } from "./charts/chart";

/** A definition that was made a moment ago is not served yet. */
const servedTries = 40;
const servedPauseMilliseconds = 250;

/** `helm get manifest`: every object of a release, as the chart's model has it. */
export function manifestOf(chart: Chart, release: ReleaseFacts): string {
  return chart.objects(release).map((object) => `---\n${stringify(object)}`).join("");
}

/** Applies the objects in Helm's order and removes those of the former revision that are in this one no more. */
export async function applyObjects(api: KubernetesApi, chart: Chart, release: ReleaseFacts, former?: ReleaseFacts): Promise<void> {
  for (const definition of chart.definitions ?? []) await createOnce(api, definition);
  const objects = chart.objects(release);
  await refuseForeign(api, release, objects);
  for (const object of objects) await applyObject(api, owned(object, release));
  const kept = new Set(objects.map(keyOf));
  const gone = former === undefined ? [] : chart.objects(former).filter((object) => !kept.has(keyOf(object)));
  for (const object of [...gone].reverse()) await removeObject(api, object);
}

/** Removes what a release made, the last first. Definitions stay, as Helm has it. */
export async function removeObjects(api: KubernetesApi, chart: Chart, release: ReleaseFacts): Promise<void> {
  for (const object of [...chart.objects(release)].reverse()) await removeObject(api, object);
}

/** Helm takes over no object that it did not make for this very release. Source: existingResourceConflict in pkg/action/validate.go of helm/helm v3. */
async function refuseForeign(api: KubernetesApi, release: ReleaseFacts, objects: readonly KubernetesObject[]): Promise<void> {
  const wanted = { "meta.helm.sh/release-name": release.name, "meta.helm.sh/release-namespace": release.namespace };
  for (const object of objects) {
    const there = await api.find(pathOf(await resourceOf(api, object), object.metadata.namespace, object.metadata.name));
    const wrong = there === undefined ? [] : Object.entries(wanted).filter(([key, value]) => there.metadata.annotations?.[key] !== value);
    if (wrong.length === 0) continue;
    const place = object.metadata.namespace === undefined ? "" : ` in namespace "${object.metadata.namespace}"`;
    const reasons = wrong.map(([key, value]) => `annotation validation error: key "${key}" must equal "${value}"`).join("; ");
    throw new ForeignObject(`helm install ${release.name}`, 409, "Invalid", `${object.kind} "${object.metadata.name}"${place} exists and cannot be imported into the current release: invalid ownership metadata; ${reasons}`);
  }
}

/** Somebody else's object has the name of one of the release's: nothing was applied. */
export class ForeignObject extends CloudError {}

/** By these Helm knows its objects. Source: setMetadataVisitor in pkg/action/validate.go of helm/helm v3. */
function owned(object: KubernetesObject, { name, namespace }: ReleaseFacts): KubernetesObject {
  const { labels, annotations, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
      annotations: { ...annotations, "meta.helm.sh/release-name": name, "meta.helm.sh/release-namespace": namespace },
    },
  };
}

/** Helm installs a definition where there is none, and never changes one. */
async function createOnce(api: KubernetesApi, definition: KubernetesObject): Promise<void> {
  const resource = await resourceOf(api, definition);
  if ((await api.find(pathOf(resource, undefined, definition.metadata.name))) !== undefined) return;
  await applyObject(api, definition);
}

async function applyObject(api: KubernetesApi, object: KubernetesObject): Promise<void> {
  const { name, namespace } = object.metadata;
  await api.send({
    method: "PATCH",
    path: pathOf(await resourceOf(api, object), namespace, name),
    // What somebody changed by hand is put back, as Helm's three-way merge does.
    query: { fieldManager: "helm", force: "true", fieldValidation: "Strict" },
    contentType: "application/apply-patch+yaml",
    body: object,
  });
}

/** No controller runs here: its finalizers are taken off in its place. */
async function removeObject(api: KubernetesApi, object: KubernetesObject): Promise<void> {
  const path = pathOf(await resourceOf(api, object), object.metadata.namespace, object.metadata.name);
  if ((await api.find(path)) === undefined) return;
  await api.send({ method: "DELETE", path });
  if ((object.metadata.finalizers ?? []).length === 0) return;
  if ((await api.find(path)) === undefined) return;
  await api.send({ method: "PATCH", path, contentType: "application/merge-patch+json", body: { metadata: { finalizers: null } } });
}

async function resourceOf(api: KubernetesApi, object: KubernetesObject): Promise<ApiResource> {
  const kind = kindOf(object);
  for (let tries = servedTries; tries > 0; tries--) {
    const found = await api.resource(kind);
    if (found !== undefined) return found;
    await pause(servedPauseMilliseconds);
  }
  throw new CloudError(`DISCOVER ${object.apiVersion}/${object.kind}`, 404, "NoMatch", `the API server at ${api.server} knows no such kind; is the chart's controller installed?`);
}

export function kindOf({ apiVersion, kind }: KubernetesObject): GroupVersionKind {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { group, version, kind };
}

function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return [apiVersion, kind, metadata.namespace ?? "", metadata.name].join(" ");
}
