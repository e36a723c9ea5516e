/** A sandbox that runs: clouds, provider servers and the engine's surroundings. */
import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChartsOption, RunningCloud, SandboxContext } from "../cloud";
import { startProviderServer, type ProviderServer } from "../provider/server";
import { toolPath } from "../tools";
import { Children } from "./children";
import type { StartClouds } from "./clouds";
import type { Attachment } from "./environment";
import { provideEngine, provideLink } from "./executables";
import { Faults } from "./faults";
import type { Layout } from "./layout";
import { liftDeadLocks } from "./locks";
import { recordedState } from "./recorded";
import type { Given } from "./main";
import { nameOf } from "../kubernetes/helm/published/cache";
import { placePlugins, type PlacedPlugins } from "../plugins/place";
import { freePort } from "../ports";

export interface Sandbox {
  readonly layout: Layout;
  readonly clouds: readonly RunningCloud[];
  readonly faults: Faults;
  readonly children: Children;
  attachment(): Attachment;
  stop(): Promise<void>;
}

const LOOK_FOR_LOCKS_EVERY_MS = 500;

/** Starts everything in `layout`'s directory, which must be empty but for logs. What was started is stopped again when a part fails. */
export async function startSandbox(layout: Layout, startClouds: StartClouds, log: (line: string) => void, { plugins = {}, charts }: Partial<Given> = {}): Promise<Sandbox> {
  await prepare(layout);
  const faults = new Faults(() => liftLocks(layout, log));
  const children = new Children(layout);
  const context = contextOf(layout, children, faults, log, charts);
  const servers = new Map<string, ProviderServer>();
  let clouds: readonly RunningCloud[] = [];
  let placed: PlacedPlugins | undefined;
  const watch = setInterval(() => void liftLocks(layout, log), LOOK_FOR_LOCKS_EVERY_MS);
  const stop = async (): Promise<void> => {
    clearInterval(watch);
    await Promise.allSettled([...servers.values(), ...(placed === undefined ? [] : [placed])].map((server) => server.stop()));
    await Promise.allSettled(clouds.map((cloud) => cloud.stop()));
    await children.stop();
  };
  try {
    await provideExecutables(layout);
    clouds = await startClouds(context);
    const options = { readState: () => recordedState(layout.state), log };
    placed = await placePlugins(layout, plugins, clouds, log);
    for (const { provider } of clouds.filter((cloud) => !(cloud.provider.package in plugins))) servers.set(provider.package, await startProviderServer(provider, options));
  } catch (error) {
    await stop();
    throw error;
  }
  const attachment = (): Attachment => ({
    providers: Object.fromEntries([...servers].map(([name, { port }]) => [name, port])),
    charts: (charts?.charts ?? []).map((chart) => `${nameOf(chart)} ${chart.version}`),
    plugins: Object.fromEntries(Object.entries(plugins).map(([name, { version }]) => [name, version])),
    clouds: Object.assign({}, ...clouds.map(({ environment }) => environment)) as Record<string, string>,
  });
  return { layout, clouds, faults, children, attachment, stop };
}

async function liftLocks(layout: Layout, log: (line: string) => void): Promise<void> {
  try {
    for (const file of await liftDeadLocks(layout.state)) log(`lifted ${file}: its engine is dead`);
  } catch (error) {
    log(`cannot look at locks: ${String(error)}`);
  }
}

async function prepare(layout: Layout): Promise<void> {
  for (const directory of [layout.directory, layout.bin, layout.logs, layout.pids, layout.state, layout.pulumiHome]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  }
  await writeFile(layout.passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
  await withoutDebugLogs(layout);
}

/**
 * The engine writes its whole debug log at every command, for a fifth of the command's time and many megabytes, with every secret that it hands to
 * a provider, and has no option against it. It goes on without where it cannot make the folder (pulumi/pulumi, pkg/logging/encrypted.go).
 */
async function withoutDebugLogs(layout: Layout): Promise<void> {
  await writeFile(join(layout.pulumiHome, "logs"), "");
}

async function provideExecutables(layout: Layout): Promise<void> {
  await provideEngine(layout.bin, await toolPath("pulumi"));
  await provideLink(layout.bin, "kubectl", await toolPath("kubectl"));
  // The language host, and a shell that reads `.sandbox/env`, take the Node.js that runs this, which the machine's own may be too old for.
  await provideLink(layout.bin, "node", process.execPath);
}

function contextOf(layout: Layout, children: Children, faults: Faults, log: (line: string) => void, charts?: ChartsOption): SandboxContext {
  const given = new Set<number>();
  return {
    directory: layout.directory,
    tool: toolPath,
    spawn: (name, file, args, options) => children.spawn(name, file, args, options),
    freePort: () => freePort(given),
    faults,
    ...(charts === undefined ? {} : { charts }),
    log,
  };
}
