/** Builds tools with Go, from the modules of this folder. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cacheDirectory, cachedPath, cacheRoot } from "./cache";
import { pinnedVersion, TOOLS, type AnyTool, type GoSource } from "./catalog";
import { runProgram } from "./process";
import { startProgress, type Progress } from "./progress";
import { findVersion, fits, type Version } from "./version";

/** Builds tools of one module, each into its place in the cache. What a build leaves behind when it breaks is not in that place. */
export async function buildWithGo(names: readonly AnyTool[]): Promise<void> {
  const sources = names.map((name) => goSource(name));
  const module = join(__dirname, sources[0]!.module);
  await mkdir(join(cacheRoot(), "tools"), { recursive: true });
  const work = await mkdtemp(join(cacheRoot(), "tools", ".build-"));
  const progress = startProgress(`building ${names.map((name) => `${name} ${pinnedVersion(name)}`).join(", ")}`);
  try {
    await compile(module, sources, work, progress, names);
    for (const [i, name] of names.entries()) await place(join(work, basename(sources[i]!.command.replace(/\/v\d+$/, ""))), name);
    progress.done("done");
  } catch (error) {
    progress.done("failed");
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function goSource(name: AnyTool): GoSource {
  const { source } = TOOLS[name];
  if (source.kind !== "go") throw new Error(`${name} is not built with Go`);
  return source;
}

async function compile(module: string, sources: readonly GoSource[], output: string, progress: Progress, names: readonly AnyTool[]): Promise<void> {
  const commands = sources.map(({ command }) => command);
  let compiled = 0;
  let downloaded = 0;
  const count: { total?: number } = {};
  const onLine = (line: string): void => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (!line.startsWith("#") && !line.includes(" ")) compiled += 1;
    progress.update(compiled > 0 ? `compiled ${compiled} of at most ${count.total ?? "?"} packages, now ${line}` : `downloaded ${downloaded} modules, now ${line.replace("go: downloading ", "")}`);
  };
  progress.update("reading the module");
  count.total = (await runProgram("go", ["list", "-deps", ...commands], { cwd: module, onLine: (line) => (line.startsWith("go: downloading ") ? onLine(line) : undefined) })).split("\n").length;
  progress.update("compiling");
  const flags = linkerFlags(sources[0]!, pinnedVersion(names[0]!));
  // -buildvcs=false: the tools are no part of the repository that happens to hold their go.mod.
  await runProgram("go", ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", `${output}/`, ...commands], { cwd: module, onLine });
}

function linkerFlags(source: GoSource, version: string): string {
  const [major = "", minor = ""] = version.split(".");
  const fill = (text: string): string => text.replace("{version}", version).replace("{major}", major).replace("{minor}", minor);
  return ["-s", "-w", ...Object.entries(source.variables ?? {}).flatMap(([variable, value]) => ["-X", `${variable}=${fill(value)}`])].join(" ");
}

async function place(built: string, name: AnyTool): Promise<void> {
  await mkdir(cacheDirectory(name), { recursive: true });
  // go names the executable after its package; etcd's is "server".
  await rename(built, cachedPath(name));
}

/**
 * Looks for a Go that can build tools.
 * @throws Error that names the Go version wanted and how to get it
 */
export async function requireGo(names: readonly AnyTool[]): Promise<void> {
  const wanted = names.map(leastGo).reduce((most, version) => (fits(version, { least: most, below: [2, 0, 0] }) ? version : most));
  const advice = `Go ${wanted.join(".")} or newer is needed to build ${names.join(", ")}; get it from https://go.dev/dl/, or put a fitting ${names.join(", ")} on the PATH`;
  const answer = await runProgram("go", ["version"]).catch(() => undefined);
  const version = answer === undefined ? undefined : findVersion(answer.replace("go version go", ""));
  if (!version) throw new Error(`Go is not installed. ${advice}`);
  if (!fits(version, { least: wanted, below: [2, 0, 0] })) throw new Error(`Go ${version.join(".")} is too old. ${advice}`);
}

/** The version of Go that the module of a tool asks for. */
function leastGo(name: AnyTool): Version {
  return findVersion(/^go (\S+)/m.exec(readFileSync(join(__dirname, goSource(name).module, "go.mod"), "utf8"))?.[1] ?? "") ?? [1, 25, 0];
}

/** Folder of the module from which a tool is built: tools of one module are built together. */
export function moduleOf(name: AnyTool): string {
  return basename(dirname(join(__dirname, goSource(name).module, "go.mod")));
}
