/** The user's cache of built tools, shared by all checkouts: `tools/NAME/VERSION-PLATFORM-DIGEST/`. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheRoot } from "../../bin/node.cjs";
import { withFileLock } from "../fileLock";
import { pinnedVersion, TOOLS, type AnyTool } from "./catalog";

export { cacheRoot };

/**
 * Where a tool is kept: by its version, the platform and a digest of its pins, so that a changed pin is built anew. The toolchain is
 * no part of it: a tool that works is not built again because Go was upgraded, nor lost because Go was removed.
 */
export function cacheDirectory(name: AnyTool): string {
  const { source } = TOOLS[name];
  const pins = source.kind === "go" ? ["go.mod", "go.sum", ...(source.files ?? [])].map((file) => join(__dirname, source.module, file)) : [join(__dirname, "python", source.requirements)];
  const digest = createHash("sha256");
  for (const file of pins) digest.update(readFileSync(file));
  const key = `${pinnedVersion(name)}-${process.platform}-${process.arch}-${digest.digest("hex").slice(0, 8)}`;
  return join(cacheRoot(), "tools", name, key);
}

/** The executable of a tool in the cache, whether or not it exists. */
export function cachedPath(name: AnyTool): string {
  return join(cacheDirectory(name), TOOLS[name].source.kind === "python" ? join("bin", name) : name);
}

/** A virtual environment is built in place, since its scripts hold its path; this file says that it is whole. */
export function completeMark(name: AnyTool): string {
  return join(cacheDirectory(name), ".complete");
}

export function isCached(name: AnyTool): boolean {
  return existsSync(TOOLS[name].source.kind === "python" ? completeMark(name) : cachedPath(name));
}

/** Runs `work` while no other process makes tools under the same `key`. */
export async function withBuildLock<T>(key: string, onWait: (holder: number) => void, work: () => Promise<T>): Promise<T> {
  await mkdir(join(cacheRoot(), "locks"), { recursive: true });
  return withFileLock(join(cacheRoot(), "locks", key), onWait, work);
}
