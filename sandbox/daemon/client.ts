/** Starting, finding and stopping the daemon of a sandbox, and talking to it. */
import { spawn } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChartsOption } from "../cloud";
import { withFileLock } from "../fileLock";
import { isAlive } from "../provider/peer";
import type { Routes } from "./control";
import type { FaultOrder } from "./faults";
import { layoutOf, type Layout } from "./layout";
import { requirePlainPath } from "./plain-path";
import type { ControlFile, Given } from "./main";
import type { Plugins } from "../plugins/choice";

/** What a new sandbox may take until it answers, building no tool: seconds on a slow machine. */
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 30_000;
const POLL_MS = 50;

export interface SandboxClient {
  readonly layout: Layout;
  readonly pid: number;
  call<Route extends keyof Routes>(route: Route, body?: Route extends "POST /faults" ? FaultOrder : never): Promise<Routes[Route]>;
  /** Ends the sandbox and everything it started, and waits until they are gone. Logs stay. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Module that exports `startClouds`; by default the four clouds. */
  readonly clouds?: string;
  /** Real plugins by package; the others' providers are the sandbox's own. By default all are. */
  readonly plugins?: Plugins;
  /** Charts that Helm itself installs. By default models stand in for all. */
  readonly charts?: ChartsOption;
  /** Hears how many milliseconds the start has taken so far. */
  onWait?(elapsedMs: number): void;
}

/** The daemon that runs in `directory`, or undefined. */
export async function findSandbox(directory: string): Promise<SandboxClient | undefined> {
  const layout = layoutOf(directory);
  const control = await controlFile(layout);
  if (!control || !isAlive(control.pid)) return undefined;
  const client = clientOf(layout, control);
  // Another process may have got the id of a dead daemon; only a daemon knows the token.
  return client.call("GET /status").then(
    () => client,
    () => undefined,
  );
}

/** A sandbox whose daemon went without being asked to, and left its files; undefined where one runs or none was. */
export async function deadSandbox(directory: string): Promise<{ readonly pid: number; remove(): Promise<void> } | undefined> {
  const layout = layoutOf(directory);
  const control = await controlFile(layout);
  if (control === undefined || (await findSandbox(directory)) !== undefined) return undefined;
  const remove = async (): Promise<void> => {
    if (control.watchdog !== undefined) await gone(control.watchdog, STOP_WITHIN_MS);
    await empty(layout, keptFiles(layout));
  };
  return { pid: control.pid, remove };
}

/**
 * The daemon of `directory`, started when none runs. What a dead one left behind is removed first: its clouds are gone. So are those of one that lost
 * a process of its own, and it is started anew; `instead` says of which.
 * @throws Error for a path that a tool of the sandbox would misread
 */
export async function ensureSandbox(directory: string, options: StartOptions = {}): Promise<{ readonly client: SandboxClient; readonly started: boolean; readonly instead?: string }> {
  requirePlainPath(directory, "the sandbox's directory (SANDBOX_DIR)");
  const layout = layoutOf(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return withFileLock(layout.lock, () => undefined, async () => {
    const running = await findSandbox(directory);
    const lost = running === undefined ? [] : (await running.call("GET /status")).ended;
    if (running && lost.length === 0) return { client: running, started: false };
    const died = running === undefined ? await controlFile(layout) : undefined;
    const instead = died === undefined ? lostWords(lost) : `process ${died.pid}, which died`;
    await running?.stop();
    await claim(layout);
    await start(layout, options);
    const client = await findSandbox(directory);
    if (!client) throw new Error(`the sandbox in ${directory} started and does not answer; see ${daemonLog(layout)}`);
    return { client, started: true, ...(instead === "" ? {} : { instead }) };
  });
}

/** Children that a sandbox lost, for people; empty for none. */
export function lostWords(lost: Routes["GET /status"]["ended"]): string {
  return lost.map(({ name, how, at }) => `${name} ended (${how}) at ${at}`).join(", ");
}

/** What belongs to nobody's clouds: who holds the directory, what it is, and logs. */
function keptFiles({ logs, lock, mark, rehearsal }: Layout): readonly string[] {
  return [logs, lock, mark, rehearsal];
}

/** Makes the directory a sandbox's own and empty. Throws an Error for a directory that holds something else. */
async function claim(layout: Layout): Promise<void> {
  const names = (await readdir(layout.directory)).map((name) => join(layout.directory, name)).filter((path) => path !== layout.lock && path !== layout.rehearsal);
  if (names.length > 0 && !names.includes(layout.mark)) throw new Error(`${layout.directory} holds something that is no sandbox; empty it or name another directory with SANDBOX_DIR`);
  const control = await controlFile(layout);
  if (control?.watchdog !== undefined) await gone(control.watchdog, STOP_WITHIN_MS);
  await empty(layout, [layout.lock, layout.rehearsal]);
  await writeFile(layout.mark, "This directory belongs to a sandbox, which may remove everything in it.\n");
}

async function empty(layout: Layout, kept: readonly string[]): Promise<void> {
  const paths = (await readdir(layout.directory)).map((name) => join(layout.directory, name));
  await Promise.all(paths.filter((path) => !kept.includes(path)).map((path) => rm(path, { recursive: true, force: true })));
}

async function start(layout: Layout, options: StartOptions): Promise<void> {
  await mkdir(layout.logs, { recursive: true, mode: 0o700 });
  const log = openSync(daemonLog(layout), "a", 0o600);
  const loader = require.resolve("tsx");
  const args = ["--import", loader, join(__dirname, "main.ts"), layout.directory, JSON.stringify({ plugins: options.plugins ?? {}, charts: options.charts } satisfies Given), ...(options.clouds ? [options.clouds] : [])];
  const daemon = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  daemon.unref();
  const began = Date.now();
  while (!(await controlFile(layout))) {
    const elapsed = Date.now() - began;
    if (daemon.exitCode !== null || daemon.signalCode !== null) throw new Error(`the sandbox did not start:\n${await lastLines(daemonLog(layout))}`);
    if (elapsed > START_WITHIN_MS) {
      daemon.kill("SIGKILL");
      throw new Error(`the sandbox did not start within ${START_WITHIN_MS / 1000} s:\n${await lastLines(daemonLog(layout))}`);
    }
    options.onWait?.(elapsed);
    await pause();
  }
}

function clientOf(layout: Layout, control: ControlFile): SandboxClient {
  const call: SandboxClient["call"] = async (route, body) => {
    const [method = "", path = ""] = route.split(" ");
    const response = await fetch(`http://127.0.0.1:${control.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${control.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { error?: string };
    if (!response.ok) throw new Error(`${route} of the sandbox: ${answer.error ?? response.statusText}`);
    return answer as Routes[typeof route];
  };
  const stop = async (): Promise<void> => {
    await call("POST /stop");
    await gone(control.pid, STOP_WITHIN_MS);
    // A daemon that hangs is ended; the watchdog then ends its children.
    if (isAlive(control.pid)) process.kill(control.pid, "SIGKILL");
    if (control.watchdog !== undefined) await gone(control.watchdog, STOP_WITHIN_MS);
    // State without its clouds would make the next update believe in resources that are gone.
    await empty(layout, keptFiles(layout));
  };
  return { layout, pid: control.pid, call, stop };
}

async function controlFile(layout: Layout): Promise<ControlFile | undefined> {
  const text = await readFile(layout.control, "utf8").catch(() => "");
  return text === "" ? undefined : (JSON.parse(text) as ControlFile);
}

async function gone(pid: number, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  while (isAlive(pid) && Date.now() < until) await pause();
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function daemonLog(layout: Layout): string {
  return join(layout.logs, "daemon.log");
}

async function lastLines(file: string): Promise<string> {
  return (await readFile(file, "utf8")).trimEnd().split("\n").slice(-20).join("\n");
}
