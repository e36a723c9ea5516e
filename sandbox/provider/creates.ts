/**
 * Creates that nobody recorded. When an engine is killed, a create can be finished in the cloud and missing in the state: the next
 * update would make the resource twice. The sandbox knows each create and undoes those that the dead engine did not record.
 * Real providers do not do this.
 */
import { oneLine } from "./errors";
import { isAlive } from "./peer";

/** What the state says of creates. A pending entry outlives the run that made it, so only both together prove a loss. */
export interface RecordedState {
  /** URNs whose creation was begun and not seen to end. */
  readonly pending: ReadonlySet<string>;
  /** Whether a resource with this id is in state. */
  has(urn: string, id: string): boolean;
}

export interface Answered {
  readonly urn: string;
  readonly id: string;
  readonly engine: number;
  undo(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
/** An engine records a create within milliseconds of the answer; one that lives is asked no longer. */
const KEEP_MS = 10_000;

export class CreateJournal {
  private readonly answered = new Map<Answered, number>();
  private readonly orphaned = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly readState: () => Promise<RecordedState>,
    private readonly log: (line: string) => void,
  ) {}

  /** A create whose answer went out; it is watched until the engine has had the time to record it. */
  add(create: Answered): void {
    this.answered.set(create, Date.now());
    this.timer ??= setInterval(() => void this.settle(), LOOK_EVERY_MS).unref();
  }

  /** Work that goes on although nobody waits for its answer any more. Its failure is logged. */
  track(work: Promise<unknown>): void {
    const done: Promise<void> = work
      .then(() => undefined, (error: unknown) => this.log(`work for an engine that is gone: ${oneLine(error)}`))
      .finally(() => this.orphaned.delete(done));
    this.orphaned.add(done);
  }

  /** Undoes what dead engines left unrecorded, and waits for all work that outlived its engine. */
  async settle(): Promise<void> {
    const dead = [...this.answered.keys()].filter((create) => !isAlive(create.engine));
    this.forget(dead);
    if (dead.length > 0) this.track(this.undoLost(dead));
    await Promise.allSettled(this.orphaned);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private forget(dead: readonly Answered[]): void {
    for (const create of dead) this.answered.delete(create);
    for (const [create, since] of this.answered) if (Date.now() - since > KEEP_MS) this.answered.delete(create);
    if (this.answered.size === 0) this.stop();
  }

  private async undoLost(creates: readonly Answered[]): Promise<void> {
    const state = await this.readState();
    for (const create of creates.filter(({ urn, id }) => state.pending.has(urn) && !state.has(urn, id))) {
      await create.undo().catch((error: unknown) => this.log(`could not undo the unrecorded create of ${create.urn}: ${oneLine(error)}`));
    }
  }
}
