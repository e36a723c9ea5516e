/** The stacks of this project, read from their committed files. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../config/file";
import type { StackInput } from "../config/read";

/** Folder of the stacks' config files. */
const PROJECT = join(__dirname, "..");

/**
 * What a stack is made from.
 * @throws Error that lists the stacks when there is none of that name
 * @throws ConfigError that lists everything that is wrong with the stack's config
 */
export function readCommittedStack(stack: string): StackInput {
  const stacks = readdirSync(PROJECT).flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []);
  if (!stacks.includes(stack)) throw new Error(`STACK is ${JSON.stringify(stack)}: allowed are ${stacks.sort().join(", ")}`);
  return readStackFile(PROJECT, stack);
}
