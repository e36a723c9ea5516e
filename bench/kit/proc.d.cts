/** A process, as far as it is looked at. */
export interface Process {
  readonly parent: number;
  /** Seconds of processor time of all its threads, those that have ended among them. */
  readonly processor: number;
  /** When it was started, in ticks since the machine was: together with the id it names a process. */
  readonly started: number;
}

/** Every process by its id. */
export function processes(): ReadonlyMap<number, Process>;

/** Ids of all that a process has started, directly and through others. */
export function descendants(ancestor: number, processes: ReadonlyMap<number, Process>): readonly number[];

/** What a look at a process gives; undefined when it ended meanwhile. */
export function ignoringEnded<Value>(look: () => Value): Value | undefined;
