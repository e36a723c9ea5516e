/** A production stack that is up in a sandbox of its own, brought there by `make rehearse`, and previews of it by the real engine. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { engineCommand, failureOf, runEngine } from "../../sandbox/cli/engine";
import { findSandbox } from "../../sandbox/daemon/client";
import { layoutOf, type Layout } from "../../sandbox/daemon/layout";
import { textOf } from "./child";
import { pssMiB } from "./processes";
import { seconds } from "./rounds";
import { PROJECT, STACK } from "./stacks";

/** How often the sandbox's memory is read while the stack comes up. */
const MEMORY_EVERY_MS = 1000;

/** Lines of a failed rehearsal that its error shows. */
const SHOWN_OF_FAILED = 40;

/** The sandbox holds every run to the policy pack by these; a benchmark says itself whether a run is held to it. */
const POLICY_VARIABLES = /^PULUMI_OPTION_POLICY_PACK/;

/** What `make rehearse` took. */
export interface Rehearsal {
  /** Seconds of each phase, in their order, by the name that is printed. */
  readonly phases: Readonly<Record<string, number>>;
  /** Seconds of the whole command. */
  readonly seconds: number;
  /** Most memory of the sandbox's processes at once, proportional set size. */
  readonly peakMiB: number;
}

export interface PreviewOptions {
  /** Directory of Pulumi.yaml. Default: the project's. */
  readonly project?: string;
  /** Default: the stack that was brought up. */
  readonly stack?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
}

export class RehearsedStack {
  private runs = 0;

  private constructor(
    private readonly layout: Layout,
    private readonly environment: Readonly<Record<string, string>>,
    readonly rehearsal: Rehearsal,
  ) {}

  /** Brings the stack up. `report` gets each line that is printed. Rejects with the end of what was printed when the rehearsal fails. */
  static async start(report: (line: string) => void): Promise<RehearsedStack> {
    const directory = await mkdtemp(join(tmpdir(), "gpu-cicd-bench-"));
    try {
      const rehearsal = await rehearse(directory, report);
      const layout = layoutOf(directory);
      return new RehearsedStack(layout, await environmentIn(layout), rehearsal);
    } catch (error) {
      await end(directory);
      throw error;
    }
  }

  /** A preview that must find no change. Resolves with its seconds and the policy packs that judged it; rejects with the engine's errors. */
  async preview(options: PreviewOptions = {}): Promise<{ readonly seconds: number; readonly packs: readonly string[] }> {
    this.runs += 1;
    const at = { layout: this.layout, environment: { ...this.environment, ...options.environment }, project: options.project ?? PROJECT };
    const args = ["preview", "--stack", options.stack ?? STACK, "--expect-no-changes", ...(options.arguments ?? [])];
    const from = performance.now();
    const run = await runEngine(at, `bench-${this.runs}`, args, () => undefined);
    const took = (performance.now() - from) / 1000;
    if (run.code !== 0 || run.summary.changed > 0) throw failureOf("a preview without changes", run);
    return { seconds: took, packs: run.summary.packs };
  }

  /** Brings up the stack of another program, beside the rehearsed one: on the same engine, in the same backend. */
  async addStack(project: string, stack: string): Promise<void> {
    const at = { layout: this.layout, environment: this.environment, project };
    await engineCommand(at, project, ["stack", "init", stack]);
    const run = await runEngine(at, `bench-${stack}`, ["up", "--stack", stack, "--yes", "--skip-preview"], () => undefined);
    if (run.code !== 0) throw failureOf(`bringing up ${stack}`, run);
  }

  /** Ends the sandbox and removes it. */
  stop(): Promise<void> {
    return end(this.layout.directory);
  }
}

async function rehearse(directory: string, report: (line: string) => void): Promise<Rehearsal> {
  const phases = new PhaseClock();
  const memory = new MemoryWatch(directory);
  const printed: string[] = [];
  try {
    const took = await seconds(() =>
      make(directory, (line) => {
        printed.push(line);
        phases.read(line);
        report(line);
      }),
    );
    return { phases: Object.fromEntries(phases.seconds), seconds: took, peakMiB: await memory.peakMiB() };
  } catch (error) {
    throw new Error([error instanceof Error ? error.message : String(error), ...printed.slice(-SHOWN_OF_FAILED)].join("\n"), { cause: error });
  } finally {
    memory.stop();
  }
}

/** Seconds of phases by the lines that end them: those that are printed have whole seconds. */
class PhaseClock {
  readonly seconds = new Map<string, number>();
  private from = performance.now();

  read(line: string): void {
    // A phase that takes long prints such lines while it goes on, too.
    const name = /^(\w+): .* \(\d+ s\)$/.exec(line)?.[1];
    if (name === undefined) return;
    const now = performance.now();
    this.seconds.set(name, (this.seconds.get(name) ?? 0) + (now - this.from) / 1000);
    this.from = now;
  }
}

/** The most memory that a sandbox has at once. */
class MemoryWatch {
  private peak = 0;
  private looking: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly directory: string) {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
      // What goes wrong is told when the peak is asked for; until then it must not end the process.
      this.looking.catch(() => undefined);
    }, MEMORY_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async peakMiB(): Promise<number> {
    await this.looking;
    return this.peak;
  }

  private async look(): Promise<void> {
    const client = await findSandbox(this.directory);
    if (client) this.peak = Math.max(this.peak, pssMiB(client.pid));
  }
}

/** Runs the command that users run; its own `make` must not take part in this one's. */
function make(directory: string, onLine: (line: string) => void): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MAKEFLAGS|MAKELEVEL|MFLAGS)$/.test(name)));
  const child = spawn("make", ["--no-print-directory", "rehearse", `STACK=${STACK}`], { cwd: PROJECT, env: { ...env, SANDBOX_DIR: directory }, stdio: ["ignore", "pipe", "pipe"] });
  for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on("line", onLine);
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => (code === 0 ? resolve() : reject(new Error(`make rehearse ended with ${code}`))));
  });
}

/** What `. SANDBOX/env` sets, as a shell reads it. */
async function environmentIn(layout: Layout): Promise<Readonly<Record<string, string>>> {
  const pairs = (await textOf("/bin/sh", ["-c", '. "$0" && env -0', layout.env])).split("\0").filter((pair) => pair.includes("="));
  const all = pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  return Object.fromEntries(all.filter(([name, value]) => value !== process.env[name] && !POLICY_VARIABLES.test(name)));
}

async function end(directory: string): Promise<void> {
  await (await findSandbox(directory))?.stop();
  await rm(directory, { recursive: true, force: true });
}
