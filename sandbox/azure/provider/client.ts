/** The provider's side of ARM: every request leaves through one place, passes the fault switch, and fails as a CloudError. */
import type { FaultSwitch } from "../../cloud";
import { CloudError } from "../../provider/kind";
import { parseTarget } from "../arm/target";
import { at, isObject, type Json } from "../arm/values";

export interface ConnectionOptions {
  /** Root of ARM, such as `http://127.0.0.1:4321`. */
  readonly endpoint: string;
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** The application that asks for tokens. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Location of a resource group that names none. */
  readonly location: string | undefined;
  readonly faults: FaultSwitch;
}

type Method = "GET" | "PUT" | "DELETE" | "POST";

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/**
 * Conflicts that the real provider waits out, and its waits at a hundredth of their length: it retries these codes after 20, 60 and 120
 * seconds (pulumi-azure-native, client_azcore.go).
 */
const PASSING_CONFLICTS = ["AnotherOperationInProgress", "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"];
const RETRY_AFTER_MS = [200, 600, 1200];

/** Between two looks at an operation. ARM's `Retry-After` is longer where it says so. */
const POLL_MS = 50;
/** Longest that an operation may take, as the provider's default timeout of a create. */
const OPERATION_MS = 30 * 60 * 1000;
/** Longest that one request may take. */
const REQUEST_MS = 60_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class ArmClient {
  private token: { readonly text: string; readonly ends: number } | undefined;

  constructor(private readonly options: ConnectionOptions) {}

  get subscriptionId(): string {
    return this.options.subscriptionId;
  }

  get tenantId(): string {
    return this.options.tenantId;
  }

  get location(): string | undefined {
    return this.options.location;
  }

  /** The resource, or undefined when it (or what holds it) is not there. */
  async find(id: string, apiVersion: string): Promise<Json | undefined> {
    try {
      return await this.get(id, apiVersion);
    } catch (error) {
      if (error instanceof CloudError && error.status === 404 && error.code.endsWith("NotFound")) return undefined;
      throw error;
    }
  }

  /** The resource. @throws CloudError where it is not there */
  async get(id: string, apiVersion: string): Promise<Json> {
    return (await this.send("GET", withVersion(id, apiVersion))).body;
  }

  /** Starts a PUT; `settled` waits for its operation and reads what came of it. */
  async put(id: string, apiVersion: string, body: Json): Promise<{ accepted: Json; settled: () => Promise<Json> }> {
    const reply = await this.patiently("PUT", withVersion(id, apiVersion), body);
    const operation = reply.headers.get("azure-asyncoperation");
    if (operation === null) return { accepted: reply.body, settled: () => Promise.resolve(reply.body) };
    const settled = async (): Promise<Json> => {
      await this.follow(operation);
      return (await this.send("GET", withVersion(id, apiVersion))).body;
    };
    return { accepted: reply.body, settled };
  }

  /** Deletes and waits until it is done; what is gone already is a success. */
  async delete(id: string, apiVersion: string): Promise<void> {
    const reply = await this.patiently("DELETE", withVersion(id, apiVersion)).catch((error: unknown) => {
      if (error instanceof CloudError && error.status === 404) return undefined;
      throw error;
    });
    const operation = reply?.headers.get("azure-asyncoperation");
    const result = reply?.headers.get("location");
    if (operation) await this.follow(operation);
    else if (reply?.status === 202 && result) await this.followResult(result);
  }

  async post(path: string, apiVersion: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const extra = new URLSearchParams(query).toString();
    return (await this.send("POST", `${withVersion(path, apiVersion)}${extra === "" ? "" : `&${extra}`}`)).body;
  }

  /** Status URL of an operation: fails when the operation did. */
  private async follow(url: string): Promise<void> {
    const path = pathOf(url);
    for (const end = Date.now() + OPERATION_MS; Date.now() < end; ) {
      const { headers, body } = await this.send("GET", path);
      if (body.status === "Succeeded") return;
      if (body.status === "Failed" || body.status === "Canceled") {
        throw new CloudError(operationOf("GET", path), 200, String(at(body, "error.code") ?? body.status), String(at(body, "error.message") ?? "the operation failed"));
      }
      await sleep(pause(headers));
    }
    throw new CloudError(operationOf("GET", path), 408, "OperationTimedOut", `the operation has not ended within ${OPERATION_MS / 60_000} minutes`);
  }

  /** Result URL of an operation: 202 until it ends. */
  private async followResult(url: string): Promise<void> {
    const path = pathOf(url);
    for (const end = Date.now() + OPERATION_MS; Date.now() < end; ) {
      const { status, headers } = await this.send("GET", path);
      if (status !== 202) return;
      await sleep(pause(headers));
    }
    throw new CloudError(operationOf("GET", path), 408, "OperationTimedOut", `the operation has not ended within ${OPERATION_MS / 60_000} minutes`);
  }

  /** A request that waits out the conflicts which pass by themselves. An ordered fault is not one of them: it is thrown before ARM answers. */
  private async patiently(method: Method, path: string, body?: Json): Promise<Reply> {
    for (const wait of RETRY_AFTER_MS) {
      try {
        return await this.send(method, path, body);
      } catch (error) {
        if (!(error instanceof ArmRefusal) || !PASSING_CONFLICTS.includes(error.code)) throw error;
        await sleep(wait);
      }
    }
    return this.send(method, path, body);
  }

  private async send(method: Method, path: string, body?: Json): Promise<Reply> {
    const authorization = `Bearer ${await this.bearer()}`;
    return this.request(operationOf(method, path), method, path, { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) }, body && JSON.stringify(body));
  }

  /** The choke point: the only place that talks to ARM. */
  private async request(operation: string, method: Method, path: string, headers: Record<string, string>, body?: string): Promise<Reply> {
    const call = { cloud: "azure-native", operation };
    await this.options.faults.pass(call);
    const response = await fetch(`${this.options.endpoint}${path}`, { method, headers, body, signal: AbortSignal.timeout(REQUEST_MS) }).catch((error: unknown) => {
      throw new CloudError(operation, 503, "ServiceUnavailable", `ARM does not answer: ${error instanceof Error ? error.message : String(error)}`);
    });
    const text = await response.text();
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    const answer = isObject(parsed) ? parsed : {};
    if (!response.ok) throw refusal(operation, response, answer);
    await this.options.faults.answered(call);
    return { status: response.status, headers: response.headers, body: answer };
  }

  private async bearer(): Promise<string> {
    if (this.token !== undefined && this.token.ends > Date.now()) return this.token.text;
    const { clientId, clientSecret, tenantId } = this.options;
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret, scope: "https://management.azure.com/.default" });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { body } = await this.request("POST oauth2/v2.0/token", "POST", `/${tenantId}/oauth2/v2.0/token`, headers, form.toString());
    // A minute early, so that no token ends between here and ARM.
    this.token = { text: String(body.access_token), ends: Date.now() + (Number(body.expires_in) - 60) * 1000 };
    return this.token.text;
  }
}

/** An answer of ARM itself, told apart from faults that were ordered. */
class ArmRefusal extends CloudError {}

function refusal(operation: string, response: Response, body: Json): CloudError {
  const code = String(at(body, "error.code") ?? body.error ?? "Unknown");
  const message = String(at(body, "error.message") ?? body.error_description ?? response.statusText);
  const wait = response.headers.get("retry-after");
  return new ArmRefusal(operation, response.status, code, message, wait === null ? undefined : Number(wait));
}

/** `PUT Microsoft.ContainerService/managedClusters/agentPools`: the method and what it is about, without names. */
export function operationOf(method: string, path: string): string {
  const target = parseTarget(method, pathOf(path).split("?")[0] ?? "");
  switch (target.kind) {
    case "resource":
      return `${method} ${target.id.type}`;
    case "action":
      return `${method} ${target.id.type}/${target.action}`;
    case "list":
      return `${method} ${target.type}`;
    case "roleAssignment":
    case "roleAssignments":
      return `${method} Microsoft.Authorization/roleAssignments`;
    case "operation":
      return `${method} ${/\/providers\/([^/]+)\//.exec(path)?.[1] ?? "Microsoft.Resources"}/${target.isResult ? "operationresults" : "locations/operations"}`;
    case "contents":
      return `${method} Microsoft.Resources/resourceGroups/resources`;
    default:
      return `${method} Microsoft.Resources/subscriptions`;
  }
}

const withVersion = (path: string, apiVersion: string): string => `${path}?api-version=${apiVersion}`;

const pathOf = (url: string): string => (url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/]+/, ""));

const pause = (headers: Headers): number => Math.max(Number(headers.get("retry-after") ?? 0) * 1000, POLL_MS);
