/** The sandbox that runs. */
import { deadSandbox, findSandbox, type SandboxClient } from "../../../sandbox/daemon/client";

/** @throws Error where none runs */
export async function runningSandbox(directory: string): Promise<SandboxClient> {
  const client = await findSandbox(directory);
  if (client !== undefined) return client;
  const dead = await deadSandbox(directory);
  if (dead !== undefined) throw new Error(`the sandbox in ${directory} died (process ${dead.pid}), and its clouds are gone with it; make rehearse or make sandbox-up starts another`);
  throw new Error(`no sandbox runs in ${directory}; start one with make sandbox-up or make rehearse`);
}
