/** Servers that the sandbox starts: waiting until they answer, and ending them. */
import type { ChildProcess } from "node:child_process";

const pollMilliseconds = 50;
/** A server that does not go on SIGTERM within this time is killed. */
const graceMilliseconds = 5_000;

/**
 * Resolves when `ready` does so with true. Rejects when the child ends first or `seconds` have passed; `name` is the log's name, where
 * the reason stands.
 */
export async function untilReady(name: string, child: ChildProcess, ready: () => Promise<boolean>, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await ready().catch(() => false))) {
    if (hasEnded(child)) throw new Error(`${name} ended while it started (${endOf(child)}); its log is logs/${name}.log in the sandbox's directory`);
    if (Date.now() > deadline) throw new Error(`${name} is not ready after ${seconds} s; its log is logs/${name}.log in the sandbox's directory`);
    await pause(pollMilliseconds);
  }
}

/** Ends a child and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
  await gone;
  clearTimeout(kill);
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function endOf(child: ChildProcess): string {
  return child.signalCode ?? `exit code ${child.exitCode ?? "unknown"}`;
}
