/** A kubeconfig that holds no credential: a token is fetched by kubelogin each time one is needed. */
import { parse, stringify } from "yaml";
import { z } from "zod";

/** Application id of AKS's Entra server, the same in every tenant. Source: azure.github.io/kubelogin, "get-token". */
const AKS_SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** What is read of the kubeconfig that Azure hands out; users and contexts are not, as they would ask for a device code. */
const clusterEntry = z.object({ name: z.string(), cluster: z.object({ server: z.string(), "certificate-authority-data": z.string().optional() }) });
const userKubeconfig = z.object({ clusters: z.tuple([clusterEntry], clusterEntry) });

function firstCluster(encoded: string): z.infer<typeof clusterEntry> {
  return userKubeconfig.parse(parse(Buffer.from(encoded, "base64").toString("utf8"))).clusters[0];
}

/** How to reach an API server, without who one is. */
export interface ApiServer {
  /** Such as `https://dynamo-ci-1a2b.hcp.eastus.azmk8s.io:443`. */
  readonly url: string;
  /** Certificate authority, PEM, base64; empty when the public authorities vouch for the server. */
  readonly certificateAuthority: string;
}

/** Reads the API server out of the kubeconfig that Azure hands out. @throws ZodError when the text is no kubeconfig with a cluster. */
export function apiServer(encoded: string): ApiServer {
  const { cluster } = firstCluster(encoded);
  return { url: cluster.server, certificateAuthority: cluster["certificate-authority-data"] ?? "" };
}

/**
 * Kubeconfig for a cluster whose local accounts are off, from the one that Azure hands out.
 *
 * The login is that of the Azure CLI, which serves a person after `az login` and a job after an OIDC login alike.
 * @param encoded the base64 text of `listManagedClusterUserCredentials`.
 * @throws ZodError when the text is no kubeconfig with a cluster.
 */
export function execKubeconfig(encoded: string): string {
  const cluster = firstCluster(encoded);
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    users: [
      {
        name: "entra",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "kubelogin",
            args: ["get-token", "--server-id", AKS_SERVER_ID, "--login", "azurecli"],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: "entra" } }],
    "current-context": cluster.name,
  });
}
