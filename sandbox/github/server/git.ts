/** Git's objects, as far as the contents API needs them, with the hashes that Git itself gives them. */
import { createHash } from "node:crypto";

export interface Person {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

/** Files of a commit: path to blob hash. */
export type Files = Readonly<Record<string, string>>;

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly files: Files;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
  /** GitHub signs what is committed through its API without a named author. */
  readonly verified: boolean;
}

/** The objects and refs of one repository. */
export interface GitObjects {
  /** Blob hash to content, base64. */
  readonly blobs: Record<string, string>;
  readonly commits: Record<string, Commit>;
  /** Full ref name (`refs/heads/main`) to commit hash. */
  readonly refs: Record<string, string>;
}

export const emptyGit = (): GitObjects => ({ blobs: {}, commits: {}, refs: {} });

/** Stores a file's content and returns its hash. */
export function writeBlob(git: GitObjects, content: Buffer): string {
  const sha = objectHash("blob", content);
  git.blobs[sha] = content.toString("base64");
  return sha;
}

export function readBlob(git: GitObjects, sha: string): Buffer | undefined {
  const content = git.blobs[sha];
  return content === undefined ? undefined : Buffer.from(content, "base64");
}

/** Stores a commit; moving a ref to it is the caller's business. */
export function writeCommit(git: GitObjects, commit: Omit<Commit, "sha" | "tree">): Commit {
  const tree = treeHash(commit.files);
  const text = [
    `tree ${tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signature(commit.author)}`,
    `committer ${signature(commit.committer)}`,
    "",
    commit.message,
  ].join("\n");
  const written = { ...commit, sha: objectHash("commit", Buffer.from(text)), tree };
  git.commits[written.sha] = written;
  return written;
}

/** The commit that a branch, tag, full ref or hash names. */
export function resolveCommit(git: GitObjects, name: string): Commit | undefined {
  const sha =
    [name, `refs/${name}`, `refs/heads/${name}`, `refs/tags/${name}`].map((ref) => git.refs[ref]).find((found) => found !== undefined) ??
    name;
  return git.commits[sha];
}

/** A commit and its ancestors, newest first, each once. */
export function history(git: GitObjects, from: Commit): readonly Commit[] {
  const seen = new Set<string>();
  const queue = [from];
  const result: Commit[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    if (seen.has(next.sha)) continue;
    seen.add(next.sha);
    result.push(next);
    queue.push(...next.parents.flatMap((sha) => git.commits[sha] ?? []));
  }
  return result;
}

/** Paths whose content differs between two commits, sorted; a file that was added or removed counts. */
export function changedPaths(before: Files, after: Files): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((path) => before[path] !== after[path]).sort();
}

/** The hash of the tree that holds these files. */
export function treeHash(files: Files): string {
  const entries = new Map<string, { mode: string; sha: string }>();
  const folders = new Map<string, Record<string, string>>();
  for (const [path, sha] of Object.entries(files)) {
    const slash = path.indexOf("/");
    if (slash < 0) entries.set(path, { mode: "100644", sha });
    else {
      const folder = path.slice(0, slash);
      folders.set(folder, { ...folders.get(folder), [path.slice(slash + 1)]: sha });
    }
  }
  for (const [folder, inside] of folders) entries.set(folder, { mode: "40000", sha: treeHash(inside) });
  // Git sorts a folder as if its name ended in a slash.
  const key = ([name, { mode }]: [string, { mode: string }]): string => (mode === "40000" ? `${name}/` : name);
  const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b))));
  return objectHash(
    "tree",
    Buffer.concat(sorted.flatMap(([name, { mode, sha }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(sha, "hex")])),
  );
}

const signature = (person: Person): string => `${person.name} <${person.email}> ${Math.floor(Date.parse(person.date) / 1000)} +0000`;

function objectHash(type: "blob" | "tree" | "commit", content: Buffer): string {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
}
