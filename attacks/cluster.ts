/** API servers to which attacks send their pods. The admission policies are those that the stack registers; the API server is the real one. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "../policy/resources/resource";
import { NO_FAULTS, type SandboxContext } from "../sandbox/cloud";
import { Children } from "../sandbox/daemon/children";
import { layoutOf } from "../sandbox/daemon/layout";
import { start, type KubernetesCloud } from "../sandbox/kubernetes";
import { ApiError } from "../sandbox/kubernetes/api";
import type { KubernetesClient } from "../sandbox/kubernetes/client";
import { toolPath } from "../sandbox/tools";
import { got, refused, type Outcome } from "./attack";
import { freePort } from "../sandbox/ports";

/** A pod's spec. */
export type Spec = Readonly<Record<string, unknown>>;

export interface Cluster {
  /**
   * Whether a pod may be created, asked with a dry run.
   * @param namespace a namespace of the stack; with `guarded` false one that no policy names and no Pod Security level holds
   */
  createPod(namespace: string, spec: Spec, guarded: boolean): Promise<Outcome>;
  stop(): Promise<void>;
}

/** What an API server has to hold before a pod is tried, the namespaces first. */
const TYPES = [
  "kubernetes:core/v1:Namespace",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
];

/** A namespace in which nothing is held. */
const OPEN_NAMESPACE = "open";

/** The policies' words come with 422, Pod Security's with 403; any other answer is no refusal but a failure of the attack itself. */
const REFUSALS = [403, 422];

/** Milliseconds that the API server may take to know a policy, and between two looks. */
const KNOWN_MS = 60_000;
const POLL_MS = 250;

/** A cluster that starts when the first pod is tried. */
export function clusterOf(resources: readonly Resource[]): Cluster {
  let starting: Promise<Started> | undefined;
  return {
    createPod: async (namespace, spec, guarded) => {
      starting ??= startWith(resources);
      const { client } = await starting;
      return send(client, guarded ? namespace : OPEN_NAMESPACE, spec);
    },
    stop: async () => {
      // One that did not start has stopped already, and each attack has said so.
      await starting?.then((started) => started.stop(), () => undefined);
    },
  };
}

/** A cluster that nothing may be asked of: for attacks that need none. */
export const NO_CLUSTER: Cluster = {
  createPod: () => Promise.reject(new Error("this attack needs an API server, and none is given")),
  stop: () => Promise.resolve(),
};

interface Started {
  readonly client: KubernetesClient;
  readonly stop: () => Promise<void>;
}

async function startWith(resources: readonly Resource[]): Promise<Started> {
  const layout = layoutOf(await mkdtemp(join(tmpdir(), "gpu-cicd-attack-")));
  for (const folder of [layout.bin, layout.logs, layout.pids]) await mkdir(folder);
  const children = new Children(layout);
  const context: SandboxContext = {
    directory: layout.directory,
    tool: toolPath,
    spawn: (name, file, args, options) => children.spawn(name, file, args, options),
    freePort,
    faults: NO_FAULTS,
    log: () => undefined,
  };
  const cloud = await start(context);
  const stop = async (): Promise<void> => {
    await cloud.stop();
    await children.stop();
    await rm(layout.directory, { recursive: true, force: true });
  };
  try {
    const client = await clientOf(cloud);
    await fill(client, resources);
    return { client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function clientOf(cloud: KubernetesCloud): Promise<KubernetesClient> {
  const id = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/ci/providers/Microsoft.ContainerService/managedClusters/attacked";
  const endpoint = await cloud.clusters.create({ id, name: "attacked", kubernetesVersion: "1.36" });
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "attacked", cluster: { server: endpoint.server, "certificate-authority-data": endpoint.certificateAuthorityData } }],
    users: [{ name: "entra", user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin", args: ["get-token", "--login", "azurecli"] } } }],
    contexts: [{ name: "attacked", context: { cluster: "attacked", user: "entra" } }],
    "current-context": "attacked",
  };
  return cloud.provider.configure({ kubeconfig: JSON.stringify(kubeconfig) }) as Promise<KubernetesClient>;
}

async function fill({ api }: KubernetesClient, resources: readonly Resource[]): Promise<void> {
  const put = async (type: string, props: Readonly<Record<string, unknown>>): Promise<void> => {
    const [, group = "", kind = ""] = type.split(":");
    const [name = "", version = ""] = group.split("/");
    const gvk = { group: name === "core" ? "" : name, version, kind };
    const found = await api.resource(gvk);
    if (found === undefined) throw new Error(`the API server does not know ${type}`);
    const body = { ...props, apiVersion: gvk.group === "" ? version : group, kind };
    await api.send({ method: "POST", path: `${found.root}/${found.plural}`, body }).catch((error: unknown) => {
      // Both clusters of a stack have some of the same namespaces and policies; here they are one.
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
    });
  };
  for (const type of TYPES) for (const resource of resources.filter((each) => each.type === type)) await put(type, resource.props);
  await put("kubernetes:core/v1:Namespace", { metadata: { name: OPEN_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "privileged" } } });
  await known(api, resources);
}

/** An API server takes some seconds to hold a new policy: waits until each that judges pods has refused one on purpose, by a namespace of a canary. */
async function known(api: KubernetesClient["api"], resources: readonly Resource[]): Promise<void> {
  const canary = { metadata: { name: "canary" }, spec: { failurePolicy: "Fail", matchConstraints: CANARY_MATCH, validations: [{ expression: "object.metadata.name != 'canary'", message: "canary" }] } };
  const root = "/apis/admissionregistration.k8s.io/v1";
  await api.send({ method: "POST", path: `${root}/validatingadmissionpolicies`, body: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", ...canary } });
  await api.send({
    method: "POST",
    path: `${root}/validatingadmissionpolicybindings`,
    body: { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata: { name: "canary" }, spec: { policyName: "canary", validationActions: ["Deny"] } },
  });
  const deadline = Date.now() + KNOWN_MS;
  // Policies are taken in the order in which they were made, so those of the stack are in force once the last one is.
  while (Date.now() < deadline) {
    const answer = await api.send({ method: "POST", path: "/api/v1/namespaces/default/configmaps", query: { dryRun: "All" }, body: { metadata: { name: "canary" } } }).catch((error: unknown) => error);
    if (answer instanceof ApiError && answer.message.includes("canary")) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the API server did not take ${resources.filter(({ type }) => type === TYPES[1]).length} admission policies within ${KNOWN_MS / 1000} seconds`);
}

const CANARY_MATCH = { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] }] };

async function send({ api }: Pick<KubernetesClient, "api">, namespace: string, spec: Spec, tries = KNOWN_MS / POLL_MS): Promise<Outcome> {
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name: "attack" }, spec };
  try {
    await api.send({ method: "POST", path: `/api/v1/namespaces/${namespace}/pods`, query: { dryRun: "All" }, body });
    return got(`the API server takes the pod in ${namespace}`);
  } catch (error) {
    if (!(error instanceof ApiError) || !REFUSALS.includes(error.status)) throw error;
    // A namespace gets its account some moments after it was made; until then nothing was said of the pod.
    if (error.message.includes("error looking up service account") && tries > 0) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      return send({ api }, namespace, spec, tries - 1);
    }
    if (error.message.includes("error looking up service account")) throw error;
    return refused(`API server: ${error.message.replace(/^.*? pods "attack" is forbidden: /s, "").replace(/^ValidatingAdmissionPolicy '([^']+)' .*? denied request: /s, "$1: ")}`);
  }
}
