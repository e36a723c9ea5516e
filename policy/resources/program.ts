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

/**
 * Runs the program of the project for a stack.
 * @param secrets config keys with namespace that the committed config does not hold; each gets a made-up value.
 * @throws Error with what the program printed.
 */
export async function recordProgram(project: string, stack: string, phase: Phase, secrets: readonly string[]): Promise<readonly Resource[]> {
  const loader = ["--import", require.resolve("tsx")];
  const { stdout } = await run(process.execPath, [...loader, join(__dirname, "run-program.ts"), project, stack, phase, ...secrets], { maxBuffer: LONGEST_OUTPUT, cwd: project });
  return JSON.parse(stdout) as readonly Resource[];
}
