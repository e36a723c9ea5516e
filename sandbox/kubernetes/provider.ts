/** The Kubernetes provider: objects of every kind that the API server knows, and Helm releases of the charts that the stack uses. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { SandboxContext } from "../cloud";
import type { CloudProvider, Properties } from "../provider/kind";
import { KubernetesApi } from "./api";
import type { KubernetesClient } from "./client";
import { readKubeconfig } from "./cluster/kubeconfig";
import { releaseKind } from "./helm/kind";
import type { Helm } from "./helm/published/helm";
import { objectKind } from "./objects/kind";
import { kindOfToken } from "./token";

const run = promisify(execFile);

const flag = z.boolean().optional();

const configSchema = z.strictObject({
  kubeconfig: z.string().min(1),
  context: z.string().min(1).optional(),
  cluster: z.string().min(1).optional(),
  clusterIdentifier: z.string().min(1).optional(),
  namespace: z.string().min(1).max(63).optional(),
  enableServerSideApply: flag,
  enablePatchForce: flag,
  enableSecretMutable: flag,
  enableConfigMapMutable: flag,
  upsertExistingObjects: flag,
  suppressDeprecationWarnings: flag,
  suppressHelmHookWarnings: flag,
});

type Config = z.infer<typeof configSchema>;

/** What the provider needs of the sandbox. */
export interface ProviderHost {
  readonly faults: SandboxContext["faults"];
  /** Path of the stand-in for kubelogin. */
  readonly kubelogin: string;
  /** A kubeconfig of all clusters. */
  readonly kubeconfigFile: string;
  /** Its context for an API server; undefined for one that is not of this sandbox: the token goes nowhere else. */
  contextOf(server: string): string | undefined;
  /** Installs charts; absent where models of them stand in. */
  readonly helm?: Helm;
}

export function kubernetesProvider(host: ProviderHost): CloudProvider<KubernetesClient> {
  const releases = releaseKind(host.helm);
  return {
    package: "kubernetes",
    version: "4.34.2",
    config: configSchema,
    configReplaceOn: ["clusterIdentifier"],
    configReplacements: movedTo,
    configure: (config) => configure(host, config as Config),
    kind: (type) => {
      if (type === "kubernetes:helm.sh/v3:Release") return releases;
      const gvk = kindOfToken(type);
      return gvk === undefined ? undefined : objectKind(type, gvk);
    },
    invokes: {},
  };
}

async function configure(host: ProviderHost, config: Config): Promise<KubernetesClient> {
  if (config.enableServerSideApply === false) throw new Error("enableServerSideApply: the sandbox writes by server-side apply only, as the provider does unless told otherwise");
  const chosen = readKubeconfig(config.kubeconfig, config.context);
  const context = host.contextOf(chosen.server);
  if (context === undefined) throw new Error(`kubeconfig: ${chosen.server} is no API server of this sandbox`);
  const token = await login(host, chosen.exec);
  return {
    api: new KubernetesApi(chosen.server, chosen.authority, token, host.faults),
    namespace: config.namespace ?? chosen.namespace ?? "default",
    patchForce: config.enablePatchForce === true,
    upsert: config.upsertExistingObjects === true,
    secretMutable: config.enableSecretMutable === true,
    configMapMutable: config.enableConfigMapMutable === true,
    ...(host.helm === undefined ? {} : { helm: host.helm }),
    helmAccess: ["--kubeconfig", host.kubeconfigFile, "--kube-context", context],
  };
}

const credentialSchema = z.object({ kind: z.literal("ExecCredential"), status: z.object({ token: z.string().min(1) }) });

/** Runs the kubeconfig's credential plugin as kubectl would; `kubelogin` means the stand-in wherever PATH leads. */
async function login(host: ProviderHost, exec: { readonly command: string; readonly args: readonly string[] }): Promise<string> {
  if (exec.command !== "kubelogin" && exec.command !== host.kubelogin) throw new Error(`kubeconfig: the user's exec command is "${exec.command}", but the sandbox has only kubelogin`);
  const { stdout } = await run(host.kubelogin, [...exec.args]);
  return credentialSchema.parse(JSON.parse(stdout)).status.token;
}

/** A kubeconfig or context that leads to another cluster replaces everything, unless `clusterIdentifier` says that it is the same one. */
function movedTo(old: Properties, config: Properties): readonly string[] {
  if (typeof config["clusterIdentifier"] === "string" && config["clusterIdentifier"] === old["clusterIdentifier"]) return [];
  const [from, to] = [clusterOf(old), clusterOf(config)];
  if (from === undefined || to === undefined || from === to) return [];
  return (["kubeconfig", "context", "cluster"] as const).filter((key) => old[key] !== config[key]);
}

/** The cluster entry that a configuration leads to, or undefined when it cannot be read: then `configure` says why. */
function clusterOf(config: Properties): string | undefined {
  try {
    const { server, authority } = readKubeconfig(String(config["kubeconfig"]), config["context"] as string | undefined);
    return `${server}\n${authority}`;
  } catch {
    return undefined;
  }
}
