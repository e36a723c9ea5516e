/** What the verdict app asks GitHub: pull requests, runs, jobs and files. Only answers of the API count; nothing that a run could have written. */
import { ApiError, type GitHub } from "../github";
import { ProgramError } from "../environment";

const PAGE = 100;
/** Most pages of one list: what is longer is not judged. */
const MOST_PAGES = 20;

export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly created_at: string;
  readonly closed_at: string | null;
  readonly head: { readonly sha: string; readonly ref: string; readonly label: string; readonly repo: { readonly id: number } | null };
  readonly base: { readonly ref: string };
}

/** A run of a workflow file (REST, "List workflow runs for a repository"). */
export interface Run {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly head_branch: string | null;
  readonly head_repository: { readonly id: number } | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly run_attempt: number;
  readonly html_url: string;
  /** When the first attempt was asked for; another attempt runs the same commit and the same files (docs.github.com, "Re-running workflows and jobs"). */
  readonly created_at: string;
}

export interface Job {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly sha: string;
}

/** Asks about one repository. */
export class Facts {
  constructor(
    readonly github: GitHub,
    /** `OWNER/NAME`. */
    readonly repository: string,
  ) {}

  openPulls(): Promise<Pull[]> {
    return this.pages<Pull>("/pulls?state=open", (page: Pull[]) => page);
  }

  pull(number: number): Promise<Pull> {
    return this.github.get<Pull>(`${this.root}/pulls/${number}`);
  }

  /** Every pull request that was ever opened from a branch of a repository, `OWNER:BRANCH`, open or not. */
  pullsOf(label: string): Promise<Pull[]> {
    return this.pages<Pull>(`/pulls?state=all&head=${encodeURIComponent(label)}`, (page: Pull[]) => page);
  }

  /** Messages of a pull request's commits, which a squash puts together. GitHub lists 250 at most (REST, "List commits on a pull request"). */
  async messages(number: number): Promise<string[]> {
    const commits = await this.pages<{ readonly commit: { readonly message: string } }>(`/pulls/${number}/commits`, (page: { commit: { message: string } }[]) => page);
    return commits.map(({ commit }) => commit.message);
  }

  /** When the base of a pull request was changed, by people or by GitHub (docs.github.com, "Issue event types"). */
  async baseChanges(number: number): Promise<number[]> {
    const events = await this.pages<{ readonly event: string; readonly created_at: string }>(`/issues/${number}/events`, (page: { event: string; created_at: string }[]) => page);
    return events.filter(({ event }) => event === "base_ref_changed" || event === "automatic_base_change_succeeded").map(({ created_at }) => Date.parse(created_at));
  }

  runs(sha: string): Promise<Run[]> {
    return this.pages<Run>(`/actions/runs?head_sha=${sha}`, ({ workflow_runs }: { workflow_runs: Run[] }) => workflow_runs);
  }

  /** The jobs of a run, each of its latest attempt. */
  jobs({ id }: Run): Promise<Job[]> {
    return this.pages<Job>(`/actions/runs/${id}/jobs?filter=latest`, ({ jobs }: { jobs: Job[] }) => jobs);
  }

  /** What a folder holds at a commit or branch: name to kind and digest. Empty where there is no such folder. */
  async folder(path: string, ref: string): Promise<ReadonlyMap<string, string>> {
    const entries = await this.github.get<Entry[] | Entry>(`${this.root}/contents/${path}?ref=${encodeURIComponent(ref)}`).catch(absent);
    return new Map((Array.isArray(entries) ? entries : []).map(({ name, type, sha }) => [name, `${type} ${sha}`]));
  }

  /** The text of a file at a branch. @throws ApiError where there is none */
  async file(path: string, ref: string): Promise<string> {
    const { content } = await this.github.get<{ readonly content: string }>(`${this.root}/contents/${path}?ref=${encodeURIComponent(ref)}`);
    return Buffer.from(content, "base64").toString("utf8");
  }

  get root(): string {
    return `/repos/${this.repository}`;
  }

  private async pages<Item>(path: string, itemsOf: (answer: never) => Item[]): Promise<Item[]> {
    const all: Item[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const items = itemsOf((await this.github.get(`${this.root}${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`)) as never);
      all.push(...items);
      if (items.length < PAGE) return all;
    }
    throw new ProgramError(`${path} lists more than ${MOST_PAGES * PAGE}: that is not judged`);
  }
}

function absent(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}
