/** A copy of the tree on which recipes are tried, so that the checkout itself stays as it is. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Edit } from "./recipe";

const run = promisify(execFile);
const MODULES = "node_modules";
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** Digest of each file, by its path from the root. */
export type Digests = ReadonlyMap<string, string>;

/** An edit that was made. */
export interface Edited {
  readonly path: string;
  readonly added: number;
}

/** A copy of the tree in a folder of its own, where recipes are tried. */
export class Copy {
  private constructor(readonly folder: string) {}

  /** Copies what git tracks, and what it would if it were told to: everything but ignored files. Packages are linked. */
  static async of(project: string): Promise<Copy> {
    const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], { cwd: project, maxBuffer: LONGEST_OUTPUT });
    const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-recipes-"));
    for (const path of stdout.split("\0")) if (path !== "" && existsSync(join(project, path))) cpSync(join(project, path), join(folder, path), { recursive: true });
    // One link for each, not one for all: what Node.js keeps of compiled files is beside the packages, and the two trees would drive out each other's.
    mkdirSync(join(folder, MODULES));
    for (const name of readdirSync(join(project, MODULES))) if (name !== ".cache") symlinkSync(join(project, MODULES, name), join(folder, MODULES, name));
    return new Copy(folder);
  }

  /** Runs a program of this Node.js in the copy. @throws Error with what it printed, where it ends with another code than 0 */
  async node(args: readonly string[], input = ""): Promise<string> {
    const running = run(process.execPath, [...args], { cwd: this.folder, maxBuffer: LONGEST_OUTPUT });
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  read(path: string): string {
    const file = join(this.folder, path);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Makes edits, and counts the lines that each file gains. */
  edit(edits: readonly Edit[]): readonly Edited[] {
    const added = new Map<string, number>();
    for (const { path, apply } of edits) {
      const before = this.read(path);
      const text = apply(before);
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
      added.set(path, (added.get(path) ?? 0) + linesOf(text) - linesOf(before));
    }
    return [...added].map(([path, count]) => ({ path, added: count }));
  }

  /** Puts files back: those without a text go. */
  restore(texts: ReadonlyMap<string, string>): void {
    for (const [path, text] of texts) {
      if (text === "") rmSync(join(this.folder, path), { force: true });
      else writeFileSync(join(this.folder, path), text);
    }
  }

  digests(): Digests {
    const top = readdirSync(this.folder).filter((name) => name !== MODULES);
    const files = top.flatMap((name) => filesBelow(this.folder, name));
    return new Map(files.map((path) => [path, createHash("sha256").update(readFileSync(join(this.folder, path))).digest("hex")]));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Files that came, went or differ, sorted. */
export function differences(before: Digests, now: Digests): readonly string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path)).sort();
}

function linesOf(text: string): number {
  return text.split("\n").length - 1;
}

function filesBelow(root: string, path: string): readonly string[] {
  return statSync(join(root, path)).isDirectory() ? readdirSync(join(root, path)).flatMap((name) => filesBelow(root, join(path, name))) : [path];
}
