/** Makes the executable `pulumi-language-nodejs`: one file, so that an engine's start does not pay for a hundred small ones. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Writes the language host into `directory`, which belongs on the PATH of the engine. Returns the file. */
export async function bundleLanguageHost(directory: string): Promise<string> {
  const outfile = join(directory, "pulumi-language-nodejs");
  await build({
    entryPoints: [join(__dirname, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  await chmod(outfile, 0o755);
  return outfile;
}
