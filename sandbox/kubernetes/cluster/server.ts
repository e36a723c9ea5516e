/** One cluster: a real kube-apiserver and the controllers of a real kube-controller-manager, over a key prefix of the shared etcd. */
import { join } from "node:path";
import type { SandboxContext } from "../../cloud";
import { createAuthority } from "./certificates";
import type { Etcd } from "./etcd";
import { readIfThere, writePrivate } from "./files";
import { HttpsClient } from "./https";
import type { Identities } from "./identity";
import { kubeconfigWithToken } from "./kubeconfig";
import { end, untilReady } from "./process";

export interface ClusterSpec {
  /** Name among the clusters of this sandbox: key prefix, directory and log names. Letters, digits and dashes. */
  readonly slug: string;
  /** `MAJOR.MINOR` whose API the server shows. */
  readonly minorVersion: string;
  /** Port on 127.0.0.1. */
  readonly port: number;
}

export interface ClusterServer {
  /** URL of the API server. */
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** Three seconds is usual; two clusters that start at once on two busy cores take longer. */
const startSeconds = 90;

/**
 * What works without nodes: namespaces finish deleting, quotas count, owners' dependents and foreground deletions end, service accounts
 * appear, aggregated roles fill, the authority is published, and the expressions of admission policies are type-checked.
 * No scheduler and no kubelet: a pod is admitted and then stays pending.
 */
const controllers = [
  "namespace-controller",
  "resourcequota-controller",
  "garbage-collector-controller",
  "serviceaccount-controller",
  "clusterrole-aggregation-controller",
  "root-ca-certificate-publisher-controller",
  "validatingadmissionpolicy-status-controller",
] as const;

/** What Helm waits for: that workloads make pods, and count them. */
const workloads = ["deployment-controller", "replicaset-controller", "daemonset-controller", "statefulset-controller", "job-controller"] as const;

/** A cluster of the sandbox holds some hundred objects, and two clusters have to fit beside the other clouds. */
const SMALL_HEAP = { GOGC: "40", GOMEMLIMIT: "200MiB" };

/**
 * The controller's chart brings definitions whose schemas hold pods, and Helm reads the API's whole description after them: it takes 540 MB to make.
 * With the small heap the chart takes 32 s, half a minute of it for collecting garbage, and with this one 14 s.
 */
const HEAP_OF_DEFINITIONS = { GOGC: "100", GOMEMLIMIT: "600MiB" };

/** Starts both servers and resolves when the API server is ready and its controllers run. */
export async function startCluster(context: SandboxContext, directory: string, etcd: Etcd, who: Identities, spec: ClusterSpec): Promise<ClusterServer> {
  const url = `https://127.0.0.1:${spec.port}`;
  const tls = await servingCertificate(directory);
  const apiServer = context.spawn(`kube-apiserver-${spec.slug}`, await context.tool("kube-apiserver"), apiServerArguments(spec, etcd, who, tls), {
    env: context.charts === undefined ? SMALL_HEAP : HEAP_OF_DEFINITIONS,
  });
  const client = new HttpsClient({ authority: tls.authority });
  const headers = { authorization: `Bearer ${who.applierToken}` };
  try {
    await untilReady(`kube-apiserver-${spec.slug}`, apiServer, async () => (await client.send({ method: "GET", url: `${url}/readyz`, headers })).status === 200, startSeconds);
  } catch (error) {
    await end(apiServer);
    throw error;
  } finally {
    client.close();
  }
  const kubeconfig = await writePrivate(join(directory, "controllers.kubeconfig"), kubeconfigWithToken(url, tls.authority, who.controllerToken));
  const manager = context.spawn(
    `kube-controller-manager-${spec.slug}`,
    await context.tool("kube-controller-manager"),
    managerArguments(kubeconfig, tls.authorityFile, who, spec, context.charts === undefined ? controllers : [...controllers, ...workloads]),
    { env: { GOGC: "40", GOMEMLIMIT: "80MiB" } },
  );
  return {
    url,
    authority: tls.authority,
    stop: async () => {
      await end(manager);
      await end(apiServer);
    },
  };
}

interface ServingFiles {
  readonly authority: string;
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Made once for each cluster: a sandbox that starts anew must hand out the kubeconfig that the stack's state remembers. */
async function servingCertificate(directory: string): Promise<ServingFiles> {
  const files = { authorityFile: join(directory, "ca.crt"), certificateFile: join(directory, "serving.crt"), keyFile: join(directory, "serving.key") };
  const [authority, certificate, key] = await Promise.all([files.authorityFile, files.certificateFile, files.keyFile].map(readIfThere));
  if (authority !== undefined && certificate !== undefined && key !== undefined) return { authority, ...files };
  return newServingCertificate(files);
}

async function newServingCertificate(files: Omit<ServingFiles, "authority">): Promise<ServingFiles> {
  const authority = await createAuthority("Kubernetes of the sandbox");
  const serving = await authority.server("kube-apiserver", [
    { type: "ip", value: "127.0.0.1" },
    { type: "dns", value: "localhost" },
    { type: "dns", value: "kubernetes.default.svc" },
  ]);
  await writePrivate(files.authorityFile, authority.certificate);
  await writePrivate(files.certificateFile, serving.certificate);
  await writePrivate(files.keyFile, serving.key);
  return { authority: authority.certificate, ...files };
}

function apiServerArguments(spec: ClusterSpec, etcd: Etcd, who: Identities, tls: ServingFiles): string[] {
  return [
    ...["--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", String(spec.port)],
    ...["--tls-cert-file", tls.certificateFile, "--tls-private-key-file", tls.keyFile],
    ...["--etcd-servers", etcd.url, "--etcd-prefix", etcdPrefix(spec.slug)],
    ...["--etcd-cafile", etcd.authorityFile, "--etcd-certfile", etcd.clientCertificateFile, "--etcd-keyfile", etcd.clientKeyFile],
    ...["--etcd-count-metric-poll-period", "0", "--etcd-db-metric-poll-interval", "0"],
    ...["--token-auth-file", who.tokenTableFile, "--anonymous-auth=false", "--authorization-mode", "RBAC"],
    ...["--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", who.serviceAccountKeyFile],
    ...["--service-account-signing-key-file", who.serviceAccountKeyFile],
    ...["--service-cluster-ip-range", "10.0.0.0/24", "--endpoint-reconciler-type", "none"],
    // As AKS runs it: what a pod may do is Pod Security's and admission's to say.
    "--allow-privileged",
    ...["--emulated-version", spec.minorVersion],
    ...["--enable-priority-and-fairness=false", "--profiling=false", "--event-ttl", "10m"],
  ];
}

function managerArguments(kubeconfig: string, authorityFile: string, who: Identities, spec: ClusterSpec, running: readonly string[]): string[] {
  return [
    ...["--kubeconfig", kubeconfig, "--controllers", running.join(",")],
    ...["--leader-elect=false", "--secure-port", "0", "--profiling=false"],
    ...["--service-account-private-key-file", who.serviceAccountKeyFile, "--root-ca-file", authorityFile],
    // One user is waiting: answers count more than the load on a server of a few hundred objects.
    ...["--kube-api-qps", "200", "--kube-api-burst", "400", "--resource-quota-sync-period", "30s"],
    ...["--emulated-version", spec.minorVersion],
  ];
}

/** Ends with a slash: one cluster's slug may begin with another's. */
export function etcdPrefix(slug: string): string {
  return `/clusters/${slug}/`;
}
