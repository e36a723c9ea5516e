/** Node processes that the language host starts: programs and plugins. */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** The engine waits this long for a program that it cancelled. Same as pulumi-language-nodejs. */
const KILL_AFTER_MS = 5000;

export interface NodeProcess {
  /** Module whose location is looked up from `programDirectory`, as Node would. */
  readonly module: string;
  readonly programDirectory: string;
  readonly cwd: string;
  readonly nodeArguments: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

const running = new Set<ChildProcess>();

/** Starts Node on a module of the program's own dependencies. Throws an Error that says what to install when it is missing. */
export function startNode(order: NodeProcess): ChildProcess & { stdout: Readable; stderr: Readable } {
  const script = locate(order.module, order.programDirectory);
  const child = spawn(process.execPath, [...order.nodeArguments, script, ...order.arguments], {
    cwd: order.cwd,
    env: order.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

function locate(module: string, directory: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(module);
  } catch {
    throw new Error(`${module} is not installed in ${directory}: run npm ci there`);
  }
}

/** Asks a process to end, and ends it when it does not. */
export function interrupt(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  const force = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
  child.once("close", () => clearTimeout(force));
}

export function interruptAll(): void {
  for (const child of running) interrupt(child);
}

export type Ending = { readonly code: number } | { readonly signal: NodeJS.Signals } | { readonly error: Error };

/** Resolves once the process has ended and its output has been read to the end. */
export function ended(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("close", (code, signal) => resolve(code === null ? { signal: signal ?? "SIGKILL" } : { code }));
  });
}
