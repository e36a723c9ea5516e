/** Locks of stacks whose engine was killed. Pulumi's file backend leaves them; a person would call `pulumi cancel`. */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../provider/peer";

/**
 * Removes the locks in the backend at `state` whose engine is dead, and returns their files. The sandbox's engines run on this machine, so a
 * process id in a lock is the truth.
 */
export async function liftDeadLocks(state: string): Promise<readonly string[]> {
  const root = join(state, ".pulumi", "locks");
  const names = await readdir(root, { recursive: true }).catch(() => [] as string[]);
  const files = names.filter((name) => name.endsWith(".json")).map((name) => join(root, name));
  const lifted: string[] = [];
  for (const file of files) {
    if (!(await isHeld(file))) {
      await rm(file, { force: true });
      lifted.push(file);
    }
  }
  return lifted;
}

async function isHeld(file: string): Promise<boolean> {
  // A lock that is just being written or removed is looked at the next time.
  const text = await readFile(file, "utf8").catch(() => "");
  if (!text.trimEnd().endsWith("}")) return true;
  const { pid } = JSON.parse(text) as { pid?: number };
  return pid === undefined || isAlive(pid);
}
