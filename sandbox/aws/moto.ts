/** The emulator: moto's server (PyPI `moto[server]`), on loopback and in memory. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { SandboxContext } from "../cloud";

/** Milliseconds that Python may take to load the services. */
const START_LIMIT = 60_000;
const POLL_INTERVAL = 50;
/** Milliseconds between asking the server to end and making it end. */
const STOP_LIMIT = 5_000;

export interface Emulator {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the emulator and waits until it answers. Fails with where its log is when it ends before, or takes too long. */
export async function startEmulator(context: SandboxContext): Promise<Emulator> {
  const port = await context.freePort();
  const child = context.spawn("moto", await context.tool("moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    // Managed policies are loaded for nobody; credentials of the machine have no place here.
    env: { MOTO_IAM_LOAD_MANAGED_POLICIES: "false", MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: "false", AWS_EC2_METADATA_DISABLED: "true" },
  });
  try {
    await ready(child, port, context.directory);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { port, stop: () => stop(child) };
}

async function ready(child: ChildProcess, port: number, directory: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  while (Date.now() < deadline) {
    if (failure) throw new Error(`moto_server does not start: ${failure.message}`);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`moto_server ended (${child.exitCode ?? child.signalCode}); see ${directory}/logs/moto.log`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
  throw new Error(`moto_server does not answer within ${START_LIMIT / 1000} s; see ${directory}/logs/moto.log`);
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/moto-api/data.json`)).ok;
  } catch {
    // Nothing listens yet; the caller's limit decides when that is an error.
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
  await ended;
  clearTimeout(timer);
}
