/** Processes that are measured or asked. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Sample } from "./rounds";
import { PROJECT } from "./stacks";

const run = promisify(execFile);

/** Most bytes that a process may print: a large stack's resources. */
const LONGEST_OUTPUT = 256 * 1024 * 1024;

/** What lets Node run TypeScript: `--import` it. */
export const TYPESCRIPT = require.resolve("tsx");

export const COST = join(__dirname, "cost.cjs");

/** Seconds that a process cost, from its start to its end. */
export type Cost = Readonly<Record<"processor" | "wall", number>>;

/** What a command prints on standard output. Rejects with its standard error when it fails. */
export async function textOf(file: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  const { stdout } = await run(file, args, { ...options, maxBuffer: LONGEST_OUTPUT, encoding: "utf8" });
  return stdout;
}

/** What a program of the folder `bench` measured of itself in a new process, as the JSON that it prints. */
export async function toldBy(program: string, ...args: readonly string[]): Promise<Sample<keyof Cost>> {
  return JSON.parse(await textOf(process.execPath, ["--import", TYPESCRIPT, join(PROJECT, "bench", program), ...args])) as Sample<keyof Cost>;
}

/** What a Node process cost that loads cost.cjs, which `start` runs to its end with the variables given. */
export async function costOf(start: (variables: Readonly<Record<"BENCH_COST_FILE", string>>) => Promise<unknown>): Promise<Cost> {
  const directory = await mkdtemp(join(tmpdir(), "gpu-cicd-cost-"));
  try {
    const file = join(directory, "cost.json");
    await start({ BENCH_COST_FILE: file });
    return JSON.parse(await readFile(file, "utf8")) as Cost;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
