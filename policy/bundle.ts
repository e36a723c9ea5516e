/**
 * Bundles the pack into `bin/index.js`, which the engine starts: it would type-check a TypeScript pack at every start, and would load the whole
 * SDK for the few parts of it that a pack uses.
 */
import { build, type Plugin } from "esbuild";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const PACK = __dirname;
const BUNDLE = join(PACK, "bin", "index.js");

/**
 * What @pulumi/policy asks of the SDK, whose root brings the automation API and a package manager, and whose runtime a serializer of functions. The pack decodes
 * properties and sends none: it needs the classes of assets, and the keys by which the engine marks what is no plain value.
 */
const sdkParts: Plugin = {
  name: "sdk-parts",
  setup({ onResolve, onLoad }) {
    const namespace = "sdk-parts";
    onResolve({ filter: /^@pulumi\/pulumi(\/runtime\/rpc)?$/ }, ({ path }) => ({ path, namespace }));
    onLoad({ filter: /^@pulumi\/pulumi$/, namespace }, () => ({ contents: 'exports.asset = require("@pulumi/pulumi/asset");', resolveDir: PACK }));
    onLoad({ filter: /rpc$/, namespace }, async () => ({ contents: `module.exports = ${JSON.stringify(await marks())};` }));
  },
};

/** The constants of the SDK's runtime, as it exports them: they are read when a bundle is made, and no part of the bundle loads the rest. */
async function marks(): Promise<Readonly<Record<string, unknown>>> {
  const { specialSigKey, specialAssetSig, specialArchiveSig, specialSecretSig } = await import("@pulumi/pulumi/runtime/rpc.js");
  return { specialSigKey, specialAssetSig, specialArchiveSig, specialSecretSig };
}

/** Writes the bundle, whole or not at all, as an engine may be reading it. The same sources leave the file as it is. */
export async function bundlePack(): Promise<void> {
  const result = await build({ entryPoints: [join(PACK, "index.ts")], bundle: true, write: false, platform: "node", target: "node22", format: "cjs", plugins: [sdkParts], logLevel: "warning" });
  const [output] = result.outputFiles;
  if (!output) throw new Error("esbuild wrote no bundle of the policy pack");
  if ((await readFile(BUNDLE, "utf8").catch(() => "")) === output.text) return;
  await mkdir(dirname(BUNDLE), { recursive: true });
  await writeFile(`${BUNDLE}.${process.pid}`, output.text);
  await rename(`${BUNDLE}.${process.pid}`, BUNDLE);
}
