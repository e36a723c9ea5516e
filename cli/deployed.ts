/** The state of a deployed stack, as `pulumi stack export` writes it. */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { exportStack } from "../sandbox/cli/stacks";
import { findSandbox } from "../sandbox/daemon/client";
import { environmentOf } from "../sandbox/daemon/environment";
import { sandboxDirectory } from "../sandbox/daemon/layout";

/** No state could be had. The message says what to do. */
export class NoStateError extends Error {
  override readonly name = "NoStateError";
}

/**
 * The text of the state that is asked for.
 * @param state a file, `-` for standard input; left out for what the sandbox holds
 * @throws NoStateError
 */
export async function deployedState(project: string, stack: string, state: string | undefined): Promise<string> {
  if (state === "-") return text(process.stdin);
  return state === undefined ? fromSandbox(project, stack) : fromFile(state);
}

function fromFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new NoStateError(`STATE is ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
}

async function fromSandbox(project: string, stack: string): Promise<string> {
  const directory = sandboxDirectory();
  const client = await findSandbox(directory);
  if (client === undefined) throw new NoStateError(`no sandbox runs in ${directory}; start one with make rehearse, or name an exported state with STATE=FILE`);
  const { attachment } = await client.call("GET /status");
  const exported = await exportStack({ layout: client.layout, project, environment: environmentOf(client.layout, attachment, stack) }, stack);
  if (exported === undefined) throw new NoStateError(`the sandbox in ${directory} has no stack ${stack}; bring it up with make rehearse STACK=${stack}`);
  return exported;
}
