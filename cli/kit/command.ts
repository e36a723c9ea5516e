/** What a command is: everything that its help, its documentation, make and the command line have to know of it, and what it does. */
import type { Readable } from "node:stream";
import type { Options, ValuesOf } from "./options";
import type { Finding } from "./usage";

/** Where a command reads and writes. */
export interface Io {
  /** Text for people or programs: the command's answer. */
  readonly out: (text: string) => void;
  /** Text beside the answer. */
  readonly err: (text: string) => void;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** True where progress may overwrite itself. */
  readonly watched: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

/** Words beside the options, any number of them. */
export interface Words {
  /** What stands for one in help. */
  readonly placeholder: string;
  readonly help: string;
  /** The make variable that holds all of them, as `words` reads it. */
  readonly variable: string;
}

export interface Input<Of extends Options> {
  readonly options: ValuesOf<Of>;
  /** Empty for a command that takes none. */
  readonly words: readonly string[];
}

export interface Command<Of extends Options = Options> {
  /** Paragraphs below the summary; each one a line. */
  readonly about: readonly string[];
  readonly options: Of;
  readonly words?: Words;
  /** What to type behind `gpu-cicd`, and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Exit codes beside those that all commands have (exits.ts). */
  readonly exits?: Readonly<Record<number, string>>;
  /** Environment variables that it reads beside those that all commands read. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is wrong with options together; each by itself is checked already. */
  check?(input: Input<Of>): readonly Finding[];
  /**
   * Does it. Returns the exit code, by default 0.
   * @throws UsageError for what only shows later; ExitError for an exit code with a message; any other Error ends with 1
   */
  run(input: Input<Of>, io: Io): Promise<number | void> | number | void;
}

/** A command in the list of all: what is known of it without loading it. */
export interface Entry {
  /** What is typed behind `gpu-cicd`: a word, or a group and a word, such as `sandbox up`. */
  readonly name: string;
  /** The make target, where it is not the name with hyphens. */
  readonly target?: string;
  /** Heading below which help shows it. */
  readonly group: string;
  /** One line without a full stop, in the imperative. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** A command whose options are inferred. */
export function define<const Of extends Options>(command: Command<Of>): Command {
  return command;
}

/** The make target of a command. */
export function targetOf({ name, target }: Entry): string {
  return target ?? name.replaceAll(" ", "-");
}
