/**
 * Answers for the registries and repositories from which a program takes its charts, with the archives of the cache.
 * OCI: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md (pull). Media types: https://helm.sh/docs/topics/registries/
 * Repositories: https://helm.sh/docs/topics/chart_repository/
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { archiveOf, digestOf, nameOf, type CachedChart } from "./cache";

export interface ChartServer {
  /** Base URL, without a slash at its end. Requests are told apart by their Host. */
  readonly url: string;
  /** Hosts for which it answers. */
  readonly hosts: readonly string[];
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.cncf.helm.config.v1+json";
const CONTENT = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const ANYTHING = "application/octet-stream";

/** Starts the server on a free port of loopback. @param folder where the archives are */
export async function startChartServer(folder: string, charts: readonly CachedChart[], log: (line: string) => void): Promise<ChartServer> {
  const server = createServer((request, response) => {
    answer(folder, charts, request).then(
      (found) => reply(request, response, found),
      (error: unknown) => {
        log(String(error));
        reply(request, response, { status: 500, type: "text/plain", body: Buffer.from(error instanceof Error ? error.message : String(error)) });
      },
    );
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts: [...new Set(charts.map((chart) => placeOf(chart).host))],
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(folder: string, charts: readonly CachedChart[], { url = "/", headers, method }: IncomingMessage): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return { status: 405, type: "text/plain", body: Buffer.from("charts are read here, and nothing else") };
  const host = (headers.host ?? "").split(":")[0] ?? "";
  const path = decodeURIComponent(url.split("?")[0] ?? "/");
  if (path === "/v2/") return json(ANYTHING, {});
  const mine = charts.filter((chart) => placeOf(chart).host === host);
  return (await fromRegistry(folder, mine, path)) ?? (await fromRepository(folder, mine, path)) ?? nothing(path);
}

/** `/v2/REPOSITORY/{manifests,blobs,tags}/...` */
async function fromRegistry(folder: string, charts: readonly CachedChart[], path: string): Promise<Answer | undefined> {
  const [, repository, what = "", which = ""] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path) ?? [];
  const mine = charts.filter((chart) => chart.repository === undefined && placeOf(chart).path === repository);
  if (mine.length === 0) return undefined;
  if (what === "tags") return json("application/json", { name: repository, tags: mine.map(tagOf) });
  for (const chart of mine) {
    const [archive, config] = [await archiveOf(folder, chart), Buffer.from(JSON.stringify(chart.metadata))];
    const manifest = manifestOf(archive, config);
    if (what === "manifests" && (which === tagOf(chart) || which === digestOf(manifest))) return { status: 200, type: MANIFEST, body: manifest };
    const blob = what === "blobs" ? [archive, config].find((bytes) => which === digestOf(bytes)) : undefined;
    if (blob !== undefined) return { status: 200, type: ANYTHING, body: blob };
  }
  return undefined;
}

/** A tag has no plus sign, so Helm writes an underscore for it. */
function tagOf({ version }: CachedChart): string {
  return version.replaceAll("+", "_");
}

function manifestOf(archive: Buffer, config: Buffer): Buffer {
  const described = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: described(CONFIG, config), layers: [described(CONTENT, archive)] }));
}

/** `index.yaml`, and the archives that it names. */
async function fromRepository(folder: string, charts: readonly CachedChart[], path: string): Promise<Answer | undefined> {
  const mine = charts.filter((chart) => chart.repository !== undefined && path.startsWith(`${placeOf(chart).path}/`));
  const first = mine[0];
  if (first === undefined) return undefined;
  const file = path.slice(placeOf(first).path.length + 1);
  const chosen = mine.find((chart) => archiveName(chart) === file);
  if (chosen !== undefined) return { status: 200, type: ANYTHING, body: await archiveOf(folder, chosen) };
  if (file !== "index.yaml") return undefined;
  const listed = (name: string) => mine.filter((chart) => nameOf(chart) === name).map((chart) => ({ ...chart.metadata, urls: [archiveName(chart)], digest: chart.digest.slice("sha256:".length) }));
  const entries = Object.fromEntries([...new Set(mine.map(nameOf))].map((name) => [name, listed(name)]));
  return { status: 200, type: "application/yaml", body: Buffer.from(stringify({ apiVersion: "v1", entries })) };
}

function archiveName(chart: CachedChart): string {
  return `${nameOf(chart)}-${chart.version}.tgz`;
}

/** Host and path of a registry's repository, or of a Helm repository. */
export function placeOf({ reference, repository }: Pick<CachedChart, "reference" | "repository">): { readonly host: string; readonly path: string } {
  if (repository === undefined) {
    const [host = "", ...rest] = reference.replace(/^oci:\/\//, "").split("/");
    return { host, path: rest.join("/") };
  }
  const { hostname, pathname } = new URL(repository);
  return { host: hostname, path: pathname.replace(/\/$/, "") };
}

function json(type: string, value: unknown): Answer {
  return { status: 200, type, body: Buffer.from(JSON.stringify(value)) };
}

function nothing(path: string): Answer {
  const errors = [{ code: "MANIFEST_UNKNOWN", message: `the cache of charts has nothing at ${path}; make charts fills it` }];
  return { ...json("application/json", { errors }), status: 404 };
}

function reply(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { "content-type": type, "content-length": body.length, ...(status === 200 ? { "docker-content-digest": digestOf(body) } : {}) });
  response.end(request.method === "HEAD" ? undefined : body);
}
