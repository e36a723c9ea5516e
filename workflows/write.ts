/** Writes rendered files. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RenderedFile } from "./settings";

/** Writes rendered files below a folder. Those that are there already are written over; others stay. */
export async function writeFiles(folder: string, files: readonly RenderedFile[]): Promise<void> {
  for (const { path, content, mode } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: mode === "100755" ? 0o755 : 0o644 });
  }
}
