/** The parts of `make check` and `make test`. Each runs to its end, says how it ended and how long it took, and counts what passed. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { changesOf } from "../cli/generate/changes";
import { GENERATORS } from "../cli/generate/registry";

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all: none of their tests is counted. */
  readonly numRuntimeErrorTestSuites: number;
}

const PROJECT = join(__dirname, "..");

/**
 * Type check by the native compiler: it takes a third of the time of the one that the linter needs.
 * @param cached checks changed files and those that they reach: 4 s instead of 26 s
 */
export function types(cached: boolean): Promise<Count> {
  const cache = ["--incremental", "--tsBuildInfoFile", join("node_modules", ".cache", "types.tsbuildinfo")];
  return step("types", () => run(join("typescript-native", "bin", "tsc"), ["--noEmit", "--project", ".", ...(cached ? cache : [])]));
}

/**
 * Style and the arrows of docs/architecture.md.
 * @param cached looks only at changed files: quick, but blind where a type changes in one file and another one misuses it
 */
export function lint(cached: boolean): Promise<Count> {
  const cache = ["--cache", "--cache-strategy=content", `--cache-location=${join("node_modules", ".cache", "eslint")}/`];
  return step("lint", async () => Math.max(await run(join(".bin", "eslint"), [...(cached ? cache : []), "."]), await arrows()));
}

/** Which folder may import which, and that no files need each other in a circle: .dependency-cruiser.cjs. */
function arrows(): Promise<number> {
  return run(join(".bin", "depcruise"), ["--output-type", "err-long", "."]);
}

/** Whether every generated file is fresh. Nothing is written. */
export function generated(): Promise<Count> {
  return step("generated files", async () => {
    const stale = await changesOf(GENERATORS, PROJECT).catch((error: unknown) => [{ path: error instanceof Error ? error.message : String(error) }]);
    for (const { path } of stale) console.log(`  ${path}`);
    if (stale.length > 0) console.log("  stale: run make generate");
    return stale.length === 0 ? 0 : 1;
  });
}

/** Runs Jest. @param report file for its counts */
export async function jest(args: readonly string[], report: string): Promise<Count> {
  const started = Date.now();
  // Jest prints its report on standard error, and its JSON, which is in the file, on standard output.
  const code = await runJest(["--json", `--outputFile=${report}`, ...args]);
  const counted = countOf(code, await readFile(report, "utf8").catch(() => undefined));
  say("tests", counted.failed === 0, started);
  return counted;
}

/** Prints the sum. Returns the exit code. */
export function summed(counts: readonly Count[]): number {
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function step(name: string, work: () => Promise<number>): Promise<Count> {
  const started = Date.now();
  const code = await work();
  say(name, code === 0, started);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function say(name: string, passed: boolean, started: number): void {
  console.log(`${name}: ${passed ? "passed" : "FAILED"} (${Math.round((Date.now() - started) / 1000)} s)`);
}

/** Jest's own counts. A run that ends badly without a failed test counts as one failure: nothing may pass by not running. */
function countOf(code: number, report: string | undefined): Count {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report) as JestResult;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** Runs an executable of node_modules. What it prints is shown as a whole at its end, as other parts run beside it. */
function run(file: string, args: readonly string[]): Promise<number> {
  const child = spawn(join(PROJECT, "node_modules", file), args, { stdio: ["ignore", "pipe", "pipe"], cwd: PROJECT });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => printed.push(data));
  return new Promise((resolve, reject) =>
    child.once("error", reject).once("close", (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    }),
  );
}

/** Runs Jest, whose progress is shown as it goes. */
function runJest(args: readonly string[]): Promise<number> {
  const child = spawn(join(PROJECT, "node_modules", ".bin", "jest"), args, { stdio: ["ignore", "ignore", "inherit"], cwd: PROJECT });
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => resolve(code ?? 1)));
}
