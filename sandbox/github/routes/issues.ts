/** Issues, and comments on issues and pull requests, which are one to this part of the API: docs.github.com/rest/issues. */
import { type Call, created, noContent, ok, type Routes } from "../server/call";
import { complete } from "../server/complete";
import { HttpError, invalid, notFound } from "../server/errors";
import { after, type Issue, type IssueComment, nextNumber, now, type Repository } from "../server/state";
import type { PullRequest } from "../server/state-checks";
import { nodeId, presentAuthor } from "./present";
import { fullName, repositoryUrl } from "./repositories";

/** Characters; longer comments are refused: docs.github.com says nothing, GitHub answers "body is too long (maximum is 65536 characters)". */
const BODY_LIMIT = 65_536;

interface IssueBody {
  readonly title?: string | number;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly state_reason?: Issue["stateReason"];
  readonly labels?: readonly (string | { readonly name?: string })[];
}

export const issueRoutes: Routes = {
  "POST /repos/{owner}/{repo}/issues": (call) => {
    const repository = call.repository();
    const body = call.body<IssueBody>();
    const time = now();
    const issue: Issue = {
      id: call.store.nextId(),
      number: nextNumber(repository),
      author: call.caller.author,
      createdAt: time,
      updatedAt: time,
      closedAt: null,
      title: "",
      body: null,
      state: "open",
      stateReason: null,
      labels: [],
    };
    apply(issue, body);
    repository.issues.push(issue);
    return created(presentIssue(call, repository, issue));
  },

  // "GitHub's REST API considers every pull request an issue": the key `pull_request` tells them apart.
  "GET /repos/{owner}/{repo}/issues": (call) => {
    const repository = call.repository();
    const [state, creator, labels] = [call.optional("state") ?? "open", call.optional("creator"), (call.optional("labels") ?? "").split(",").filter((label) => label !== "")];
    const fits = (issue: Issue): boolean =>
      (state === "all" || issue.state === state) && (creator === undefined || issue.author.login === creator) && labels.every((label) => issue.labels.includes(label));
    const newestFirst = [...repository.issues, ...repository.pulls.map(asIssue)].filter(fits).sort((a, b) => b.number - a.number);
    return ok(call.page(newestFirst).map((issue) => presentIssue(call, repository, issue)));
  },

  "GET /repos/{owner}/{repo}/issues/{issue_number}": (call) => {
    const repository = call.repository();
    return ok(presentIssue(call, repository, issueOf(call, repository)));
  },

  "PATCH /repos/{owner}/{repo}/issues/{issue_number}": (call) => {
    const repository = call.repository();
    const issue = issueOf(call, repository);
    apply(issue, call.body<IssueBody>());
    issue.updatedAt = after(issue.updatedAt);
    return ok(presentIssue(call, repository, issue));
  },

  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": (call) => {
    const repository = call.repository();
    const number = numberOf(call, repository);
    const since = call.optional("since") ?? "";
    const comments = repository.comments.filter((comment) => comment.issue === number && comment.updatedAt >= since);
    return ok(call.page(comments).map((comment) => present(call, repository, comment)));
  },

  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": (call) => {
    const repository = call.repository();
    const number = numberOf(call, repository);
    const time = now();
    const body = validBody(call.body<{ body: string }>().body);
    const comment: IssueComment = {
      id: call.store.nextId(),
      issue: number,
      author: call.caller.author,
      createdAt: time,
      updatedAt: time,
      body,
    };
    repository.comments.push(comment);
    return created(present(call, repository, comment));
  },

  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}": (call) => {
    const repository = call.repository();
    return ok(present(call, repository, commentOf(call, repository)));
  },

  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": (call) => {
    const repository = call.repository();
    const comment = commentOf(call, repository);
    comment.body = validBody(call.body<{ body: string }>().body);
    comment.updatedAt = after(comment.updatedAt);
    return ok(present(call, repository, comment));
  },

  "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}": (call) => {
    const repository = call.repository();
    const { id } = commentOf(call, repository);
    repository.comments = repository.comments.filter((comment) => comment.id !== id);
    return noContent();
  },
};

function issueOf(call: Call, repository: Repository): Issue {
  const found = repository.issues.find(({ number }) => number === call.number("issue_number"));
  if (!found) throw notFound();
  return found;
}

/** The number of the issue or pull request that the path names. */
function numberOf(call: Call, repository: Repository): number {
  const found = [...repository.pulls, ...repository.issues].find(({ number }) => number === call.number("issue_number"));
  if (!found) throw notFound();
  return found.number;
}

function asIssue(pull: PullRequest): Issue & { readonly pull: number } {
  return { ...pull, pull: pull.number, closedAt: pull.state === "closed" ? pull.updatedAt : null, stateReason: null, labels: [] };
}

function apply(issue: Issue, { title, body, state, state_reason, labels }: IssueBody): void {
  if (title !== undefined) issue.title = String(title);
  if (issue.title.trim() === "") throw invalid({ resource: "Issue", field: "title", code: "missing_field" });
  if (body !== undefined) issue.body = body === null ? null : withinLimit(body, "Issue");
  if (labels !== undefined) issue.labels = labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
  if (state === undefined || state === issue.state) return;
  issue.state = state;
  issue.stateReason = state_reason ?? (state === "closed" ? "completed" : "reopened");
  issue.closedAt = state === "closed" ? now() : null;
}

function commentOf(call: Call, repository: Repository): IssueComment {
  const found = repository.comments.find((comment) => comment.id === call.number("comment_id"));
  if (!found) throw notFound();
  return found;
}

function validBody(body: string): string {
  if (body.trim() === "")
    throw new HttpError(422, "Validation Failed", [{ resource: "IssueComment", field: "body", code: "missing_field" }]);
  return withinLimit(body, "IssueComment");
}

function withinLimit(body: string, resource: string): string {
  const message = `body is too long (maximum is ${BODY_LIMIT} characters)`;
  if (body.length > BODY_LIMIT) throw new HttpError(422, "Validation Failed", [{ resource, field: "body", code: "custom", message }]);
  return body;
}

function presentIssue(call: Call, repository: Repository, issue: Issue & { readonly pull?: number }): Record<string, unknown> {
  const { server } = call;
  const owner = call.ownerOf(repository);
  const [api, page] = [repositoryUrl(call, repository), `${server.url}/${fullName(call, repository)}/${issue.pull === undefined ? "issues" : "pull"}/${issue.number}`];
  return complete(
    server.openApi,
    "issue",
    {
      id: issue.id,
      node_id: nodeId("Issue", issue.id),
      number: issue.number,
      title: issue.title,
      body: issue.body,
      state: issue.state,
      state_reason: issue.stateReason,
      user: presentAuthor(server, issue.author),
      labels: issue.labels,
      assignee: null,
      assignees: [],
      milestone: null,
      locked: false,
      comments: repository.comments.filter(({ issue: number }) => number === issue.number).length,
      created_at: issue.createdAt,
      updated_at: issue.updatedAt,
      closed_at: issue.closedAt,
      url: `${api}/issues/${issue.number}`,
      html_url: page,
      author_association: "MEMBER",
      ...(issue.pull === undefined ? {} : { pull_request: { url: `${api}/pulls/${issue.pull}`, html_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` } }),
    },
    { url: server.url, owner: owner.login, repository: repository.name },
  );
}

function present(call: Call, repository: Repository, comment: IssueComment): Record<string, unknown> {
  const api = repositoryUrl(call, repository);
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${call.server.url}/${fullName(call, repository)}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    user: presentAuthor(call.server, comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: "MEMBER",
  };
}
