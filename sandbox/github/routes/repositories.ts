/** Repositories, branches, refs and commits. */
import { type Call, created, noContent, ok, type Routes } from "../server/call";
import { HttpError, notFound, ruleViolations } from "../server/errors";
import { changedPaths, type Commit, history, resolveCommit } from "../server/git";
import { type RefChange, rulesetsFor, violations } from "../server/rules";
import { now, type Repository } from "../server/state";
import { nodeId, presentAuthor, presentRepository, webUrl } from "./present";

export const repositoryRoutes: Routes = {
  "GET /repos/{owner}/{repo}": (call) => ok(presentRepository(call, call.repository(), "full-repository")),

  "GET /repos/{owner}/{repo}/branches": (call) => {
    const repository = call.repository();
    const names = branchNames(repository).filter((name) => {
      const wanted = call.query.protected;
      return wanted === undefined || isProtected(repository, name) === wanted;
    });
    return ok(call.page(names).map((name) => presentShortBranch(call, repository, name)));
  },

  "GET /repos/{owner}/{repo}/branches/{branch}": (call) => {
    const repository = call.repository();
    const name = call.text("branch");
    const commit = branchHead(repository, name);
    const self = `${repositoryUrl(call, repository)}/branches/${name}`;
    return ok({
      name,
      commit: presentCommit(call, repository, commit),
      _links: { self, html: webUrl(call.server, `${fullName(call, repository)}/tree/${name}`) },
      protected: isProtected(repository, name),
      protection: { enabled: false },
      protection_url: `${self}/protection`,
    });
  },

  "GET /repos/{owner}/{repo}/rules/branches/{branch}": (call) => {
    const repository = call.repository();
    const source = { ruleset_source_type: "Repository", ruleset_source: fullName(call, repository) };
    const applying = rulesetsFor(repository, `refs/heads/${call.text("branch")}`).filter((ruleset) => ruleset.target === "branch");
    return ok(call.page(applying.flatMap((ruleset) => ruleset.rules.map((rule) => ({ ...rule, ...source, ruleset_id: ruleset.id })))));
  },

  "GET /repos/{owner}/{repo}/git/ref/{ref}": (call) => {
    const repository = call.repository();
    const ref = `refs/${call.text("ref")}`;
    if (repository.git.refs[ref] === undefined) throw notFound();
    return ok(presentRef(call, repository, ref));
  },

  "POST /repos/{owner}/{repo}/git/refs": (call) => {
    const repository = call.repository();
    const { ref, sha } = call.body<{ ref: string; sha: string }>();
    if (!/^refs\/(heads|tags)\/\S+$/.test(ref))
      throw new HttpError(422, `Reference name ${ref} is not valid: it must start with refs/heads/ or refs/tags/`);
    const after = repository.git.commits[sha];
    if (!after) throw new HttpError(422, "Object does not exist");
    if (repository.git.refs[ref] !== undefined) throw new HttpError(422, "Reference already exists");
    change(call, repository, { kind: "create", ref, after }, 422);
    return created(presentRef(call, repository, ref));
  },

  "PATCH /repos/{owner}/{repo}/git/refs/{ref}": (call) => {
    const repository = call.repository();
    const ref = `refs/${call.text("ref")}`;
    const { sha, force = false } = call.body<{ sha: string; force?: boolean }>();
    const before = repository.git.commits[repository.git.refs[ref] ?? ""];
    if (!before) throw new HttpError(422, "Reference does not exist");
    const after = repository.git.commits[sha];
    if (!after) throw new HttpError(422, "Object does not exist");
    const forward = history(repository.git, after).some((ancestor) => ancestor.sha === before.sha);
    if (!forward && !force) throw new HttpError(422, "Update is not a fast forward");
    change(call, repository, { kind: "update", ref, before, after, forced: !forward }, 422);
    return ok(presentRef(call, repository, ref));
  },

  "DELETE /repos/{owner}/{repo}/git/refs/{ref}": (call) => {
    const repository = call.repository();
    const ref = `refs/${call.text("ref")}`;
    if (repository.git.refs[ref] === undefined) throw new HttpError(422, "Reference does not exist");
    if (ref === `refs/heads/${repository.defaultBranch}`) throw new HttpError(422, "Cannot delete the default branch");
    change(call, repository, { kind: "delete", ref }, 422);
    return noContent();
  },

  "GET /repos/{owner}/{repo}/commits": (call) => {
    const repository = call.repository();
    const start = resolveCommit(repository.git, call.optional("sha") ?? repository.defaultBranch);
    if (!start) throw notFound();
    const path = call.optional("path");
    const commits = history(repository.git, start).filter((commit) => path === undefined || touches(repository, commit, path));
    return ok(call.page(commits).map((commit) => presentCommit(call, repository, commit)));
  },

  "GET /repos/{owner}/{repo}/commits/{ref}": (call) => {
    const repository = call.repository();
    const commit = resolveCommit(repository.git, call.text("ref"));
    if (!commit) throw new HttpError(422, `No commit found for SHA: ${call.text("ref")}`);
    return ok(presentCommit(call, repository, commit));
  },
};

export const fullName = (call: Call, repository: Repository): string => `${call.ownerOf(repository).login}/${repository.name}`;
export const repositoryUrl = (call: Call, repository: Repository): string => `${call.server.url}/repos/${fullName(call, repository)}`;

export function branchNames(repository: Repository): readonly string[] {
  return Object.keys(repository.git.refs)
    .filter((ref) => ref.startsWith("refs/heads/"))
    .map((ref) => ref.slice("refs/heads/".length))
    .sort();
}

/** The commit that a branch points to; 404 when there is no such branch. */
export function branchHead(repository: Repository, branch: string): Commit {
  const commit = repository.git.commits[repository.git.refs[`refs/heads/${branch}`] ?? ""];
  if (!commit) throw new HttpError(404, "Branch not found");
  return commit;
}

/** Moves a ref as the rules allow it to the caller; otherwise answers with the status of the endpoint and every violation. */
export function change(call: Call, repository: Repository, wanted: RefChange, refusal: 409 | 422): void {
  const found = violations(repository, call.caller, wanted);
  if (found.length > 0) throw ruleViolations(refusal, found);
  if (wanted.kind === "delete") delete repository.git.refs[wanted.ref];
  else repository.git.refs[wanted.ref] = wanted.after.sha;
  repository.pushedAt = now();
}

/** A branch counts as protected when an active ruleset has a rule for it. */
function isProtected(repository: Repository, branch: string): boolean {
  return rulesetsFor(repository, `refs/heads/${branch}`).some((ruleset) => ruleset.target === "branch" && ruleset.rules.length > 0);
}

function touches(repository: Repository, commit: Commit, path: string): boolean {
  const before = repository.git.commits[commit.parents[0] ?? ""]?.files ?? {};
  return changedPaths(before, commit.files).some((changed) => changed === path || changed.startsWith(`${path}/`));
}

function presentShortBranch(call: Call, repository: Repository, name: string): Record<string, unknown> {
  const { sha } = branchHead(repository, name);
  return { name, commit: { sha, url: `${repositoryUrl(call, repository)}/commits/${sha}` }, protected: isProtected(repository, name) };
}

function presentRef(call: Call, repository: Repository, ref: string): Record<string, unknown> {
  const sha = repository.git.refs[ref]!;
  const url = repositoryUrl(call, repository);
  return { ref, node_id: nodeId("Ref", ref), url: `${url}/git/${ref}`, object: { type: "commit", sha, url: `${url}/git/commits/${sha}` } };
}

export function presentVerification(commit: Commit): Record<string, unknown> {
  return {
    verified: commit.verified,
    reason: commit.verified ? "valid" : "unsigned",
    signature: null,
    payload: null,
    verified_at: commit.verified ? commit.committer.date : null,
  };
}

export function presentCommit(call: Call, repository: Repository, commit: Commit): Record<string, unknown> {
  const url = repositoryUrl(call, repository);
  const html = webUrl(call.server, fullName(call, repository));
  const self = `${url}/commits/${commit.sha}`;
  return {
    url: self,
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${self}/comments`,
    commit: {
      url: `${url}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      verification: presentVerification(commit),
    },
    author: presentAuthor(call.server, call.caller.author),
    committer: presentAuthor(call.server, call.caller.author),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  };
}
