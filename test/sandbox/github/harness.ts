/** A GitHub server in a directory of its own, and the provider in front of it. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvider } from "../../../sandbox/github/provider/provider";
import type { GitHubClient } from "../../../sandbox/github/provider/client";
import { type GitHubServer, startServer } from "../../../sandbox/github/server/start";
import type { Seed } from "../../../sandbox/github/server/seed";
import type { CloudProvider, Properties, ResourceKind } from "../../../sandbox/provider/kind";
import { findings, withDefaults } from "../../../sandbox/provider/check";
import { compare } from "../../../sandbox/provider/compare";
import { formatPath } from "../../../sandbox/provider/paths";
import { foundInputs } from "../../../sandbox/provider/refresh";

export const SEED: Seed = {
  repository: { owner: "ai-dynamo", name: "dynamo", ownerId: 196_000, repositoryId: 900_700, defaultBranch: "main" },
  apps: [
    { id: 77, slug: "applier", installationId: 8877 },
    { id: 78, slug: "other-app", installationId: 8878 },
  ],
  teams: [{ id: 5, slug: "devops" }],
};

export const REPO = "/repos/ai-dynamo/dynamo";

export interface Answer {
  readonly status: number;
  // Tests read whatever GitHub's answer has; a wrong path is undefined and fails the assertion.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

export interface Harness {
  readonly directory: string;
  readonly server: GitHubServer;
  readonly logs: string[];
  /** Operations that passed the choke point. */
  readonly passed: string[];
  /** What the next call at the choke point does; nothing by default. */
  fault: (call: { cloud: string; operation: string }) => void;
  readonly provider: CloudProvider<GitHubClient>;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** The extract of GitHub's description, made by the first server of a test file and handed to the others. */
const extract = join(mkdtempSync(join(tmpdir(), "github-openapi-")), "openapi.json");
afterAll(() => rmSync(join(extract, ".."), { recursive: true, force: true }));

export async function harness(options: { seed?: Seed; rateLimit?: number; directory?: string } = {}): Promise<Harness> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "github-"));
  if (existsSync(extract)) copyFileSync(extract, join(directory, "openapi.json"));
  const logs: string[] = [];
  const passed: string[] = [];
  const server = await startServer({ directory, port: 0, log: (line) => logs.push(line), rateLimit: options.rateLimit });
  copyFileSync(join(directory, "openapi.json"), extract);
  server.seed(options.seed ?? SEED);
  const made: Harness = {
    directory,
    server,
    logs,
    passed,
    fault: () => undefined,
    provider: createProvider({
      url: server.url,
      token: server.token,
      faults: {
        pass: async (call) => {
          passed.push(call.operation);
          made.fault(call);
        },
        answered: async () => undefined,
      },
    }),
    async call(method, path, body, token = server.token) {
      const response = await fetch(server.url + path, {
        method,
        headers: token === "" ? {} : { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown), headers: response.headers };
    },
    async stop() {
      await server.stop();
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
  return made;
}

/** The inputs without one of them. */
export function without(inputs: Properties, name: string): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== name));
}

/** What the provider server does with a kind, without the wire: Check, Create, Refresh, Diff, Update, Delete, Import. */
export class Managed {
  inputs: Properties = {};
  outputs: Properties = {};
  id = "";

  constructor(
    private readonly client: GitHubClient,
    readonly kind: ResourceKind<GitHubClient>,
    private readonly name = "thing",
  ) {}

  private get info() {
    return { urn: `urn:pulumi:dev::p::${this.kind.type}::${this.name}`, type: this.kind.type, name: this.name };
  }

  /** Inputs with defaults; throws with every finding. */
  check(inputs: Properties): Properties {
    const filled = withDefaults(this.kind, inputs, { ...this.info, ...(this.id !== "" && { oldInputs: this.inputs }) });
    const found = findings(this.kind, filled, this.info);
    if (found.length > 0) throw new Error(found.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    return filled;
  }

  async create(inputs: Properties): Promise<this> {
    this.inputs = this.check(inputs);
    const { id, outputs } = await this.kind.create(this.client, this.inputs, this.info);
    this.id = id;
    this.outputs = { ...this.inputs, ...outputs };
    return this;
  }

  /** Paths that differ after a refresh from the cloud; undefined when the resource is gone. */
  async drift(): Promise<readonly string[] | undefined> {
    const found = await this.kind.read(this.client, this.id, this.outputs, this.info);
    if (!found) return undefined;
    return paths(this.kind, this.inputs, foundInputs(this.kind, found.inputs, this.inputs));
  }

  /** `pulumi refresh`: the state takes over what the cloud has. */
  async refresh(): Promise<void> {
    const found = await this.kind.read(this.client, this.id, this.outputs, this.info);
    if (!found) throw new Error("gone");
    this.inputs = foundInputs(this.kind, found.inputs, this.inputs);
    this.outputs = { ...this.inputs, ...found.outputs };
  }

  /** Paths that `pulumi preview` would show for these inputs, with `!` where they need a replacement. */
  diff(inputs: Properties): readonly string[] {
    return paths(this.kind, this.inputs, this.check(inputs));
  }

  async update(inputs: Properties): Promise<void> {
    const next = this.check(inputs);
    if (!this.kind.update) throw new Error("cannot be updated");
    const outputs: Properties = await this.kind.update(this.client, this.id, this.outputs, next, this.info);
    this.inputs = next;
    this.outputs = { ...next, ...outputs };
  }

  async remove(): Promise<void> {
    await this.kind.remove(this.client, this.id, this.outputs, this.info);
  }

  /** `pulumi import`: nothing is known but the id. */
  async import(id: string): Promise<{ id: string; inputs: Properties; outputs: Properties } | undefined> {
    return this.kind.read(this.client, id, undefined, this.info);
  }
}

function paths(kind: ResourceKind<GitHubClient>, olds: Properties, news: Properties): readonly string[] {
  return compare(olds, news, { replaceOn: kind.replaceOn, sets: kind.sets ?? [], immutable: kind.update === undefined }).map(
    ({ path, kind: change, replaces }) => `${change} ${formatPath(path)}${replaces ? " !" : ""}`,
  );
}
