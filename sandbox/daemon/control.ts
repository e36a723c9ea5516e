/** The control API of a sandbox: HTTP on 127.0.0.1, with a token that only the owner of the sandbox's directory can read. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { EndedChild } from "./children";
import { faultOrder, type FaultOrder, type OrderedFault } from "./faults";
import type { Attachment } from "./environment";
import type { Sandbox } from "./sandbox";

export interface Status {
  readonly pid: number;
  readonly startedAt: string;
  /** Processes of the sandbox that ended without being asked to. */
  readonly ended: readonly EndedChild[];
  readonly attachment: Attachment;
  readonly clouds: readonly { readonly name: string; readonly lookAt: readonly { readonly label: string; readonly command: string }[] }[];
}

export type Inventory = readonly { readonly cloud: string; readonly entries: readonly { readonly kind: string; readonly name: string; readonly detail: string }[] }[];

/** Answers of the API by method and path. */
export interface Routes {
  "GET /status": Status;
  "GET /inventory": Inventory;
  "GET /faults": readonly OrderedFault[];
  "POST /faults": OrderedFault;
  "DELETE /faults": readonly OrderedFault[];
  "POST /stop": { readonly stopping: true };
}

type Handler = (body: unknown) => Promise<unknown>;

export interface ControlServer {
  readonly port: number;
  readonly token: string;
  close(): void;
}

/** `stop` is called after the answer to `POST /stop` has gone out. */
export async function startControl(sandbox: Sandbox, stop: () => void): Promise<ControlServer> {
  const token = randomBytes(24).toString("base64url");
  const handlers = handlersOf(sandbox);
  const server = createServer((request, response) => {
    void answer(request, token, handlers).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (status === 200 && routeOf(request) === "POST /stop") response.once("close", stop);
    });
  });
  await listen(server);
  return { port: (server.address() as AddressInfo).port, token, close: () => server.closeAllConnections() };
}

function handlersOf(sandbox: Sandbox): Readonly<Record<keyof Routes, Handler>> {
  const startedAt = new Date().toISOString();
  return {
    "GET /status": async () => ({
      pid: process.pid,
      startedAt,
      ended: sandbox.children.ended(),
      attachment: sandbox.attachment(),
      clouds: sandbox.clouds.map(({ provider, lookAt }) => ({ name: provider.package, lookAt })),
    }),
    "GET /inventory": () => Promise.all(sandbox.clouds.map(async (cloud) => ({ cloud: cloud.provider.package, entries: await cloud.inventory() }))),
    "GET /faults": async () => sandbox.faults.list(),
    "POST /faults": async (body) => sandbox.faults.order(reachable(sandbox, faultOrder.parse(body))),
    "DELETE /faults": async () => {
      sandbox.faults.clear();
      return sandbox.faults.list();
    },
    "POST /stop": async () => ({ stopping: true }),
  };
}

/** Faults happen in the sandbox's own providers: an order that waits for a real one would never be met. */
function reachable(sandbox: Sandbox, order: FaultOrder): FaultOrder {
  const name = order.cloud ?? order.type?.split(":")[0];
  if (name !== undefined && name in sandbox.attachment().plugins) throw new Error(`faults of ${name} cannot be ordered: its provider is the real one; start the sandbox with PROVIDERS=ours`);
  return order;
}

async function answer(request: IncomingMessage, token: string, handlers: Readonly<Record<string, Handler>>): Promise<{ status: number; body: unknown }> {
  if (!authorized(request, token)) return { status: 401, body: { error: "the token of control.json is needed" } };
  const handler = handlers[routeOf(request)];
  if (!handler) return { status: 404, body: { error: `there is no ${routeOf(request)}; there are ${Object.keys(handlers).join(", ")}` } };
  try {
    return { status: 200, body: await handler(await bodyOf(request)) };
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function authorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function routeOf(request: IncomingMessage): string {
  return `${request.method ?? ""} ${request.url ?? ""}`;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", () => resolve()));
}
