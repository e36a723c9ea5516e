/** Which providers a sandbox runs: the real plugins, or its own. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import githubSdk from "@pulumi/github/package.json";
import type { ChartsOption } from "../cloud";
import { cachedCharts, chartFolder } from "../kubernetes/helm/published/cache";
import { toolPath, type AnyTool } from "../tools";
import type { Choice } from "./words";

/** Packages whose real plugin the sandbox's servers can answer, with the SDK's version and how it is built. */
const REAL: Readonly<Record<string, { readonly version: string; readonly tool: AnyTool }>> = {
  github: { version: githubSdk.version, tool: "pulumi-resource-github" },
};

/** A real plugin: the SDK's version, and the executable. */
export interface Plugin {
  readonly version: string;
  readonly path: string;
}

export type Plugins = Readonly<Record<string, Plugin>>;

/** Why a package has no real plugin. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

/** Finds or builds the plugins of a choice. @throws Error with every reason when the choice is `real` and one cannot be had */
export async function choosePlugins(choice: Choice, environment: NodeJS.ProcessEnv = process.env): Promise<{ readonly plugins: Plugins; readonly missing: readonly Missing[] }> {
  if (choice === "ours") return { plugins: {}, missing: [] };
  const plugins: Record<string, Plugin> = {};
  const missing: Missing[] = [];
  for (const [name, { version, tool }] of Object.entries(REAL)) {
    try {
      plugins[name] = { version, path: installed(name, version, environment) ?? (await toolPath(tool)) };
    } catch (error) {
      missing.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (choice === "real" && missing.length > 0) throw new Error(missing.map(({ name, reason }) => `the real provider ${name} cannot be had: ${reason}`).join("\n"));
  return { plugins, missing };
}

/**
 * The charts that Helm itself installs: those of the cache, which `make charts` fills. Undefined where there are none, or the sandbox's own providers are
 * chosen: then models of charts stand in. A choice of `real` does not ask for charts, as no machine without a network can have them.
 */
export async function chooseCharts(choice: Choice, environment: NodeJS.ProcessEnv = process.env): Promise<ChartsOption | undefined> {
  const folder = chartFolder(environment);
  const charts = choice === "ours" ? [] : await cachedCharts(folder);
  return charts.length === 0 ? undefined : { helm: await toolPath("helm"), folder, charts };
}

/** What `pulumi plugin install` has put into the user's own Pulumi home. */
function installed(name: string, version: string, environment: NodeJS.ProcessEnv): string | undefined {
  const home = environment["PULUMI_HOME"] || join(homedir(), ".pulumi");
  const path = join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
  return existsSync(path) ? path : undefined;
}
