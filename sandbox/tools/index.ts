/** Finds or makes the tools of the sandbox. */
import { cachedPath, isCached, withBuildLock } from "./cache";
import { pinnedVersion, TOOLS, type AnyTool } from "./catalog";
import { buildWithGo, moduleOf, requireGo } from "./goBuild";
import { locate } from "./locate";
import { installWithPython, requirePython } from "./pythonInstall";

export { TOOL_NAMES, type AnyTool } from "./catalog";

export interface ToolPath {
  readonly name: AnyTool;
  readonly path: string;
  readonly version: string;
  readonly from: "machine" | "cache";
}

/** The path of a tool: found on the machine when its version fits, else built or installed into the user's cache. */
export async function toolPath(name: AnyTool): Promise<string> {
  const [tool] = await ensureTools([name]);
  return tool!.path;
}

/** The same for several: those of one Go module are built at once, since they share most of what is compiled. */
export async function ensureTools(names: readonly AnyTool[]): Promise<readonly ToolPath[]> {
  const present = await Promise.all(names.map(async (name) => [name, await findTool(name)] as const));
  const missing = present.filter(([, tool]) => !tool).map(([name]) => name);
  await requireMakers(missing);
  for (const group of grouped(missing)) await make(group);
  return present.map(([name, tool]) => tool ?? inCache(name));
}

/**
 * Looks for all that is needed before the first build begins: it may take a quarter of an hour.
 * @throws Error that names everything that is missing
 */
async function requireMakers(names: readonly AnyTool[]): Promise<void> {
  const [go, python] = ["go", "python"].map((kind) => names.filter((name) => TOOLS[name].source.kind === kind)) as [AnyTool[], AnyTool[]];
  const looked = await Promise.allSettled([...(go.length > 0 ? [requireGo(go)] : []), ...python.map(requirePython)]);
  const missing = looked.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
  if (missing.length > 0) throw new Error(missing.join("\n"));
}

/** What the machine or the cache has of a tool; undefined when it would have to be made. */
export async function findTool(name: AnyTool): Promise<ToolPath | undefined> {
  const { found } = await locate(name);
  if (found) return { name, path: found.path, version: found.version, from: "machine" };
  return isCached(name) ? inCache(name) : undefined;
}

function inCache(name: AnyTool): ToolPath {
  return { name, path: cachedPath(name), version: pinnedVersion(name), from: "cache" };
}

function grouped(names: readonly AnyTool[]): readonly (readonly AnyTool[])[] {
  const groups = new Map<string, AnyTool[]>();
  for (const name of names) {
    const key = groupOf(name);
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups.values()];
}

function groupOf(name: AnyTool): string {
  return TOOLS[name].source.kind === "go" ? moduleOf(name) : name;
}

async function make(group: readonly AnyTool[]): Promise<void> {
  let told = false;
  const onWait = (holder: number): void => {
    if (!told) process.stderr.write(`waiting for process ${holder}, which builds ${group.join(", ")}\n`);
    told = true;
  };
  await withBuildLock(groupOf(group[0]!), onWait, async () => {
    // Another process may have made some while this one waited.
    const missing = group.filter((name) => !isCached(name));
    if (missing.length === 0) return;
    if (TOOLS[missing[0]!].source.kind === "go") await buildWithGo(missing);
    else await installWithPython(missing[0]!);
  });
}
