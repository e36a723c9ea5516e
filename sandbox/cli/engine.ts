/** Runs the Pulumi command line on a sandbox. */
import { spawn } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { processEnvironment } from "../daemon/environment";
import type { Layout } from "../daemon/layout";
import { EventStream } from "./events";
import { RunSummary } from "./summary";

export interface EngineSurroundings {
  readonly layout: Layout;
  /** What `. .sandbox/env` would set. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of Pulumi.yaml. */
  readonly project: string;
}

export interface EngineRun {
  readonly code: number;
  readonly summary: RunSummary;
  /** What the command printed. */
  readonly output: string;
  readonly log: string;
}

/** A run that failed; the message is what the engine says is wrong, and where its whole output is. */
export class EngineError extends Error {}

/** Runs `pulumi` with live events. Its output goes to `logs/NAME.log`, its events to `logs/NAME.events.json`. */
export async function runEngine(at: EngineSurroundings, name: string, args: readonly string[], onProgress: (summary: RunSummary) => void): Promise<EngineRun> {
  const log = join(at.layout.logs, `${name}.log`);
  const eventFile = join(at.layout.logs, `${name}.events.json`);
  await Promise.all([log, eventFile].map((file) => rm(file, { force: true })));
  const summary = new RunSummary();
  const events = new EventStream(eventFile, (event) => {
    summary.add(event);
    onProgress(summary);
  });
  // The engine shows its flag for the event log only to those who debug it.
  const code = await run(at, [...args, "--event-log", await events.listen()], log, at.project, { PULUMI_DEBUG_COMMANDS: "true" });
  const told = await events.close();
  if (code === 0 && told === 0) throw new EngineError(`pulumi ${args.join(" ")} ended well and told of no event; its output is in ${log}`);
  return { code, summary, output: await readFile(log, "utf8"), log };
}

/** Runs a short command of `pulumi` in a directory. Resolves with its output, rejects with an EngineError. */
export async function engineCommand(at: EngineSurroundings, directory: string, args: readonly string[]): Promise<string> {
  const log = join(at.layout.logs, "pulumi.log");
  await rm(log, { force: true });
  const code = await run(at, args, log, directory, {});
  const output = await readFile(log, "utf8");
  if (code !== 0) throw new EngineError(`pulumi ${args.join(" ")}:\n${output.trim()}`);
  return output;
}

function run(at: EngineSurroundings, args: readonly string[], log: string, cwd: string, extra: Readonly<Record<string, string>>): Promise<number> {
  const out = openSync(log, "a", 0o600);
  const env = { ...processEnvironment(at.layout, at.environment), ...extra };
  const child = spawn(join(at.layout.bin, "pulumi"), [...args, "--non-interactive", "--color", "never"], { cwd, env, stdio: ["ignore", out, out] });
  closeSync(out);
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 137))));
}

/** An EngineError with what the events say, or else the end of the output. */
export function failureOf(what: string, result: EngineRun): EngineError {
  const errors = result.summary.errors();
  const reasons = errors.length > 0 ? errors.join("\n\n") : result.output.trim().split("\n").slice(-30).join("\n");
  return new EngineError(`${what} failed (exit code ${result.code}):\n\n${reasons}\n\nThe whole output is in ${result.log}`);
}
