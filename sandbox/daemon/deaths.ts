/** Engines that are killed on order. A call that waits for its engine's death goes on when the engine can no longer hear its answer. */
import { isAlive } from "../provider/peer";

const LOOK_EVERY_MS = 2;

interface Death {
  timer: NodeJS.Timeout;
  readonly over: Promise<void>;
  readonly die: () => void;
}

/** The engines that are to die. */
export class Deaths {
  private readonly awaited = new Map<number, Death>();

  constructor(private readonly afterDeath: () => Promise<void>) {}

  /** Kills an engine once nobody else has asked for its death for `quietMs`. Resolves when it is dead. */
  kill(engine: number, quietMs: number): Promise<void> {
    const death = this.awaited.get(engine) ?? this.prepare(engine);
    clearTimeout(death.timer);
    death.timer = setTimeout(death.die, quietMs);
    return death.over;
  }

  private prepare(engine: number): Death {
    let die = (): void => undefined;
    const over = new Promise<void>((resolve, reject) => {
      die = () => void kill(engine).then(() => this.afterDeath()).then(resolve, reject).finally(() => this.awaited.delete(engine));
    });
    const death: Death = { timer: setTimeout(die, 0), over, die };
    this.awaited.set(engine, death);
    return death;
  }
}

async function kill(engine: number): Promise<void> {
  try {
    process.kill(engine, "SIGKILL");
  } catch (error) {
    // It ended by itself between the call and the order.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  while (isAlive(engine)) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
