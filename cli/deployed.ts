/** The state of a deployed stack, as `pulumi stack export` writes it. */
import { exportStack } from "../sandbox/cli/stacks";
import { findSandbox } from "../sandbox/daemon/client";
import { environmentOf } from "../sandbox/daemon/environment";
import { sandboxDirectory } from "../sandbox/daemon/layout";
import type { Io } from "./kit/command";
import { readTextOf } from "./kit/files";

/** No state could be had. The message says what to do. */
export class NoStateError extends Error {
  override readonly name = "NoStateError";
}

/**
 * The text of the state that is asked for.
 * @param state a file, `-` for standard input; left out for what the sandbox holds
 * @throws NoStateError; UsageError for a file that cannot be read
 */
export async function deployedState(project: string, stack: string, state: string | undefined, io: Io): Promise<string> {
  return state === undefined ? fromSandbox(project, stack, io) : readTextOf("state", state, io);
}

async function fromSandbox(project: string, stack: string, { environment }: Io): Promise<string> {
  const directory = sandboxDirectory(environment);
  const client = await findSandbox(directory);
  if (client === undefined) throw new NoStateError(`no sandbox runs in ${directory}; start one with make rehearse, or name an exported state with --state FILE (make: STATE=FILE)`);
  const { attachment } = await client.call("GET /status");
  const exported = await exportStack({ layout: client.layout, project, environment: environmentOf(client.layout, attachment, stack) }, stack);
  if (exported === undefined) throw new NoStateError(`the sandbox in ${directory} has no stack ${stack}; bring it up with make rehearse STACK=${stack}`);
  return exported;
}
