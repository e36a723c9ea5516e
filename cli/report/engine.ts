/** Runs `pulumi preview` and `pulumi refresh` for a report: events on standard output, nothing on the terminal. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { EngineEvent } from "../../sandbox/cli/events";
import { RunSummary } from "../../sandbox/cli/summary";

/** Where and as whom the engine runs. */
export interface Surroundings {
  /** Directory of Pulumi.yaml. */
  readonly project: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The command; found on PATH where it is no path. */
  readonly pulumi: string;
}

export interface EngineRun {
  /** Engine events, one JSON object a line. */
  readonly events: string;
  /** What the command said on its standard error. */
  readonly errors: string;
  readonly code: number;
}

/** With it `--json` streams every event instead of one digest at the end, which says nothing of policies. */
const STREAM_EVENTS = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } as const;

/** Runs a command with `--json`, to its end, whatever its exit code. @param onProgress told with every event how far it is */
export async function runEngine(at: Surroundings, args: readonly string[], onProgress: (summary: RunSummary) => void): Promise<EngineRun> {
  const child = start(at, [...args, "--json"], STREAM_EVENTS);
  const summary = new RunSummary();
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => {
    lines.push(line);
    progress(line, summary, onProgress);
  });
  const [errors, code] = await Promise.all([text(child.stderr), ended(child), new Promise((resolve) => reader.once("close", resolve))]);
  return { events: lines.join("\n"), errors: errors.trim(), code };
}

/** Runs a short command. Resolves with its standard output; rejects with its standard error. */
export async function engineText(at: Surroundings, args: readonly string[]): Promise<string> {
  const child = start(at, args, {});
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${errors.trim()}`);
  return out;
}

function start({ pulumi, project, environment }: Surroundings, args: readonly string[], more: NodeJS.ProcessEnv) {
  return spawn(pulumi, [...args, "--non-interactive", "--color", "never"], { cwd: project, env: { ...environment, ...more }, stdio: ["ignore", "pipe", "pipe"] });
}

function ended(child: ReturnType<typeof start>): Promise<number> {
  return new Promise((resolve, reject) => child.once("error", (error) => reject(new Error(`pulumi cannot be run: ${error.message}`))).once("close", (code) => resolve(code ?? 1)));
}

/** A line that is no event, such as the first of an error, moves nothing on. */
function progress(line: string, summary: RunSummary, onProgress: (summary: RunSummary) => void): void {
  if (!line.startsWith('{"sequence"')) return;
  summary.add(JSON.parse(line) as EngineEvent);
  onProgress(summary);
}
