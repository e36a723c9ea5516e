/** Every process that the sandbox starts, and the certainty that each ends with it. */
import { spawn, type ChildProcess } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout";

/** How long a child may take to end after it was asked to. */
const GRACE_MS = 5000;

/**
 * Reads `+ID` and `-ID` lines, one process group each, until its input closes: that is when the daemon is gone, however it went. Then it
 * ends the groups that are left. A shell, because it must outlive the daemon and should cost nothing.
 */
const WATCHDOG = `
groups=" "
while read -r line; do
  id="\${line#?}"
  case "$line" in
    +*) groups="$groups$id " ;;
    -*) groups="\${groups%%" $id "*} \${groups#*" $id "}" ;;
  esac
done
for id in $groups; do kill -TERM "-$id" 2>/dev/null; done
left=20
while [ "$left" -gt 0 ]; do
  alive=""
  for id in $groups; do kill -0 "-$id" 2>/dev/null && alive=1; done
  [ -z "$alive" ] && exit 0
  sleep 0.1
  left=$((left - 1))
done
for id in $groups; do kill -KILL "-$id" 2>/dev/null; done
exit 0
`;

export interface SpawnOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** A child that went without being asked to. */
export interface EndedChild {
  readonly name: string;
  /** Its exit code or signal, in words. */
  readonly how: string;
  /** ISO 8601. */
  readonly at: string;
}

export class Children {
  private stopping = false;
  private readonly lost = new Map<string, EndedChild>();
  private readonly running = new Map<string, ChildProcess>();
  private readonly watchdog: ChildProcess & { stdin: NodeJS.WritableStream };

  constructor(private readonly layout: Layout) {
    // A session of its own: an interrupt of the daemon's group must not reach it.
    this.watchdog = spawn("/bin/sh", ["-c", WATCHDOG], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.watchdog.stdin.on("error", () => undefined);
  }

  get watchdogPid(): number | undefined {
    return this.watchdog.pid;
  }

  /** Children that ended without being asked to, and were not started again: what they served is gone. */
  ended(): readonly EndedChild[] {
    return [...this.lost.values()];
  }

  /** Starts a child in a process group of its own; its output goes to `logs/NAME.log`. Names are unique while their process lives. */
  spawn(name: string, file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    if (this.running.has(name)) throw new Error(`a process named ${name} runs already`);
    const log = openSync(join(this.layout.logs, `${name}.log`), "a", 0o600);
    const env = { ...process.env, ...options.env };
    const child = spawn(file, [...args], { detached: true, stdio: ["ignore", log, log], env, cwd: options.cwd ?? this.layout.directory });
    closeSync(log);
    this.register(name, child);
    return child;
  }

  private register(name: string, child: ChildProcess): void {
    const { pid } = child;
    // Without an id the start failed, and the child's error event says why.
    if (pid === undefined) return;
    this.running.set(name, child);
    this.lost.delete(name);
    this.watchdog.stdin.write(`+${pid}\n`);
    const pidFile = join(this.layout.pids, name);
    writeFileSync(pidFile, String(pid), { mode: 0o600 });
    child.once("exit", (code, signalName) => {
      this.running.delete(name);
      if (!child.killed && !this.stopping) this.lost.set(name, { name, how: signalName ?? `exit code ${code ?? "unknown"}`, at: new Date().toISOString() });
      this.watchdog.stdin.write(`-${pid}\n`);
      rmSync(pidFile, { force: true });
    });
  }

  /** Ends every child, politely first, then the watchdog. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running.values()].map((child) => this.end(child)));
    this.watchdog.stdin.end();
    await exited(this.watchdog);
  }

  private async end(child: ChildProcess): Promise<void> {
    const gone = exited(child);
    signal(child, "SIGTERM");
    const force = setTimeout(() => signal(child, "SIGKILL"), GRACE_MS);
    await gone;
    clearTimeout(force);
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** To the whole group: a tool may have started processes of its own. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
