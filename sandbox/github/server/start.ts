/** Starts GitHub's REST API on a port of the loopback interface. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { routes } from "../routes";
import { authenticate } from "./auth";
import type { Server } from "./call";
import { createHttp } from "./http";
import { loadOpenApi } from "./openapi";
import { SecretBox } from "./secret-box";
import { seed, type Seed } from "./seed";
import { Store } from "./state";

export interface GitHubServerOptions {
  /** Where state, token and extracted description are kept; made with mode 0700. */
  readonly directory: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Requests per hour and caller. Defaults to GitHub's 5000 for a user, docs.github.com "Rate limits for the REST API". */
  readonly rateLimit?: number;
  log(line: string): void;
}

export interface GitHubServer {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  /** Token of the sandbox's own user, and the file (mode 0600) that holds it. */
  readonly token: string;
  readonly tokenFile: string;
  /** Settings of curl (mode 0600) with the token in a header, so that it stands in no argument. */
  readonly curlFile: string;
  readonly store: Store;
  seed(input: Seed): void;
  stop(): Promise<void>;
}

/** The route that seeds over HTTP, for whoever does not live in the server's process. It is no part of GitHub's API. */
export const SEED_ROUTE = "/_sandbox/seed";

export async function startServer(options: GitHubServerOptions): Promise<GitHubServer> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const tokenFile = join(options.directory, "token");
  if (!existsSync(tokenFile)) writeFileSync(tokenFile, `ghp_${randomBytes(18).toString("hex")}`, { mode: 0o600 });
  const token = readFileSync(tokenFile, "utf8").trim();
  const curlFile = join(options.directory, "curl.conf");
  if (!existsSync(curlFile)) writeFileSync(curlFile, `header = "Authorization: Bearer ${token}"\nsilent\nshow-error\n`, { mode: 0o600 });
  const store = new Store(options.directory);
  const openApi = loadOpenApi(options.directory, Object.keys(routes).sort());
  const mutable = { store, openApi, secrets: await SecretBox.create(), url: "" };
  const server: Server = mutable;
  const http = createHttp({ server, routes, token, rateLimit: options.rateLimit ?? 5000, log: (line) => options.log(line) });
  http.post(SEED_ROUTE, (request, reply) => {
    try {
      if (authenticate(request.headers.authorization, store.state, token).kind !== "user")
        return reply.code(403).send({ message: "Only the sandbox's token may seed" });
    } catch (error) {
      return reply.code(401).send({ message: error instanceof Error ? error.message : String(error) });
    }
    try {
      seed(store, JSON.parse(String(request.body)));
      return reply.code(204).send();
    } catch (error) {
      store.rollback();
      return reply.code(422).send({ message: error instanceof Error ? error.message : String(error) });
    }
  });
  mutable.url = (await http.listen({ host: "127.0.0.1", port: options.port })).replace(/\/$/, "");
  return { url: mutable.url, token, tokenFile, curlFile, store, seed: (input) => seed(store, input), stop: () => http.close() };
}
