/** The stacks of this project, read from their committed files. */
import { join } from "node:path";
import { readStackFile, stacksIn } from "../config/file";
import type { StackInput } from "../config/read";

/** Folder of the stacks' config files. */
const PROJECT = join(__dirname, "..");

/** Names of the stacks that have a committed file, sorted. */
export function committedStacks(): string[] {
  return stacksIn(PROJECT);
}

/** What a stack is made from; throws as `readStackFile` does. */
export function readCommittedStack(stack: string): StackInput {
  return readStackFile(PROJECT, stack);
}
