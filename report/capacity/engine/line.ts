/** A concurrency group of GitHub's that cancels nothing that has begun: one run is in progress, and the newest of those that come waits. */
import type { Run } from "./model";

export class Line {
  /** Runs that gave way to the one in progress: its end is theirs. */
  stoodFor: readonly Run[] = [];
  private busy = false;
  private waiting: { readonly run: Run; readonly standsFor: readonly Run[] } | undefined;

  /** Takes a run in. Tells whether it begins at once, and how many runs gave way to it. */
  enter(run: Run): { readonly begins: boolean; readonly gaveWay: number } {
    if (!this.busy) {
      this.busy = true;
      return { begins: true, gaveWay: 0 };
    }
    const { waiting } = this;
    this.waiting = { run, standsFor: waiting === undefined ? [] : [...waiting.standsFor, waiting.run] };
    return { begins: false, gaveWay: waiting === undefined ? 0 : 1 };
  }

  /** The run in progress is over; the one that begins now, if any waits. */
  leave(): Run | undefined {
    const next = this.waiting;
    this.waiting = undefined;
    this.busy = next !== undefined;
    this.stoodFor = next?.standsFor ?? [];
    return next?.run;
  }
}
