/** Where the archives of charts come from: what a project published, pulled as anybody does, or a folder. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ChartAddress } from "./cache";
import { helmIn, inFolder } from "./helm";

/** What a pull may take on a network: milliseconds. */
const pullWithinMs = 60_000;

/** Variables by which people lead a client to their network. */
const NETWORK = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** Pulls a chart's archive into a folder. Helm holds it to the digest that its registry or repository names. @throws HelmError, also where no network is */
export async function pullChart(helm: string, address: ChartAddress, folder: string): Promise<void> {
  const surroundings = Object.fromEntries(NETWORK.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const])));
  const args = ["pull", address.reference, "--version", address.version, "--destination", folder, ...(address.repository === undefined ? [] : ["--repo", address.repository])];
  await inFolder((home) => helmIn(helm, home, args, surroundings, pullWithinMs));
}

/** The archive of a chart that is an archive or a folder. @throws HelmError where Helm cannot pack it */
export async function packed(helm: string, path: string): Promise<Buffer> {
  if (!(await stat(path)).isDirectory()) return readFile(path);
  return inFolder(async (folder) => {
    await helmIn(helm, folder, ["package", resolve(path), "--destination", folder]);
    const [name = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    return readFile(join(folder, name));
  });
}
