/** Looks for a tool on the machine: under KUBEBUILDER_ASSETS, then along the PATH. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { TOOLS, type AnyTool } from "./catalog";
import { findVersion, fits, formatRange, type VersionRange } from "./version";

/** An executable that answers later than this is not waited for. */
const ANSWER_WITHIN_MS = 20_000;

export interface Search {
  /** The first executable whose version fits. */
  readonly found?: { readonly path: string; readonly version: string };
  /** Executables of that name that were passed over, and why. */
  readonly passedOver: readonly { readonly path: string; readonly reason: string }[];
}

/** `environment` is where PATH and KUBEBUILDER_ASSETS are read; by default that of this process. */
export async function locate(name: AnyTool, environment: NodeJS.ProcessEnv = process.env): Promise<Search> {
  const wanted = TOOLS[name].onMachine;
  const passedOver: { path: string; reason: string }[] = [];
  if (!wanted) return { passedOver };
  for (const path of await candidates(name, environment)) {
    const answer = await versionOf(path, wanted.arguments, wanted.range, environment);
    if ("version" in answer) return { found: { path, version: answer.version }, passedOver };
    passedOver.push({ path, reason: answer.reason });
  }
  return { passedOver };
}

async function candidates(name: string, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const directories = [environment["KUBEBUILDER_ASSETS"], ...(environment["PATH"] ?? "").split(delimiter)].filter((directory): directory is string => !!directory);
  const paths = [...new Set(directories)].map((directory) => join(directory, name));
  const usable = await Promise.all(paths.map((path) => access(path, constants.X_OK).then(() => true, () => false)));
  return paths.filter((_, i) => usable[i]);
}

/** Asks the executable itself: what its name or its folder promise counts for nothing. */
async function versionOf(path: string, args: readonly string[], range: VersionRange, environment: NodeJS.ProcessEnv): Promise<{ version: string } | { reason: string }> {
  const answer = await ask(path, args, environment);
  if ("failure" in answer) return { reason: `it does not run: ${answer.failure}` };
  const version = findVersion(answer.output);
  if (!version) return { reason: "it prints no version" };
  if (!fits(version, range)) return { reason: `version ${version.join(".")} is outside ${formatRange(range)}` };
  return { version: version.join(".") };
}

async function ask(path: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<{ output: string } | { failure: string }> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return promisify(execFile)(path, [...args], { timeout: ANSWER_WITHIN_MS, env }).then(
    ({ stdout, stderr }) => ({ output: ownVersion(`${stdout}\n${stderr}`) }),
    (error: { message: string }) => ({ failure: error.message.split("\n")[0] ?? "" }),
  );
}

/** kubectl prints several versions; its own is `gitVersion`. */
function ownVersion(output: string): string {
  return /gitVersion:\s*(\S+)/.exec(output)?.[1] ?? output;
}
