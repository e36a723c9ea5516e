/** A repository of the target's shape: the rendered files, one file wherever the pipeline watches, and a commit for each kind of change. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { plannedBuilds } from "../../../pipeline/build";
import type { Pipeline } from "../../../pipeline/model";
import type { ChangedFile } from "../../../pipeline/plan";
import { changeSets } from "../../../workflows/gate/proofs/cases";
import type { RenderedFile } from "../../../workflows/index";
import { git } from "../program-host";

/** Contents of files by path. */
export type Writes = Readonly<Record<string, string>>;

/** Two lines that every file carries, so that the copyright check finds them. */
export const HEADER = "# SPDX-FileCopyrightText: Copyright (c) the authors\n# SPDX-License-Identifier: Apache-2.0\n";

export class Target {
  readonly directory = mkdtempSync(join(tmpdir(), "act-target-"));
  /** Changes by name: those over which the proofs run. */
  readonly changes: Readonly<Record<string, readonly ChangedFile[]>>;
  /** The commit that main is at. */
  readonly main: string;
  private readonly commits = new Map<string, string>();

  /** Lines of Dockerfiles that mount what their builds mount other secrets beside. */
  private readonly dockerfiles: ReadonlyMap<string, string>;

  constructor(pipeline: Pipeline, files: readonly RenderedFile[]) {
    this.changes = changeSets(pipeline);
    this.dockerfiles = new Map(plannedBuilds(pipeline).map(({ build }) => [build.dockerfile, [...new Set(Object.values(build.mounts).map(({ beside }) => beside))].map((id) => `RUN --mount=type=secret,id=${id} true\n`).join("")]));
    for (const { path, content } of files) this.write(path, content);
    const present = Object.values(this.changes).flat().filter(({ status }) => status !== "added");
    for (const { path, previousPath = path } of present) this.add(previousPath);
    for (const path of ["deploy/operator/main.go", "README.md", ...plannedBuilds(pipeline).map(({ build }) => build.dockerfile)]) this.add(path);
    git(this.directory, "init", "--quiet", "--initial-branch=main");
    // Shallow clones and single commits are fetched from it, as from GitHub.
    git(this.directory, "config", "uploadpack.allowAnySHA1InWant", "true");
    git(this.directory, "config", "uploadpack.allowFilter", "true");
    this.main = this.record("Base");
  }

  /** The commit of a change on main; one without contents of its own is made once. */
  commit(change: string, writes: Writes = {}): string {
    const key = JSON.stringify([change, writes]);
    let commit = this.commits.get(key);
    if (commit === undefined) {
      git(this.directory, "checkout", "--quiet", "--detach", this.main);
      for (const file of this.filesOf(change)) this.apply(file);
      for (const [path, content] of Object.entries(writes)) this.write(path, content);
      commit = this.record(change);
      this.commits.set(key, commit);
    }
    return commit;
  }

  /** The files that differ between two commits; a rename is a removal and an addition. */
  changed(base: string, head: string): ChangedFile[] {
    const words: Readonly<Record<string, ChangedFile["status"]>> = { A: "added", D: "removed" };
    const output = git(this.directory, "diff", "--no-renames", "--name-status", base, head);
    return output.split("\n").map((line) => line.split("\t")).map(([status = "", path = ""]) => ({ path, status: words[status] ?? "modified" }));
  }

  /** The files that a change touches. @throws Error when there is no such change */
  filesOf(change: string): readonly ChangedFile[] {
    const files = this.changes[change];
    if (files === undefined) throw new Error(`no change ${JSON.stringify(change)}; there are ${Object.keys(this.changes).join(", ")}`);
    return files;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private apply({ path, previousPath, status }: ChangedFile): void {
    if (status === "removed") git(this.directory, "rm", "--quiet", path);
    else if (previousPath !== undefined) this.rename(previousPath, path);
    else this.write(path, status === "added" ? "" : `${this.contentOf(path)}# Changed.\n`);
  }

  private rename(from: string, to: string): void {
    mkdirSync(dirname(join(this.directory, to)), { recursive: true });
    git(this.directory, "mv", from, to);
  }

  /** A file of the repository that is not rendered. */
  private add(path: string): void {
    try {
      this.write(path, this.contentOf(path), "wx");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }

  private contentOf(path: string): string {
    return `${HEADER}${this.dockerfiles.get(path) ?? ""}`;
  }

  private write(path: string, content: string, flag: "w" | "wx" = "w"): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), content, { flag });
  }

  private record(message: string): string {
    git(this.directory, "add", "--all", "--force");
    git(this.directory, "commit", "--quiet", `--message=${message}`);
    return git(this.directory, "rev-parse", "HEAD");
  }
}
