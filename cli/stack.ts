/** The stacks of this project, read from their committed files. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readStackFile } from "../config/file";
import type { StackInput } from "../config/read";

/** Folder of the stacks' config files. */
const PROJECT = join(__dirname, "..");

/** Names of the stacks that have a committed file, sorted. */
export function committedStacks(): string[] {
  return readdirSync(PROJECT).flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/**
 * What a stack is made from.
 * @throws Error that lists the stacks when there is none of that name
 * @throws ConfigError that lists everything that is wrong with the stack's config
 */
export function readCommittedStack(stack: string): StackInput {
  const stacks = committedStacks();
  if (!stacks.includes(stack)) throw new Error(`STACK is ${JSON.stringify(stack)}: allowed are ${stacks.join(", ")}`);
  return readStackFile(PROJECT, stack);
}
