/**
 * Helm releases: checked by what is known of the chart, judged by the API server as far as they make pods, and recorded as Helm records
 * them. Charts cannot be fetched offline, so nothing is rendered.
 */
import { isDeepStrictEqual } from "node:util";
import { CloudError, type Properties, type ResourceKind } from "../../provider/kind";
import { UNKNOWN } from "../../provider/wire";
import { pathOf, type ApiResource } from "../api";
import type { KubernetesClient } from "../client";
import { chartByName, chartByReference } from "./charts";
import type { Chart, Finding, RecordedRelease } from "./charts/chart";
import { factsOf, releaseDefaults, releaseFindings, releaseSchema, type ReleaseInputs } from "./inputs";
import { podFindings } from "./pods";
import { deleteRevision, deployedReleases, revisionsOf, supersede, writeRevision, type Revision } from "./storage";

interface ReleaseOutputs extends Properties {
  readonly __inputs: ReleaseInputs;
}

type ReleaseKind = ResourceKind<KubernetesClient, ReleaseInputs, ReleaseOutputs>;

const namespaces: ApiResource = { root: "/api/v1", plural: "namespaces", namespaced: false };

export const releaseKind: ReleaseKind = {
  type: "kubernetes:helm.sh/v3:Release",
  schema: releaseSchema as ReleaseKind["schema"],
  // Source: provider/pkg/provider/helm_release.go of pulumi/pulumi-kubernetes v4.
  replaceOn: ["name", "namespace"],
  secretOutputs: ["__inputs"],
  defaults: releaseDefaults,
  check: releaseFindings,
  preview,
  create,
  read,
  update,
  remove,
};

async function preview(client: KubernetesClient, inputs: ReleaseInputs): Promise<ReleaseOutputs> {
  const { chart, release } = resolved(inputs, client);
  refuse(`helm upgrade --install ${release.name} --dry-run`, await podFindings(client.api, chart.pods(release), "fields"));
  return { ...inputs, namespace: release.namespace, __inputs: inputs, status: UNKNOWN, resourceNames: UNKNOWN };
}

async function create(client: KubernetesClient, inputs: ReleaseInputs) {
  const { chart, release } = resolved(inputs, client);
  const operation = `helm install ${release.name}`;
  await ensureNamespace(client, inputs, release.namespace, operation);
  if ((await revisionsOf(client.api, release.namespace, release.name)).length > 0) {
    throw new CloudError(operation, 409, "AlreadyExists", `cannot re-use the name of release ${release.namespace}/${release.name}, which is still in use`);
  }
  await judge(client, chart, release, operation);
  const revision = await writeRevision(client.api, chart, release, 1, inputs.description ?? "Install complete");
  return { id: `${release.namespace}/${release.name}`, outputs: outputsOf(inputs, chart, revision) };
}

async function update(client: KubernetesClient, id: string, _: ReleaseOutputs, inputs: ReleaseInputs): Promise<ReleaseOutputs> {
  const { chart, release } = resolved(inputs, client);
  const operation = `helm upgrade ${release.name}`;
  const former = await revisionsOf(client.api, release.namespace, release.name);
  const latest = former.at(-1);
  if (latest === undefined) throw new CloudError(operation, 404, "NotFound", `release ${id} is gone from the cluster; a refresh takes note of that`);
  if (latest.chart !== chart.name) throw new CloudError(operation, 422, "Invalid", `release ${id} is of chart ${latest.chart}, and an upgrade to ${chart.name} would leave its objects behind`);
  await judge(client, chart, release, operation);
  const revision = await writeRevision(client.api, chart, release, latest.revision + 1, inputs.description ?? "Upgrade complete");
  for (const old of former.filter(({ status }) => status === "deployed")) await supersede(client.api, old);
  await keepHistory(client, former, inputs.maxHistory ?? 0);
  return outputsOf(inputs, chart, revision);
}

async function read(client: KubernetesClient, id: string, known: ReleaseOutputs | undefined) {
  const slash = id.indexOf("/");
  const [namespace, name] = slash < 0 ? [client.namespace, id] : [id.slice(0, slash), id.slice(slash + 1)];
  const revision = (await revisionsOf(client.api, namespace, name)).at(-1);
  const chart = revision === undefined ? undefined : chartByName(revision.chart);
  if (revision === undefined) return undefined;
  if (chart === undefined) throw new CloudError(`helm status ${name}`, 422, "Invalid", `release ${id} is of chart ${revision.chart}, which the sandbox does not know`);
  const inputs = known?.__inputs === undefined ? importedInputs(chart, revision) : foundInputs(known.__inputs, revision);
  return { id, inputs, outputs: outputsOf(inputs, chart, revision) };
}

async function remove(client: KubernetesClient, id: string, known: ReleaseOutputs): Promise<void> {
  const { chart, release } = resolved(known.__inputs, client);
  const held = chart.heldBy?.(release, { api: client.api, others: await othersThan(client, release) }) ?? [];
  if (held.length > 0) throw new CloudError(`helm uninstall ${release.name}`, 409, "Held", `release ${id} cannot go yet: ${held.join("; ")}`);
  // Oldest first: until the newest is gone, the release still shows and can be removed again.
  for (const revision of await revisionsOf(client.api, release.namespace, release.name)) await deleteRevision(client.api, revision);
}

/** Only what passed Check comes here. */
function resolved(inputs: ReleaseInputs, client: KubernetesClient): { readonly chart: Chart; readonly release: RecordedRelease } {
  const chart = chartByReference(inputs.chart);
  if (chart === undefined) throw new Error(`chart ${inputs.chart} is not known to the sandbox`);
  return { chart, release: { ...factsOf(inputs, client.namespace), chart: chart.name } };
}

/** Rules that need the namespace's real name or the cluster, all findings in one error. */
async function judge(client: KubernetesClient, chart: Chart, release: RecordedRelease, operation: string): Promise<void> {
  const cluster = { api: client.api, others: await othersThan(client, release) };
  const [needs, pods] = await Promise.all([chart.needs?.(release, cluster) ?? [], podFindings(client.api, chart.pods(release), "admission")]);
  refuse(operation, [...(chart.check?.(release) ?? []), ...needs, ...pods]);
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

/** `limit` revisions stay, the new one counted; 0 keeps all, as Helm has it. */
async function keepHistory(client: KubernetesClient, former: readonly Revision[], limit: number): Promise<void> {
  if (limit === 0) return;
  for (const old of former.slice(0, Math.max(0, former.length + 1 - limit))) await deleteRevision(client.api, old);
}

/** What somebody upgraded behind the program's back: version and values. */
function foundInputs(inputs: ReleaseInputs, revision: Revision): ReleaseInputs {
  // JSON is what the cluster holds; values that differ only in absent members are the same.
  const written: unknown = JSON.parse(JSON.stringify(inputs.values ?? {}));
  const values = isDeepStrictEqual(written, revision.values) ? {} : { values: revision.values };
  return { ...inputs, ...values, version: revision.version };
}

function importedInputs(chart: Chart, revision: Revision): ReleaseInputs {
  const repository = chart.repository === undefined ? {} : { repositoryOpts: { repo: chart.repository } };
  return { chart: chart.reference, name: revision.name, namespace: revision.namespace, version: revision.version, values: revision.values, ...repository };
}

function outputsOf(inputs: ReleaseInputs, chart: Chart, revision: Revision): ReleaseOutputs {
  return {
    ...inputs,
    namespace: revision.namespace,
    values: revision.values,
    resourceNames: chart.resourceNames(revision),
    status: {
      appVersion: revision.appVersion,
      chart: revision.chart,
      name: revision.name,
      namespace: revision.namespace,
      revision: revision.revision,
      status: revision.status,
      version: revision.version,
    },
    __inputs: inputs,
  };
}
