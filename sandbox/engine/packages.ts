/** What a program's node_modules say: the provider plugins it needs, and its dependencies. */
import type { Dirent } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DependencyInfo, type GetProgramDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency } from "@pulumi/pulumi/proto/plugin_pb";

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: { readonly resource?: boolean; readonly name?: string; readonly version?: string; readonly server?: string };
}

/** Every installed package that says it comes with a provider plugin (`pulumi.resource` in its package.json). */
export async function requiredPackages(directory: string): Promise<readonly PackageDependency[]> {
  const packages = await installedPackages(directory);
  return packages.filter(({ pulumi }) => pulumi?.resource === true).map(asDependency);
}

function asDependency(manifest: PackageJson): PackageDependency {
  const name = manifest.pulumi?.name ?? manifest.name?.replace(/^@pulumi\//, "") ?? "";
  const version = manifest.pulumi?.version ?? manifest.version ?? "";
  const dependency = new PackageDependency();
  dependency.setName(name);
  dependency.setKind("resource");
  dependency.setVersion(version.startsWith("v") ? version : `v${version}`);
  dependency.setServer(manifest.pulumi?.server ?? "");
  return dependency;
}

/** Direct dependencies with their installed versions; all installed packages when transitive ones are asked for. */
export async function programDependencies(request: GetProgramDependenciesRequest): Promise<readonly DependencyInfo[]> {
  const directory = request.getInfo()?.getProgramDirectory() ?? ".";
  const own = await manifestAt(directory);
  const direct = new Set(Object.keys({ ...own?.dependencies, ...own?.devDependencies }));
  const packages = await installedPackages(directory);
  const wanted = request.getTransitivedependencies() ? packages : packages.filter(({ name }) => name !== undefined && direct.has(name));
  return wanted.map(({ name = "", version = "" }) => {
    const dependency = new DependencyInfo();
    dependency.setName(name);
    dependency.setVersion(version);
    return dependency;
  });
}

async function installedPackages(directory: string): Promise<readonly PackageJson[]> {
  const modules = join(directory, "node_modules");
  const nested = await Promise.all((await packageDirectories(modules)).map(async (path) => [await manifestAt(path), await installedPackages(path)] as const));
  return nested.flatMap(([manifest, below]) => [...(manifest ? [manifest] : []), ...below]);
}

async function packageDirectories(modules: string): Promise<readonly string[]> {
  const entries = (await directoriesIn(modules)).filter((name) => !name.startsWith("."));
  const perEntry = await Promise.all(entries.map(async (name) => (name.startsWith("@") ? (await directoriesIn(join(modules, name))).map((inner) => join(name, inner)) : [name])));
  return perEntry.flat().map((name) => join(modules, name));
}

async function directoriesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
}

async function manifestAt(directory: string): Promise<PackageJson | undefined> {
  const text = await readFile(join(directory, "package.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PackageJson);
}
