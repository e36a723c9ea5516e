/** The resources of a stack, from its program and its committed config, without an engine or a cloud. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Resource } from "./resource";

/** `preview`: what clouds would answer is unknown. `up`: everything has a value. */
export type Phase = "preview" | "up";

const run = promisify(execFile);

/** Most bytes of one stack's resources. */
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** What a rehearsal's stage says about a stack, as far as it is needed here. */
interface Stage {
  requirements(project: string, stack: string): { readonly secrets: readonly { readonly key: string }[] };
}

/**
 * Runs the program of the project for a stack. The committed config holds no secrets: the stage of rehearsals names those that the stack
 * needs, and each gets a made-up value.
 * @throws Error with what the program printed.
 */
export async function recordProgram(project: string, stack: string, phase: Phase): Promise<readonly Resource[]> {
  const stage = (await import(join(project, "rehearsal/stage.ts"))) as Stage;
  const secrets = stage.requirements(project, stack).secrets.map(({ key }) => key);
  const loader = ["--import", require.resolve("tsx")];
  const { stdout } = await run(process.execPath, [...loader, join(__dirname, "run-program.ts"), project, stack, phase, ...secrets], { maxBuffer: LONGEST_OUTPUT, cwd: project });
  return JSON.parse(stdout) as readonly Resource[];
}
