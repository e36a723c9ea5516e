/**
 * `make render STACK=prod OUT=dir`: writes every rendered file of a stack below a folder, as the target repository would have it.
 *
 * Usage: `npx tsx workflows/cli/render.ts OUT [STACK]`; the stack is `prod` when left out.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readStackFile } from "../../config/file";
import type { RenderedFile } from "../settings";

/** Folder of the stacks' config files. */
const PROJECT = join(__dirname, "..", "..");

/** Writes rendered files below a folder. Those that are there already are written over; others stay. */
export async function writeFiles(folder: string, files: readonly RenderedFile[]): Promise<void> {
  for (const { path, content, mode } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}

async function main([out, stack = "prod"]: readonly string[]): Promise<void> {
  if (out === undefined) throw new Error("usage: render OUT [STACK]");
  const { files } = readStackFile(PROJECT, stack);
  await writeFiles(out, files);
  for (const { path } of files) console.log(join(out, path));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
