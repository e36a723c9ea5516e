/** A rehearsal: the real engine brings up a whole stack against the clouds of a sandbox, and finds nothing left to do. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { withFileHeld } from "../fileLock";
import { deadSandbox, ensureSandbox, findSandbox, type SandboxClient } from "../daemon/client";
import { environmentOf, writeEnvironment, type Attachment } from "../daemon/environment";
import type { Inventory } from "../daemon/control";
import { layoutOf, policyConfigFile } from "../daemon/layout";
import { requirePlainPath } from "../daemon/plain-path";
import { policyEnvironment, type PolicyPack } from "../daemon/policies";
import { writeStackConfig, type SecretKey } from "../daemon/stack";
import type { Seed } from "../github";
import { chooseCharts, choosePlugins, type Plugins } from "../plugins/choice";
import type { Choice } from "../plugins/words";
import { ensureTools, type AnyTool } from "../tools";
import { EngineError, failureOf, runEngine, type EngineRun, type EngineSurroundings } from "./engine";
import { judgesOf, type JudgedRun } from "./judges";
import { phase } from "./phase";
import { ensureStack, exportStack } from "./stacks";
import type { RunSummary } from "./summary";

export interface RehearsalOptions {
  /** Directory of Pulumi.yaml. */
  readonly project: string;
  /** The sandbox's directory. */
  readonly directory: string;
  readonly stack: string;
  /** What the stack takes for granted. */
  readonly requirements: Requirements;
  /** Starts from nothing, even where a sandbox runs. */
  readonly clean: boolean;
  /** Leaves the sandbox up afterwards, whether the rehearsal succeeds or fails. */
  readonly keep: boolean;
  /** Module of clouds for the daemon; by default the four. */
  readonly clouds?: string;
  /** Real plugins or the sandbox's own; by default whatever runs, and real plugins where a new sandbox can have them. */
  readonly providers?: Choice;
}

const TOOLS: readonly AnyTool[] = ["pulumi", "etcd", "kube-apiserver", "kube-controller-manager", "kubectl", "moto_server"];

/** What has to be there before a stack: in its configuration, and on GitHub. */
export interface Requirements {
  /** Each gets a canary. */
  readonly secrets: readonly SecretKey[];
  /** Given, every run is held to the pack; left out, none is. */
  readonly policies?: PolicyPack;
  /** Repositories, apps and teams that people make on the real GitHub. */
  readonly github?: readonly Seed[];
}

/** What points the engine at one stack of a sandbox. */
export type StackOptions = Pick<RehearsalOptions, "project" | "stack" | "requirements">;

/**
 * Prints as it goes. Throws an EngineError when a run fails or the second preview finds a change; the sandbox then stays up, unless it is not to be
 * kept. Throws Held while another rehearsal uses the sandbox. Resolves with who judged what.
 */
export async function rehearse(options: RehearsalOptions): Promise<JudgedRun> {
  requirePlainPath(options.project, "the project's directory");
  requirePlainPath(options.directory, "the sandbox's directory (SANDBOX_DIR)");
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  return withFileHeld(layoutOf(options.directory).rehearsal, `rehearse stack ${options.stack} in ${options.directory}`, async () => {
    try {
      return await rehearseAlone(options);
    } finally {
      if (!options.keep) console.log(await endSandbox(options.directory));
    }
  });
}

/** Ends the sandbox of a directory, or clears what a dead one left. Returns one line that says what was there. */
export async function endSandbox(directory: string): Promise<string> {
  const dead = await deadSandbox(directory);
  if (dead !== undefined) {
    await dead.remove();
    return `the sandbox in ${directory} had died (process ${dead.pid}); what it left is removed`;
  }
  const client = await findSandbox(directory);
  await client?.stop();
  return client === undefined ? `no sandbox runs in ${directory}` : "the sandbox and everything it started has ended";
}

async function rehearseAlone(options: RehearsalOptions): Promise<JudgedRun> {
  if (options.clean) await (await findSandbox(options.directory))?.stop();
  const client = await bringUp(options.directory, options);
  const at = await phase("stack", async () => {
    const prepared = await prepareStack(client, options);
    return [prepared.surroundings, `${options.stack}, ${prepared.existed ? "continued" : "new"}, with ${options.requirements.secrets.length} canary secrets`];
  });
  const held = options.requirements.policies !== undefined;
  const planned = await engine(at, "preview", ["preview"], (run) => `${run.summary.line("planned")}${judgement(run, held)}`);
  await engine(at, "up", ["up", "--yes", "--skip-preview"], (run) => `${run.summary.line("done")}${judgement(run, held)}`, planned.summary.total);
  await secondPreview(at, held);
  await report(client, options);
  return judgedRun(client, at, options.stack);
}

/** By whom the resources of a stack that is up were judged. */
export async function judgedRun(client: SandboxClient, at: EngineSurroundings, stack: string): Promise<JudgedRun> {
  const [state, { attachment }, inventory] = [await exportStack(at, stack), await client.call("GET /status"), await client.call("GET /inventory")];
  if (state === undefined) throw new Error(`the sandbox has no stack ${stack}`);
  return { stack, on: new Date().toISOString().slice(0, "YYYY-MM-DD".length), types: judgesOf(state, attachment, inventory) };
}

/** What the policy pack said of a run that it let pass. Throws an EngineError when the engine did not run the pack. */
function judgement({ summary }: EngineRun, held: boolean): string {
  if (!held) return "";
  if (summary.packs.length === 0) throw new EngineError("the engine did not run the policy pack to which the stack is held");
  const advice = summary.advice();
  return advice.length === 0 ? `, held to ${summary.packs.join(", ")}` : `, ${advice.length} pieces of advice from ${summary.packs.join(", ")}:\n\n${advice.join("\n\n")}\n`;
}

/** Tools and a running sandbox. */
export async function bringUp(directory: string, { clouds, providers }: Pick<RehearsalOptions, "clouds" | "providers"> = {}): Promise<SandboxClient> {
  const { plugins, charts } = await phase("tools", async () => {
    const tools = clouds === undefined ? TOOLS : (["pulumi", "kubectl"] as const);
    const paths = await ensureTools(tools);
    const choice = clouds === undefined ? (providers ?? "ours") : "ours";
    const [chosen, charts] = [await choosePlugins(choice), await chooseCharts(choice)];
    const said = paths.map(({ name, version }) => `${name} ${version}`).join(", ");
    return [{ plugins: chosen.plugins, charts }, [said, ...chosen.missing.map(({ name, reason }) => `the sandbox's own provider stands in for ${name}: ${reason}`)].join("; ")];
  });
  return phase("sandbox", async () => {
    const { client, started, instead } = await ensureSandbox(directory, clouds === undefined ? { plugins, ...(charts === undefined ? {} : { charts }) } : { clouds });
    const { attachment } = await client.call("GET /status");
    requireChoice(providers, attachment, plugins);
    return [client, `${started ? "started" : "runs already"}${instead === undefined ? "" : `, anew instead of one that broke: ${instead}`}, process ${client.pid}, ${providersOf(attachment)}`];
  });
}

/** A sandbox that runs keeps its providers: what was asked for has to be what it has. */
function requireChoice(choice: Choice | undefined, { plugins: running }: Attachment, wanted: Plugins): void {
  if (choice === undefined || choice === "auto" || isDeepStrictEqual(Object.keys(running).sort(), Object.keys(wanted).sort())) return;
  const names = (plugins: object): string => Object.keys(plugins).sort().join(", ") || "none";
  throw new Error(`the sandbox runs with the real providers ${names(running)}, and PROVIDERS=${choice} asks for ${names(wanted)}; CLEAN=1 starts it anew`);
}

/** Who answers the engine, for people. */
export function providersOf({ providers, plugins, charts }: Attachment): string {
  const real = Object.entries(plugins).map(([name, version]) => `${name} ${version}`);
  const helm = charts.length === 0 ? "no chart is at hand, so models of charts stand in" : `Helm installs ${charts.join(", ")}, and models stand in for other charts`;
  return [...(real.length === 0 ? [] : [`real providers: ${real.join(", ")}`]), `the sandbox's own: ${Object.keys(providers).join(", ")}`, helm].join("; ");
}

/** Points plain clients at the sandbox: `. .sandbox/env`. Plain `pulumi` is held to the policy pack too. */
export async function refreshEnvironment({ layout, call }: SandboxClient, { project, stack, requirements: { policies } }: StackOptions): Promise<Readonly<Record<string, string>>> {
  const { attachment } = await call("GET /status");
  const clouds = environmentOf(layout, attachment, stack);
  const before = policies && (await exportStack({ layout, project, environment: clouds }, stack));
  const environment = { ...clouds, ...(await policyEnvironment(policyConfigFile(layout, stack), policies, before)) };
  await writeEnvironment(layout, environment);
  return environment;
}

/** A stack in the sandbox, with what it takes for granted; one that is there already is continued. */
export async function prepareStack(client: SandboxClient, options: StackOptions): Promise<{ surroundings: EngineSurroundings; existed: boolean }> {
  await writeStackConfig(client.layout, options.project, options.stack, options.requirements.secrets);
  const surroundings = { layout: client.layout, project: options.project, environment: await refreshEnvironment(client, options) };
  for (const seed of options.requirements.github ?? []) await seedGitHub(surroundings.environment, seed);
  return { surroundings, existed: await ensureStack(surroundings, options.stack) };
}

async function seedGitHub(environment: Readonly<Record<string, string>>, seed: Seed): Promise<void> {
  const { GITHUB_SEED_URL: url, GITHUB_TOKEN_FILE: tokenFile } = environment;
  if (url === undefined || tokenFile === undefined) throw new Error("the sandbox has no GitHub to seed");
  const authorization = `Bearer ${(await readFile(tokenFile, "utf8")).trim()}`;
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", authorization }, body: JSON.stringify(seed) });
  if (!response.ok) throw new Error(await response.text());
}

async function engine(at: EngineSurroundings, name: string, args: readonly string[], say: (run: EngineRun) => string, total?: number): Promise<EngineRun> {
  return phase(name, async (report) => {
    const result = await runEngine(at, name, args, (summary) => report(progressLine(summary, total)));
    if (result.code !== 0) throw failureOf(`pulumi ${name}`, result);
    return [result, say(result)];
  });
}

function progressLine(summary: RunSummary, total: number | undefined): string {
  return `${summary.done}${total === undefined ? "" : `/${total}`} resources ${summary.current()}`.trimEnd();
}

/** What an update leaves must be what the program asks for: anything else would come back at every update. */
async function secondPreview(at: EngineSurroundings, held: boolean): Promise<void> {
  await phase("again", async (report) => {
    const result = await runEngine(at, "again", ["preview", "--diff", "--expect-no-changes"], (summary) => report(progressLine(summary, undefined)));
    if (result.summary.changed > 0) throw new EngineError(`the second preview finds changes (${result.summary.line("planned")}):\n\n${result.output.trim()}`);
    if (result.code !== 0) throw failureOf("the second preview", result);
    return [undefined, `no changes, ${result.summary.line("planned")}${judgement(result, held)}`];
  });
}

async function report(client: SandboxClient, options: RehearsalOptions): Promise<void> {
  // Addresses can depend on what was brought up: clusters have API servers of their own.
  await refreshEnvironment(client, options);
  printInventory(await client.call("GET /inventory"));
  const { clouds } = await client.call("GET /status");
  console.log(`\nWhere to look, after  . ${join(client.layout.directory, "env")}`);
  const entries = [{ label: "the stack", command: "pulumi stack" }, ...clouds.flatMap(({ lookAt }) => lookAt)];
  const width = Math.max(...entries.map(({ label }) => label.length));
  for (const { label, command } of entries) console.log(`  ${label.padEnd(width)}  ${command}`);
}

export function printInventory(inventory: Inventory): void {
  for (const { cloud, entries } of inventory) {
    console.log(`\n${cloud}: ${entries.length} things`);
    const kinds = Math.max(0, ...entries.map(({ kind }) => kind.length));
    const names = Math.max(0, ...entries.map(({ name }) => name.length));
    for (const { kind, name, detail } of entries) console.log(`  ${kind.padEnd(kinds)}  ${name.padEnd(names)}  ${detail}`.trimEnd());
  }
}
