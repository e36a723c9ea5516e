/** A stack in the sandbox's backend. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readFile, rm } from "node:fs/promises";
import { engineCommand, type EngineSurroundings } from "./engine";

/** Makes the stack when there is none, and selects it for plain commands in the project. Returns whether it was there. */
export async function ensureStack(at: EngineSurroundings, stack: string): Promise<boolean> {
  const existed = await hasStack(at, stack);
  // `stack init` writes beside the Pulumi.yaml it finds: the copy in the sandbox, not the committed file.
  if (!existed) await engineCommand(at, at.layout.directory, ["stack", "init", stack]);
  await engineCommand(at, at.project, ["stack", "select", stack]);
  return existed;
}

/** What the stack holds, as `pulumi stack export` writes it: secrets stay sealed. Undefined when there is no such stack. */
export async function exportStack(at: EngineSurroundings, stack: string): Promise<string | undefined> {
  if (!(await hasStack(at, stack))) return undefined;
  // A file of its own: what the engine has to say beside the state would stand among it.
  const file = join(at.layout.directory, `export.${stack}.json`);
  try {
    await engineCommand(at, at.project, ["stack", "export", "--stack", stack, "--file", file]);
    return await readFile(file, "utf8");
  } finally {
    await rm(file, { force: true });
  }
}

async function hasStack(at: EngineSurroundings, stack: string): Promise<boolean> {
  const { name } = parse(await readFile(join(at.project, "Pulumi.yaml"), "utf8")) as { name: string };
  return existsSync(join(at.layout.state, ".pulumi", "stacks", name, `${stack}.json`));
}
