/**
 * The files of one commit, read from git's objects: the work tree is not looked at, so what is not committed does not count, and no hook, filter or
 * config of the checkout runs. Nothing is fetched: of a partial clone, what is not there is told as missing.
 */
import { spawnSync } from "node:child_process";
import type { Fault, Read } from "../readings";

/** A checkout that cannot be judged. `rule` is the rule that says so. */
export class TreeError extends Error {
  constructor(
    readonly rule: "checkout-missing" | "checkout-shallow" | "checkout-sparse" | "commit-unknown",
    readonly found: string,
    readonly allowed: string,
    readonly mend: string,
  ) {
    super(found);
    this.name = "TreeError";
  }
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
}

/** Room for the texts that are read at once. */
const OUTPUT_BYTES = 1024 * 1024 * 1024;
/** A file of more bytes is no source that people write, and is not read. */
const HUGE_BYTES = 4 * 1024 * 1024;
/** Git itself calls a file binary that has a zero byte among its first bytes (buffer_is_binary in git's xdiff-interface.c). */
const BINARY_PROBE_BYTES = 8000;

const SYMLINK = "120000";
const SUBMODULE = "160000";

/** First line of a pointer of Git LFS. Source: github.com/git-lfs/git-lfs, docs/spec.md. */
const LFS_POINTER = "version https://git-lfs.github.com/spec/";
/** A pointer is smaller. Source: the same. */
const LFS_POINTER_BYTES = 1024;

/** The files of a commit or of a checkout, read without running anything of them. */
export class Tree {
  private readonly byPath: ReadonlyMap<string, Entry>;
  private readonly folders: ReadonlySet<string>;
  private readonly texts = new Map<string, Read<string>>();

  constructor(
    private readonly folder: string,
    /** Full name of the commit. */
    readonly commit: string,
    entries: readonly Entry[],
  ) {
    this.byPath = new Map(entries.map((entry) => [entry.path, entry]));
    this.folders = new Set(entries.flatMap(({ path }) => parents(path)));
  }

  /** Every file, sorted. Submodules are none. */
  get files(): string[] {
    return [...this.byPath.values()].filter(({ mode }) => mode !== SUBMODULE).map(({ path }) => path).sort();
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }

  hasFolder(path: string): boolean {
    return path === "" || path === "." || this.folders.has(path.replace(/\/+$/, "")) || this.byPath.get(path)?.mode === SUBMODULE;
  }

  /** Reads files ahead, with two processes of git in all. Those that are not there are passed over. */
  load(paths: Iterable<string>): void {
    const wanted = [...new Set(paths)].filter((path) => this.byPath.has(path) && !this.texts.has(path));
    if (wanted.length === 0) return;
    const readable = this.withoutUnreadable(wanted);
    const contents = this.contents(readable);
    readable.forEach((path, index) => this.texts.set(path, contents[index]!));
  }

  /** The text of a file; links are not followed. */
  text(path: string): Read<string> {
    if (!this.byPath.has(path)) return fault("missing", "there is no such file");
    this.load([path]);
    return this.texts.get(path)!;
  }

  /** Remembers why a file is not read, and gives those that can be. */
  private withoutUnreadable(paths: readonly string[]): string[] {
    const sizes = git(this.folder, ["cat-file", "--batch-check=%(objectsize)"], this.objectsOf(paths)).toString("utf8").split("\n");
    return paths.filter((path, index) => {
      const { mode } = this.byPath.get(path)!;
      const size = sizes[index] ?? "";
      const wrong =
        mode === SYMLINK || mode === SUBMODULE ? fault("absent", mode === SYMLINK ? "a symbolic link" : "a submodule")
        : /^\d+$/.test(size) ? (Number(size) > HUGE_BYTES ? fault("huge", `${size} bytes`) : undefined)
        : fault("absent", "git has the file's name and not the file itself: the clone is a partial one");
      if (wrong !== undefined) this.texts.set(path, wrong);
      return wrong === undefined;
    });
  }

  private contents(paths: readonly string[]): Read<string>[] {
    const output = paths.length === 0 ? Buffer.alloc(0) : git(this.folder, ["cat-file", "--batch=%(objectsize)"], this.objectsOf(paths));
    let at = 0;
    return paths.map(() => {
      const line = output.indexOf(0x0a, at);
      const size = Number(output.toString("latin1", at, line));
      const bytes = output.subarray(line + 1, line + 1 + size);
      at = line + 1 + size + 1;
      return bytes.subarray(0, BINARY_PROBE_BYTES).includes(0) ? fault("binary", "a file with zero bytes in it") : { ok: true, value: bytes.toString("utf8") };
    });
  }

  private objectsOf(paths: readonly string[]): string {
    return paths.map((path) => `${this.byPath.get(path)!.object}\n`).join("");
  }

  /** Files that Git LFS keeps: what git has of them is a pointer. */
  lfsPointers(): string[] {
    const all = this.files;
    const sizes = git(this.folder, ["cat-file", "--batch-check=%(objectsize)"], this.objectsOf(all)).toString("utf8").split("\n");
    const small = all.filter((_, index) => Number(sizes[index]) > LFS_POINTER.length && Number(sizes[index]) < LFS_POINTER_BYTES);
    this.load(small);
    return small.filter((path) => {
      const read = this.texts.get(path);
      return read?.ok === true && read.value.startsWith(LFS_POINTER);
    });
  }
}

function fault(kind: Fault["kind"], message: string): Read<never> {
  return { ok: false, fault: { kind, message } };
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/**
 * The tree of a commit.
 * @param reference any name of a commit; by default the one that is checked out
 * @throws TreeError when the folder is no checkout, holds only a part of the repository, or does not know the commit
 */
export function readTree(folder: string, reference = "HEAD"): Tree {
  refusePartial(folder);
  const commit = attempt(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`])?.trim();
  if (commit === undefined) {
    throw new TreeError("commit-unknown", `git knows no commit ${JSON.stringify(reference)} in ${folder}`, "a name of a commit, such as HEAD, origin/main or a full hash", "fetch it first: git fetch origin");
  }
  const listed = attempt(folder, ["ls-tree", "-r", "-z", "--full-tree", commit]);
  if (listed === undefined) {
    throw new TreeError("checkout-sparse", `${folder} does not hold every folder of ${commit}`, "a clone with all trees of the commit", "clone it without a filter for trees: git clone --filter=blob:none fetches no file too few");
  }
  return new Tree(folder, commit, entriesOf(listed));
}

/** What is not in a part of a repository cannot be told from what is not in the repository. */
function refusePartial(folder: string): void {
  const inside = attempt(folder, ["rev-parse", "--is-shallow-repository"])?.trim();
  if (inside === undefined) throw new TreeError("checkout-missing", `${folder} is no checkout of a git repository`, "a folder with a clone of the product repository", "clone the repository and name its folder: make fit DIR=../dynamo");
  if (inside === "true") throw new TreeError("checkout-shallow", `${folder} is a shallow clone`, "a clone with its history", "git fetch --unshallow; in a workflow: actions/checkout with fetch-depth: 0");
  if (attempt(folder, ["config", "--type=bool", "--get", "core.sparseCheckout"])?.trim() === "true") {
    throw new TreeError("checkout-sparse", `${folder} is a sparse checkout`, "a checkout of every folder", "git sparse-checkout disable");
  }
}

/** Records end with a zero byte: mode, type, object, a tab and the path. */
function entriesOf(output: string): Entry[] {
  return output.split("\0").flatMap((record) => {
    const [, mode, object, path] = /^(\d+) \w+ ([0-9a-f]+)\t([^]+)$/.exec(record) ?? [];
    return mode === undefined || object === undefined || path === undefined ? [] : [{ mode, object, path }];
  });
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, GIT_NO_LAZY_FETCH: "1", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
}

/** What git answers; undefined where it refuses. */
function attempt(folder: string, args: readonly string[]): string | undefined {
  const result = spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: OUTPUT_BYTES, env: environment() });
  if (result.error) throw new Error(`git: ${result.error.message}`);
  return result.status === 0 ? result.stdout : undefined;
}

function git(folder: string, args: readonly string[], input: string): Buffer {
  const result = spawnSync("git", ["-C", folder, ...args], { maxBuffer: OUTPUT_BYTES, env: environment(), input });
  if (result.error) throw new Error(`git ${args[0]}: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`git ${args[0]}: ${result.stderr.toString("utf8").trim()}`);
  return result.stdout;
}
