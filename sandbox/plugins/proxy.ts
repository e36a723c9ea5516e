/**
 * Leads a real plugin's requests to the sandbox. A plugin talks to the cloud's own addresses by TLS; this proxy takes its CONNECT, ends the TLS with a
 * certificate that the sandbox's authority signed, and hands each request to the server of the sandbox that answers for the host. Every other host is
 * refused, so nothing leaves the machine.
 */
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAuthority } from "../kubernetes/cluster/certificates";

export interface Proxy {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** PEM of the authority that a plugin has to trust, and no other. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** Headers that are about the connection and not the request (RFC 9110, section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]);

/** Starts the proxy. @param hosts base URL on this machine, without a slash at its end, by the name of the host for which it answers */
export async function startProxy(hosts: ReadonlyMap<string, string>, log: (line: string) => void): Promise<Proxy> {
  const authority = await createAuthority("gpu-cicd sandbox plugins");
  const pair = await authority.server("plugins", [...hosts.keys()].map((value) => ({ type: "dns", value })));
  const secure = createSecureServer({ key: pair.key, cert: pair.certificate, minVersion: "TLSv1.2" }, (request, response) => forward(hosts, request, response));
  const proxy = createServer((request, response) => {
    log(`refused ${request.method} ${request.url?.split("?")[0]}: plugins reach the sandbox by CONNECT alone`);
    response.writeHead(403).end();
  });
  // Node's server forgets a connection once it is a tunnel.
  const tunnels = new Set<Duplex>();
  proxy.on("connect", (request, socket) => {
    tunnels.add(socket);
    socket.once("close", () => tunnels.delete(socket));
    const [host = "", port] = (request.url ?? "").split(":");
    socket.on("error", () => socket.destroy());
    if (!hosts.has(host) || port !== "443") {
      log(`refused a plugin's connection to ${request.url}: the sandbox answers for ${[...hosts.keys()].join(", ")}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    secure.emit("connection", socket);
  });
  await new Promise<void>((resolve, reject) => proxy.once("error", reject).listen(0, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    for (const tunnel of tunnels) tunnel.destroy();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  };
  return { port: (proxy.address() as AddressInfo).port, authority: authority.certificate, stop };
}

function forward(hosts: ReadonlyMap<string, string>, request: IncomingMessage, response: ServerResponse): void {
  const base = hosts.get((request.headers.host ?? "").split(":")[0] ?? "");
  if (base === undefined) {
    response.writeHead(421).end();
    return;
  }
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name)));
  const inner = send(`${base}${request.url ?? "/"}`, { method: request.method ?? "GET", headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name))));
    answer.pipe(response);
  });
  inner.on("error", (error) => (response.headersSent ? response.destroy(error) : response.writeHead(502).end(error.message)));
  request.pipe(inner);
}
