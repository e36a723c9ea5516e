/** One of two GitHub providers, in front of a GitHub of its own, asked as the engine asks: by gRPC, with what it answered before. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { NO_FAULTS } from "../../../../sandbox/cloud";
import { createProvider } from "../../../../sandbox/github/provider/provider";
import { startServer, type GitHubServer } from "../../../../sandbox/github/server/start";
import type { Seed } from "../../../../sandbox/github";
import { startProxy } from "../../../../sandbox/plugins/proxy";
import type { Properties } from "../../../../sandbox/provider/kind";
import { formatPath } from "../../../../sandbox/provider/paths";
import { startProviderServer } from "../../../../sandbox/provider/server";
import { decode, encode } from "../../../../sandbox/provider/wire";
import { cachedPath } from "../../../../sandbox/tools/cache";
import { toolPath } from "../../../../sandbox/tools";

/** Marks a wrapped value (sdk/go/common/resource/sig/sig.go of pulumi/pulumi). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const MAX_BYTES = 400 * 1024 * 1024;

/** Requests that a whole run may send; GitHub's own limit is no part of what is compared. */
const REQUESTS = 1_000_000;

/** A request that changes something. */
export interface Write {
  readonly request: string;
  readonly body: unknown;
}

/** A resource as the engine keeps it. */
export interface Known {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Struct;
  readonly outputs: Struct;
}

/** What a Diff says. The bridge gives its own book-keeping as a reason to replace, so that only whether is compared. */
export interface Difference {
  readonly changed: boolean;
  readonly diffs: readonly string[];
  readonly replaces: boolean;
  readonly deleteBeforeReplace: boolean;
}

export interface Side {
  readonly server: GitHubServer;
  /** Checked inputs; throws with every failure. */
  check(urn: string, olds: Struct | undefined, news: Properties): Promise<Struct>;
  diff(known: Known, news: Struct): Promise<Difference>;
  create(urn: string, inputs: Struct): Promise<Known>;
  /** Undefined for what is gone. */
  read(known: Known): Promise<Known | undefined>;
  update(known: Known, news: Struct): Promise<Known>;
  remove(known: Known): Promise<void>;
  /** The requests since the last call that changed something. */
  writes(): readonly Write[];
  /** A change by hand. */
  byHand(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a side. @param config of the provider, without a credential: the server's token is added */
export async function startSide(which: "ours" | "real", seeds: readonly Seed[], config: Properties): Promise<Side> {
  const directory = mkdtempSync(join(tmpdir(), `differential-${which}-`));
  const server = await startServer({ directory, port: 0, rateLimit: REQUESTS, log: () => undefined });
  for (const seed of seeds) server.seed(seed);
  const recorder = await record(server.url);
  const provider = which === "ours" ? await ours(recorder.url, server.token) : await real(recorder.url, directory);
  const client = new service.ResourceProviderClient(`127.0.0.1:${provider.port}`, credentials.createInsecure(), { "grpc.max_receive_message_length": MAX_BYTES, "grpc.max_send_message_length": MAX_BYTES });
  const call = caller(client);
  await configure(call, { ...config, token: server.token });
  const side: Side = {
    server,
    async check(urn, olds, news) {
      const request = new proto.CheckRequest();
      request.setUrn(urn);
      if (olds !== undefined) request.setOlds(olds);
      request.setNews(encode(news, secretsOf(news)));
      request.setRandomseed(Buffer.from("differential"));
      const answer: proto.CheckResponse = await call("check", request);
      const failures = answer.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
      if (failures.length > 0) throw new Error(failures.join("; "));
      return kept(answer.getInputs());
    },
    async diff({ urn, id, inputs, outputs }, news) {
      const request = new proto.DiffRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(outputs);
      request.setOldInputs(inputs);
      request.setNews(news);
      const answer: proto.DiffResponse = await call("diff", request);
      const changed = answer.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME;
      const replaces = answer.getReplacesList().length > 0;
      return { changed, diffs: changed ? [...new Set(answer.getDiffsList())].filter((key) => !key.startsWith("__")).sort() : [], replaces, deleteBeforeReplace: replaces && answer.getDeletebeforereplace() };
    },
    async create(urn, inputs) {
      const request = new proto.CreateRequest();
      request.setUrn(urn);
      request.setProperties(inputs);
      const answer: proto.CreateResponse = await call("create", request);
      return { urn, id: answer.getId(), inputs, outputs: kept(answer.getProperties()) };
    },
    async read({ urn, id, inputs, outputs }) {
      const request = new proto.ReadRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setInputs(inputs);
      request.setProperties(outputs);
      const answer: proto.ReadResponse = await call("read", request);
      return answer.getId() === "" ? undefined : { urn, id: answer.getId(), inputs: kept(answer.getInputs()), outputs: kept(answer.getProperties()) };
    },
    async update({ urn, id, inputs, outputs }, news) {
      const request = new proto.UpdateRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(outputs);
      request.setOldInputs(inputs);
      request.setNews(news);
      const answer: proto.UpdateResponse = await call("update", request);
      return { urn, id, inputs: news, outputs: kept(answer.getProperties()) };
    },
    async remove({ urn, id, inputs, outputs }) {
      const request = new proto.DeleteRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(outputs);
      request.setOldInputs(inputs);
      await call("delete", request);
    },
    writes: recorder.taken,
    async byHand(method, path, body) {
      const answer = await fetch(`${server.url}${path}`, { method, headers: { authorization: `Bearer ${server.token}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    async stop() {
      client.close();
      await provider.stop();
      await recorder.stop();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return side;
}

interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

async function ours(url: string, token: string): Promise<Running> {
  return startProviderServer(createProvider({ url, token, faults: NO_FAULTS }));
}

/** The plugin as the sandbox places it: by a proxy that leads the cloud's own address here. It prints its port first of all. */
async function real(url: string, directory: string): Promise<Running> {
  await toolPath("pulumi-resource-github");
  const proxy = await startProxy(new Map([["api.github.com", url]]), () => undefined);
  const authority = join(directory, "authority.pem");
  await writeFile(authority, proxy.authority);
  const env = { PATH: process.env["PATH"], HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "127.0.0.1", SSL_CERT_FILE: authority };
  const child = spawn(cachedPath("pulumi-resource-github"), ["127.0.0.1:1"], { env, stdio: ["ignore", "pipe", "ignore"] });
  const port = await firstLine(child);
  return {
    port: Number(port),
    stop: async () => {
      child.kill("SIGKILL");
      await proxy.stop();
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (part: Buffer) => {
      text += part.toString();
      if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")).trim());
    });
    child.once("exit", (code) => reject(new Error(`the plugin ended with ${code}`)));
  });
}

type Call = <Answer>(method: string, request: object) => Promise<Answer>;

function caller(client: service.ResourceProviderClient): Call {
  const methods = client as unknown as Record<string, (request: object, done: (error: ServiceError | null, answer: unknown) => void) => void>;
  return <Answer>(method: string, request: object) =>
    new Promise<Answer>((resolve, reject) => {
      methods[method]!.call(client, request, (error, answer) => (error === null ? resolve(answer as Answer) : reject(new Error(`${method}: ${error.details}`))));
    });
}

async function configure(call: Call, config: Properties): Promise<void> {
  // Providers get what is no string as JSON (the SDK's provider class).
  const args = encode(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])));
  const request = new proto.ConfigureRequest();
  request.setArgs(args);
  request.setAcceptsecrets(true);
  request.setAcceptresources(true);
  request.setSendsOldInputs(true);
  request.setSendsOldInputsToDelete(true);
  await call("configure", request);
}

/** Secrets that the program wraps, by their names. */
function secretsOf(inputs: Properties): readonly (readonly string[])[] {
  return ["value", "plaintextValue"].filter((key) => key in inputs && "secretName" in inputs).map((key) => [key]);
}

/** As the engine keeps an answer: without nulls, and without secrets that hold none. */
function kept(struct: Struct | undefined): Struct {
  return Struct.fromJavaScript(withoutNulls(struct?.toJavaScript() ?? {}) as Record<string, JavaScriptValue>);
}

function withoutNulls(value: JavaScriptValue): JavaScriptValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as Record<string, JavaScriptValue>).map(([key, member]) => [key, withoutNulls(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== null && !isEmptySecret(member)));
}

function isEmptySecret(value: JavaScriptValue): boolean {
  return typeof value === "object" && value !== null && SIGNATURE in value && !("value" in value);
}

/** Passes requests on, and keeps what changes something. */
async function record(url: string): Promise<{ readonly url: string; taken(): readonly Write[]; stop(): Promise<void> }> {
  let kept: Write[] = [];
  const server: Server = createServer((asked, answer) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => parts.push(part));
    asked.on("end", () => {
      const body = Buffer.concat(parts);
      // A slash in a name may be written either way.
      if (asked.method !== "GET") kept.push({ request: `${asked.method} ${decodeURIComponent(asked.url ?? "")}`, body: body.length === 0 ? undefined : (JSON.parse(body.toString()) as unknown) });
      const inner = send(`${url}${asked.url}`, { method: asked.method, headers: { ...asked.headers, "content-length": body.length } }, (from) => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      inner.on("error", (error) => answer.writeHead(502).end(error.message));
      inner.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => {
      const taken = kept;
      kept = [];
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * What a message says, and which parts are secret. What starts with two underscores is a provider's own book-keeping; the id stands beside the outputs;
 * and an empty list is no list to the bridge, while what Diff makes of either is compared by itself.
 */
export function readable(struct: Struct): { readonly value: Properties; readonly secrets: readonly string[] } {
  const decoded = decode(struct);
  const value = Object.fromEntries(Object.entries(decoded.value).filter(([key]) => key !== "id"));
  const secrets = decoded.secrets.map(formatPath).filter((path) => !path.startsWith("__"));
  return { value: tidied(value) as Properties, secrets: [...new Set(secrets)].sort() };
}

function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, tidied(member)] as const);
  return Object.fromEntries(members.filter(([key, member]) => !key.startsWith("__") && !(Array.isArray(member) && member.length === 0)));
}
