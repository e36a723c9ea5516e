/**
 * The server: every request is matched to an operation of GitHub, authenticated, and held to GitHub's OpenAPI description, and so is its answer.
 * What GitHub has and the sandbox does not is answered 501 with the operation's name, never with a made-up success.
 */
import { createHash } from "node:crypto";
import type { ErrorObject } from "ajv";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { authenticate } from "./auth";
import { type Answer, Call, type Handler, type Routes, type Server } from "./call";
import { HttpError } from "./errors";
import type { KnownOperation } from "./openapi";
import { RateLimit } from "./rate-limit";
import { Router } from "./routing";

export interface HttpOptions {
  readonly server: Server;
  readonly routes: Routes;
  /** The sandbox user's token. */
  readonly token: string;
  /** Requests per hour and caller; GitHub gives a user 5000. */
  readonly rateLimit: number;
  log(line: string): void;
}

/** Bytes that GitHub's contents API takes at most (100 MB), in base64 and with room for the rest of the body. */
const BODY_LIMIT = 140 * 1024 * 1024;

export function createHttp(options: HttpOptions): FastifyInstance {
  const app = fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, routerOptions: { maxParamLength: 2000 } });
  const dispatcher = new Dispatcher(options);
  app.removeAllContentTypeParsers();
  // GitHub reads JSON whatever the content type says, so the text is parsed with the operation at hand.
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.all("/*", (request, reply) => dispatcher.handle(request, reply));
  return app;
}

class Dispatcher {
  private readonly router: Router;
  private readonly limit: RateLimit;

  constructor(private readonly options: HttpOptions) {
    this.router = new Router(options.server.openApi.known);
    this.limit = new RateLimit(options.rateLimit);
  }

  /** Works without a pause, so that no other request sees a change that is not committed yet. */
  handle(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const started = Date.now();
    const path = this.pathOf(request.url);
    const match = this.router.find(request.method, path);
    let answer: Answer;
    try {
      answer = this.answer(request, match);
      if (request.method !== "GET") this.options.server.store.commit();
    } catch (error) {
      this.options.server.store.rollback();
      answer = this.refusal(error, match?.operation);
    }
    answer = this.checked(answer, match?.operation);
    this.options.log(`${request.method} ${path} ${answer.status} ${Date.now() - started} ms`);
    return this.send(request, reply, answer);
  }

  /**
   * The path as GitHub's description has it. GitHub answers under `/repositories/ID` whatever it answers under `/repos/OWNER/NAME`, as its own links do;
   * a server of GitHub Enterprise answers below `/api/v3`.
   */
  private pathOf(url: string): string {
    const path = cleanPath(url).replace(/^\/api\/v3(?=\/)/, "");
    const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
    if (id === undefined) return path;
    const { owners, repositories } = this.options.server.store.state;
    const repository = repositories.find((each) => each.id === Number(id));
    const owner = owners.find((each) => each.id === repository?.ownerId);
    return repository === undefined || owner === undefined ? path : `/repos/${owner.login}/${repository.name}${rest}`;
  }

  private answer(request: FastifyRequest, match: ReturnType<Router["find"]>): Answer {
    if (!match) throw new HttpError(404, "Not Found");
    const { operation, parameters } = match;
    const handler: Handler | undefined = this.options.routes[operation.name];
    if (!handler) throw new HttpError(501, `The sandbox's GitHub does not implement ${operation.name} ("${operation.summary}")`);
    const caller = authenticate(request.headers.authorization, this.options.server.store.state, this.options.token);
    this.limit.spend(caller.author.login);
    const path: Record<string, unknown> = { ...parameters };
    const query: Record<string, unknown> = { ...(request.query as Record<string, unknown>) };
    const body = parseBody(request.body);
    const errors = this.options.server.openApi.requestErrors(operation.name, { path, query, body });
    if (errors.length > 0) throw new HttpError(422, `Invalid request.\n\n${schemaComplaints(errors).join("\n")}`);
    const call = new Call(this.options.server, caller, path, query, body);
    const answer = handler(call);
    return call.pages === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, ...linkHeader(request, this.options.server.url, call.pages) } };
  }

  private refusal(error: unknown, operation: KnownOperation | undefined): Answer {
    if (!(error instanceof HttpError)) return this.bug(operation, error instanceof Error ? (error.stack ?? error.message) : String(error));
    const documentation_url = operation?.documentation || "https://docs.github.com/rest";
    const body = { message: error.message, ...(error.errors && { errors: error.errors }), documentation_url, status: String(error.status) };
    return { status: error.status, body, headers: error.headers };
  }

  /** An answer that GitHub's description does not allow is a fault of this server, and says so. */
  private checked(answer: Answer, operation: KnownOperation | undefined): Answer {
    // Errors that every operation can give (401, 403, 404, ...) are not repeated in each description.
    if (!operation || !this.options.routes[operation.name]) return answer;
    if (answer.status >= 400 && !this.options.server.openApi.describes(operation.name, answer.status)) return answer;
    const errors = this.options.server.openApi.responseErrors(operation.name, answer.status, answer.body);
    return errors.length === 0 ? answer : this.bug(operation, errors.join("; "));
  }

  private bug(operation: KnownOperation | undefined, detail: string): Answer {
    this.options.log(`BUG in ${operation?.name ?? "routing"}: ${detail}`);
    return { status: 500, body: { message: `The sandbox's GitHub failed in ${operation?.name ?? "routing"}; its log has the details` } };
  }

  private send(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
    const text = answer.body === undefined ? "" : JSON.stringify(answer.body);
    const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
    reply.headers({
      ...this.limit.headers(),
      "x-github-api-version-selected": "2022-11-28",
      "x-github-media-type": "github.v3; format=json",
      ...answer.headers,
    });
    if (request.method === "GET" && answer.status === 200) {
      reply.header("etag", etag);
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    }
    if (answer.body === undefined) return reply.code(answer.status).send();
    return reply.code(answer.status).type("application/json; charset=utf-8").send(text);
  }
}

/** The path without a slash at its end; only the root of a repository's contents is written with one. */
function cleanPath(url: string): string {
  const path = url.split("?")[0]!.replace(/(?<=.)\/$/, "");
  return /^\/repos\/[^/]+\/[^/]+\/contents$/.test(path) ? `${path}/` : path;
}

function parseBody(body: unknown): unknown {
  if (body === undefined || body === null || body === "") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(String(body));
  } catch {
    throw new HttpError(400, "Problems parsing JSON");
  }
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw new HttpError(400, "Body should be a JSON object");
  return parsed;
}

/** Every finding in GitHub's own words. Branches of a `oneOf` that do not fit are one finding: GitHub names only the place. */
function schemaComplaints(errors: readonly ErrorObject[]): readonly string[] {
  const choices = errors.filter((e) => e.keyword === "oneOf" || e.keyword === "anyOf").map((e) => e.instancePath);
  const outermost = choices.filter((path) => !choices.some((other) => other !== path && path.startsWith(`${other}/`)));
  const inside = (path: string): boolean => outermost.some((choice) => path === choice || path.startsWith(`${choice}/`));
  return [
    ...new Set([
      ...errors.filter((e) => !inside(e.instancePath)).map(complaint),
      ...outermost.map((path) => `Invalid property ${path || "/"}: data matches no possible input. See \`documentation_url\`.`),
    ]),
  ];
}

function complaint(error: ErrorObject): string {
  const parameters = error.params as { missingProperty?: string; additionalProperty?: string; allowedValues?: unknown[] };
  if (error.keyword === "required")
    return `"${[...error.instancePath.split("/").slice(1), parameters.missingProperty].join("/")}" wasn't supplied.`;
  if (error.keyword === "additionalProperties") return `"${parameters.additionalProperty}" is not a permitted key.`;
  const allowed = error.keyword === "enum" ? `: ${JSON.stringify(parameters.allowedValues)}` : "";
  return `Invalid property ${error.instancePath || "/"}: ${error.message}${allowed}.`;
}

function linkHeader(request: FastifyRequest, base: string, pages: number): Record<string, string> {
  const url = new URL(request.url, base);
  const page = Math.max(1, Number(url.searchParams.get("page") ?? 1));
  const link = (number: number, relation: string): string => {
    url.searchParams.set("page", String(number));
    return `<${url.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < pages ? [link(page + 1, "next"), link(pages, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  return links.length === 0 ? {} : { link: links.join(", ") };
}
