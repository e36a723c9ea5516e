/** ARM on loopback: HTTP in front of the manager. */
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { inputPath } from "./body";
import { requireApiVersion } from "./catalogue";
import { ArmError, invalid } from "./errors";
import { ROLE_ASSIGNMENTS } from "./ids";
import type { Answer, Manager } from "./manager";
import { publishedFindings } from "./published";
import { parseTarget, type Target } from "./target";
import type { Tokens } from "./tokens";
import {
  listRoleAssignments,
  putRoleAssignment,
  roleAssignmentId,
  roleAssignmentProperties,
  roleAssignmentReadOnly,
  roleAssignmentVersions,
} from "./types/roleAssignments";
import type { Stored } from "./store";
import { isObject, omitPaths, type Json } from "./values";

type Query = Readonly<Record<string, string>>;

/** A server that does not listen yet; `listen({ host: "127.0.0.1", port })` starts it. */
export function armServer(manager: Manager, tokens: Tokens): FastifyInstance {
  const app = Fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true }, forceCloseConnections: true });
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, text, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(text)))),
  );
  // Clients name JSON as the type of a DELETE that has no body.
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => parseJson(String(text), done));
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-ms-request-id", randomUUID());
    if (!isTokenRequest(request)) tokens.require(request.headers.authorization);
  });
  app.setErrorHandler((error, _request, reply) => void sendError(reply, error));
  app.post<{ Params: { tenant: string } }>("/:tenant/oauth2/v2.0/token", async (request, reply) => {
    const { status, body } = tokens.grant((request.body ?? {}) as Record<string, string>);
    return reply.status(status).send(body);
  });
  app.all("/*", async (request, reply) => send(request, reply, await answer(manager, request)));
  return app;
}

function parseJson(text: string, done: (error: Error | null, body?: unknown) => void): void {
  if (text === "") return done(null, undefined);
  try {
    done(null, JSON.parse(text) as unknown);
  } catch (error) {
    done(new ArmError(400, "InvalidRequestContent", `The request content was invalid and could not be deserialized: '${(error as Error).message}'.`));
  }
}

const isTokenRequest = (request: FastifyRequest): boolean => request.method === "POST" && /^\/[^/]+\/oauth2\/v2\.0\/token\/?$/.test(pathOf(request));

const pathOf = (request: FastifyRequest): string => request.url.split("?")[0] ?? "";

async function answer(manager: Manager, request: FastifyRequest): Promise<Answer> {
  const target = parseTarget(request.method, pathOf(request));
  const query = request.query as Query;
  return route(manager, target, request, query);
}

function route(manager: Manager, target: Target, request: FastifyRequest, query: Query): Promise<Answer> | Answer {
  const version = query["api-version"];
  const { method } = request;
  switch (target.kind) {
    case "resource":
      if (method === "PUT") return manager.put(target.id, version, request.body);
      if (method === "PATCH") return manager.patch(target.id, version, request.body);
      if (method === "DELETE") return manager.delete(target.id, version);
      return method === "GET" ? manager.get(target.id, version) : refuseMethod(method);
    case "action":
      return manager.action(target.id, target.action, version, query);
    case "list":
      return method === "GET" ? manager.list(target.scope, target.type, version) : refuseMethod(method);
    case "contents":
      return method === "GET" ? manager.resources(target.group) : refuseMethod(method);
    case "subscription":
      return method === "GET" ? subscription(manager, target.subscription) : refuseMethod(method);
    case "operation":
      return method === "GET" ? operationStatus(manager, target) : refuseMethod(method);
    default:
      requireApiVersion(ROLE_ASSIGNMENTS, roleAssignmentVersions, version);
      return target.kind === "roleAssignments" ? listAssignments(manager, target.scope, method, query) : assignment(manager, target, request);
  }
}

function refuseMethod(method: string): never {
  throw new ArmError(405, "MethodNotAllowed", `The HTTP method '${method}' is not supported at this address.`);
}

const subscription = (manager: Manager, id: string): Answer => ({
  status: 200,
  body: { id: `/subscriptions/${id}`, subscriptionId: id, tenantId: manager.world.store.tenant, displayName: "sandbox", state: "Enabled" },
});

function operationStatus(manager: Manager, { operation, isResult }: Extract<Target, { kind: "operation" }>): Answer {
  const status = manager.operations.status(operation);
  if (status === undefined) throw new ArmError(404, "OperationNotFound", `The operation '${operation}' could not be found.`);
  if (!isResult) return { status: 200, body: status };
  if (status.status === "InProgress") return { status: 202 };
  if (isObject(status.error)) throw new ArmError(409, String(status.error.code), String(status.error.message));
  return { status: 200 };
}

const shown = ({ id, name, type, document }: Stored): Json => ({ id, name, type, ...document });

function listAssignments(manager: Manager, scope: string, method: string, query: Query): Answer {
  if (method !== "GET") refuseMethod(method);
  return { status: 200, body: { value: listRoleAssignments(manager.world, scope, query.$filter).map(shown) } };
}

function assignment(manager: Manager, { scope, name }: Extract<Target, { kind: "roleAssignment" }>, request: FastifyRequest): Answer {
  const { store } = manager.world;
  const found = store.get(roleAssignmentId(scope, name));
  if (request.method === "PUT") {
    const { stored, created } = putRoleAssignment(manager.world, scope, name, readAssignment(request.body));
    return { status: created ? 201 : 200, body: shown(stored) };
  }
  if (request.method === "DELETE") {
    if (found === undefined) return { status: 204 };
    store.delete(found.id);
    return { status: 200, body: shown(found) };
  }
  if (request.method !== "GET") refuseMethod(request.method);
  if (found === undefined) throw new ArmError(404, "RoleAssignmentNotFound", `The role assignment '${name}' is not found.`);
  return { status: 200, body: shown(found) };
}

function readAssignment(raw: unknown) {
  if (!isObject(raw) || !isObject(raw.properties)) throw new ArmError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: properties are expected.");
  const { properties } = omitPaths(raw, roleAssignmentReadOnly);
  const parsed = roleAssignmentProperties.safeParse(properties);
  const strange = parsed.success ? publishedFindings(ROLE_ASSIGNMENTS, { properties }) : [];
  if (strange.length > 0) throw invalid("BadRequestFormat", strange);
  if (parsed.success) return parsed.data;
  throw invalid("BadRequestFormat", parsed.error.issues.map((issue) => ({ property: inputPath(issue.path), reason: issue.message })));
}

/** Operations are announced as each service does: AKS in `Azure-AsyncOperation`, the deletion of a group in `Location`. */
function send(request: FastifyRequest, reply: FastifyReply, { status, body, operation, location }: Answer): FastifyReply {
  if (operation !== undefined) announce(request, reply, operation, location);
  else if (status === 202) reply.header("location", absolute(request, request.url)).header("retry-after", "0");
  return body === undefined ? reply.status(status).send() : reply.status(status).send(body);
}

function announce(request: FastifyRequest, reply: FastifyReply, operation: string, location: string | undefined): void {
  const path = pathOf(request);
  const [, , subscriptionId = ""] = path.split("/");
  const namespace = /\/providers\/([^/]+)\//.exec(path)?.[1];
  const version = (request.query as Query)["api-version"] ?? "";
  reply.header("retry-after", "0");
  if (namespace === undefined) {
    reply.header("location", absolute(request, `/subscriptions/${subscriptionId}/operationresults/${operation}?api-version=${version}`));
  } else {
    const status = `/subscriptions/${subscriptionId}/providers/${namespace}/locations/${location ?? "global"}/operations/${operation}?api-version=${version}`;
    reply.header("azure-asyncoperation", absolute(request, status));
  }
}

const absolute = (request: FastifyRequest, path: string): string => `http://${request.headers.host ?? "127.0.0.1"}${path}`;

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const arm = error instanceof ArmError ? error : fromFastify(error);
  if (arm.status === 401) reply.header("www-authenticate", 'Bearer authorization_uri="/TENANT/oauth2/v2.0/token"');
  return reply.status(arm.status).send(arm.body());
}

function fromFastify(error: unknown): ArmError {
  const status = isObject(error) || error instanceof Error ? Number((error as { statusCode?: unknown }).statusCode) : Number.NaN;
  const message = error instanceof Error ? error.message : String(error);
  if (status >= 400 && status < 500) return new ArmError(status, "InvalidRequestContent", `The request content was invalid and could not be deserialized: '${message}'.`);
  return new ArmError(500, (STATUS_CODES[500] ?? "").replace(/ /g, ""), message);
}
