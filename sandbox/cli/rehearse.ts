/** A rehearsal: the real engine brings up a whole stack against the clouds of a sandbox, and finds nothing left to do. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureSandbox, findSandbox, type SandboxClient } from "../daemon/client";
import { environmentOf, writeEnvironment } from "../daemon/environment";
import type { Inventory } from "../daemon/control";
import { policyConfigFile } from "../daemon/layout";
import { policyEnvironment, type PolicyPack } from "../daemon/policies";
import { writeStackConfig, type SecretKey } from "../daemon/stack";
import type { Seed } from "../github";
import { ensureTools, type AnyTool } from "../tools";
import { EngineError, failureOf, runEngine, type EngineRun, type EngineSurroundings } from "./engine";
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
  /** Module of clouds for the daemon; by default the four. */
  readonly clouds?: string;
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

/** Prints as it goes. Throws an EngineError when a run fails or the second preview finds a change. The sandbox stays up either way. */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  if (options.clean) await (await findSandbox(options.directory))?.stop();
  const client = await bringUp(options.directory, options.clouds);
  const at = await phase("stack", async () => {
    const prepared = await prepareStack(client, options);
    return [prepared.surroundings, `${options.stack}, ${prepared.existed ? "continued" : "new"}, with ${options.requirements.secrets.length} canary secrets`];
  });
  const held = options.requirements.policies !== undefined;
  const planned = await engine(at, "preview", ["preview"], (run) => `${run.summary.line("planned")}${judgement(run, held)}`);
  await engine(at, "up", ["up", "--yes", "--skip-preview"], (run) => `${run.summary.line("done")}${judgement(run, held)}`, planned.summary.total);
  await secondPreview(at, held);
  await report(client, options);
}

/** What the policy pack said of a run that it let pass. Throws an EngineError when the engine did not run the pack. */
function judgement({ summary }: EngineRun, held: boolean): string {
  if (!held) return "";
  if (summary.packs.length === 0) throw new EngineError("the engine did not run the policy pack to which the stack is held");
  const advice = summary.advice();
  return advice.length === 0 ? `, held to ${summary.packs.join(", ")}` : `, ${advice.length} pieces of advice from ${summary.packs.join(", ")}:\n\n${advice.join("\n\n")}\n`;
}

/** Tools and a running sandbox. */
export async function bringUp(directory: string, clouds?: string): Promise<SandboxClient> {
  await phase("tools", async () => {
    const tools = clouds === undefined ? TOOLS : (["pulumi", "kubectl"] as const);
    const paths = await ensureTools(tools);
    return [paths, paths.map(({ name, version }) => `${name} ${version}`).join(", ")];
  });
  return phase("sandbox", async () => {
    const { client, started } = await ensureSandbox(directory, clouds === undefined ? {} : { clouds });
    return [client, `${started ? "started" : "runs already"}, process ${client.pid}`];
  });
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
