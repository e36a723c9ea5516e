/**
 * What engines have under way, and what they leave behind when they are killed: a create can be finished in the cloud and missing in the
 * state, and the next update would make the resource twice. Everything that an engine asks for is on the books from before its first call to a
 * cloud. Once the engine is dead its work is waited for, and what it made and did not record is undone; the next engine is let in after that.
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

/** Who waits for an answer. */
export interface Asker {
  /** Process id of the engine, where it could be found. */
  readonly engine: number | undefined;
  /** Whether the call was cut off: before its answer is sent, that means that no engine will record it. */
  isCutOff(): boolean;
}

/** What a create has made. */
export interface Made {
  readonly urn: string;
  readonly id: string;
  undo(): Promise<void>;
}

export type Report = (made: Made) => void;

interface Entry {
  readonly asker: Asker;
  ended: boolean;
  over: Promise<void>;
  made: Made | undefined;
  /** The call was cut off when the thing was there. Otherwise the state tells, once the engine is dead, whether it was recorded. */
  unheard: boolean;
}

/** For what is left behind when no other engine comes. */
const LOOK_EVERY_MS = 1000;

export class Journal {
  private readonly entries = new Set<Entry>();
  private settling: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly readState: () => Promise<RecordedState>,
    private readonly log: (line: string) => void,
  ) {}

  /** Work for an engine. It calls `report` as soon as a create has made something. */
  run<T>(asker: Asker, work: (report: Report) => Promise<T>): Promise<T> {
    const entry: Entry = { asker, ended: false, over: Promise.resolve(), made: undefined, unheard: false };
    this.entries.add(entry);
    this.lookLater();
    const running = (async () => work((made) => Object.assign(entry, { made, unheard: asker.isCutOff() })))();
    entry.over = running.then(
      () => this.close(entry),
      () => this.close(entry),
    );
    return running;
  }

  /** Waits for the work of engines that are dead, and undoes what they did not record. Throws an Error when that cannot be done. */
  settle(): Promise<void> {
    // One after the other: two at once would undo the same create.
    const settled = this.settling.then(() => this.clearUp());
    this.settling = settled.catch(() => undefined);
    return settled;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Only what was made has to be watched on, and only where its engine can be. */
  private close(entry: Entry): void {
    entry.ended = true;
    const canBeTold = entry.unheard || entry.asker.engine !== undefined;
    if (entry.made === undefined || !canBeTold) this.entries.delete(entry);
  }

  private async clearUp(): Promise<void> {
    const left = [...this.entries].filter(isLeft);
    if (left.length === 0) return;
    await Promise.all(left.map(({ over }) => over));
    // A dead engine writes no more: what the state does not hold now it never will.
    const state = await this.readState();
    const failures: string[] = [];
    for (const entry of left.reverse()) {
      const failure = isLost(entry, state) ? await this.undo(entry.made) : undefined;
      if (failure === undefined) this.entries.delete(entry);
      else failures.push(failure);
    }
    if (failures.length > 0) throw new Error(failures.join("; "));
  }

  /** What went wrong, or undefined. */
  private async undo({ urn, id, undo }: Made): Promise<string | undefined> {
    try {
      await undo();
    } catch (error) {
      return `a killed engine left ${urn} (${id}) unrecorded, and it cannot be undone: ${oneLine(error)}`;
    }
    this.log(`undid the create of ${urn} (${id}): its engine did not record it`);
    return undefined;
  }

  private lookLater(): void {
    this.timer ??= setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    await this.settle().catch((error: unknown) => this.log(oneLine(error)));
    if (this.timer === undefined) return;
    this.timer = undefined;
    if (this.entries.size > 0) this.lookLater();
  }
}

/** True for work whose engine waits for it no longer. */
function isLeft({ asker, ended, unheard }: Entry): boolean {
  return unheard || (!ended && asker.isCutOff()) || (asker.engine !== undefined && !isAlive(asker.engine));
}

function isLost(entry: Entry, state: RecordedState): entry is Entry & { made: Made } {
  const { made, unheard } = entry;
  if (made === undefined) return false;
  return unheard || (state.pending.has(made.urn) && !state.has(made.urn, made.id));
}
