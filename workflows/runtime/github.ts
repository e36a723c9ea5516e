/** The few calls of GitHub's REST API that the programs make. */
import { required, type EnvironmentVariables } from "./environment";

/** GitHub's answer was not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    path: string,
  ) {
    super(`GitHub answered ${status} to ${path}`);
  }
}

/** Seconds that one call may take. */
const TIMEOUT_SECONDS = 20;
const ATTEMPTS = 3;

/** A client of the API for one repository. */
export class GitHub {
  private readonly base: string;
  private readonly token: string;

  constructor(env: EnvironmentVariables, token: string = required(env, "GITHUB_TOKEN")) {
    this.base = required(env, "GITHUB_API_URL").replace(/\/$/, "");
    this.token = token;
  }

  /** Asks for a resource. @throws ApiError when GitHub refuses, or fails three times */
  async get<T>(path: string): Promise<T> {
    return this.call<T>("GET", path);
  }

  /** Sends a request. Answers of the server's own failure are tried again; refusals are not. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.send(method, path, body).catch((error: unknown) => {
        if (attempt === ATTEMPTS) throw error;
        return undefined;
      });
      if (response?.ok) return (response.status === 204 ? undefined : await response.json()) as T;
      if (response && (response.status < 500 || attempt === ATTEMPTS)) throw new ApiError(response.status, path);
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.base}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
    });
  }
}
