/** What a generator is: a pure function of this checkout to the files that it keeps. */

export interface GeneratedFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly content: string;
}

export interface Generated {
  readonly files: readonly GeneratedFile[];
  /** Folders, from the project's root, that hold nothing else: what is found there and is not among the files goes. */
  readonly folders?: readonly string[];
}

export interface Generator {
  /** What `generate NAME` takes. */
  readonly name: string;
  /** What it keeps, in one line. */
  readonly title: string;
  /** Computes all of it and writes nothing. The same checkout gives the same bytes. */
  readonly generate: () => Generated | Promise<Generated>;
}
