/**
 * `make render STACK=prod OUT=dir`: writes every rendered file of a stack below a folder, as the target repository would have it.
 *
 * Usage: `npx tsx workflows/cli/render.ts OUT [STACK]`; the stack is `prod` when left out. Where config is wrong, or there is no such stack,
 * nothing is written.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readCommittedStack } from "../../cli/stack";
import type { RenderedFile } from "../settings";

/** Writes rendered files below a folder. Those that are there already are written over; others stay. */
export async function writeFiles(folder: string, files: readonly RenderedFile[]): Promise<void> {
  for (const { path, content, mode } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}

async function main([out, stack = "prod"]: readonly string[]): Promise<void> {
  if (out === undefined || out === "") throw new Error("OUT is missing: the folder to write to, such as OUT=rendered");
  const { files } = readCommittedStack(stack);
  await writeFiles(out, files);
  for (const { path } of files) console.log(join(out, path));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
