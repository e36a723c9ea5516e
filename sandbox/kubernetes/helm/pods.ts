/** Judges the pods of a chart by the API server's own rules: a dry run with strict fields and every admission, in the pod's namespace. */
import { ApiError, pathOf, type ApiResource, type KubernetesApi } from "../api";
import { pause } from "../cluster/process";
import type { ChartPod, Finding } from "./charts/chart";

const pods: ApiResource = { root: "/api/v1", plural: "pods", namespaced: true };
/** The controller makes the service account `default` a moment after the namespace. */
const accountTries = 20;
const accountPauseMilliseconds = 250;

/**
 * Findings of the API server about the pods. `fields` looks only at the pods, as a preview must: quotas, levels of Pod Security and
 * policies may change in the same update. `admission` is the whole judgement.
 */
export async function podFindings(api: KubernetesApi, wanted: readonly ChartPod[], depth: "fields" | "admission"): Promise<readonly Finding[]> {
  const found = await Promise.all(wanted.map((pod) => (depth === "fields" ? fieldRefusal(api, pod) : refusal(api, pod))));
  return wanted.flatMap((pod, i) => (found[i] === undefined ? [] : [{ property: pod.from, reason: `the API server refuses its pod: ${found[i]}` }]));
}

async function refusal(api: KubernetesApi, pod: ChartPod): Promise<string | undefined> {
  return (await dryRun(api, pod, pod.namespace))?.message;
}

/** A namespace that is not there yet is stood in for by `default`, which every cluster has. */
async function fieldRefusal(api: KubernetesApi, pod: ChartPod): Promise<string | undefined> {
  const inPlace = await dryRun(api, pod, pod.namespace);
  const judged = inPlace?.status === 404 ? await dryRun(api, pod, "default") : inPlace;
  return judged?.status === 400 || judged?.status === 422 ? judged.message : undefined;
}

async function dryRun(api: KubernetesApi, pod: ChartPod, namespace: string): Promise<ApiError | undefined> {
  const metadata = { ...pod.metadata, name: "sandbox-admission-check", namespace };
  const body = { apiVersion: "v1", kind: "Pod", metadata, spec: pod.spec };
  for (let tries = accountTries; ; tries--) {
    try {
      await api.send({ method: "POST", path: pathOf(pods, namespace), query: { dryRun: "All", fieldValidation: "Strict" }, body });
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 409) throw error;
      if (!isAccountMissing(error) || tries === 0) return error;
      await pause(accountPauseMilliseconds);
    }
  }
}

function isAccountMissing({ status, message }: ApiError): boolean {
  return status === 403 && message.includes("error looking up service account") && message.includes('serviceaccount "default" not found');
}
