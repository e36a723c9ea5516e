/**
 * The sandbox's commands:
 *   rehearse STACK [--stage MODULE] [--clean] [--down]   brings the stack up in the sandbox and checks that nothing is left to do
 *   up [STACK]      starts the sandbox alone         down     ends it and everything it started
 *   status          says what runs                   env [STACK]   writes .sandbox/env anew
 * MODULE exports `requirements(project, stack)`, which says what the stack takes for granted (Requirements of rehearse.ts).
 * SANDBOX_DIR names the directory, by default `.sandbox`.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findSandbox, type SandboxClient } from "../daemon/client";
import { sandboxDirectory } from "../daemon/layout";
import { bringUp, printInventory, refreshEnvironment, rehearse, type Requirements } from "./rehearse";

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
      await refreshEnvironment(await bringUp(directory, values.clouds && resolve(values.clouds)), stack);
      console.log(`. ${directory}/env`);
      return;
    case "down":
      return down(directory);
    case "status":
      return status(await running(directory));
    case "env":
      await refreshEnvironment(await running(directory), stack);
      console.log(`. ${directory}/env`);
      return;
    default:
      throw new Error(`'${command}' is no command; there are rehearse, up, down, status, env`);
  }
}

async function runRehearsal(directory: string, stack: string, flags: Flags): Promise<void> {
  const project = process.cwd();
  const requirements = flags.stage === undefined ? { secrets: [] } : await requirementsOf(resolve(flags.stage), project, stack);
  const clouds = flags.clouds === undefined ? {} : { clouds: resolve(flags.clouds) };
  await rehearse({ project, directory, stack, requirements, clean: flags.clean ?? false, ...clouds });
  if (flags.down) await down(directory);
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
