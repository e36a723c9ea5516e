/** Pull requests within one repository, their reviews and their merging: docs.github.com/rest/pulls. */
import { mergeable, type Missing, type Verdict } from "../merge";
import { type Call, created, ok, type Routes } from "../server/call";
import { complete } from "../server/complete";
import { conflict, HttpError, invalid, notFound } from "../server/errors";
import { changedPaths, type Commit, type Files, history, resolveCommit, writeCommit } from "../server/git";
import { bypasses, reportedOn, rulesetsFor } from "../server/rules";
import { after, nextNumber, now, type Repository } from "../server/state";
import type { PullRequest, Review, ReviewState } from "../server/state-checks";
import { nodeId, presentAuthor, presentOwner, presentRepository } from "./present";
import { branchHead, fullName, repositoryUrl } from "./repositories";

type Method = "merge" | "squash" | "rebase";

const STATES: Readonly<Record<string, ReviewState>> = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" };

export const pullRoutes: Routes = {
  "POST /repos/{owner}/{repo}/pulls": (call) => {
    const repository = call.repository();
    const body = call.body<{ title?: string; head: string; base: string; body?: string; draft?: boolean }>();
    const head = body.head.replace(new RegExp(`^${call.ownerOf(repository).login}:`), "");
    const base = branchHead(repository, body.base);
    const wrong = (field: string, code: string, message?: string) =>
      invalid({ resource: "PullRequest", field, code, ...(message !== undefined && { message }) });
    if (body.title === undefined) throw wrong("title", "missing_field");
    if (repository.git.refs[`refs/heads/${head}`] === undefined) throw wrong("head", "invalid");
    if (ahead(repository, base, branchHead(repository, head)).length === 0)
      throw wrong("head", "custom", `No commits between ${body.base} and ${head}`);
    if (repository.pulls.some((pull) => pull.state === "open" && pull.head === head && pull.base === body.base)) {
      throw wrong("head", "custom", `A pull request already exists for ${call.ownerOf(repository).login}:${head}.`);
    }
    const time = now();
    const pull: PullRequest = {
      id: call.store.nextId(),
      number: nextNumber(repository),
      author: call.caller.author,
      base: body.base,
      head,
      draft: body.draft ?? false,
      createdAt: time,
      updatedAt: time,
      title: body.title,
      body: body.body ?? null,
      state: "open",
      mergedAt: null,
      mergeCommitSha: null,
      closedHeadSha: null,
    };
    repository.pulls.push(pull);
    return created(present(call, repository, pull));
  },

  "GET /repos/{owner}/{repo}/pulls/{pull_number}": (call) => {
    const repository = call.repository();
    return ok(present(call, repository, pullOf(call, repository)));
  },

  // "Lists the merged pull request that introduced the commit"; of a commit that no merge brought in, the open ones that hold it.
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls": (call) => {
    const repository = call.repository();
    const commit = resolveCommit(repository.git, call.text("commit_sha"));
    if (!commit) throw new HttpError(422, `No commit found for SHA: ${call.text("commit_sha")}`);
    const pulls = repository.pulls.filter((pull) => brings(repository, pull, commit.sha));
    const merged = pulls.filter(({ mergedAt }) => mergedAt !== null);
    return ok(call.page(merged.length > 0 ? merged : pulls).map((pull) => present(call, repository, pull)));
  },

  "POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews": (call) => {
    const repository = call.repository();
    const pull = pullOf(call, repository);
    const body = call.body<{ event?: string; body?: string; commit_id?: string }>();
    const state = STATES[body.event ?? ""];
    if (state === undefined) throw new HttpError(422, "Unprocessable Entity", ["event is required: pending reviews are not kept"]);
    if (state === "APPROVED" && pull.author.login === call.caller.author.login)
      throw new HttpError(422, "Unprocessable Entity", ["Can not approve your own pull request"]);
    const review: Review = {
      id: call.store.nextId(),
      pull: pull.number,
      author: call.caller.author,
      state,
      body: body.body ?? "",
      commitSha: body.commit_id ?? headOf(repository, pull).sha,
      submittedAt: now(),
    };
    repository.reviews.push(review);
    return ok(presentReview(call, repository, review));
  },

  "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": (call) => {
    const repository = call.repository();
    const { number } = pullOf(call, repository);
    return ok(
      call.page(repository.reviews.filter((review) => review.pull === number)).map((review) => presentReview(call, repository, review)),
    );
  },

  "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge": (call) => {
    const repository = call.repository();
    const pull = pullOf(call, repository);
    const {
      merge_method: method = "merge",
      sha,
      commit_title,
      commit_message,
    } = call.body<{
      merge_method?: Method;
      sha?: string;
      commit_title?: string;
      commit_message?: string;
    }>();
    if (pull.state === "closed") throw new HttpError(405, "Pull Request is not mergeable");
    if (pull.draft) throw new HttpError(405, "Pull Request is still a draft");
    const head = headOf(repository, pull);
    if (sha !== undefined && sha !== head.sha) throw conflict("Head branch was modified. Review and try the merge again.");
    const files = mergedFiles(repository, pull);
    if (!files) throw new HttpError(405, "Pull Request has merge conflicts");
    const verdict = verdictOf(call, repository, pull, method);
    if (!verdict.allowed) throw new HttpError(405, `Repository rule violations found\n\n${sentences(verdict.missing).join("\n\n")}\n\n`);
    const title =
      commit_title ??
      (method === "merge"
        ? `Merge pull request #${pull.number} from ${call.ownerOf(repository).login}/${pull.head}`
        : `${pull.title} (#${pull.number})`);
    const commit = mergeCommit(call, repository, pull, method, files, commit_message ? `${title}\n\n${commit_message}` : title);
    repository.git.refs[`refs/heads/${pull.base}`] = commit.sha;
    const time = after(pull.updatedAt);
    Object.assign(pull, {
      state: "closed",
      mergedAt: time,
      updatedAt: time,
      mergeCommitSha: commit.sha,
      closedHeadSha: head.sha,
    } satisfies Partial<PullRequest>);
    repository.pushedAt = time;
    return ok({ sha: commit.sha, merged: true, message: "Pull Request successfully merged" });
  },
};

export function pullOf(call: Call, repository: Repository, parameter = "pull_number"): PullRequest {
  const found = repository.pulls.find((pull) => pull.number === call.number(parameter));
  if (!found) throw notFound();
  return found;
}

function headOf(repository: Repository, pull: PullRequest): Commit {
  const commit = resolveCommit(repository.git, pull.closedHeadSha ?? `refs/heads/${pull.head}`);
  if (!commit) throw new HttpError(422, `The head branch ${pull.head} is gone`);
  return commit;
}

/** Commits of `head` that `base` lacks. */
function ahead(repository: Repository, base: Commit, head: Commit): readonly Commit[] {
  const known = new Set(history(repository.git, base).map(({ sha }) => sha));
  return history(repository.git, head).filter(({ sha }) => !known.has(sha));
}

/** Whether a pull request's merge made the commit, or its branch holds it. */
function brings(repository: Repository, pull: PullRequest, sha: string): boolean {
  if (pull.mergeCommitSha === sha) return true;
  const head = pull.closedHeadSha ?? repository.git.refs[`refs/heads/${pull.head}`];
  const commit = head === undefined ? undefined : repository.git.commits[head];
  if (!commit || (pull.state === "closed" && pull.mergedAt === null)) return false;
  const merge = pull.mergeCommitSha === null ? undefined : repository.git.commits[pull.mergeCommitSha];
  const base = merge === undefined ? branchHead(repository, pull.base) : repository.git.commits[merge.parents[0] ?? ""];
  return base !== undefined && ahead(repository, base, commit).some((each) => each.sha === sha);
}

/** What the rules say to a merge by this caller: rulesets that the caller bypasses are left out. */
function verdictOf(call: Call, repository: Repository, pull: PullRequest, method: Method): Verdict {
  const head = headOf(repository, pull);
  const base = branchHead(repository, pull.base);
  return mergeable({
    rulesets: rulesetsFor(repository, `refs/heads/${pull.base}`).filter(
      (ruleset) => ruleset.target === "branch" && !bypasses(ruleset, call.caller, "pull_request"),
    ),
    head: reportedOn(repository, head.sha),
    upToDate: history(repository.git, head).some(({ sha }) => sha === base.sha),
    reviews: repository.reviews.filter((review) => review.pull === pull.number),
    author: pull.author.login,
    method,
    deployedTo: [],
  });
}

function sentences(missing: readonly Missing[]): readonly string[] {
  return missing.map(({ rule, context, reason }) =>
    context === undefined ? `${rule}: ${reason}.` : `Required status check "${context}" is ${reason}.`,
  );
}

/** The files of the merge result; undefined when both sides changed one file in different ways. */
function mergedFiles(repository: Repository, pull: PullRequest): Files | undefined {
  const base = branchHead(repository, pull.base);
  const head = headOf(repository, pull);
  const inBase = new Set(history(repository.git, base).map(({ sha }) => sha));
  const fork = history(repository.git, head).find(({ sha }) => inBase.has(sha))?.files ?? {};
  const merged: Record<string, string> = { ...base.files };
  for (const path of changedPaths(fork, head.files)) {
    if (base.files[path] !== fork[path] && base.files[path] !== head.files[path]) return undefined;
    const content = head.files[path];
    if (content === undefined) delete merged[path];
    else merged[path] = content;
  }
  return merged;
}

function mergeCommit(call: Call, repository: Repository, pull: PullRequest, method: Method, files: Files, message: string): Commit {
  const base = branchHead(repository, pull.base);
  const head = headOf(repository, pull);
  const { login, id } = call.caller.author;
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com`, date: now() };
  const committer = { name: "GitHub", email: "noreply@github.com", date: author.date };
  if (method !== "rebase") {
    const parents = method === "merge" ? [base.sha, head.sha] : [base.sha];
    return writeCommit(repository.git, { files, parents, author, committer, message, verified: true });
  }
  // A rebase replays the commits one by one, oldest first; the last one has the merged files.
  const commits = [...ahead(repository, base, head)].reverse();
  return commits.reduce((tip, commit, i) => {
    const before = repository.git.commits[commit.parents[0] ?? ""]?.files ?? {};
    const replayed = i === commits.length - 1 ? files : replay(tip.files, before, commit.files);
    return writeCommit(repository.git, { ...commit, files: replayed, parents: [tip.sha], committer, verified: false });
  }, base);
}

function replay(onto: Files, before: Files, changed: Files): Files {
  const result: Record<string, string> = { ...onto };
  for (const path of changedPaths(before, changed)) {
    const content = changed[path];
    if (content === undefined) delete result[path];
    else result[path] = content;
  }
  return result;
}

function mergeableState(verdict: Verdict, files: Files | undefined, pull: PullRequest): string {
  if (pull.state === "closed") return "unknown";
  if (!files) return "dirty";
  if (pull.draft) return "draft";
  if (verdict.allowed) return "clean";
  return verdict.missing.every(({ reason }) => reason.includes("not up to date")) ? "behind" : "blocked";
}

function present(call: Call, repository: Repository, pull: PullRequest): Record<string, unknown> {
  const { server } = call;
  const url = `${repositoryUrl(call, repository)}/pulls/${pull.number}`;
  const html_url = `${server.url}/${fullName(call, repository)}/pull/${pull.number}`;
  const issue_url = `${repositoryUrl(call, repository)}/issues/${pull.number}`;
  const owner = call.ownerOf(repository);
  const head = headOf(repository, pull);
  const base = branchHead(repository, pull.base);
  const files = pull.state === "open" ? mergedFiles(repository, pull) : undefined;
  const links = {
    self: url,
    html: html_url,
    issue: issue_url,
    comments: `${issue_url}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repositoryUrl(call, repository)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repositoryUrl(call, repository)}/statuses/${head.sha}`,
  };
  const side = (ref: string, sha: string): Record<string, unknown> => ({
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: presentOwner(server, owner),
    repo: presentRepository(call, repository, "repository"),
  });
  return complete(
    server.openApi,
    "pull-request",
    {
      id: pull.id,
      node_id: nodeId("PullRequest", pull.id),
      number: pull.number,
      state: pull.state,
      title: pull.title,
      body: pull.body,
      user: presentAuthor(server, pull.author),
      draft: pull.draft,
      url,
      html_url,
      issue_url,
      diff_url: `${html_url}.diff`,
      patch_url: `${html_url}.patch`,
      commits_url: links.commits,
      review_comments_url: links.review_comments,
      review_comment_url: links.review_comment,
      comments_url: links.comments,
      statuses_url: links.statuses,
      head: side(pull.head, head.sha),
      base: side(pull.base, base.sha),
      _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.mergedAt,
      merged_at: pull.mergedAt,
      merged: pull.mergedAt !== null,
      merge_commit_sha: pull.mergeCommitSha,
      mergeable: pull.state === "open" ? files !== undefined : null,
      mergeable_state: mergeableState(verdictOf(call, repository, pull, "squash"), files, pull),
      comments: repository.comments.filter((comment) => comment.issue === pull.number).length,
      commits: ahead(repository, base, head).length,
      changed_files: changedPaths(base.files, files ?? base.files).length,
      author_association: "MEMBER",
    },
    { url: server.url, owner: owner.login, repository: repository.name },
  );
}

function presentReview(call: Call, repository: Repository, review: Review): Record<string, unknown> {
  const pull_request_url = `${repositoryUrl(call, repository)}/pulls/${review.pull}`;
  const html_url = `${call.server.url}/${fullName(call, repository)}/pull/${review.pull}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: presentAuthor(call.server, review.author),
    body: review.body,
    state: review.state,
    html_url,
    pull_request_url,
    author_association: "MEMBER",
    _links: { html: { href: html_url }, pull_request: { href: pull_request_url } },
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
  };
}
