/** The stacks of this project, read from their committed files. */
import { readStackFile } from "../config/file";
import type { StackInput } from "../config/read";
import { PROJECT } from "./kit/project";

export { committedStacks } from "./kit/project";

/** What a stack is made from, with the keys of another file in the place of its own; throws as `readStackFile` does. */
export function readCommittedStack(stack: string, instead?: string): StackInput {
  return readStackFile(PROJECT, stack, instead);
}
