/**
 * GitHub's published OpenAPI description, cut down to the operations that the server implements.
 *
 * The whole description is 13 MB. What is needed of it (the implemented operations and the components that they reach) is a tenth of that and is
 * kept in a file beside the server's state, so that only the first start of a sandbox reads the large one. Validators are compiled when their
 * operation is called for the first time.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { undocumented } from "./undocumented";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Node = Record<string, unknown>;

/** An operation as people write it: method and path template, `PUT /repos/{owner}/{repo}/contents/{path}`. */
export type OperationName = string;

/** What is known of every operation of GitHub, implemented or not. */
export interface KnownOperation {
  readonly name: OperationName;
  readonly summary: string;
  readonly documentation: string;
  /** Path parameters that may hold slashes. */
  readonly multiSegment: readonly string[];
}

interface Extract {
  readonly key: string;
  readonly known: readonly KnownOperation[];
  readonly document: { readonly paths: Node; readonly components: Node };
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** Path parameters whose values hold slashes although the description does not mark them: branch names and refs. Clients send them both ways. */
const SLASHED_PARAMETERS: ReadonlySet<string> = new Set(["branch", "ref"]);

/** Loads the extract for the given operations; reads the package's full description when the file in `directory` does not fit. */
export function loadOpenApi(directory: string, implemented: readonly OperationName[]): OpenApi {
  const source = require.resolve("@octokit/openapi/generated/api.github.com.json");
  const version = (JSON.parse(readFileSync(require.resolve("@octokit/openapi/package.json"), "utf8")) as { version: string }).version;
  const key = createHash("sha256")
    .update(JSON.stringify([version, implemented, undocumented.toString()]))
    .digest("hex");
  const file = join(directory, "openapi.json");
  if (existsSync(file)) {
    const cached = JSON.parse(readFileSync(file, "utf8")) as Extract;
    if (cached.key === key) return new OpenApi(cached);
  }
  const extract = extractOperations(JSON.parse(readFileSync(source, "utf8")) as Node, implemented, key);
  writeFileSync(`${file}.new`, JSON.stringify(extract), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return new OpenApi(extract);
}

function extractOperations(description: Node, implemented: readonly OperationName[], key: string): Extract {
  const allPaths = description.paths as Record<string, Record<string, Node>>;
  const wanted = new Set(implemented);
  const known: KnownOperation[] = [];
  const paths: Record<string, Record<string, Node>> = {};
  const components: Record<string, Record<string, unknown>> = {};
  const resolve = (ref: string): unknown =>
    ref
      .slice(2)
      .split("/")
      .reduce<unknown>((node, part) => (node as Node)[part.replaceAll("~1", "/")], description);

  const take = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(take);
    if (!isNode(node)) return node;
    if (typeof node.$ref === "string") {
      const [, , group, name] = node.$ref.split("/") as [string, string, string, string];
      const bucket = (components[group] ??= {});
      if (!(name in bucket)) {
        bucket[name] = true; // Reserved first: schemas may refer to themselves.
        bucket[name] = take(resolve(node.$ref));
      }
      return { $ref: node.$ref };
    }
    return withNull(
      Object.fromEntries(
        Object.entries(node)
          .filter(([name, value]) => !isProse(name, value))
          .map(([name, value]) => [name, take(value)]),
      ),
    );
  };

  for (const [path, item] of Object.entries(allPaths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const parameters = ((operation.parameters as Node[] | undefined) ?? []).map((p) =>
        typeof p.$ref === "string" ? (resolve(p.$ref) as Node) : p,
      );
      const multiSegment = parameters
        .filter((p) => p.in === "path" && (p["x-multi-segment"] === true || SLASHED_PARAMETERS.has(String(p.name))))
        .map((p) => String(p.name));
      known.push({
        name,
        summary: String(operation.summary),
        documentation: String((operation.externalDocs as Node | undefined)?.url ?? ""),
        multiSegment,
      });
      if (!wanted.has(name)) continue;
      wanted.delete(name);
      const { requestBody, responses } = operation;
      (paths[path] ??= {})[method] = take({ parameters, requestBody, responses }) as Node;
    }
  }
  if (wanted.size > 0) throw new Error(`GitHub's OpenAPI description does not have: ${[...wanted].join(", ")}`);
  undocumented({ paths, components });
  return { key, known, document: { paths, components } };
}

/** Descriptions and examples of whole bodies are of no use to validators; a property's own `example` shows the form of URLs and stays. */
function isProse(name: string, value: unknown): boolean {
  if (name === "examples" || name === "externalDocs" || name === "discriminator" || name.startsWith("x-")) return true;
  return (name === "description" && typeof value === "string") || (name === "title" && typeof value === "string");
}

/** `nullable` of OpenAPI 3.0 in the terms of JSON Schema. */
function withNull(node: Node): Node {
  if (node.nullable !== true) return node;
  const rest: Node = Object.fromEntries(Object.entries(node).filter(([name]) => name !== "nullable"));
  if (Array.isArray(rest.enum)) return { ...rest, type: [rest.type, "null"], enum: [...(rest.enum as unknown[]), null] };
  if (typeof rest.type === "string") return { ...rest, type: [rest.type, "null"] };
  return { anyOf: [{ type: "null" }, rest] };
}

/** The operations' validators and what they say of the shape of answers. */
export class OpenApi {
  readonly known: readonly KnownOperation[];
  private readonly ajv: Ajv;
  private readonly coercing: Ajv;
  private readonly validators = new Map<string, ValidateFunction | undefined>();

  constructor(private readonly extract: Extract) {
    this.known = extract.known;
    this.ajv = compiler(false, extract.document);
    this.coercing = compiler(true, extract.document);
  }

  /** Errors of a request's body, path and query parameters; empty when the request is as described. Coerces the parameters in place. */
  requestErrors(
    name: OperationName,
    request: { path: Record<string, unknown>; query: Record<string, unknown>; body: unknown },
  ): readonly ErrorObject[] {
    const body = this.validator(`${name} body`, this.ajv, () => this.bodyPointer(name));
    const errors: ErrorObject[] = [];
    if (body && !(request.body === undefined && !this.bodyRequired(name)) && !body(request.body ?? {})) errors.push(...(body.errors ?? []));
    for (const place of ["path", "query"] as const) {
      const validate = this.validator(`${name} ${place}`, this.coercing, () => this.parametersSchema(name, place));
      if (validate && !validate(request[place])) errors.push(...(validate.errors ?? []));
    }
    return errors;
  }

  /** Errors of an answer against what the description says for its status. An answer whose status is not described is an error too. */
  responseErrors(name: OperationName, status: number, body: unknown): readonly string[] {
    const response = this.response(name, status);
    if (!response) return [`status ${status} is not described`];
    const schema = jsonContent(response.node);
    if (!schema) return body === undefined ? [] : [`status ${status} is described without a body`];
    if (body === undefined) return [`status ${status} is described with a body`];
    const validate = this.validator(`${name} ${status}`, this.ajv, () => `${response.pointer}/content/${pointerPart(schema)}/schema`);
    return !validate || validate(body) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath || "/"} ${e.message}`);
  }

  /** Whether the operation's description has a body for this status. */
  describes(name: OperationName, status: number): boolean {
    const response = this.response(name, status);
    return response !== undefined && jsonContent(response.node) !== undefined;
  }

  /** The schema of a component, its references followed one level. */
  schema(component: string): Node {
    return (this.extract.document.components.schemas as Record<string, Node>)[component] ?? {};
  }

  resolve(node: Node): Node {
    return typeof node.$ref === "string" ? (this.at(node.$ref) as Node) : node;
  }

  private operation(name: OperationName): Node {
    const [method, path] = name.split(" ") as [string, string];
    return (this.extract.document.paths[path] as Record<string, Node>)[method.toLowerCase()]!;
  }

  private pointer(name: OperationName): string {
    const [method, path] = name.split(" ") as [string, string];
    return `github#/paths/${pointerPart(path)}/${method.toLowerCase()}`;
  }

  private bodyRequired(name: OperationName): boolean {
    return (this.operation(name).requestBody as Node | undefined)?.required === true;
  }

  private bodyPointer(name: OperationName): string | undefined {
    const body = this.operation(name).requestBody as Node | undefined;
    const content = body && jsonContent(body);
    return content && `${this.pointer(name)}/requestBody/content/${pointerPart(content)}/schema`;
  }

  private parametersSchema(name: OperationName, place: "path" | "query"): Node | undefined {
    const parameters = (this.operation(name).parameters as Node[]).filter((p) => p.in === place);
    if (parameters.length === 0) return undefined;
    const rebase = (node: unknown): unknown =>
      Array.isArray(node)
        ? node.map(rebase)
        : isNode(node)
          ? Object.fromEntries(Object.entries(node).map(([k, v]) => [k, k === "$ref" ? `github${String(v)}` : rebase(v)]))
          : node;
    return {
      type: "object",
      properties: Object.fromEntries(parameters.map((p) => [String(p.name), rebase(p.schema)])),
      required: parameters.filter((p) => p.required === true).map((p) => String(p.name)),
    };
  }

  private response(name: OperationName, status: number): { node: Node; pointer: string } | undefined {
    const node = (this.operation(name).responses as Record<string, Node>)[String(status)];
    if (!node) return undefined;
    if (typeof node.$ref === "string") return { node: this.at(node.$ref) as Node, pointer: `github${node.$ref}` };
    return { node, pointer: `${this.pointer(name)}/responses/${status}` };
  }

  private at(ref: string): unknown {
    return ref
      .slice(2)
      .split("/")
      .reduce<unknown>((node, part) => (node as Node)[part], this.extract.document);
  }

  private validator(key: string, ajv: Ajv, find: () => string | Node | undefined): ValidateFunction | undefined {
    if (!this.validators.has(key)) {
      const found = find();
      this.validators.set(key, found === undefined ? undefined : ajv.compile(typeof found === "string" ? { $ref: found } : found));
    }
    return this.validators.get(key);
  }
}

function compiler(coerceTypes: boolean, document: object): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: true,
    coerceTypes,
    useDefaults: coerceTypes,
    logger: false,
    validateSchema: false,
  });
  addFormats(ajv, ["date-time", "date", "uri", "email"]);
  ajv.addSchema({ $id: "github", ...document }, "github");
  return ajv;
}

function jsonContent(node: Node): string | undefined {
  return Object.keys((node.content as Node | undefined) ?? {}).find((type) => type === "application/json");
}

const pointerPart = (part: string): string => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
