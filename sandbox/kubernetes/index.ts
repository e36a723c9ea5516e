/** Kubernetes on one machine: a real API server with its controllers for each AKS cluster, and the provider that writes to it. */
import { join } from "node:path";
import type { ClusterHost } from "../azure/clusters";
import type { RunningCloud, SandboxContext } from "../cloud";
import { startEtcd } from "./cluster/etcd";
import { SandboxClusters } from "./cluster/host";
import { identities } from "./cluster/identity";
import { writeKubelogin } from "./cluster/kubelogin";
import { startHelm } from "./helm/published/helm";
import { inventoryOf } from "./inventory";
import { kubernetesProvider } from "./provider";

/** A Kubernetes cloud that runs; `clusters` is what ARM asks for API servers. */
export interface KubernetesCloud extends RunningCloud {
  readonly clusters: ClusterHost;
}

/**
 * Starts etcd. API servers start when `clusters.create` asks for them. Writes `kubeconfig` and `bin/kubelogin` into the sandbox's
 * directory; data and keys live in its `kubernetes` directory and outlive a restart.
 */
export async function start(context: SandboxContext): Promise<KubernetesCloud> {
  const directory = join(context.directory, "kubernetes");
  const kubeconfigFile = join(context.directory, "kubeconfig");
  const who = await identities(join(directory, "identities"));
  const kubelogin = await writeKubelogin(join(context.directory, "bin"), who.applierTokenFile);
  const etcd = await startEtcd(context, join(directory, "etcd"));
  const helm = context.charts && (await startHelm(context.charts, context.directory, (line) => context.log(`charts: ${line}`)));
  const clusters = await SandboxClusters.open({ context, directory, kubeconfigFile, kubelogin, etcd, identities: who });
  return {
    clusters,
    provider: kubernetesProvider({ faults: context.faults, kubelogin, kubeconfigFile, contextOf: (server) => clusters.byServer(server)?.context, ...(helm === undefined ? {} : { helm }) }),
    get lookAt() {
      return clusters.all().map(({ context: name }) => ({ label: `cluster ${name}`, command: `kubectl --context ${name} get namespaces,resourcequotas -A` }));
    },
    environment: { KUBECONFIG: kubeconfigFile },
    inventory: () => inventoryOf(clusters.all(), who.applierToken),
    stop: async () => {
      await helm?.stop();
      await clusters.stop();
      await etcd.stop();
    },
  };
}
