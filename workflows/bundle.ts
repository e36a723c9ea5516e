/** Bundles the programs of `workflows/runtime` into one file each. The bundles are committed; a test says when they are stale. */
import { build } from "esbuild";
import { join } from "node:path";
import type { Program } from "./steps";

/** Most bytes that a program may have: it is fetched and read at the start of every run. */
export const MAX_PROGRAM_BYTES = 125_000;

/** Node of the oldest runner image in use: Actions Runner Controller's ships 20 and 24. */
const TARGET = "node20";

/** Bundles one program, in memory. The same sources give the same text. */
export async function bundle(program: Program): Promise<string> {
  const result = await build({
    entryPoints: [join(__dirname, "runtime", `${program}.ts`)],
    bundle: true,
    write: false,
    platform: "node",
    target: TARGET,
    format: "esm",
    // Not made unreadable: whoever reviews a workflow reads these too.
    minifySyntax: true,
    charset: "utf8",
    legalComments: "none",
    absWorkingDir: join(__dirname, ".."),
    // Where packages really are is no part of a bundle: one made in a tree whose packages are links is the same.
    preserveSymlinks: true,
    // Packages of the old module format ask for Node's modules by `require`, which an ES module does not have.
    banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error(`${program}: esbuild wrote nothing`);
  return output.text;
}

/** Path of a committed bundle. */
export function bundlePath(program: Program): string {
  return join(__dirname, "generated", `${program}.mjs`);
}
