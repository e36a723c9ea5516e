/** Puts real plugins where the engine looks for them, each in surroundings that lead it to the sandbox and nowhere else. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunningCloud } from "../cloud";
import { shellQuoted } from "../daemon/environment";
import type { Layout } from "../daemon/layout";
import type { Plugins } from "./choice";
import { startProxy, type Proxy } from "./proxy";

/** What of the sandbox's own and of the caller's environment would lead any plugin past the proxy. */
const UNSET = ["HTTP_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy", "SSL_CERT_DIR"];

export interface PlacedPlugins {
  stop(): Promise<void>;
}

/** @throws Error for a plugin of a cloud that answers for no host */
export async function placePlugins(layout: Layout, plugins: Plugins, clouds: readonly RunningCloud[], log: (line: string) => void): Promise<PlacedPlugins> {
  const real = Object.entries(plugins).map(([name, plugin]) => ({ name, plugin, answers: answersOf(name, clouds) }));
  if (real.length === 0) return { stop: () => Promise.resolve() };
  const hosts = new Map(real.flatMap(({ answers }) => Object.entries(answers.hosts)));
  const proxy = await startProxy(hosts, (line) => log(`plugins: ${line}`));
  const authority = join(layout.directory, "plugins.pem");
  await writeFile(authority, proxy.authority, { mode: 0o600 });
  for (const { name, plugin, answers } of real) {
    const folder = join(layout.pulumiHome, "plugins", `resource-${name}-v${plugin.version}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, `pulumi-resource-${name}`), starter(plugin.path, answers.hides, proxy, authority), { mode: 0o700 });
  }
  return { stop: () => proxy.stop() };
}

function answersOf(name: string, clouds: readonly RunningCloud[]): NonNullable<RunningCloud["answersPlugin"]> {
  const answers = clouds.find(({ provider }) => provider.package === name)?.answersPlugin;
  if (answers === undefined) throw new Error(`the sandbox has no server for the real provider ${name}`);
  return answers;
}

/** The engine starts a plugin by its path, so its surroundings stand in a file of that name. The plugin takes the shell's place. */
function starter(path: string, hides: readonly string[], proxy: Proxy, authority: string): string {
  return [
    "#!/bin/sh",
    `unset ${[...UNSET, ...hides].join(" ")}`,
    `export HTTPS_PROXY=http://127.0.0.1:${proxy.port} NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost SSL_CERT_FILE=${shellQuoted(authority)}`,
    `exec ${shellQuoted(path)} "$@"`,
    "",
  ].join("\n");
}
