/**
 * A stack in a sandbox of its own, in a temporary directory, and the real engine on it. Everything that is started here ends with the
 * test's process, however that ends. The engine runs without the policy pack, as each start of it takes a second: policy.test.ts proves the pack
 * and asks for it, and `rehearse` runs with it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirements } from "../../rehearsal/stage";
import { runEngine, type EngineRun, type EngineSurroundings } from "../../sandbox/cli/engine";
import type { JudgedRun } from "../../sandbox/cli/judges";
import { plainText, resourceLabel, type EngineEvent } from "../../sandbox/cli/events";
import { judgedRun, prepareStack, refreshEnvironment, type StackOptions } from "../../sandbox/cli/rehearse";
import { ensureSandbox, findSandbox, type SandboxClient } from "../../sandbox/daemon/client";
import { processEnvironment } from "../../sandbox/daemon/environment";
import type { FaultOrder, OrderedFault } from "../../sandbox/daemon/faults";
import { stackConfigFile } from "../../sandbox/daemon/layout";
import type { Choice } from "../../sandbox/plugins/words";
import { ensureTools } from "../../sandbox/tools";

export const PROJECT = join(__dirname, "..", "..");
/** Time for a test of a whole rehearsal on a busy machine, in milliseconds. */
export const LONG = 300_000;

/** For orders of faults: calls that change something. No reads, no tokens, and not the pods that a Helm release tries out. */
export const WRITES = "^(?!GET |HEAD |Get|Head|List|Describe|POST oauth2/|POST /api/v1/namespaces/[^/]+/pods$)";

/** How long the sandbox may take to lift the lock of a killed engine; it looks twice a second. */
const UNLOCKED_WITHIN_MS = 10_000;

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly initErrors?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What a command did or would do to one resource. */
export interface Step {
  readonly op: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Property paths that differ. */
  readonly differs: readonly string[];
}

/** A run of the engine with its steps in their order; resources that stay as they are are left out. */
export interface Run extends EngineRun {
  readonly steps: readonly Step[];
  /** The events as text, one JSON object a line. */
  readonly events: string;
}

export class Rehearsal {
  private runs = 0;

  private constructor(
    readonly client: SandboxClient,
    private readonly options: StackOptions,
    private readonly at: EngineSurroundings,
    private readonly leash: ChildProcess,
  ) {}

  /** A sandbox with an empty stack, ready for `pulumi up`; `held` to the policy pack, if it is asked for. */
  static async prepare(stack: string, held = false): Promise<Rehearsal> {
    return Rehearsal.in(await newDirectory(), async (directory) => {
      await ensureTools(["pulumi", "etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "moto_server"]);
      await ensureSandbox(directory);
    }, stack, held);
  }

  /**
   * What `make rehearse STACK=...` does, as a process of its own; resolves with what it printed. Throws with that when it fails. With the sandbox's own
   * providers, as orders of faults need them, unless the real ones are asked for.
   */
  static async rehearse(stack: string, providers: Choice = "ours"): Promise<{ readonly rehearsal: Rehearsal; readonly printed: string }> {
    let printed = "";
    const rehearsal = await Rehearsal.in(await newDirectory(), async (directory) => {
      printed = await rehearseCommand(directory, stack, providers);
    }, stack);
    return { rehearsal, printed };
  }

  private static async in(directory: string, start: (directory: string) => Promise<void>, stack: string, held = false): Promise<Rehearsal> {
    try {
      await start(directory);
      const client = await running(directory);
      const leash = leashOn(client.pid);
      const { policies, ...others } = requirements(PROJECT, stack);
      const options = { project: PROJECT, stack, requirements: held ? { policies, ...others } : others };
      const { surroundings } = await prepareStack(client, options);
      return new Rehearsal(client, options, surroundings, leash);
    } catch (error) {
      await (await findSandbox(directory))?.stop();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** By whom each type of the stack was judged. */
  judged(): Promise<JudgedRun> {
    return judgedRun(this.client, this.at, this.stack);
  }

  /** The stack's config in this sandbox, with its encrypted secrets. */
  get configFile(): string {
    return stackConfigFile(this.client.layout, this.stack);
  }

  get stack(): string {
    return this.options.stack;
  }

  get directory(): string {
    return this.client.layout.directory;
  }

  /** What `. .sandbox/env` sets, as it is now: the addresses of clusters come with them. */
  environment(): Promise<Readonly<Record<string, string>>> {
    return refreshEnvironment(this.client, this.options);
  }

  /** Runs `pulumi ARGS` to its end, whatever its exit code. */
  async pulumi(...args: readonly string[]): Promise<Run> {
    this.runs += 1;
    await this.unlocked();
    const name = `${String(this.runs).padStart(3, "0")}-${args.find((arg) => !arg.startsWith("-")) ?? "run"}`;
    const run = await runEngine(this.at, name, args, () => undefined);
    const events = await readFile(run.log.replace(/\.log$/, ".events.json"), "utf8");
    return { ...run, events, steps: stepsOf(events) };
  }

  /** As `pulumi`, and throws with the engine's errors when it fails. */
  async succeed(...args: readonly string[]): Promise<Run> {
    const run = await this.pulumi(...args);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.code}:\n${errorsOf(run)}`);
    return run;
  }

  /** A short command that has no events, such as `stack export`. Its output is not kept. */
  async text(...args: readonly string[]): Promise<string> {
    return output(join(this.client.layout.bin, "pulumi"), [...args, "--non-interactive"], await this.processEnvironment());
  }

  /** Runs a plain client with the sandbox's environment; rejects with its standard error. */
  async command(file: string, ...args: readonly string[]): Promise<string> {
    return output(file, args, await this.processEnvironment());
  }

  /** Resources of the state, but for the stack itself and providers. */
  async state(): Promise<readonly StateResource[]> {
    const exported = JSON.parse(await this.text("stack", "export")) as { deployment: { resources?: readonly StateResource[] } };
    return (exported.deployment.resources ?? []).filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  }

  /** All that a command can change: the state, and what there is in each cloud. */
  async everything(): Promise<unknown> {
    const { deployment } = JSON.parse(await this.text("stack", "export")) as { deployment: { resources: unknown } };
    return { resources: deployment.resources, clouds: await this.client.call("GET /inventory") };
  }

  order(fault: FaultOrder): Promise<OrderedFault> {
    return this.client.call("POST /faults", fault);
  }

  faults(): Promise<readonly OrderedFault[]> {
    return this.client.call("GET /faults");
  }

  async clearFaults(): Promise<void> {
    await this.client.call("DELETE /faults");
  }

  /** Ends the sandbox and removes its directory. */
  async stop(): Promise<void> {
    await this.client.stop();
    this.leash.kill("SIGKILL");
    await rm(this.directory, { recursive: true, force: true });
  }

  private async processEnvironment(): Promise<NodeJS.ProcessEnv> {
    return processEnvironment(this.client.layout, await this.environment());
  }

  /** A killed engine leaves its lock; the sandbox lifts it, as a person would with `pulumi cancel`. */
  private async unlocked(): Promise<void> {
    const locks = join(this.client.layout.state, ".pulumi", "locks");
    for (const until = Date.now() + UNLOCKED_WITHIN_MS; ; ) {
      const held = (await readdir(locks, { recursive: true }).catch(() => [] as string[])).filter((name) => name.endsWith(".json"));
      if (held.length === 0) return;
      if (Date.now() > until) throw new Error(`the stack is still locked: ${held.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The errors of a run, or the end of its output when it has none. */
export function errorsOf(run: EngineRun): string {
  const errors = run.summary.errors();
  return errors.length > 0 ? errors.join("\n\n") : run.output.trim().split("\n").slice(-30).join("\n");
}

/** `op type name`, sorted: a plan in a form that a test can write down. */
export function planOf(run: Run): readonly string[] {
  return run.steps.map(({ op, type, name }) => `${op} ${type} ${name}`).sort();
}

/** The events of a run. */
export function eventsIn(events: string): readonly EngineEvent[] {
  return events.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as EngineEvent);
}

function stepsOf(events: string): readonly Step[] {
  const steps = eventsIn(events);
  // A refresh tells what it found when it is done; everything else says beforehand what it will do.
  const found = steps.flatMap(({ resourcePreEvent, resOutputsEvent }) => (resourcePreEvent?.metadata.op === "refresh" ? [] : (resourcePreEvent ?? resOutputsEvent ?? [])));
  const told = new Map(found.map(({ metadata }) => [`${metadata.urn} ${metadata.op}`, metadata]));
  return [...told.values()]
    .filter(({ op, type }) => !["same", "refresh", "read"].includes(op) && type !== "pulumi:pulumi:Stack")
    .map(({ op, type, urn, detailedDiff }) => ({ op, type, name: resourceLabel(urn).slice(type.length + 1), differs: Object.keys(detailedDiff ?? {}).sort() }));
}

/** Messages of a run's diagnostics, without colours. */
export function diagnosticsOf(run: Run): readonly string[] {
  return eventsIn(run.events).flatMap(({ diagnosticEvent }) => (diagnosticEvent ? [`${diagnosticEvent.severity}: ${plainText(diagnosticEvent.message)}`] : []));
}

async function running(directory: string): Promise<SandboxClient> {
  const client = await findSandbox(directory);
  if (!client) throw new Error(`no sandbox runs in ${directory}`);
  return client;
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "gpu-cicd-rehearsal-"));
}

async function rehearseCommand(directory: string, stack: string, providers: Choice): Promise<string> {
  const args = [join(PROJECT, "bin", "gpu-cicd.cjs"), "rehearse", "--stack", stack, "--providers", providers];
  return output(process.execPath, args, { ...process.env, SANDBOX_DIR: directory });
}

/** Ends the daemon when this process is gone: its end of the pipe closes then, whatever killed it. */
function leashOn(pid: number): ChildProcess {
  return spawn("/bin/sh", ["-c", 'cat >/dev/null; kill -TERM "$0"', String(pid)], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
}

function output(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(file, args, { cwd: PROJECT, env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => {
      const text = Buffer.concat(out).toString("utf8");
      if (code === 0) resolve(text);
      else reject(new Error(`${file.slice(file.lastIndexOf("/") + 1)} ended with ${code}: ${Buffer.concat(err).toString("utf8").trim()}\n${text.slice(-20_000)}`));
    });
  });
}
