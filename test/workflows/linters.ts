/** actionlint and zizmor, the real ones, on files as a repository has them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolPath } from "../../sandbox/tools";
import { writeFiles } from "../../workflows/write";
import type { RenderedFile } from "../../workflows/index";
import { git } from "./program-host";

/** Gives the files to something as a git repository, which is removed afterwards. */
export async function withRepository(files: readonly RenderedFile[], use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  try {
    await writeFiles(folder, files);
    git(folder, "init", "--quiet");
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What actionlint says. A first run builds it, which takes minutes. */
export async function lintOf(folder: string): Promise<{ status: number | null; output: string }> {
  return run(await toolPath("actionlint"), ["-no-color"], folder);
}

/** The rule of each finding of zizmor, of its regular persona and without the network. */
export async function auditOf(folder: string): Promise<string[]> {
  const { status, output } = run(await toolPath("zizmor"), ["--offline", "--persona=regular", "--format=json", "--no-exit-codes", "--quiet", "."], folder);
  if (status !== 0) throw new Error(`zizmor ended with ${status}: ${output}`);
  const findings = JSON.parse(output) as { ident: string; ignored: boolean }[];
  return findings.filter(({ ignored }) => !ignored).map(({ ident }) => ident);
}

/** Runs a tool in a folder. */
export function run(tool: string, args: readonly string[], folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" } });
  if (error) throw error;
  return { status, output: stdout + (status === 0 ? "" : stderr) };
}
