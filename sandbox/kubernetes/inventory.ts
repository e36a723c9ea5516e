/** What the clusters hold, for people: read with the applying identity, past the fault switch, which breaks the provider's calls only. */
import { NO_FAULTS } from "../cloud";
import { KubernetesApi, type KubernetesObject } from "./api";
import type { RunningCluster } from "./cluster/host";
import { deployedReleases } from "./helm/storage";
import { isObject } from "./objects/inputs";

export interface InventoryEntry {
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
}

/** Namespaces, quotas and admission policies that somebody made, and Helm releases, cluster by cluster. */
export async function inventoryOf(clusters: readonly RunningCluster[], token: string): Promise<readonly InventoryEntry[]> {
  const all = await Promise.all(clusters.map((cluster) => ofCluster(cluster, token)));
  return all.flat();
}

async function ofCluster({ context, server }: RunningCluster, token: string): Promise<readonly InventoryEntry[]> {
  const api = new KubernetesApi(server.url, server.authority, token, NO_FAULTS);
  try {
    const [namespaces, quotas, policies, releases] = await Promise.all([
      api.list("/api/v1/namespaces"),
      api.list("/api/v1/resourcequotas"),
      api.list("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"),
      deployedReleases(api),
    ]);
    return [
      ...namespaces.filter(({ metadata }) => !isOwn(metadata.name)).map((object) => entry("Namespace", context, object, phaseOf(object))),
      ...quotas.map((object) => entry("ResourceQuota", context, object, hardOf(object))),
      ...policies.map((object) => entry("ValidatingAdmissionPolicy", context, object, `${countOf(object, "validations")} validations`)),
      ...releases.map((release) => ({ kind: "Helm release", name: `${context}/${release.namespace}/${release.name}`, detail: `${release.chart} ${release.version}, revision ${release.revision}, by ${release.byModel ? "the sandbox's model of the chart" : "Helm"}` })),
    ];
  } finally {
    api.close();
  }
}

/** Namespaces that every cluster is born with. */
function isOwn(name: string): boolean {
  return name === "default" || name.startsWith("kube-");
}

function entry(kind: string, context: string, { metadata }: KubernetesObject, detail: string): InventoryEntry {
  return { kind, name: [context, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/"), detail };
}

function phaseOf(namespace: KubernetesObject): string {
  return String(field(namespace["status"], "phase") ?? "unknown");
}

function hardOf(quota: KubernetesObject): string {
  const hard = field(quota["spec"], "hard");
  return isObject(hard) ? Object.entries(hard).map(([resource, amount]) => `${resource}=${String(amount)}`).join(" ") : "no limit";
}

function countOf(object: KubernetesObject, list: string): number {
  const items = field(object["spec"], list);
  return Array.isArray(items) ? items.length : 0;
}

function field(object: unknown, name: string): unknown {
  return isObject(object) ? object[name] : undefined;
}
