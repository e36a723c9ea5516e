/** What the provider waits for after a write and after a deletion. */
import { isDeepStrictEqual } from "node:util";
import { pauseInWork } from "../../provider/current";
import { CloudError } from "../../provider/kind";
import type { KubernetesApi, KubernetesObject } from "../api";
import { skipsAwait, timeout } from "./annotations";
import { isObject, type ObjectInputs } from "./inputs";

/** The real provider's limits, in seconds. */
const quotaSeconds = 60;
const deletionSeconds = 600;
const firstPollMilliseconds = 50;
const longestPollMilliseconds = 500;

/**
 * Waits until an object is as ready as it can be here, and returns it. A ResourceQuota is ready when the controller counts by it. The real
 * provider waits for pods of workloads, for endpoints of services and for volumes of claims too: there are no nodes here, so these count as
 * done once they are applied.
 */
export async function untilReady(api: KubernetesApi, path: string, live: KubernetesObject, inputs: ObjectInputs): Promise<KubernetesObject> {
  if (live.apiVersion !== "v1" || live.kind !== "ResourceQuota" || skipsAwait(inputs)) return live;
  const seconds = timeout(inputs, quotaSeconds);
  return poll(seconds, `GET ${path}`, "the quota controller does not count by this ResourceQuota yet", live, () => api.send({ method: "GET", path }), quotaCounts);
}

function quotaCounts(quota: KubernetesObject): boolean {
  return isDeepStrictEqual(field(quota["spec"], "hard"), field(quota["status"], "hard"));
}

/** Waits until the object with this uid is gone. What still holds it stands in the error. */
export async function untilGone(api: KubernetesApi, path: string, live: KubernetesObject, inputs: ObjectInputs): Promise<void> {
  const uid = live.metadata["uid"];
  const seconds = timeout(inputs, deletionSeconds);
  let last = live;
  await poll(
    seconds,
    `DELETE ${path}`,
    () => `still there; ${holders(last)}`,
    live as KubernetesObject | undefined,
    async () => {
      const found = await api.find(path);
      last = found ?? last;
      return found;
    },
    (found) => found === undefined || found.metadata["uid"] !== uid,
  );
}

function holders(live: KubernetesObject): string {
  const finalizers = live.metadata.finalizers ?? [];
  const conditions = field(live["status"], "conditions");
  const reasons = Array.isArray(conditions) ? conditions.flatMap((condition) => (field(condition, "status") === "True" ? [String(field(condition, "message"))] : [])) : [];
  return [`finalizers: ${finalizers.join(", ") || "none"}`, ...reasons].join("; ");
}

async function poll<T>(seconds: number, operation: string, unmet: string | (() => string), first: T, ask: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let value = first;
  for (let wait = firstPollMilliseconds; !done(value); wait = Math.min(wait * 2, longestPollMilliseconds)) {
    if (Date.now() > deadline) throw new CloudError(operation, 408, "Timeout", `after ${seconds} s: ${typeof unmet === "string" ? unmet : unmet()}`);
    await pauseInWork(wait, operation);
    value = await ask();
  }
  return value;
}

function field(object: unknown, name: string): unknown {
  return isObject(object) ? object[name] : undefined;
}
