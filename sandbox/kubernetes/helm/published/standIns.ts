/**
 * What a cluster without nodes lacks for Helm to end: a kubelet that says pods are ready or jobs done, and Actions Runner Controller, which takes its
 * finalizers off what is deleted. Both are stood in for while Helm works, and not a moment longer.
 */
import { pathOf, type ApiResource, type KubernetesApi, type KubernetesObject } from "../../api";
import { pause } from "../../cluster/process";
import { kindOf } from "../install";

const everyMilliseconds = 200;
const pods: ApiResource = { root: "/api/v1", plural: "pods", namespaced: true };

/** Does `work` while pods become ready; objects of `mine` lose their finalizers once they are deleted. */
export async function attended<T>(api: KubernetesApi, mine: readonly KubernetesObject[], work: () => Promise<T>): Promise<T> {
  let over = false;
  const standing = (async () => {
    while (!over) {
      await Promise.all([settlePods(api), ...mine.map((object) => release(api, object))]);
      await pause(everyMilliseconds);
    }
  })();
  try {
    return await work();
  } finally {
    over = true;
    await standing;
  }
}

async function settlePods(api: KubernetesApi): Promise<void> {
  for (const pod of await api.list("/api/v1/pods", { fieldSelector: "status.phase=Pending" })) {
    const path = `${pathOf(pods, pod.metadata.namespace, pod.metadata.name)}/status`;
    await goneOrDone(api.send({ method: "PATCH", path, contentType: "application/merge-patch+json", body: { status: statusOf(pod) } }));
  }
}

/** A job's pod has run; any other is ready. */
function statusOf(pod: KubernetesObject): Readonly<Record<string, unknown>> {
  const owners = (pod.metadata["ownerReferences"] ?? []) as readonly { readonly kind: string }[];
  if (owners.some(({ kind }) => kind === "Job") || (pod["spec"] as { readonly restartPolicy?: string }).restartPolicy === "Never") return { phase: "Succeeded" };
  const now = new Date().toISOString();
  const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({ type, status: "True", lastTransitionTime: now }));
  return { phase: "Running", startTime: now, conditions };
}

async function release(api: KubernetesApi, object: KubernetesObject): Promise<void> {
  const { namespace, name } = object.metadata;
  const resource = await api.resource(kindOf(object));
  if (resource === undefined) return;
  const path = pathOf(resource, namespace, name);
  const there = await api.find(path);
  if (there?.metadata.deletionTimestamp === undefined || (there.metadata.finalizers ?? []).length === 0) return;
  await goneOrDone(api.send({ method: "PATCH", path, contentType: "application/merge-patch+json", body: { metadata: { finalizers: null } } }));
}

/** What went meanwhile needs nothing. */
async function goneOrDone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: { status?: number }) => {
    if (error.status !== 404 && error.status !== 409) throw error;
  });
}
