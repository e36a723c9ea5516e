/** Who judged the resources of a run, type by type: read from the state that the run left and from what the sandbox ran. */
import type { Inventory } from "../daemon/control";
import type { Attachment } from "../daemon/environment";

/** Kinds of Kubernetes objects go one way, so they are one row: all but Helm's releases. */
export const KUBERNETES = "kubernetes:*";
const RELEASE = "kubernetes:helm.sh/v3:Release";

/** A run, as docs/rehearsal.md tells of it. */
export interface JudgedRun {
  readonly stack: string;
  /** Day of the run, `YYYY-MM-DD`. */
  readonly on: string;
  /** The judge of each type of a cloud, by its token. */
  readonly types: Readonly<Record<string, string>>;
}

/**
 * The judges of a run. @param state as `pulumi stack export` writes it
 * @throws Error for a type whose package nobody in the sandbox answered for
 */
export function judgesOf(state: string, attachment: Attachment, inventory: Inventory): JudgedRun["types"] {
  const { deployment } = JSON.parse(state) as { readonly deployment: { readonly resources?: readonly { readonly type: string; readonly custom: boolean }[] } };
  const types = new Set((deployment.resources ?? []).filter(({ type, custom }) => custom && !type.startsWith("pulumi:")).map(({ type }) => rowOf(type)));
  return Object.fromEntries([...types].sort().map((type) => [type, judgeOf(type, attachment, inventory)]));
}

/** The row of a type in the table. */
export function rowOf(type: string): string {
  return type.startsWith("kubernetes:") && type !== RELEASE ? KUBERNETES : type;
}

function judgeOf(type: string, { plugins, providers }: Attachment, inventory: Inventory): string {
  const [name = ""] = type.split(":");
  const version = plugins[name];
  if (version === undefined && !(name in providers)) throw new Error(`${type} is in the state, and the sandbox has no provider ${name}`);
  if (type === RELEASE) return `${version === undefined ? "the sandbox's own provider" : `the real provider, ${version}`}; ${chartsOf(inventory)}`;
  return version === undefined ? "the sandbox's own provider" : `the real provider, ${version}`;
}

/** Who made the objects of the releases. The last words of a release's line say it (sandbox/kubernetes/inventory.ts). */
function chartsOf(inventory: Inventory): string {
  const makers = inventory.flatMap(({ entries }) => entries).filter(({ kind }) => kind === "Helm release").map(({ detail }) => (detail.endsWith("by Helm") ? "Helm" : "models"));
  if (!makers.includes("Helm")) return "models of the charts";
  return makers.includes("models") ? "Helm, and models of other charts" : "Helm";
}
