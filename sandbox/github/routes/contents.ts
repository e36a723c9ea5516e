/** Files: GET, PUT and DELETE of a repository's contents. Each write is a commit on a branch. */
import { type Call, created, ok, type Routes } from "../server/call";
import { conflict, HttpError, notFound } from "../server/errors";
import { type Commit, type Files, type Person, readBlob, resolveCommit, treeHash, writeBlob, writeCommit } from "../server/git";
import { now, type Repository } from "../server/state";
import { nodeId, webUrl } from "./present";
import { change, fullName, presentVerification, repositoryUrl } from "./repositories";

interface Write {
  readonly message: string;
  readonly content: string;
  readonly sha?: string;
  readonly branch?: string;
  readonly author?: Omit<Person, "date"> & { date?: string };
  readonly committer?: Omit<Person, "date"> & { date?: string };
}

export const contentRoutes: Routes = {
  "GET /repos/{owner}/{repo}/contents/{path}": (call) => {
    const repository = call.repository();
    const ref = call.optional("ref") ?? repository.defaultBranch;
    const commit = resolveCommit(repository.git, ref);
    if (!commit) throw new HttpError(404, `No commit found for the ref ${ref}`);
    const path = call.text("path").replace(/^\/+|\/+$/g, "");
    const sha = commit.files[path];
    if (sha !== undefined) return ok({ ...presentFile(call, repository, path, sha, ref), ...fileContent(repository, sha) });
    const inside = folder(commit.files, path);
    if (inside.length === 0 && path !== "") throw notFound();
    return ok(
      inside.map(({ name, sha: entry, type }) =>
        (type === "file" ? presentFile : presentFolder)(call, repository, path === "" ? name : `${path}/${name}`, entry, ref),
      ),
    );
  },

  "PUT /repos/{owner}/{repo}/contents/{path}": (call) => {
    const repository = call.repository();
    const write = call.body<Write>();
    const path = validPath(call.text("path"));
    const { branch, head } = target(repository, write.branch);
    const current = head.files[path];
    holdSha(path, write.sha, current);
    const blob = writeBlob(repository.git, decode(write.content));
    const commit = commitTo(call, repository, branch, head, { ...head.files, [path]: blob }, write);
    const body = { content: presentFile(call, repository, path, blob, branch), commit: presentFileCommit(call, repository, commit) };
    return current === undefined ? created(body) : ok(body);
  },

  "DELETE /repos/{owner}/{repo}/contents/{path}": (call) => {
    const repository = call.repository();
    const write = call.body<Write>();
    const path = validPath(call.text("path"));
    const { branch, head } = target(repository, write.branch);
    const current = head.files[path];
    if (current === undefined) throw notFound();
    holdSha(path, write.sha, current);
    const rest = Object.fromEntries(Object.entries(head.files).filter(([file]) => file !== path));
    const commit = commitTo(call, repository, branch, head, rest, write);
    return ok({ content: null, commit: presentFileCommit(call, repository, commit) });
  },
};

/** A file is changed only by who knows what is in it: 422 without the hash of an existing file, 409 with another one. */
function holdSha(path: string, given: string | undefined, current: string | undefined): void {
  if (given === undefined && current !== undefined) throw new HttpError(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (given !== undefined && given !== current) throw conflict(`${path} does not match ${given}`);
}

function target(repository: Repository, named: string | undefined): { branch: string; head: Commit } {
  const branch = (named ?? repository.defaultBranch).replace(/^refs\/heads\//, "");
  const head = repository.git.commits[repository.git.refs[`refs/heads/${branch}`] ?? ""];
  if (!head) throw new HttpError(404, `Branch ${branch} not found`);
  return { branch, head };
}

function commitTo(call: Call, repository: Repository, branch: string, before: Commit, files: Files, write: Write): Commit {
  const { author: caller } = call.caller;
  const date = now();
  const self: Person = { name: caller.login, email: `${caller.id}+${caller.login}@users.noreply.github.com`, date };
  const person = (given: Write["author"]): Person | undefined =>
    given && { name: given.name, email: given.email, date: given.date ?? date };
  const committer = person(write.committer) ?? { name: "GitHub", email: "noreply@github.com", date };
  const author = person(write.author) ?? person(write.committer) ?? self;
  // GitHub signs for an app whose commit names nobody else.
  const verified = write.author === undefined && write.committer === undefined && call.caller.kind === "installation";
  const after = writeCommit(repository.git, { files, parents: [before.sha], author, committer, message: write.message, verified });
  change(call, repository, { kind: "update", ref: `refs/heads/${branch}`, before, after, forced: false }, 409);
  return after;
}

function validPath(path: string): string {
  const wrong =
    path === "" || path.startsWith("/") || path.endsWith("/") || path.split("/").some((part) => ["", ".", "..", ".git"].includes(part));
  if (wrong) throw new HttpError(422, "path contains a malformed path component");
  return path;
}

function decode(content: string): Buffer {
  const text = content.replace(/\s/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    throw new HttpError(422, "content is not valid Base64");
  return Buffer.from(text, "base64");
}

interface Entry {
  readonly name: string;
  /** The hash of the file's blob or of the folder's tree. */
  readonly sha: string;
  readonly type: "file" | "dir";
}

function folder(files: Files, path: string): readonly Entry[] {
  const prefix = path === "" ? "" : `${path}/`;
  const folders = new Map<string, Record<string, string>>();
  const entries: Entry[] = [];
  for (const [file, sha] of Object.entries(files)) {
    if (!file.startsWith(prefix)) continue;
    const [name, ...deeper] = file.slice(prefix.length).split("/") as [string, ...string[]];
    if (deeper.length === 0) entries.push({ name, sha, type: "file" });
    else folders.set(name, { ...folders.get(name), [deeper.join("/")]: sha });
  }
  entries.push(...[...folders].map(([name, inside]): Entry => ({ name, sha: treeHash(inside), type: "dir" })));
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fileContent(repository: Repository, sha: string): Record<string, unknown> {
  const content = readBlob(repository.git, sha)!;
  // GitHub breaks base64 into lines of 60 characters.
  return { encoding: "base64", content: content.toString("base64").replace(/(.{60})/g, "$1\n") };
}

function presentFolder(call: Call, repository: Repository, path: string, sha: string, ref: string): Record<string, unknown> {
  const api = repositoryUrl(call, repository);
  const self = `${api}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/trees/${sha}`;
  const html = webUrl(call.server, `${fullName(call, repository)}/tree/${ref}/${encodePath(path)}`);
  const place = { url: self, git_url: git, html_url: html, download_url: null, _links: { self, git, html } };
  return { type: "dir", size: 0, name: path.split("/").at(-1), path, sha, ...place };
}

function presentFile(call: Call, repository: Repository, path: string, sha: string, ref: string): Record<string, unknown> {
  const api = repositoryUrl(call, repository);
  const url = `${api}/contents/${encodePath(path)}?ref=${encodeURIComponent(ref)}`;
  const git_url = `${api}/git/blobs/${sha}`;
  const html_url = webUrl(call.server, `${fullName(call, repository)}/blob/${ref}/${encodePath(path)}`);
  return {
    type: "file",
    size: readBlob(repository.git, sha)?.length ?? 0,
    name: path.split("/").at(-1),
    path,
    sha,
    url,
    git_url,
    html_url,
    download_url: webUrl(call.server, `${fullName(call, repository)}/raw/${ref}/${encodePath(path)}`),
    _links: { self: url, git: git_url, html: html_url },
  };
}

function presentFileCommit(call: Call, repository: Repository, commit: Commit): Record<string, unknown> {
  const url = repositoryUrl(call, repository);
  const html = webUrl(call.server, fullName(call, repository));
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/git/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
    verification: presentVerification(commit),
  };
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
