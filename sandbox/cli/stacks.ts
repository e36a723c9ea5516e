/** A stack in the sandbox's backend. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readFile } from "node:fs/promises";
import { engineCommand, type EngineSurroundings } from "./engine";

/** Makes the stack when there is none, and selects it for plain commands in the project. Returns whether it was there. */
export async function ensureStack(at: EngineSurroundings, stack: string): Promise<boolean> {
  const { name } = parse(await readFile(join(at.project, "Pulumi.yaml"), "utf8")) as { name: string };
  const existed = existsSync(join(at.layout.state, ".pulumi", "stacks", name, `${stack}.json`));
  // `stack init` writes beside the Pulumi.yaml it finds: the copy in the sandbox, not the committed file.
  if (!existed) await engineCommand(at, at.layout.directory, ["stack", "init", stack]);
  await engineCommand(at, at.project, ["stack", "select", stack]);
  return existed;
}
