/** What `fit` says: whether a pipeline fits the repository that it is for. */

/** One thing that does not fit. */
export interface Misfit {
  /** Id of the rule that found it, such as `stage-missing`. */
  readonly rule: string;
  readonly where: Place;
  /**
   * What it is about, of all that the rule can find at that place: an argument, a stage, a marker. With the rule and the path it tells one misfit
   * from another, and stays the same when lines move.
   */
  readonly about: string;
  /** What was found, for people. */
  readonly found: string;
  /** What would fit. */
  readonly allowed: string;
  /** What to do about it. */
  readonly mend: string;
}

/** A file of the repository, or a value of the pipeline's config. */
export interface Place {
  /** A path in the repository, or one of the config, such as `frameworks.vllm.build.target`. */
  readonly path: string;
  /** Line of the file, from 1. */
  readonly line?: number | undefined;
  readonly kind: "file" | "config";
}

/** A misfit that is known and left, with the reason. */
export interface Excuse {
  /** Id of the rule. */
  readonly rule: string;
  /** The path of the place; a pattern like those of the path filters. */
  readonly where: string;
  /** What the misfit is about; a pattern too. Default: everything that the rule finds at the place. */
  readonly about?: string | undefined;
  /** One sentence for people: why it is left, and until when. */
  readonly why: string;
}

/** A misfit beside the excuse that covers it. */
export interface Excused {
  readonly misfit: Misfit;
  readonly excuse: Excuse;
}

/** All that is said of one commit. */
export interface FitReport {
  /** The commit that was read; undefined where none could be. */
  readonly commit: string | undefined;
  /** Files of the commit. */
  readonly files: number;
  readonly misfits: readonly Misfit[];
  readonly excused: readonly Excused[];
}

/** A place in the repository. */
export function file(path: string, line?: number): Place {
  return line === undefined ? { kind: "file", path } : { kind: "file", path, line };
}

/** A place in the pipeline's config. */
export function config(path: string): Place {
  return { kind: "config", path };
}
