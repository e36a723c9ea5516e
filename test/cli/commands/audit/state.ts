/** An exported state, made of what a program registers: as large as a deployed one, without a sandbox. */
import { resolve } from "node:path";
import { recordProgram } from "../../../../policy/resources/program";
import type { Resource } from "../../../../policy/resources/resource";

export const PROJECT = resolve(__dirname, "..", "..", "..", "..");

/** A value that is a secret in the state; nothing that is printed may hold it. */
export const CIPHERTEXT = "v1:canary-ciphertext";
const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: CIPHERTEXT };

/** Properties that the engine seals, by the end of the resource's type. */
const SECRETS: Readonly<Record<string, string>> = { ActionsEnvironmentSecret: "value", Secret: "stringData" };

interface Entry {
  readonly type: string;
  readonly urn: string;
  readonly custom: boolean;
  protect: boolean;
  readonly inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly sourcePosition?: string;
}

export interface State {
  readonly version: number;
  readonly deployment: { readonly resources: Entry[] };
}

/** The state of the production stack after an update. */
export async function productionState(): Promise<State> {
  const resources = await recordProgram(PROJECT, "prod", "up");
  return { version: 3, deployment: { resources: resources.map(entry) } };
}

function entry({ type, urn, name, props, outputs, protect, sources }: Resource): Entry {
  const secret = SECRETS[type.split(":").at(-1)!];
  const values = secret === undefined ? props : { ...props, [secret]: sealed };
  const position = name === "protection-main" ? { sourcePosition: "project:///components/github/branch-protection.ts#51,5" } : {};
  return { type, urn, custom: true, protect, inputs: { ...values }, outputs: { ...outputs, ...values }, propertyDependencies: sources, ...position };
}

/** A copy in which somebody changed what the cloud holds, and a refresh has noted it. */
export function drifted(state: State, ...changes: readonly (readonly [name: string, change: (outputs: Record<string, unknown>, entry: Entry) => void])[]): State {
  const copy = JSON.parse(JSON.stringify(state)) as State;
  for (const [name, change] of changes) {
    const found = copy.deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`no resource is called ${name}`);
    change(found.outputs, found);
  }
  return copy;
}
