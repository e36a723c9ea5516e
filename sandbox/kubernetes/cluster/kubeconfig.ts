/** Kubeconfig files: written for people and controllers, read for the provider. */
import { parse, stringify } from "yaml";
import { z } from "zod";

/** What a kubeconfig says about one context. */
export interface KubeconfigContext {
  readonly name: string;
  /** URL of the API server, without a slash at its end. */
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly namespace?: string;
  /** The `exec` plugin that gets the token. */
  readonly exec: { readonly command: string; readonly args: readonly string[] };
}

const execSchema = z.object({
  apiVersion: z.enum(["client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1"]),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
});

const fileSchema = z.object({
  "current-context": z.string().default(""),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }) })).min(1),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.url(), "certificate-authority-data": z.string().min(1) }) })).min(1),
  users: z.array(z.object({ name: z.string(), user: z.object({ exec: execSchema }) })).min(1),
});

/**
 * Reads one context of a kubeconfig (its current one where `context` is undefined). Throws one error that lists every finding: the server,
 * an authority and an `exec` user are needed, as Entra-only AKS clusters hand them out.
 */
export function readKubeconfig(text: string, context?: string): KubeconfigContext {
  const file = fileSchema.safeParse(parseYaml(text));
  if (!file.success) throw new Error(`kubeconfig: ${file.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`).join("; ")}`);
  const name = context ?? file.data["current-context"];
  const chosen = find("context", file.data.contexts, name).context;
  const { cluster } = find("cluster", file.data.clusters, chosen.cluster);
  const { exec } = find("user", file.data.users, chosen.user).user;
  return {
    name,
    server: cluster.server.replace(/\/$/, ""),
    authority: Buffer.from(cluster["certificate-authority-data"], "base64").toString("utf8"),
    ...(chosen.namespace === undefined ? {} : { namespace: chosen.namespace }),
    exec: { command: exec.command, args: exec.args },
  };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`kubeconfig: not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}

function find<T extends { readonly name: string }>(what: string, all: readonly T[], name: string): T {
  const found = all.find((item) => item.name === name);
  if (found === undefined) throw new Error(`kubeconfig: no ${what} is called "${name}"; there are ${all.map((item) => `"${item.name}"`).join(", ")}`);
  return found;
}

/** A kubeconfig for a server's own use: it holds the token, so it belongs into a private file. */
export function kubeconfigWithToken(server: string, authority: string, token: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") } }],
    users: [{ name: "user", user: { token } }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  });
}

/** A kubeconfig for people: one context per cluster; the token comes from `kubelogin` at each call. */
export function kubeconfigWithLogin(clusters: readonly { readonly name: string; readonly server: string; readonly authority: string }[], kubelogin: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: clusters.map(({ name, server, authority }) => ({
      name,
      cluster: { server, "certificate-authority-data": Buffer.from(authority).toString("base64") },
    })),
    users: [
      {
        name: "sandbox",
        user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: kubelogin, args: ["get-token"], interactiveMode: "Never" } },
      },
    ],
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: "sandbox" } })),
    "current-context": clusters[0]?.name ?? "",
  });
}
