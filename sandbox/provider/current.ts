/** What the provider server is working on, for code deep inside a cloud's client that is told nothing about it. */
import { AsyncLocalStorage } from "node:async_hooks";

/** `undo` takes back a create that a dead engine did not record; no engine waits for it. */
export type Operation = "create" | "read" | "update" | "delete" | "configure" | "invoke" | "undo";

export interface CurrentWork {
  readonly operation: Operation;
  /** Type token of the resource or the function; the package's name for `configure`. */
  readonly type: string;
  /** Empty for functions and configuration. */
  readonly urn: string;
  /** Process id of the engine that asked, where it could be found. */
  readonly engine: number | undefined;
}

const storage = new AsyncLocalStorage<CurrentWork>();

export function withCurrentWork<T>(work: CurrentWork, run: () => Promise<T>): Promise<T> {
  return storage.run(work, run);
}

export function currentWork(): CurrentWork | undefined {
  return storage.getStore();
}
