/** What would change if generators ran: computed wholly before anything is written. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Generated, Generator } from "./generator";

/** One file that is not as its generator has it. */
export type Change = { readonly path: string; readonly what: "new" | "changed"; readonly content: string } | { readonly path: string; readonly what: "gone" };

/** A generator failed, or two want the same file. Nothing was written. */
export class GenerateError extends Error {
  override readonly name = "GenerateError";
}

/**
 * Runs generators and compares what they give with what is there.
 * @param project root that paths start from
 * @throws GenerateError that names every generator that failed, and every file that two give
 */
export async function changesOf(generators: readonly Generator[], project: string): Promise<Change[]> {
  const made: { readonly name: string; readonly generated: Generated }[] = [];
  const failed: string[] = [];
  for (const { name, generate } of generators) {
    try {
      made.push({ name, generated: await generate() });
    } catch (error) {
      failed.push(`generator ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  failed.push(...problemsOf(made));
  if (failed.length > 0) throw new GenerateError(`${failed.join("\n")}\nNothing was written.`);
  return made.flatMap(({ generated }) => [...written(generated, project), ...gone(generated, project)]).sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Paths that lead out of the project or are given twice. */
function problemsOf(made: readonly { readonly name: string; readonly generated: Generated }[]): string[] {
  const owner = new Map<string, string>();
  const problems: string[] = [];
  for (const { name, generated } of made) {
    for (const { path } of generated.files) {
      if (path === "" || path.startsWith("/") || path.split("/").includes("..")) problems.push(`generator ${name} gives ${JSON.stringify(path)}: allowed are paths inside the project`);
      const other = owner.get(path);
      if (other !== undefined) problems.push(`generators ${other} and ${name} both give ${path}`);
      owner.set(path, name);
    }
  }
  return problems;
}

function written({ files }: Generated, project: string): Change[] {
  return files.flatMap(({ path, content }): Change[] => {
    const file = join(project, path);
    if (!existsSync(file)) return [{ path, what: "new", content }];
    return readFileSync(file, "utf8") === content ? [] : [{ path, what: "changed", content }];
  });
}

function gone({ files, folders = [] }: Generated, project: string): Change[] {
  const kept = new Set(files.map(({ path }) => path));
  return folders.flatMap((folder) => filesBelow(join(project, folder)).map((file) => relative(project, file).split(sep).join("/"))).filter((path) => !kept.has(path)).map((path) => ({ path, what: "gone" }));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]));
}
