/** The resources of a stack, from its program and its committed config, without an engine or a cloud. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Resource } from "./resource";

/** `preview`: what clouds would answer is unknown. `up`: everything has a value. `intent-SALT`: what clouds would answer is a token (tokens.ts). */
export type Phase = "preview" | "up" | `intent-${string}`;

const run = promisify(execFile);

/** Most bytes of one stack's resources. */
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/**
 * Variables that the program is given: no cloud's, as SDKs of providers take addresses and tokens from them, which would stand in a manifest.
 */
const PASSED_ON = /^(PATH|HOME|TMPDIR|TEMP|LANG|SystemRoot|NODE_\w+|GPU_CICD_\w+)$/;

/** What a rehearsal's stage says about a stack, as far as it is needed here. */
interface Stage {
  requirements(project: string, stack: string, folder: string): { readonly secrets: readonly { readonly key: string }[] };
}

/**
 * Runs the program of the project for a stack. The committed config holds no secrets: the stage of rehearsals names those that the stack
 * needs, and each gets a made-up value.
 * @param folder where the stack's config is read, if not in the project's
 * @throws Error with what the program printed.
 */
export async function recordProgram(project: string, stack: string, phase: Phase, folder = project): Promise<readonly Resource[]> {
  const stage = (await import(join(project, "rehearsal/stage.ts"))) as Stage;
  const secrets = stage.requirements(project, stack, folder).secrets.map(({ key }) => key);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  const loader = ["--import", require.resolve("tsx")];
  const { stdout } = await run(process.execPath, [...loader, join(__dirname, "run-program.ts"), project, folder, stack, phase, ...secrets], { maxBuffer: LONGEST_OUTPUT, cwd: project, env });
  return JSON.parse(stdout) as readonly Resource[];
}
