/**
 * Which stacks a change concerns, for the jobs of the infrastructure repository: prints them, and gives `stacks` to the workflow as JSON, a list of
 * `{ stack, runner }`.
 *
 * Environment: BASE, the commit before the change; ONLY, one stack whatever changed; EVERY, every stack. GITHUB_OUTPUT as GitHub sets it.
 * Where the base is not known, as in a branch's first push, every stack is concerned.
 */
import { appendFileSync } from "node:fs";
import { concernedStacks } from "../workflows/infrastructure";
import { ChangedFilesError, changedFilesSince } from "./changed-files";
import { committedStacks, readCommittedStack } from "./stack";

export interface ConcernedStack {
  readonly stack: string;
  /** Label of its runner. */
  readonly runner: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error when ONLY names no stack of this project, or nothing says which change is meant */
export function concerned({ ONLY: only = "", EVERY: every = "", BASE: base = "" }: Variables, folder: string, log: (line: string) => void): ConcernedStack[] {
  return names(only, every, base, folder, log).map((stack) => ({ stack, runner: readCommittedStack(stack).infrastructure.github.infrastructureRepository.runner }));
}

function names(only: string, every: string, base: string, folder: string, log: (line: string) => void): readonly string[] {
  const all = committedStacks();
  if (only !== "") {
    if (!all.includes(only)) throw new Error(`ONLY is ${JSON.stringify(only)}: allowed are ${all.join(", ")}`);
    return [only];
  }
  if (every !== "") return all;
  if (base === "") throw new Error("BASE, ONLY or EVERY has to say which stacks are meant");
  try {
    const files = changedFilesSince(folder, base).flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
    return concernedStacks(all, files);
  } catch (error) {
    if (!(error instanceof ChangedFilesError)) throw error;
    log(`every stack, as the change is not known: ${error.message}`);
    return all;
  }
}

if (require.main === module) {
  const found = concerned(process.env, process.cwd(), console.log);
  console.log(found.length === 0 ? "no stack is concerned" : `concerned: ${found.map(({ stack }) => stack).join(", ")}`);
  const output = process.env["GITHUB_OUTPUT"];
  if (output !== undefined) appendFileSync(output, `stacks=${JSON.stringify(found)}\n`);
}
