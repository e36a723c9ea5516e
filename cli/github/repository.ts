/** GitHub's REST API for one repository: every page of a list, and patience where GitHub asks for it. */
import type { Octokit as OctokitCore } from "@octokit/core" with { "resolution-mode": "import" };
import type { PaginateInterface } from "@octokit/plugin-paginate-rest" with { "resolution-mode": "import" };

/** Longest wait that GitHub may ask for before a run gives up, in seconds: a job has minutes, not hours. */
const LONGEST_WAIT_SECONDS = 120;

/** How often a request is sent again after it was told to wait. */
const MOST_RETRIES = 4;

export interface RepositoryOptions {
  /** Such as `https://api.github.com`. */
  readonly apiUrl: string;
  /** Sent only in a header. */
  readonly token: string;
  readonly owner: string;
  readonly name: string;
  /** Told when a request has to wait. */
  readonly log?: (line: string) => void;
}

/** A client of one repository. */
export interface Repository {
  readonly owner: string;
  readonly repo: string;
  readonly request: OctokitCore["request"];
  /** All pages of a list. */
  readonly paginate: PaginateInterface;
}

/** A repository by GitHub's REST API, with retries, paging and throttling as GitHub asks for them. */
export async function openRepository({ apiUrl, token, owner, name, log = () => undefined }: RepositoryOptions): Promise<Repository> {
  // Published as ES modules only.
  const [{ Octokit }, { paginateRest }, { retry }, { throttling }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-paginate-rest"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  const patient = (kind: string) => (seconds: number, { method, url }: { method: string; url: string }, _octokit: unknown, retries: number) => {
    const again = seconds <= LONGEST_WAIT_SECONDS && retries < MOST_RETRIES;
    log(`GitHub's ${kind} asks to wait ${seconds} s before ${method} ${url}: ${again ? "waiting" : "giving up"}`);
    return again;
  };
  const client = new (Octokit.plugin(paginateRest, retry, throttling))({
    baseUrl: apiUrl.replace(/\/$/, ""),
    auth: token,
    userAgent: "gpu-cicd",
    // Octokit's own warnings name whole requests.
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    throttle: { onRateLimit: patient("rate limit"), onSecondaryRateLimit: patient("secondary rate limit") },
  });
  return { owner, repo: name, request: client.request, paginate: client.paginate as unknown as PaginateInterface };
}
