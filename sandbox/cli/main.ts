/**
 * The sandbox's commands:
 *   rehearse STACK [--stage MODULE] [--clean] [--down]   brings the stack up in the sandbox and checks that nothing is left to do
 *   up [STACK] [--stage MODULE]   starts the sandbox alone       env [STACK] [--stage MODULE]   writes .sandbox/env anew
 *   status                        says what runs                down                           ends it and everything it started
 * MODULE exports `requirements(project, stack)`, which says what the stack takes for granted (Requirements of rehearse.ts).
 * SANDBOX_DIR names the directory, by default `.sandbox`.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findSandbox, type SandboxClient } from "../daemon/client";
import { sandboxDirectory } from "../daemon/layout";
import { bringUp, printInventory, refreshEnvironment, rehearse, type Requirements, type StackOptions } from "./rehearse";

/** The stack that plain commands are pointed at when none is named. */
const DEFAULT_STACK = "prod";

interface Flags {
  readonly stage?: string | undefined;
  readonly clouds?: string | undefined;
  readonly clean?: boolean | undefined;
  readonly down?: boolean | undefined;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: "string" }, clouds: { type: "string" }, clean: { type: "boolean" }, down: { type: "boolean" } },
  });
  const [command = "", stack = DEFAULT_STACK] = positionals;
  const directory = sandboxDirectory();
  switch (command) {
    case "rehearse":
      return runRehearsal(directory, stack, values);
    case "up":
      await refreshEnvironment(await bringUp(directory, values.clouds && resolve(values.clouds)), await stackOptions(stack, values));
      console.log(`. ${directory}/env`);
      return;
    case "down":
      return down(directory);
    case "status":
      return status(await running(directory));
    case "env":
      await refreshEnvironment(await running(directory), await stackOptions(stack, values));
      console.log(`. ${directory}/env`);
      return;
    default:
      throw new Error(`'${command}' is no command; there are rehearse, up, down, status, env`);
  }
}

async function runRehearsal(directory: string, stack: string, flags: Flags): Promise<void> {
  const clouds = flags.clouds === undefined ? {} : { clouds: resolve(flags.clouds) };
  await rehearse({ ...(await stackOptions(stack, flags)), directory, clean: flags.clean ?? false, ...clouds });
  if (flags.down) await down(directory);
}

async function stackOptions(stack: string, { stage }: Flags): Promise<StackOptions> {
  const project = process.cwd();
  return { project, stack, requirements: stage === undefined ? { secrets: [] } : await requirementsOf(resolve(stage), project, stack) };
}

async function requirementsOf(module: string, project: string, stack: string): Promise<Requirements> {
  const loaded = (await import(module)) as { requirements?: (project: string, stack: string) => Requirements | Promise<Requirements> };
  if (!loaded.requirements) throw new Error(`${module} exports no function requirements(project, stack)`);
  return loaded.requirements(project, stack);
}

async function down(directory: string): Promise<void> {
  const client = await findSandbox(directory);
  await client?.stop();
  console.log(client ? "the sandbox and everything it started has ended" : `no sandbox runs in ${directory}`);
}

async function running(directory: string): Promise<SandboxClient> {
  const client = await findSandbox(directory);
  if (!client) throw new Error(`no sandbox runs in ${directory}; start one with make sandbox-up or make rehearse`);
  return client;
}

async function status(client: SandboxClient): Promise<void> {
  const { pid, startedAt, attachment } = await client.call("GET /status");
  console.log(`process ${pid}, since ${startedAt}, in ${client.layout.directory}`);
  for (const [name, port] of Object.entries(attachment.providers)) console.log(`  provider ${name} on 127.0.0.1:${port}`);
  for (const { order, hits } of await client.call("GET /faults")) console.log(`  fault ${JSON.stringify(order)}: ${hits.length} hits`);
  printInventory(await client.call("GET /inventory"));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
