/** How a release comes into a cluster: by Helm from its chart, where the cache has it, or by the sandbox's model of the chart. */
import { parseAllDocuments } from "yaml";
import { CloudError } from "../../provider/kind";
import { UNKNOWN } from "../../provider/wire";
import type { KubernetesObject } from "../api";
import type { KubernetesClient } from "../client";
import { isObject } from "../objects/inputs";
import { chartByReference } from "./charts";
import type { Chart, ChartPod, RecordedRelease } from "./charts/chart";
import type { ReleaseInputs } from "./inputs";
import { ForeignObject, applyObjects, removeObjects } from "./install";
import { nameOf, type CachedChart } from "./published/cache";
import { HelmError, renderedFor, type Helm } from "./published/helm";
import { attended } from "./published/standIns";
import { deleteRevision, revisionsOf, supersede, writeRevision, type Revision } from "./storage";

/** A release's chart, and what is done with it. `former` are the revisions that the cluster holds, oldest first. */
export interface Way {
  /** Name in the chart's Chart.yaml. */
  readonly chart: string;
  /** What the sandbox knows of this chart at this version; absent where nothing. */
  readonly model?: Chart;
  /** The pods that the chart makes. An error where the chart refuses its values. */
  pods(inputs: ReleaseInputs, release: RecordedRelease): Promise<readonly ChartPod[]>;
  install(inputs: ReleaseInputs, release: RecordedRelease): Promise<Revision>;
  upgrade(inputs: ReleaseInputs, release: RecordedRelease, former: readonly Revision[]): Promise<Revision>;
  uninstall(inputs: ReleaseInputs, release: RecordedRelease): Promise<void>;
}

/** The way of a release. @throws Error for a chart that neither the cache nor the models have: such inputs pass no check */
export function wayOf(client: KubernetesClient, inputs: ReleaseInputs): Way {
  const model = modelOf(inputs);
  const published = client.helm === undefined ? undefined : publishedChart(client.helm, inputs);
  if (client.helm !== undefined && published !== undefined) return helmWay(client, client.helm, published, model);
  if (model === undefined) throw new Error(`chart ${inputs.chart} is not known to the sandbox`);
  return modelWay(client, model);
}

/** The archive of a release's chart. */
export function publishedChart(helm: Helm, { chart, repositoryOpts, version }: ReleaseInputs): CachedChart | undefined {
  return helm.find({ reference: chart, repository: repositoryOpts?.repo, version });
}

/** A model stands for the versions that it lists. */
function modelOf({ chart, version }: ReleaseInputs): Chart | undefined {
  const model = chartByReference(chart);
  return model?.versions.includes(version) === true ? model : undefined;
}

function modelWay({ api }: KubernetesClient, chart: Chart): Way {
  return {
    chart: chart.name,
    model: chart,
    pods: (_, release) => Promise.resolve(chart.pods(release)),
    install: async ({ description }, release) => {
      try {
        await applyObjects(api, chart, release);
      } catch (error) {
        // Nothing of a release stays that could not be installed whole, as `atomic` has it.
        if (!(error instanceof ForeignObject)) await removeObjects(api, chart, release);
        throw error;
      }
      return writeRevision(api, chart, release, 1, description ?? "Install complete");
    },
    upgrade: async ({ description, maxHistory = 0 }, release, former) => {
      const latest = former.at(-1);
      await applyObjects(api, chart, release, latest);
      const revision = await writeRevision(api, chart, release, (latest?.revision ?? 0) + 1, description ?? "Upgrade complete");
      for (const old of former.filter(({ status }) => status === "deployed")) await supersede(api, old);
      // `maxHistory` revisions stay, the new one counted; 0 keeps all, as Helm has it.
      const surplus = maxHistory === 0 ? [] : former.slice(0, Math.max(0, former.length + 1 - maxHistory));
      for (const old of surplus) await deleteRevision(api, old);
      return revision;
    },
    uninstall: async (_, release) => {
      await removeObjects(api, chart, release);
      // Oldest first: until the newest is gone, the release still shows and can be removed again.
      for (const revision of await revisionsOf(api, release.namespace, release.name)) await deleteRevision(api, revision);
    },
  };
}

function helmWay(client: KubernetesClient, helm: Helm, chart: CachedChart, model: Chart | undefined): Way {
  const { api, helmAccess } = client;
  /** One call of the fault switch for each command: what Helm sends is its own. */
  const helmed = async (release: RecordedRelease, command: string, mine: readonly KubernetesObject[], work: () => Promise<string>): Promise<void> => {
    await api.passed(`helm ${command} ${release.name}`, async () => {
      const aside = api.unbroken();
      try {
        await attended(aside, mine, work).catch(refused(`helm ${command} ${release.name}`));
      } finally {
        aside.close();
      }
    });
  };
  const latest = async ({ namespace, name }: RecordedRelease): Promise<Revision> => {
    const found = (await revisionsOf(api, namespace, name)).at(-1);
    if (found === undefined) throw new Error(`Helm has left no record of release ${namespace}/${name}`);
    return found;
  };
  return {
    chart: nameOf(chart),
    ...(model === undefined ? {} : { model }),
    pods: async (inputs, release) => podsOf(await rendered(helm, chart, inputs, release), release.namespace),
    install: async (inputs, release) => {
      const args = ["install", release.name, ...helmAccess, "--namespace", release.namespace, ...flagsOf(inputs), ...(inputs.createNamespace === true ? ["--create-namespace"] : [])];
      await helmed(release, "install", [], () => helm.onChart(chart, args, release.values));
      return latest(release);
    },
    upgrade: async (inputs, release) => {
      const args = ["upgrade", release.name, ...helmAccess, "--namespace", release.namespace, ...flagsOf(inputs), "--history-max", String(inputs.maxHistory ?? 0), ...(inputs.cleanupOnFail === true ? ["--cleanup-on-fail"] : [])];
      await helmed(release, "upgrade", objectsOf((await latest(release)).manifest), () => helm.onChart(chart, args, release.values));
      return latest(release);
    },
    uninstall: async (inputs, release) => {
      const found = (await revisionsOf(api, release.namespace, release.name)).at(-1);
      if (found === undefined) return;
      const mine = objectsOf(found.manifest).map((object) => inNamespace(object, release.namespace));
      const args = ["uninstall", release.name, ...helmAccess, "--namespace", release.namespace, "--wait", "--timeout", `${timeoutOf(inputs)}s`, ...(inputs.disableWebhooks === true ? ["--no-hooks"] : [])];
      await helmed(release, "uninstall", mine, () => helm.run(args));
    },
  };
}

/** Names of flags as `helm install --help` and `helm upgrade --help` have them; the provider sets the same fields of Helm's actions. */
function flagsOf(inputs: ReleaseInputs): string[] {
  const flags: readonly (readonly [boolean | undefined, string])[] = [
    [inputs.skipAwait !== true, "--wait"],
    [inputs.atomic, "--atomic"],
    [inputs.waitForJobs, "--wait-for-jobs"],
    [inputs.skipCrds, "--skip-crds"],
    [inputs.disableWebhooks, "--no-hooks"],
    [inputs.disableOpenapiValidation, "--disable-openapi-validation"],
    [inputs.dependencyUpdate, "--dependency-update"],
  ];
  const set = flags.flatMap(([on, flag]) => (on === true ? [flag] : []));
  return [...set, "--timeout", `${timeoutOf(inputs)}s`, ...(inputs.description === undefined ? [] : ["--description", inputs.description])];
}

/** Seconds that the provider lets Helm wait. */
function timeoutOf({ timeout }: ReleaseInputs): number {
  return timeout ?? 300;
}

/** The chart's objects for these values, without a cluster; none while a value is not known yet. */
async function rendered(helm: Helm, chart: CachedChart, inputs: ReleaseInputs, release: RecordedRelease): Promise<readonly KubernetesObject[]> {
  if (JSON.stringify(release.values).includes(UNKNOWN)) return [];
  const args = ["template", release.name, "--namespace", release.namespace === "" ? "default" : release.namespace, "--kube-version", renderedFor, ...(inputs.disableWebhooks === true ? ["--no-hooks"] : [])];
  return objectsOf(await helm.onChart(chart, args, release.values).catch(refused(`helm template ${release.name}`)));
}

function refused(operation: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof HelmError ? new CloudError(operation, 422, "Failed", error.message) : error;
  };
}

/** The objects of a rendering. */
export function objectsOf(manifest: string): readonly KubernetesObject[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS() as unknown)
    .filter(isObject) as unknown as readonly KubernetesObject[];
}

/** Templates may leave out the release's own namespace. */
function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  return object.metadata.namespace === undefined ? { ...object, metadata: { ...object.metadata, namespace } } : object;
}

/** Where kinds keep the template of their pods. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "AutoscalingRunnerSet"].map((kind) => [kind, ["spec", "template"]])),
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** The pods of a rendering. An account that the rendering makes too is not there yet when its pods are judged. */
export function podsOf(objects: readonly KubernetesObject[], namespace: string): readonly ChartPod[] {
  const accounts = new Set(objects.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name));
  return objects.flatMap((object) => {
    const path = TEMPLATES[object.kind];
    const template = path?.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object);
    if (!isObject(template) || !isObject(template["spec"])) return [];
    const there = ([key, value]: readonly [string, unknown]): boolean => !key.startsWith("serviceAccount") || typeof value !== "string" || !accounts.has(value);
    const spec = Object.fromEntries(Object.entries(template["spec"]).filter(there));
    const metadata = isObject(template["metadata"]) ? template["metadata"] : {};
    return [{ from: `${object.kind} ${object.metadata.name}`, namespace: object.metadata.namespace ?? namespace, metadata, spec }];
  });
}

/** The provider's output `resourceNames`: `KIND.GROUP/APIVERSION`, and `NAMESPACE/NAME` or `NAME`. Source: helm_release.go of pulumi/pulumi-kubernetes v4. */
export function namesOf(manifest: string): Readonly<Record<string, readonly string[]>> {
  const names: Record<string, string[]> = {};
  for (const { apiVersion, kind, metadata } of objectsOf(manifest)) {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
    (names[`${kind}${group}/${apiVersion}`] ??= []).push(metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`);
  }
  return names;
}
