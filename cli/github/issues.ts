/** One issue for something that lasts, such as a stack's drift: opened, kept up to date, and closed when it is over. */
import type { Repository } from "./repository";

/** An issue that has to be there, or not. */
export interface StickyIssue {
  /** First line of its text, by which it is found again. */
  readonly marker: string;
  readonly title: string;
  /** Whole text; begins with the marker. Undefined when it is over: an open issue is closed. */
  readonly body: string | undefined;
  /** Login under which the issue is written. */
  readonly author: string;
}

export interface KeptIssue {
  readonly number: number;
  readonly url: string;
  readonly outcome: "opened" | "edited" | "unchanged" | "closed";
}

interface Issue {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body?: string | null;
  readonly pull_request?: unknown;
}

/** Undefined when there is nothing to say and nothing was open. @throws RequestError when GitHub refuses */
export async function keepIssue(repository: Repository, issue: StickyIssue): Promise<KeptIssue | undefined> {
  const [found, ...others] = await openIssues(repository, issue);
  for (const other of others) await close(repository, other);
  if (issue.body === undefined) return found === undefined ? undefined : close(repository, found);
  return found === undefined ? open(repository, issue.title, issue.body) : edit(repository, found, issue.title, issue.body);
}

async function open({ owner, repo, request }: Repository, title: string, body: string): Promise<KeptIssue> {
  const { data } = await request("POST /repos/{owner}/{repo}/issues", { owner, repo, title, body });
  return { number: data.number, url: data.html_url, outcome: "opened" };
}

async function edit({ owner, repo, request }: Repository, found: Issue, title: string, body: string): Promise<KeptIssue> {
  const kept = { number: found.number, url: found.html_url };
  if (found.title === title && found.body === body) return { ...kept, outcome: "unchanged" };
  await request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { owner, repo, issue_number: found.number, title, body });
  return { ...kept, outcome: "edited" };
}

async function close({ owner, repo, request }: Repository, found: Issue): Promise<KeptIssue> {
  await request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { owner, repo, issue_number: found.number, state: "closed", state_reason: "completed" });
  return { number: found.number, url: found.html_url, outcome: "closed" };
}

/** The oldest first. */
async function openIssues({ owner, repo, paginate }: Repository, { marker, author }: StickyIssue): Promise<Issue[]> {
  const all = (await paginate("GET /repos/{owner}/{repo}/issues", { owner, repo, state: "open", creator: author, per_page: 100 })) as Issue[];
  return all.filter((issue) => issue.pull_request === undefined && issue.body?.split("\n", 1)[0] === marker).sort((a, b) => a.number - b.number);
}
