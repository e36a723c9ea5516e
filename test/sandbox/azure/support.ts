/** An Azure cloud for tests: a fake host of clusters, a fault switch that writes down what passes, and plain HTTP. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../../../sandbox/azure";
import type { ClusterEndpoint, ClusterHost, ClusterRequest } from "../../../sandbox/azure/clusters";
import type { RunningCloud, SandboxContext } from "../../../sandbox/cloud";
import type { Properties, ResourceKind } from "../../../sandbox/provider/kind";

export const SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590";
export const ADMINS = "5f8ae6a5-7f0b-4a5a-9b8d-2f8d8b2a1c11";

export class FakeHost implements ClusterHost {
  readonly created: ClusterRequest[] = [];
  readonly removed: string[] = [];
  /** Set to make the next create fail. */
  failure: Error | undefined;
  /** Milliseconds that a create takes. */
  delay = 0;

  async create(cluster: ClusterRequest): Promise<ClusterEndpoint> {
    this.created.push(cluster);
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    return { server: `https://127.0.0.1:6443/${cluster.name}`, certificateAuthorityData: Buffer.from("authority").toString("base64") };
  }

  remove(id: string): Promise<void> {
    this.removed.push(id);
    return Promise.resolve();
  }
}

export interface Reply {
  readonly status: number;
  readonly body: Properties;
  readonly headers: Headers;
}

export class TestCloud {
  readonly passed: string[] = [];
  /** Ordered faults, by operation: thrown once. */
  readonly faults = new Map<string, Error>();

  private constructor(
    readonly directory: string,
    readonly host: FakeHost,
  ) {}

  cloud!: RunningCloud;

  static async start(directory = mkdtempSync(join(tmpdir(), "azure-")), host = new FakeHost()): Promise<TestCloud> {
    const test = new TestCloud(directory, host);
    test.cloud = await start(test.context(), host);
    return test;
  }

  private context(): SandboxContext {
    const unused = (): never => {
      throw new Error("not used here");
    };
    return {
      directory: this.directory,
      tool: unused,
      spawn: unused,
      freePort: unused,
      log: () => undefined,
      faults: {
        pass: ({ cloud, operation }) => {
          this.passed.push(`${cloud} ${operation}`);
          const fault = this.faults.get(operation);
          this.faults.delete(operation);
          return fault === undefined ? Promise.resolve() : Promise.reject(fault);
        },
        answered: async () => undefined,
      },
    };
  }

  get endpoint(): string {
    return this.cloud.environment.ARM_ENDPOINT ?? "";
  }

  /** One HTTP request below the subscription, or at an absolute path. `version` undefined sends none. */
  async http(method: string, path: string, version: string | undefined, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    const token = readFileSync(this.cloud.environment.ARM_ACCESS_TOKEN_FILE ?? "", "utf8");
    const absolute = path.startsWith("/") ? path : `/subscriptions/${SUBSCRIPTION}/${path}`;
    const query = version === undefined ? "" : `${absolute.includes("?") ? "&" : "?"}api-version=${version}`;
    const response = await fetch(`${this.endpoint}${absolute}${query}`, {
      method,
      headers: headers ?? { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === "" ? {} : JSON.parse(text)) as Reply["body"] };
  }

  /** Waits until the operation of a reply has ended, and answers its last status. */
  async finish(reply: Reply): Promise<Properties> {
    const url = reply.headers.get("azure-asyncoperation") ?? reply.headers.get("location") ?? "";
    const path = url.replace(/^https?:\/\/[^/]+/, "");
    for (;;) {
      const { status, body } = await this.http("GET", path, undefined);
      if (status !== 202 && body.status !== "InProgress") return body;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  kind(type: string): ResourceKind<unknown> {
    const kind = this.cloud.provider.kind(type) as ResourceKind<unknown> | undefined;
    if (kind === undefined) throw new Error(`unknown kind ${type}`);
    return kind;
  }

  client(config: Properties = {}): Promise<unknown> {
    return this.cloud.provider.configure({ subscriptionId: SUBSCRIPTION, ...config });
  }

  async group(name = "ci", location = "eastus"): Promise<void> {
    const reply = await this.http("PUT", `resourceGroups/${name}`, "2024-03-01", { location });
    expect(reply.status).toBe(201);
  }

  stop(): Promise<void> {
    return this.cloud.stop();
  }
}

/** The error of a reply as `CODE: message`. */
export const errorOf = ({ body }: Reply): string => {
  const { code, message } = (body.error ?? {}) as { code?: string; message?: string };
  return `${code}: ${message}`;
};

export const systemPool = { name: "system", mode: "System", vmSize: "Standard_D4s_v5", count: 1 };

/** A cluster as the stack declares one, in ARM's form. */
export const clusterBody = (properties: Properties = {}, rest: Properties = {}): Properties => ({
  location: "eastus",
  identity: { type: "SystemAssigned" },
  sku: { name: "Base", tier: "Standard" },
  properties: {
    dnsPrefix: "tests",
    kubernetesVersion: "1.35",
    aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [ADMINS] },
    disableLocalAccounts: true,
    oidcIssuerProfile: { enabled: true },
    networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium" },
    agentPoolProfiles: [systemPool],
    ...properties,
  },
  ...rest,
});

export const AKS = "2025-09-01";
export const CLUSTER = "resourceGroups/ci/providers/Microsoft.ContainerService/managedClusters/tests";
