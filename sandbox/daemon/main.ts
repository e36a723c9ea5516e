/** The daemon's process. Usage: `node --import tsx sandbox/daemon/main.ts DIRECTORY GIVEN [MODULE]`; GIVEN is JSON, MODULE exports `startClouds`. */
import { rename, rm, writeFile } from "node:fs/promises";
import { startControl } from "./control";
import { layoutOf } from "./layout";
import { startSandbox } from "./sandbox";
import type { Plugins } from "../plugins/choice";
import type { ChartsOption } from "../cloud";
import type { StartClouds } from "./clouds";

export interface ControlFile {
  readonly pid: number;
  readonly watchdog: number | undefined;
  readonly port: number;
  readonly token: string;
}

/** What a sandbox is given of the machine. */
export interface Given {
  readonly plugins: Plugins;
  readonly charts?: ChartsOption;
}

async function main(directory: string, given: Given, module: string): Promise<void> {
  const layout = layoutOf(directory);
  const { startClouds } = (await import(module)) as { startClouds: StartClouds };
  const sandbox = await startSandbox(layout, startClouds, (line) => console.log(`${new Date().toISOString()} ${line}`), given);
  const stop = once(async () => {
    control.close();
    await rm(layout.control, { force: true });
    await sandbox.stop();
    process.exit(0);
  });
  const control = await startControl(sandbox, () => void stop());
  const file: ControlFile = { pid: process.pid, watchdog: sandbox.children.watchdogPid, port: control.port, token: control.token };
  // Whole or not at all: whoever waits for the file reads it at once.
  await writeFile(`${layout.control}.new`, JSON.stringify(file), { mode: 0o600 });
  await rename(`${layout.control}.new`, layout.control);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

main(process.argv[2] ?? "", JSON.parse(process.argv[3] ?? "{}") as Given, process.argv[4] ?? "./clouds").catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
