/**
 * Bundles the pack into `bin/index.js`, which the engine starts: it would type-check a TypeScript pack at every start, and would load the whole
 * SDK for the few parts of it that a pack uses. Usage: `npx tsx policy/bundle.ts`
 */
import { build, type Plugin } from "esbuild";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const PACK = __dirname;
const BUNDLE = join(PACK, "bin", "index.js");

/**
 * @pulumi/policy asks for the root of the SDK, which brings the automation API and a package manager, and uses two of its modules. Both
 * stand alone, as all that the SDK's own runner of packs has loaded when the pack starts.
 */
const sdkParts: Plugin = {
  name: "sdk-parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path: "sdk-parts", namespace: "sdk-parts" }));
    onResolve({ filter: /^@pulumi\/pulumi\/|^@grpc\/|^google-protobuf\// }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "sdk-parts" }, () => ({ contents: 'exports.asset = require("@pulumi/pulumi/asset"); exports.Output = require("@pulumi/pulumi/output").Output;', resolveDir: PACK }));
  },
};

/** Writes the bundle, whole or not at all, as an engine may be reading it. The same sources leave the file as it is. */
export async function bundlePack(): Promise<void> {
  const result = await build({ entryPoints: [join(PACK, "index.ts")], bundle: true, write: false, platform: "node", target: "node20", format: "cjs", plugins: [sdkParts], logLevel: "warning" });
  const [output] = result.outputFiles;
  if (!output) throw new Error("esbuild wrote no bundle of the policy pack");
  if ((await readFile(BUNDLE, "utf8").catch(() => "")) === output.text) return;
  await mkdir(dirname(BUNDLE), { recursive: true });
  await writeFile(`${BUNDLE}.${process.pid}`, output.text);
  await rename(`${BUNDLE}.${process.pid}`, BUNDLE);
}

if (require.main === module) {
  bundlePack().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
