/** Which stacks there are. Alone in its file, as reading one loads much more. */
import { readdirSync } from "node:fs";

/** Names of the stacks that have a file in a folder, sorted. */
export function stacksIn(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}
