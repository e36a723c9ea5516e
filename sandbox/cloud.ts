/** What the sandbox asks of each cloud: servers to start, and a provider that talks to them. */
import type { ChildProcess } from "node:child_process";
import type { CachedChart } from "./kubernetes/helm/published/cache";
import type { CloudProvider } from "./provider/kind";

/** What a cloud is given when it starts. */
export interface SandboxContext {
  /** Directory of this sandbox (`.sandbox`), mode 0700. */
  readonly directory: string;
  /** Path of an executable: on PATH, under KUBEBUILDER_ASSETS, or built into the user's cache. Fails with what is missing and how to get it. */
  tool(name: ToolName): Promise<string>;
  /** Starts a child that ends with the sandbox; its output goes to `directory/logs/NAME.log`. Arguments carry no secret. */
  spawn(name: string, file: string, args: readonly string[], options?: { env?: Record<string, string>; cwd?: string }): ChildProcess;
  /** A free port on 127.0.0.1. */
  freePort(): Promise<number>;
  readonly faults: FaultSwitch;
  /** Charts that Helm itself installs; without them models of charts stand in. */
  readonly charts?: ChartsOption;
  log(line: string): void;
}

/** Published charts, and the Helm that installs them. */
export interface ChartsOption {
  /** Path of Helm's executable. */
  readonly helm: string;
  /** Folder of the archives. */
  readonly folder: string;
  readonly charts: readonly CachedChart[];
}

export type ToolName = "pulumi" | "kube-apiserver" | "kube-controller-manager" | "etcd" | "kubectl" | "moto_server";

/** One HTTP request to a cloud: the package that sends it, and what the cloud calls it. */
export interface Call {
  readonly cloud: string;
  readonly operation: string;
}

/** Breaks calls on purpose, for rehearsals of failure. */
export interface FaultSwitch {
  /**
   * Every call that a provider sends to a cloud passes here first, once for each HTTP request. Throws a CloudError (500, 409, 429) or
   * kills the engine when a fault was ordered for it; otherwise returns. The resource type that is being worked on is known to the switch.
   */
  pass(call: Call): Promise<void>;
  /** Every answer that is a success passes here before the provider sees it. Kills the engine when that was ordered for it. */
  answered(call: Call): Promise<void>;
}

/** For requests of people, which break on no order. */
export const NO_FAULTS: FaultSwitch = { pass: () => Promise.resolve(), answered: () => Promise.resolve() };

/** A cloud that runs. */
export interface RunningCloud {
  // The server passes each client back to the cloud that made it and never looks inside.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly provider: CloudProvider<any>;
  /** Where to look, for people: label and URL or command. */
  readonly lookAt: readonly { readonly label: string; readonly command: string }[];
  /** Environment that points plain clients at it. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * How a real plugin reaches this cloud: the base URL that answers for each of its hosts, and variables of an environment that would lead it
   * elsewhere. Absent where no real plugin can be answered.
   */
  readonly answersPlugin?: { readonly hosts: Readonly<Record<string, string>>; readonly hides: readonly string[] };
  /** What came to be, for the closing table of a rehearsal: kind and names, read from the cloud itself. */
  inventory(): Promise<readonly { readonly kind: string; readonly name: string; readonly detail: string }[]>;
  stop(): Promise<void>;
}
