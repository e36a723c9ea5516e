/**
 * One apply of a stack at a time, by the lock of its state. A concurrency group of GitHub would do it too, but a group's name is the whole repository's: any
 * branch's workflow can name it, and with `cancel-in-progress` end the apply that runs (docs.github.com, "Control the concurrency of workflows and jobs").
 */
import { ExitError } from "../kit/usage";

/** Seconds between two looks at the lock. */
const PAUSE_SECONDS = 30;

/** Another engine holds the stack. The message says what to do if none does. */
export class LockedError extends ExitError {
  override readonly name = "LockedError";
  constructor(message: string) {
    super(message, 5);
  }
}

export interface Turn {
  /** Minutes to wait for the lock; 0 for not at all. */
  readonly minutes: number;
  readonly log: (line: string) => void;
  /** Waits for some seconds. */
  readonly pause?: (seconds: number) => Promise<void>;
}

/**
 * Tries again while the stack is locked: all of it, as the engine that held the lock may have changed what there is to review.
 * @throws LockedError after the time; whatever else the attempt throws, at once
 */
export async function inTurn<Result>({ minutes, log, pause = sleep }: Turn, attempt: () => Promise<Result>): Promise<Result> {
  for (let left = minutes * 60; ; left -= PAUSE_SECONDS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof LockedError) || left <= 0) throw error;
      log(`The stack is locked; looking again in ${PAUSE_SECONDS} s, for ${Math.ceil(left / 60)} more minutes.`);
      await pause(PAUSE_SECONDS);
    }
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
