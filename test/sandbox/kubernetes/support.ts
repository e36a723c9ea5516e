/** A sandbox with nothing but Kubernetes, in a temporary directory, with the real servers. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ChartsOption, SandboxContext } from "../../../sandbox/cloud";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import { start, type KubernetesCloud } from "../../../sandbox/kubernetes/index";
import { CloudError, type Properties, type ResourceInfo, type ResourceKind } from "../../../sandbox/provider/kind";
import { toolPath } from "../../../sandbox/tools/index";
import { freePort } from "../../../sandbox/ports";

export interface Call {
  readonly cloud: string;
  readonly operation: string;
}

export interface Rig {
  readonly directory: string;
  cloud: KubernetesCloud;
  /** Every request that passed the fault switch. */
  readonly calls: Call[];
  /** Thrown by the fault switch for operations that it matches. */
  breaks: { readonly matches: (call: Call) => boolean; readonly status: number } | undefined;
  readonly children: ChildProcess[];
  /** Stops the servers and starts them again over the same directory. */
  restart(): Promise<void>;
  kubectl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export const clusterId = (name: string): string =>
  `/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/ci/providers/Microsoft.ContainerService/managedClusters/${name}`;

/** Starts etcd; clusters come with `cloud.clusters.create`. Helm installs `charts`; all others are installed from models. */
export async function startRig(charts?: ChartsOption): Promise<Rig> {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-kubernetes-"));
  await mkdir(join(directory, "logs"));
  const children: ChildProcess[] = [];
  const calls: Call[] = [];
  const rig: Omit<Rig, "cloud"> & { cloud?: KubernetesCloud } = {
    directory,
    calls,
    children,
    breaks: undefined,
    restart: async () => {
      await rig.cloud?.stop();
      rig.cloud = await start(context);
    },
    kubectl: async (...args) => {
      const env = { ...process.env, ...rig.cloud?.environment };
      return (await promisify(execFile)(await toolPath("kubectl"), args, { env, maxBuffer: 1 << 24 })).stdout;
    },
    stop: async () => {
      await rig.cloud?.stop();
      for (const child of children) child.kill("SIGKILL");
      await rm(directory, { recursive: true, force: true });
    },
  };
  const context: SandboxContext = {
    directory,
    tool: toolPath,
    spawn: (name, file, args, options) => {
      const log = openSync(join(directory, "logs", `${name}.log`), "a");
      const child = spawn(file, args, { ...options, env: { ...process.env, ...options?.env }, stdio: ["ignore", log, log] });
      closeSync(log);
      children.push(child);
      return child;
    },
    freePort,
    ...(charts === undefined ? {} : { charts }),
    faults: {
      pass: async (call) => {
        calls.push(call);
        if (rig.breaks?.matches(call)) throw new CloudError(call.operation, rig.breaks.status, "Ordered", "a fault was ordered");
      },
      answered: async () => undefined,
    },
    log: () => undefined,
  };
  rig.cloud = await start(context);
  return rig as Rig;
}

/** A client of a cluster as the provider would be configured by the stack. */
export async function clientOf(rig: Rig, name: string, config: Properties = {}): Promise<KubernetesClient> {
  const endpoint = await rig.cloud.clusters.create({ id: clusterId(name), name, kubernetesVersion: "1.34.2" });
  return rig.cloud.provider.configure({ kubeconfig: azureKubeconfig(name, endpoint), ...config }) as Promise<KubernetesClient>;
}

/** In the form that the stack hands to the provider: no credential, a token from kubelogin. */
export function azureKubeconfig(name: string, endpoint: { readonly server: string; readonly certificateAuthorityData: string }): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint.server, "certificate-authority-data": endpoint.certificateAuthorityData } }],
    users: [{ name: "entra", user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin", args: ["get-token", "--login", "azurecli"] } } }],
    contexts: [{ name, context: { cluster: name, user: "entra" } }],
    "current-context": name,
  });
}

export function kindOf(rig: Rig, type: string): ResourceKind<KubernetesClient> {
  const kind = rig.cloud.provider.kind(type);
  if (kind === undefined) throw new Error(`${type} is not known`);
  return kind;
}

export function infoOf(type: string, name: string): ResourceInfo {
  return { urn: `urn:pulumi:dev::gpu-cicd::${type}::${name}`, type, name };
}

/** The error of a promise that has to reject. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error("it succeeded");
    },
    (error: Error) => error,
  );
}

export async function residentMegabytes(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
