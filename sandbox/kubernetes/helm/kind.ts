/**
 * Helm releases: checked by what is known of the chart, judged by the API server, and recorded as Helm records them. Helm itself installs the charts
 * that the cache has. Of the others the objects come from a model of the chart, which `make charts` holds to Helm's own rendering.
 */
import { isDeepStrictEqual } from "node:util";
import { CloudError, PartialFailure, type Properties, type ResourceKind } from "../../provider/kind";
import { UNKNOWN } from "../../provider/wire";
import { pathOf, type ApiResource } from "../api";
import type { KubernetesClient } from "../client";
import { chartByName } from "./charts";
import type { Finding, RecordedRelease } from "./charts/chart";
import { factsOf, releaseDefaults, releaseFindings, releaseSchema, type ReleaseInputs } from "./inputs";
import { podFindings } from "./pods";
import type { Helm } from "./published/helm";
import { deployedReleases, isPending, revisionsOf, type Revision } from "./storage";
import { namesOf, publishedChart, wayOf, type Way } from "./way";

interface ReleaseOutputs extends Properties {
  readonly __inputs: ReleaseInputs;
}

type ReleaseKind = ResourceKind<KubernetesClient, ReleaseInputs, ReleaseOutputs>;

const namespaces: ApiResource = { root: "/api/v1", plural: "namespaces", namespaced: false };

/** The kind of releases. @param helm installs the charts that it has; without it all are installed from models */
export function releaseKind(helm?: Helm): ReleaseKind {
  return {
    type: "kubernetes:helm.sh/v3:Release",
    schema: releaseSchema as ReleaseKind["schema"],
    // Source: provider/pkg/provider/helm_release.go of pulumi/pulumi-kubernetes v4.
    replaceOn: ["name", "namespace"],
    secretOutputs: ["__inputs"],
    defaults: releaseDefaults,
    check: (inputs) => releaseFindings(inputs, helm === undefined ? undefined : publishedChart(helm, inputs)),
    preview,
    create,
    read,
    update,
    remove,
  };
}

async function preview(client: KubernetesClient, inputs: ReleaseInputs): Promise<ReleaseOutputs> {
  const { way, release } = resolved(inputs, client);
  refuse(`helm upgrade --install ${release.name} --dry-run`, await podFindings(client.api, await way.pods(inputs, release), "fields"));
  return { ...inputs, namespace: release.namespace, __inputs: inputs, status: UNKNOWN, resourceNames: UNKNOWN };
}

async function create(client: KubernetesClient, inputs: ReleaseInputs) {
  const { way, release } = resolved(inputs, client);
  const operation = `helm install ${release.name}`;
  await ensureNamespace(client, inputs, release.namespace, operation);
  if ((await revisionsOf(client.api, release.namespace, release.name)).length > 0) {
    throw new CloudError(operation, 409, "AlreadyExists", `cannot re-use the name of release ${release.namespace}/${release.name}, which is still in use`);
  }
  await judge(client, way, inputs, release, operation);
  const id = `${release.namespace}/${release.name}`;
  try {
    return { id, outputs: outputsOf(inputs, await way.install(inputs, release)) };
  } catch (error) {
    // Without `atomic` Helm leaves what it has made, and a record of it.
    const left = (await revisionsOf(client.api, release.namespace, release.name)).at(-1);
    if (left === undefined || !(error instanceof CloudError)) throw error;
    throw new PartialFailure({ id, outputs: outputsOf(inputs, left) }, error.message);
  }
}

async function update(client: KubernetesClient, id: string, _: ReleaseOutputs, inputs: ReleaseInputs): Promise<ReleaseOutputs> {
  const { way, release } = resolved(inputs, client);
  const operation = `helm upgrade ${release.name}`;
  const former = await revisionsOf(client.api, release.namespace, release.name);
  const latest = former.at(-1);
  if (latest === undefined) throw new CloudError(operation, 404, "NotFound", `release ${id} is gone from the cluster; a refresh takes note of that`);
  if (latest.chart !== way.chart) throw new CloudError(operation, 422, "Invalid", `release ${id} is of chart ${latest.chart}, and an upgrade to ${way.chart} would leave its objects behind`);
  // Source: `prepareUpgrade` of pkg/action/upgrade.go, and `errPending` of pkg/action/action.go, helm/helm v3.
  if (isPending(latest)) throw new CloudError(operation, 409, "Pending", `another operation (install/upgrade/rollback) is in progress: release ${id} is ${latest.status} since revision ${latest.revision}`);
  await judge(client, way, inputs, release, operation);
  return outputsOf(inputs, await way.upgrade(inputs, release, former));
}

async function read(client: KubernetesClient, id: string, known: ReleaseOutputs | undefined) {
  const slash = id.indexOf("/");
  const [namespace, name] = slash < 0 ? [client.namespace, id] : [id.slice(0, slash), id.slice(slash + 1)];
  const revision = (await revisionsOf(client.api, namespace, name)).at(-1);
  if (revision === undefined) return undefined;
  const inputs = known?.__inputs === undefined ? importedInputs(client, revision) : foundInputs(known.__inputs, revision);
  return { id, inputs, outputs: outputsOf(inputs, revision) };
}

async function remove(client: KubernetesClient, id: string, known: ReleaseOutputs): Promise<void> {
  const { way, release } = resolved(known.__inputs, client);
  const held = way.model?.heldBy?.(release, { api: client.api, others: await othersThan(client, release) }) ?? [];
  if (held.length > 0) throw new CloudError(`helm uninstall ${release.name}`, 409, "Held", `release ${id} cannot go yet: ${held.join("; ")}`);
  await way.uninstall(known.__inputs, release);
}

/** Only what passed Check comes here. */
function resolved(inputs: ReleaseInputs, client: KubernetesClient): { readonly way: Way; readonly release: RecordedRelease } {
  const way = wayOf(client, inputs);
  return { way, release: { ...factsOf(inputs, client.namespace), chart: way.chart } };
}

/** Rules that need the namespace's real name or the cluster, all findings in one error. */
async function judge(client: KubernetesClient, { model, pods }: Way, inputs: ReleaseInputs, release: RecordedRelease, operation: string): Promise<void> {
  const cluster = { api: client.api, others: await othersThan(client, release) };
  const [needs, refused] = await Promise.all([model?.needs?.(release, cluster) ?? [], podFindings(client.api, await pods(inputs, release), "admission")]);
  refuse(operation, [...(model?.check?.(release) ?? []), ...needs, ...refused]);
}

function refuse(operation: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  throw new CloudError(operation, 422, "Invalid", findings.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
}

async function othersThan(client: KubernetesClient, release: RecordedRelease): Promise<readonly Revision[]> {
  const all = await deployedReleases(client.api);
  return all.filter(({ name, namespace }) => name !== release.name || namespace !== release.namespace);
}

async function ensureNamespace({ api }: KubernetesClient, inputs: ReleaseInputs, name: string, operation: string): Promise<void> {
  const path = pathOf(namespaces, undefined, name);
  if ((await api.find(path)) !== undefined) return;
  if (inputs.createNamespace !== true) throw new CloudError(operation, 404, "NotFound", `namespace "${name}" is not there; set createNamespace or make it before`);
  await api.send({ method: "POST", path: pathOf(namespaces, undefined), query: { fieldManager: "helm" }, body: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { name } } } });
}

/** What somebody upgraded behind the program's back: version and values. */
function foundInputs(inputs: ReleaseInputs, revision: Revision): ReleaseInputs {
  // JSON is what the cluster holds; values that differ only in absent members are the same.
  const written: unknown = JSON.parse(JSON.stringify(inputs.values ?? {}));
  const values = isDeepStrictEqual(written, revision.values) ? {} : { values: revision.values };
  return { ...inputs, ...values, version: revision.version };
}

/** Where the release's chart comes from, nobody recorded: by its name and version it is found again. */
function importedInputs(client: KubernetesClient, revision: Revision): ReleaseInputs {
  const { chart, name, namespace, version, values } = revision;
  const found = client.helm?.named(chart, version) ?? chartByName(chart);
  if (found === undefined) throw new CloudError(`helm status ${name}`, 422, "Invalid", `release ${namespace}/${name} is of chart ${chart}, which the sandbox does not know`);
  const repository = found.repository === undefined ? {} : { repositoryOpts: { repo: found.repository } };
  return { chart: found.reference, name, namespace, version, values, ...repository };
}

function outputsOf(inputs: ReleaseInputs, revision: Revision): ReleaseOutputs {
  const { appVersion, chart, name, namespace, status, version, values } = revision;
  const resourceNames = revision.byModel ? chartByName(chart)?.resourceNames(revision) : namesOf(revision.manifest);
  return { ...inputs, namespace, values, resourceNames, status: { appVersion, chart, name, namespace, revision: revision.revision, status, version }, __inputs: inputs };
}
