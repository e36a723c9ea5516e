/** What a recipe is: a task that a team has once in a while, as the edit that it takes, and what has to hold afterwards. */
import type { StackInput } from "../config/read";
import type { Mutation } from "../policy/mutations/mutation";

/** The stack to which recipes add. */
export const STACK = "prod";

/** One file that somebody edits by hand. */
export interface Edit {
  /** From the project's root, with slashes. */
  readonly path: string;
  /** The text that it becomes; `before` is empty for a new file. @throws Error where there is no such place in it */
  readonly apply: (before: string) => string;
}

/** Edits of which the project says exactly what is missing, wrong or too much. */
export interface Refused {
  /** For people: what is tried. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Config keys of the findings, all of them and nothing else. */
  readonly findings: readonly string[];
}

/** Harm that a policy refuses. */
export interface Harm {
  /** For people: what is tried. */
  readonly what: string;
  /** Changes of the recorded resources, each with the name of the policy that has to refuse it. None of them may be missed. */
  readonly mutations: (stack: StackInput) => readonly Mutation[];
  /**
   * True where the policy refuses it only because of the new entry: told of the stack as it was before, the same policy lets it pass. So no
   * other rule of it is what refuses.
   */
  readonly byEntry: boolean;
}

export interface Recipe {
  readonly name: string;
  /** For people. */
  readonly task: string;
  readonly edits: readonly Edit[];
  /** What is refused instead of these edits. */
  readonly refused: readonly Refused[];
  readonly harms: readonly Harm[];
  /** Tests of the copy that are about what was added. */
  readonly tests: readonly string[];
}
