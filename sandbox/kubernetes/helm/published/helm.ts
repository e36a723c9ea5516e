/** Helm's own command, led to the sandbox: charts come from the cache under the addresses that a program names, and nothing else can be reached. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import type { ChartsOption } from "../../../cloud";
import { startProxy } from "../../../plugins/proxy";
import { nameOf, type CachedChart, type ChartAddress } from "./cache";
import { startChartServer } from "./server";

const run = promisify(execFile);

/** Bytes that a rendering may have. */
const outputBytes = 1 << 26;

/** Version of the API server for which charts are rendered before there is a cluster: templates ask for it. */
export const renderedFor = "1.36.0";

/** What Helm said when it refused. */
export class HelmError extends Error {}

/** Helm over the charts of one sandbox. */
export interface Helm {
  /** The chart of an address, or undefined where the cache has none. */
  find(address: ChartAddress): CachedChart | undefined;
  /** The chart of this name and version, from whatever address. */
  named(name: string, version: string): CachedChart | undefined;
  /** Runs a command on a chart. `values` go by a file that only this user may read: they may hold a credential. @throws HelmError */
  onChart(chart: CachedChart, args: readonly string[], values: Readonly<Record<string, unknown>>): Promise<string>;
  /** Runs any other command. @throws HelmError */
  run(args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts what answers for the charts' hosts. @param directory the sandbox's own, for the authority that Helm has to trust */
export async function startHelm({ helm, folder, charts }: ChartsOption, directory: string, log: (line: string) => void): Promise<Helm> {
  const server = await startChartServer(folder, charts, log);
  const proxy = await startProxy(new Map(server.hosts.map((host) => [host, server.url])), log);
  const authority = join(directory, "charts.pem");
  await writeFile(authority, proxy.authority, { mode: 0o600 });
  const surroundings = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "127.0.0.1,localhost", SSL_CERT_FILE: authority };
  const addressed = (chart: CachedChart): string[] => [chart.reference, "--version", chart.version, "--ca-file", authority, ...(chart.repository === undefined ? [] : ["--repo", chart.repository])];
  return {
    find: ({ reference, repository, version }) =>
      charts.find((chart) => chart.reference === reference && chart.repository === repository?.replace(/\/$/, "") && chart.version === version),
    named: (name, version) => charts.find((chart) => nameOf(chart) === name && chart.version === version),
    run: (args) => inFolder((home) => helmIn(helm, home, args, surroundings)),
    onChart: (chart, args, values) =>
      inFolder(async (home) => {
        const file = join(home, "values.json");
        await writeFile(file, JSON.stringify(values), { mode: 0o600 });
        return helmIn(helm, home, [...args, ...addressed(chart), "--values", file], surroundings);
      }),
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

/**
 * Runs Helm with nothing of the user's own: no repositories, no logins, no plugins, no kubeconfig. @param withinMs milliseconds until it is ended; 0 for none
 * @throws HelmError with what Helm said
 */
export async function helmIn(helm: string, home: string, args: readonly string[], surroundings: Readonly<Record<string, string>> = {}, withinMs = 0): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: home, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home, DOCKER_CONFIG: home, KUBECONFIG: join(home, "none"), ...surroundings };
  try {
    return (await run(helm, [...args], { env, cwd: home, maxBuffer: outputBytes, timeout: withinMs })).stdout;
  } catch (error) {
    const { stderr = "", message, killed } = error as Error & { stderr?: string; killed?: boolean };
    if (killed === true) throw new HelmError(`no answer within ${withinMs / 1000} s`);
    // Before its error Helm tells of what it pulled, and warns.
    throw new HelmError(stderr.trim().replace(/^[^]*?^Error: /m, "") || message);
  }
}

/** The Chart.yaml of an archive or a folder. @throws HelmError */
export async function chartYaml(helm: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(await inFolder((home) => helmIn(helm, home, ["show", "chart", path]))) as Readonly<Record<string, unknown>>;
}

/** Work with a folder that only this user may read, which is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-helm-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
