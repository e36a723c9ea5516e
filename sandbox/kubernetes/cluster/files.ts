/** Files of the sandbox that hold keys and tokens: only the sandbox's user may read them, mode 0600 in directories of mode 0700. */
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes text that only this user may read, whole or not at all. */
export async function writePrivate(path: string, text: string, mode = 0o600): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = join(dirname(path), `.${process.pid}.${Date.now()}.${Math.random().toString(36).slice(2)}`);
  await writeFile(draft, text, { mode });
  await chmod(draft, mode);
  await rename(draft, path);
  return path;
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
