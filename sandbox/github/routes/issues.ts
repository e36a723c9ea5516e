/** Comments on pull requests, which are issues to this part of the API: docs.github.com/rest/issues/comments. */
import { type Call, created, noContent, ok, type Routes } from "../server/call";
import { HttpError, notFound } from "../server/errors";
import { after, type IssueComment, now, type Repository } from "../server/state";
import { nodeId, presentAuthor } from "./present";
import { pullOf } from "./pulls";
import { fullName, repositoryUrl } from "./repositories";

/** Characters; longer comments are refused: docs.github.com says nothing, GitHub answers "body is too long (maximum is 65536 characters)". */
const BODY_LIMIT = 65_536;

export const issueRoutes: Routes = {
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": (call) => {
    const repository = call.repository();
    const { number } = pullOf(call, repository, "issue_number");
    const since = call.optional("since") ?? "";
    const comments = repository.comments.filter((comment) => comment.issue === number && comment.updatedAt >= since);
    return ok(call.page(comments).map((comment) => present(call, repository, comment)));
  },

  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": (call) => {
    const repository = call.repository();
    const { number } = pullOf(call, repository, "issue_number");
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

function commentOf(call: Call, repository: Repository): IssueComment {
  const found = repository.comments.find((comment) => comment.id === call.number("comment_id"));
  if (!found) throw notFound();
  return found;
}

function validBody(body: string): string {
  if (body.trim() === "")
    throw new HttpError(422, "Validation Failed", [{ resource: "IssueComment", field: "body", code: "missing_field" }]);
  if (body.length > BODY_LIMIT) {
    const message = `body is too long (maximum is ${BODY_LIMIT} characters)`;
    throw new HttpError(422, "Validation Failed", [{ resource: "IssueComment", field: "body", code: "custom", message }]);
  }
  return body;
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
