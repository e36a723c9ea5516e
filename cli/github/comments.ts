/** One comment on a pull request that is kept up to date: found by its first line on whatever page it is, edited in place, never doubled. */
import type { Repository } from "./repository";

/** A comment that has to be there. */
export interface StickyComment {
  /** Number of the pull request. */
  readonly pull: number;
  /** First line, by which it is found again. */
  readonly marker: string;
  /** Whole text; begins with the marker. */
  readonly body: string;
  /** Login under which the comment is written: anybody can write a comment that begins with the marker. */
  readonly author: string;
}

export interface WrittenComment {
  readonly id: number;
  readonly url: string;
  readonly outcome: "created" | "edited" | "unchanged";
}

interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string | undefined;
}

/** @throws Error when the body does not begin with the marker; RequestError when GitHub refuses */
export async function keepComment(repository: Repository, comment: StickyComment): Promise<WrittenComment> {
  if (comment.body.split("\n", 1)[0] !== comment.marker) throw new Error(`the comment has to begin with ${comment.marker}`);
  const [first, ...others] = await ownComments(repository, comment);
  if (first === undefined) return create(repository, comment);
  await remove(repository, others);
  return edit(repository, first, comment);
}

/**
 * Two runs that both found no comment both write one. Each then looks again, and both agree which one stays: the first. What the later run has to say
 * goes into it.
 */
async function create(repository: Repository, comment: StickyComment): Promise<WrittenComment> {
  const { owner, repo } = repository;
  const { data } = await repository.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { owner, repo, issue_number: comment.pull, body: comment.body });
  const written: Comment = { id: Number(data.id), url: data.html_url, body: data.body };
  const [first = written, ...others] = await ownComments(repository, comment);
  await remove(repository, others);
  return first.id === written.id ? { id: written.id, url: written.url, outcome: "created" } : edit(repository, first, comment);
}

async function edit(repository: Repository, found: Comment, { body }: StickyComment): Promise<WrittenComment> {
  const written = { id: found.id, url: found.url };
  if (found.body === body) return { ...written, outcome: "unchanged" };
  const { owner, repo } = repository;
  await repository.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: found.id, body });
  return { ...written, outcome: "edited" };
}

/** Another run may have removed one already. */
async function remove(repository: Repository, comments: readonly Comment[]): Promise<void> {
  const { owner, repo } = repository;
  for (const { id } of comments) {
    await repository.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: id }).catch((error: { status?: number }) => {
      if (error.status !== 404) throw error;
    });
  }
}

/** The oldest first. */
async function ownComments(repository: Repository, { pull, marker, author }: StickyComment): Promise<Comment[]> {
  const { owner, repo } = repository;
  const all = await repository.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", { owner, repo, issue_number: pull, per_page: 100 });
  return all
    .filter(({ user, body }) => user?.login === author && body?.split("\n", 1)[0] === marker)
    .map(({ id, html_url: url, body }): Comment => ({ id: Number(id), url, body }))
    .sort((a, b) => a.id - b.id);
}
