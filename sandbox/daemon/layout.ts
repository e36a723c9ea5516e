/** Where things are in the directory of a sandbox. */
import { join, resolve } from "node:path";

export interface Layout {
  /** Absolute; mode 0700. */
  readonly directory: string;
  /** Executables that go before everything on the PATH. */
  readonly bin: string;
  readonly logs: string;
  /** One file for each child, holding its process id. */
  readonly pids: string;
  /** Pulumi's file backend. */
  readonly state: string;
  readonly pulumiHome: string;
  readonly passphrase: string;
  /** Shell file that points plain clients at the sandbox; mode 0600. */
  readonly env: string;
  /** Port and token of the control API, and the daemon's process id; mode 0600. */
  readonly control: string;
  readonly lock: string;
  /** Held by the rehearsal that uses the sandbox; whoever comes second reads in it who that is. */
  readonly rehearsal: string;
  /** Says that the directory is a sandbox's and may be emptied. */
  readonly mark: string;
}

/** The sandbox's directory: SANDBOX_DIR, or `.sandbox` in the current directory. */
export function sandboxDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment["SANDBOX_DIR"] || ".sandbox");
}

export function layoutOf(directory: string): Layout {
  const at = (name: string): string => join(directory, name);
  return {
    directory,
    bin: at("bin"),
    logs: at("logs"),
    pids: at("pids"),
    state: at("state"),
    pulumiHome: at("pulumi-home"),
    passphrase: at("passphrase"),
    env: at("env"),
    control: at("control.json"),
    lock: at("lock"),
    rehearsal: at("rehearsal.lock"),
    mark: at("SANDBOX"),
  };
}

/** The stack's configuration with the sandbox's own secrets; the committed one is never written to. */
export function stackConfigFile(layout: Layout, stack: string): string {
  return join(layout.directory, `Pulumi.${stack}.yaml`);
}

/** Configuration of the policy pack to which the stack's runs are held. */
export function policyConfigFile(layout: Layout, stack: string): string {
  return join(layout.directory, `policies.${stack}.json`);
}
