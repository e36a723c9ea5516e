/** Which stacks a change concerns, for the jobs of the infrastructure repository. */
import { appendFileSync } from "node:fs";
import { concernedStacks } from "../../workflows/infrastructure";
import { ChangedFilesError, changedFilesSince } from "../changed-files";
import { define } from "../kit/command";
import { flag, lateChoice, text, type ValuesOf } from "../kit/options";
import { committedStacks } from "../kit/project";
import type { Finding } from "../kit/usage";
import { readCommittedStack } from "../stack";

const OPTIONS = {
  base: text("COMMIT", "the commit before the change; where git does not know it, as in a branch's first push, every stack is concerned"),
  only: lateChoice("STACK", "one stack, whatever changed", committedStacks),
  every: flag("every stack, whatever changed"),
};

/** What is asked. */
export type Question = Partial<ValuesOf<typeof OPTIONS>>;

export const command = define({
  about: ["Prints the stacks, and gives `stacks` to the workflow as JSON, a list of { stack, runner, repository, branch }."],
  options: OPTIONS,
  examples: [
    ["concerned --base HEAD^1", "what a pull request's merge changes"],
    ["concerned --every", "all stacks, each with its runner"],
  ],
  environment: { GITHUB_OUTPUT: "file of the step's outputs, as GitHub sets it; without it nothing is given to a workflow" },
  check: ({ options: { base, only, every } }) => (base === undefined && only === undefined && !every ? [none] : []),
  run({ options }, io) {
    const found = concerned(options, process.cwd(), (line) => io.out(`${line}\n`));
    io.out(found.length === 0 ? "no stack is concerned\n" : `concerned: ${found.map(({ stack }) => stack).join(", ")}\n`);
    const output = io.environment["GITHUB_OUTPUT"];
    if (output !== undefined) appendFileSync(output, `stacks=${JSON.stringify(found)}\n`);
  },
});

const none: Finding = (name) => `${name("base")}, ${name("only")} or ${name("every")} has to say which stacks are meant`;

export interface ConcernedStack {
  readonly stack: string;
  /** Label of its runner. */
  readonly runner: string;
  /** `OWNER/NAME` of the product repository, and its default branch. */
  readonly repository: string;
  readonly branch: string;
}

/** @param folder a checkout of this project. @throws Error for a stack that does not exist */
export function concerned(question: Question, folder: string, log: (line: string) => void): ConcernedStack[] {
  return names(question, folder, log).map((stack) => {
    const { pipeline, infrastructure } = readCommittedStack(stack);
    const { owner, name, defaultBranch } = pipeline.repository;
    return { stack, runner: infrastructure.github.infrastructureRepository.runner, repository: `${owner}/${name}`, branch: defaultBranch };
  });
}

function names({ base = "", only, every }: Question, folder: string, log: (line: string) => void): readonly string[] {
  if (only !== undefined) return [only];
  const all = committedStacks();
  if (every === true) return all;
  try {
    const files = changedFilesSince(folder, base).flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
    return concernedStacks(all, files);
  } catch (error) {
    if (!(error instanceof ChangedFilesError)) throw error;
    log(`every stack, as the change is not known: ${error.message}`);
    return all;
  }
}
