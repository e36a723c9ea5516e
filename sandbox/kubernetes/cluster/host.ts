/** Gives every ManagedCluster that ARM knows a Kubernetes cluster of its own. */
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ClusterEndpoint, ClusterHost, ClusterRequest } from "../../azure/clusters";
import type { SandboxContext } from "../../cloud";
import type { Etcd } from "./etcd";
import { writePrivate } from "./files";
import type { Identities } from "./identity";
import { kubeconfigWithLogin } from "./kubeconfig";
import { ClusterRegistry, contextName, slugOf, type ClusterEntry } from "./registry";
import { etcdPrefix, startCluster, type ClusterServer } from "./server";

/** Minor versions that the API server of Kubernetes 1.36 can stand in for: its own and the three before (`--emulated-version`). */
export const emulatedVersions = ["1.33", "1.34", "1.35", "1.36"] as const;

export interface RunningCluster {
  readonly entry: ClusterEntry;
  /** Name of its context in the sandbox's kubeconfig. */
  readonly context: string;
  readonly server: ClusterServer;
}

export interface HostOptions {
  readonly context: SandboxContext;
  /** Directory that belongs to the Kubernetes cloud. */
  readonly directory: string;
  readonly kubeconfigFile: string;
  /** The stand-in for kubelogin. */
  readonly kubelogin: string;
  readonly etcd: Etcd;
  readonly identities: Identities;
}

/** The clusters of one sandbox, started when ARM asks for them. */
export class SandboxClusters implements ClusterHost {
  private readonly running = new Map<string, ClusterServer>();
  /** The last thing asked of each id: a removal waits for the creation before it, and the other way round. */
  private readonly pending = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly options: HostOptions,
    private readonly registry: ClusterRegistry,
  ) {}

  static async open(options: HostOptions): Promise<SandboxClusters> {
    const host = new SandboxClusters(options, await ClusterRegistry.open(join(options.directory, "clusters.json")));
    await host.writeKubeconfig();
    return host;
  }

  create(cluster: ClusterRequest): Promise<ClusterEndpoint> {
    return this.inTurn(cluster.id, async () => {
      const server = this.running.get(cluster.id.toLowerCase()) ?? (await this.start(cluster));
      return { server: server.url, certificateAuthorityData: Buffer.from(server.authority).toString("base64") };
    });
  }

  remove(id: string): Promise<void> {
    return this.inTurn(id, async () => {
      const entry = this.registry.get(id);
      if (entry === undefined) return;
      await this.running.get(entry.id)?.stop();
      this.running.delete(entry.id);
      await this.options.etcd.forget(etcdPrefix(entry.slug));
      await rm(this.directoryOf(entry), { recursive: true, force: true });
      await this.registry.drop(id);
      await this.writeKubeconfig();
    });
  }

  /** Clusters that answer now, by name. */
  all(): readonly RunningCluster[] {
    const known = this.registry.all();
    return known.flatMap((entry) => {
      const server = this.running.get(entry.id);
      return server === undefined ? [] : [{ entry, context: contextName(entry, known), server }];
    });
  }

  /** The cluster whose API server has this URL. */
  byServer(url: string): RunningCluster | undefined {
    return this.all().find(({ server }) => server.url === url);
  }

  /** Ends every server; the data stays for the next start. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.pending.values());
    await Promise.all(this.all().map(({ server }) => server.stop()));
    this.running.clear();
  }

  private async start(cluster: ClusterRequest): Promise<ClusterServer> {
    const { context, etcd, identities } = this.options;
    const entry = await this.entryFor(cluster);
    const began = Date.now();
    const server = await startCluster(context, this.directoryOf(entry), etcd, identities, entry);
    await this.registry.put(entry);
    this.running.set(entry.id, server);
    await this.writeKubeconfig();
    context.log(`kubernetes: ${entry.name} answers at ${server.url} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return server;
  }

  /** The remembered entry, with its port when it is still free: the kubeconfig in the stack's state names it. */
  private async entryFor(cluster: ClusterRequest): Promise<ClusterEntry> {
    const minorVersion = emulatedVersion(cluster);
    const known = this.registry.get(cluster.id);
    const port = known !== undefined && (await isFree(known.port)) ? known.port : await this.options.context.freePort();
    return { id: cluster.id.toLowerCase(), name: cluster.name, slug: slugOf(cluster.id, cluster.name), minorVersion, port };
  }

  private directoryOf(entry: ClusterEntry): string {
    return join(this.options.directory, "clusters", entry.slug);
  }

  private async writeKubeconfig(): Promise<void> {
    const clusters = this.all().map(({ context, server }) => ({ name: context, server: server.url, authority: server.authority }));
    await writePrivate(this.options.kubeconfigFile, kubeconfigWithLogin(clusters, this.options.kubelogin));
  }

  private inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const key = id.toLowerCase();
    const before = this.pending.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.pending.set(key, mine);
    // The caller sees the failure; this copy only orders what follows.
    void mine.catch(() => undefined).finally(() => this.pending.get(key) === mine && this.pending.delete(key));
    return mine;
  }
}

function emulatedVersion(cluster: ClusterRequest): string {
  const minor = /^(\d+\.\d+)(\.\d+)?$/.exec(cluster.kubernetesVersion)?.[1] ?? "";
  if (!(emulatedVersions as readonly string[]).includes(minor)) {
    throw new Error(`${cluster.name}: the sandbox's API server cannot stand in for Kubernetes "${cluster.kubernetesVersion}", only for ${emulatedVersions.join(", ")}`);
  }
  return minor;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
