/** What Pulumi's file backend says of creates. The file is the checkpoint of the last step that an engine saw end. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedState } from "../provider/journal";

interface Checkpoint {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly { readonly urn: string; readonly id?: string; readonly pendingReplacement?: boolean }[];
      readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
    };
  };
}

/**
 * Over all stacks of the backend in `state`. What waits for its replacement is deleted already: it stays in the state under the id that its
 * replacement may get. Throws an Error for a checkpoint that cannot be read.
 */
export async function recordedState(state: string): Promise<RecordedState> {
  const checkpoints = await Promise.all((await checkpointFiles(state)).map(read));
  const latest = checkpoints.map(({ checkpoint }) => checkpoint?.latest);
  const pending = latest.flatMap((deployment) => deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");
  const resources = latest.flatMap((deployment) => deployment?.resources ?? []).filter(({ pendingReplacement }) => pendingReplacement !== true);
  const recorded = new Set(resources.map(({ urn, id }) => `${urn} ${id ?? ""}`));
  return { pending: new Set(pending.map(({ resource }) => resource.urn)), has: (urn, id) => recorded.has(`${urn} ${id}`) };
}

async function checkpointFiles(state: string): Promise<readonly string[]> {
  const root = join(state, ".pulumi", "stacks");
  const files = await readdir(root, { recursive: true }).catch(() => [] as string[]);
  return files.filter((file) => file.endsWith(".json")).map((file) => join(root, file));
}

async function read(file: string): Promise<Checkpoint> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Checkpoint;
  } catch (error) {
    // The stack was removed between the listing and the look.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Error(`the state in ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
