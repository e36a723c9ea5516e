/** Octokit for one instance of the provider, with one choke point that every request passes. */
import { createSign } from "node:crypto";
import type { Octokit } from "@octokit/core" with { "resolution-mode": "import" };
import type { FaultSwitch } from "../../cloud";
import { CloudError } from "../../provider/kind";
import { type GitHubConfig, privateKey } from "./config";

/** What every kind works with. */
export interface GitHubClient {
  /** The account that holds the repositories: the provider's `owner`. */
  readonly owner: string;
  readonly perPage: number;
  /** Throws a CloudError for every answer that is no success. */
  readonly request: Octokit["request"];
}

export interface ClientOptions {
  /** Base URL of the sandbox's server. */
  readonly url: string;
  /** Token of the sandbox's own user, for configurations that bring no credentials: the real provider takes GITHUB_TOKEN then. */
  readonly token: string;
  readonly faults: FaultSwitch;
}

interface SentRequest {
  readonly method: string;
  /** Path template, such as `/repos/{owner}/{repo}`. */
  readonly url: string;
  readonly headers: Record<string, string | number | undefined>;
}

const DEFAULT_RETRIES = 3;
const DEFAULT_RETRY_DELAY_MS = 50;
/** What GitHub may ask to wait before the request is given up: a rehearsal does not wait for an hour to pass. */
const LONGEST_WAIT_S = 1;
/** A token is renewed this long before it ends. */
const RENEWAL_MS = 5 * 60 * 1000;
const TOKEN_ROUTE = "/app/installations/{installation_id}/access_tokens";

export async function createClient(config: GitHubConfig, options: ClientOptions): Promise<GitHubClient> {
  const owner = config.owner ?? config.organization;
  if (owner === undefined) throw new Error("the GitHub provider needs `owner`: the organisation that holds the repositories");
  const { Octokit: OctokitClass } = await import("@octokit/core");
  const silent = (): void => undefined;
  const octokit = new OctokitClass({
    baseUrl: (config.baseUrl ?? options.url).replace(/\/$/, ""),
    userAgent: "gpu-cicd-sandbox",
    // Octokit logs whole requests; errors say what is needed of them.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const credentials = new Credentials(config, options.token, octokit.request);
  const pace = new Pace(config);
  octokit.hook.wrap("request", async (send, sent) => {
    const request = sent as SentRequest;
    request.headers.authorization = await credentials.header(request.url);
    const call = { cloud: "github", operation: `${request.method} ${request.url}` };
    return retried(config, async () => {
      await options.faults.pass(call);
      const answer = await pace.inTurn(request, () => checked(call.operation, () => send(sent)));
      await options.faults.answered(call);
      return answer;
    });
  });
  await credentials.renew();
  return { owner, perPage: config.maxPerPage ?? 100, request: octokit.request };
}

/** A personal token, or an app's installation token, which is fetched with a signed JSON web token and renewed before it ends. */
class Credentials {
  private installation: { token: string; expires: number } | undefined;

  constructor(
    private readonly config: GitHubConfig,
    private readonly fallback: string,
    private readonly request: Octokit["request"],
  ) {}

  async header(url: string): Promise<string> {
    const { appAuth, token } = this.config;
    if (!appAuth) return `Bearer ${token ?? this.fallback}`;
    if (url === TOKEN_ROUTE) return `Bearer ${webToken(appAuth.id, appAuth.pemFile)}`;
    await this.renew();
    return `Bearer ${this.installation!.token}`;
  }

  async renew(): Promise<void> {
    const { appAuth } = this.config;
    if (!appAuth || (this.installation && this.installation.expires - RENEWAL_MS > Date.now())) return;
    const { data } = await this.request(`POST ${TOKEN_ROUTE}`, { installation_id: Number(appAuth.installationId) });
    this.installation = { token: data.token, expires: Date.parse(data.expires_at) };
  }
}

/** docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App": RS256, issued a minute ago against clocks that differ, at most ten minutes. */
export function webToken(appId: string, pem: string): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 60, exp: now + 540, iss: appId })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey(pem)).toString("base64url")}`;
}

/** Requests one at a time, with the configured pauses; side by side where the configuration allows it. */
class Pace {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: GitHubConfig) {}

  inTurn<T>(request: SentRequest, send: () => Promise<T>): Promise<T> {
    const delay = (request.method === "GET" ? this.config.readDelayMs : this.config.writeDelayMs) ?? 0;
    if (this.config.parallelRequests === true) return send();
    const turn = this.last.then(send);
    this.last = turn.then(
      () => wait(delay),
      () => wait(delay),
    );
    return turn;
  }
}

/** Another attempt when GitHub says to slow down and the wait is short; every other failure goes to the engine as it is. */
async function retried<T>(config: GitHubConfig, send: () => Promise<T>): Promise<T> {
  const retries = config.maxRetries ?? DEFAULT_RETRIES;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof CloudError) || attempt >= retries || !isRateLimit(error)) throw error;
      const seconds = error.retryAfterSeconds ?? 0;
      if (seconds > LONGEST_WAIT_S) throw error;
      await wait(Math.max(seconds * 1000, config.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS));
    }
  }
}

const isRateLimit = (error: CloudError): boolean => error.status === 429 || (error.status === 403 && error.code === "RateLimited");

/** Octokit's answer, or its failure as a CloudError; answers between success and error (a 303 without a place to go) are failures too. */
async function checked<T extends { readonly status: number }>(operation: string, send: () => T | Promise<T>): Promise<T> {
  let response: T;
  try {
    response = await send();
  } catch (error) {
    throw toCloudError(operation, error);
  }
  if (response.status < 300) return response;
  throw new CloudError(
    operation,
    response.status,
    response.status === 303 ? "AlreadyExists" : "Redirected",
    "GitHub did not do what was asked",
  );
}

interface FailedRequest {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers: Record<string, string | undefined>; readonly data: unknown };
}

/** GitHub's own words; what is no answer (a lost connection) passes as it is. */
function toCloudError(operation: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("response" in error) || !("status" in error)) return error;
  const { status, response, message } = error as unknown as FailedRequest;
  const data = (response?.data ?? {}) as { message?: string; errors?: unknown };
  const detail = data.errors === undefined ? "" : ` ${JSON.stringify(data.errors)}`;
  const headers = response?.headers ?? {};
  const after =
    headers["retry-after"] ?? (headers["x-ratelimit-remaining"] === "0" ? secondsUntil(headers["x-ratelimit-reset"]) : undefined);
  const limited = status === 429 || (status === 403 && after !== undefined);
  const code = limited ? "RateLimited" : (CODES[status] ?? "Error");
  return new CloudError(
    operation,
    status,
    code,
    `${data.message ?? message}${detail}`.trim(),
    after === undefined ? undefined : Number(after),
  );
}

const CODES: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  422: "ValidationFailed",
  500: "ServerError",
  501: "NotImplemented",
};

function secondsUntil(epoch: string | undefined): number | undefined {
  return epoch === undefined ? undefined : Math.max(0, Number(epoch) - Math.floor(Date.now() / 1000));
}

function wait(milliseconds: number): Promise<void> {
  return milliseconds === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The value, or undefined when GitHub says that it is not there. */
export async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof CloudError && error.status === 404) return undefined;
    throw error;
  }
}
