/** The executables of a sandbox: the engine with a language host beside it, and kubectl. */
import { existsSync } from "node:fs";
import { copyFile, link, realpath, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundleLanguageHost } from "../engine/bundle";

const LANGUAGE_HOST = "pulumi-language-nodejs";

/**
 * Puts the engine into `bin`. A full installation is linked to and uses its own language host. One without gets ours beside it: the
 * engine takes a language host for its own, without a warning, only when both are in one directory and the engine is no symbolic link.
 */
export async function provideEngine(bin: string, pulumi: string): Promise<void> {
  const place = join(bin, "pulumi");
  await rm(place, { force: true });
  if (existsSync(join(dirname(await realpath(pulumi)), LANGUAGE_HOST))) {
    await symlink(pulumi, place);
    return;
  }
  // A hard link costs nothing; another file system needs a copy.
  await link(await realpath(pulumi), place).catch(() => copyFile(pulumi, place));
  await bundleLanguageHost(bin);
}

export async function provideLink(bin: string, name: string, target: string): Promise<void> {
  await rm(join(bin, name), { force: true });
  await symlink(target, join(bin, name));
}
