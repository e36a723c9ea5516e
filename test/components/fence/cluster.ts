/**
 * A real API server that holds what the program puts into a cluster: its namespaces, quotas, roles, bindings and admission policies, as they were
 * registered. There is no node, so nothing runs; what is refused is refused by Kubernetes itself.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolPath } from "../../../sandbox/tools/index";
import { clientOf, startRig, type Rig } from "../../sandbox/kubernetes/support";
import type { Registered } from "../support";

/** Kinds that say who may do what, in the order in which they are made. */
const KINDS = ["Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ResourceQuota", "LimitRange", "NetworkPolicy", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

/** Who may make a service account is left to Kubernetes' own controller; a namespace without its own takes no pod for some moments. */
const ADMITTED_ALREADY = /^kube-|^default$/;

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly code: number;
  /** What kubectl printed, errors among it. */
  readonly text: string;
}

export class FencedCluster {
  private constructor(
    private readonly rig: Rig,
    readonly name: string,
  ) {}

  /** Starts a cluster and makes the program's objects in it. @param provider name of the program's provider for the cluster, or several */
  static async start(resources: readonly Registered[], ...providers: readonly string[]): Promise<FencedCluster> {
    const rig = await startRig();
    const cluster = new FencedCluster(rig, "fenced");
    try {
      await clientOf(rig, cluster.name);
      const objects = KINDS.flatMap((kind) => resources.filter(({ type, provider }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`) && providers.includes(provider ?? "")));
      await cluster.apply(objects.map(objectOf));
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return cluster;
  }

  /** Starts another, empty cluster beside it. */
  async add(name: string): Promise<void> {
    await clientOf(this.rig, name);
  }

  /** kubectl's answer from a cluster that was added. */
  kubectlIn(name: string, ...args: string[]): Promise<Answer> {
    return this.ask(name, args);
  }

  /** The administrator's kubeconfig of a cluster. */
  async kubeconfigOf(name: string): Promise<Buffer> {
    return Buffer.from((await this.ask(name, ["config", "view", "--raw", "--minify", "--output=json"])).text, "utf8");
  }

  /** What the API server says to a request for an account's token. */
  async token(request: KubernetesObject, namespace: string, account: string, as: string): Promise<string> {
    const file = join(this.rig.directory, `objects-${files++}.json`);
    await writeFile(file, JSON.stringify(request));
    return (await this.kubectl("create", "--raw", `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, "--filename", file, "--as", as)).text;
  }

  stop(): Promise<void> {
    return this.rig.stop();
  }

  get directory(): string {
    return this.rig.directory;
  }

  /** Variables with which clients reach the cluster. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.rig.cloud.environment };
  }

  /** kubectl's answer, whatever it is. */
  kubectl(...args: string[]): Promise<Answer> {
    return this.ask(this.name, args);
  }

  private async ask(context: string, args: readonly string[]): Promise<Answer> {
    const file = await toolPath("kubectl");
    return new Promise((resolve) => {
      execFile(file, ["--context", context, ...args], { env: this.environment, maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr }));
    });
  }

  /** Makes objects as somebody; without a name, as the administrator. */
  async create(object: KubernetesObject | readonly KubernetesObject[], as?: string, ...more: readonly string[]): Promise<Answer> {
    const items = Array.isArray(object) ? (object as readonly KubernetesObject[]) : [object as KubernetesObject];
    const file = join(this.rig.directory, `objects-${files++}.json`);
    await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    return this.kubectl("create", "--filename", file, ...(as === undefined ? [] : ["--as", as]), ...more);
  }

  /** Makes objects as the administrator. @throws Error when one of them is refused */
  async apply(objects: readonly KubernetesObject[]): Promise<void> {
    const given = objects.filter(({ kind, metadata }) => kind !== "Namespace" || !ADMITTED_ALREADY.test(metadata.name));
    if (given.length === 0) return;
    const { code, text } = await this.create(given);
    if (code !== 0) throw new Error(text);
  }
}

let files = 0;

/** A registered resource as the object that the provider would send. */
function objectOf({ type, inputs }: Registered): KubernetesObject {
  const [, group = "", kind = ""] = /^kubernetes:(.+):(\w+)$/.exec(type) ?? [];
  const apiVersion = group.startsWith("core/") ? group.slice("core/".length) : group;
  return { ...inputs, apiVersion, kind } as KubernetesObject;
}
