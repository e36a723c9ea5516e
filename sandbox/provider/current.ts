/** What the provider server is working on, for code deep inside a cloud's client that is told nothing about it. */
import { AsyncLocalStorage } from "node:async_hooks";
import { CloudError } from "./kind";

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
  /** Aborted when the engine cancels, as it does at `pulumi cancel`, SIGINT and SIGTERM. Left out where nothing cancels. */
  readonly cancelled?: AbortSignal;
}

const storage = new AsyncLocalStorage<CurrentWork>();

export function withCurrentWork<T>(work: CurrentWork, run: () => Promise<T>): Promise<T> {
  return storage.run(work, run);
}

/**
 * Waits, but no longer than the work is wanted.
 * @param operation what waits, for the error
 * @throws CloudError 499 as soon as the engine cancels
 */
export function pauseInWork(milliseconds: number, operation: string): Promise<void> {
  const cancelled = storage.getStore()?.cancelled;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new CloudError(operation, 499, "Cancelled", "the engine cancelled while this waited; what was begun in the cloud goes on"));
    };
    const timer = setTimeout(() => {
      cancelled?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (cancelled?.aborted) stop();
    else cancelled?.addEventListener("abort", stop, { once: true });
  });
}

export function currentWork(): CurrentWork | undefined {
  return storage.getStore();
}
