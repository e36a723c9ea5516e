/** The kubeconfig that AKS gives a user of an Entra cluster: server, authority, and kubelogin as the one who gets the token. */
import { stringify } from "yaml";
import type { ClusterEndpoint } from "../../clusters";

/** Entra applications of AKS, the same in every tenant (azure.github.io/kubelogin, concepts/aks). */
const AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";
const AKS_CLIENT = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

export interface KubeconfigOptions {
  readonly cluster: string;
  readonly group: string;
  readonly tenant: string;
  readonly endpoint: ClusterEndpoint;
}

/** YAML text, as `az aks get-credentials --format exec` writes it. */
export function userKubeconfig({ cluster, group, tenant, endpoint }: KubeconfigOptions): string {
  const user = `clusterUser_${group}_${cluster}`;
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster, cluster: { server: endpoint.server, "certificate-authority-data": endpoint.certificateAuthorityData } }],
    contexts: [{ name: cluster, context: { cluster, user } }],
    "current-context": cluster,
    preferences: {},
    users: [
      {
        name: user,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: [
              "get-token",
              "--environment",
              "AzurePublicCloud",
              "--server-id",
              AKS_SERVER,
              "--client-id",
              AKS_CLIENT,
              "--tenant-id",
              tenant,
              "--login",
              "devicecode",
            ],
            env: null,
            installHint: "kubelogin is not installed which is required to connect to AAD enabled cluster.\n\nTo learn more, please go to https://aka.ms/aks/kubelogin\n",
            provideClusterInfo: false,
          },
        },
      },
    ],
  });
}
