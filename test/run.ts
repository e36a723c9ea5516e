/**
 * Everything that must pass: types, lint and tests. Each runs to its end whatever the others say; the last line counts them all.
 * Usage: `npx tsx test/run.ts [JEST ARGUMENTS]`
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ensureChromium } from "../cli/browser";
import { ensureTools } from "../sandbox/tools";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all: none of their tests is counted. */
  readonly numRuntimeErrorTestSuites: number;
}

/** A file in Jest's summary of coverage, and `total`. */
interface CoveredFile {
  readonly branches: { readonly total: number; readonly covered: number };
}

const PROJECT = join(__dirname, "..");

async function main(jestArguments: readonly string[]): Promise<void> {
  // Tests use them; built here, where the progress can be seen.
  await ensureTools(["pulumi", "kube-apiserver", "kube-controller-manager", "etcd", "kubectl", "moto_server", "actionlint", "zizmor", "act"]);
  await ensureChromium();
  const statics = await Promise.all([check("types", "tsc", ["--noEmit", "--project", "."]), check("lint", "eslint", ["."])]);
  const counts = [...statics, ...(await tests(jestArguments))];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function check(name: string, command: string, args: readonly string[]): Promise<Count> {
  const started = Date.now();
  const code = await run(command, args);
  console.log(`${name}: ${code === 0 ? "passed" : "FAILED"} (${Math.round((Date.now() - started) / 1000)} s)`);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Jest's tests, and how far those of the whole tree reach into the policies. */
async function tests(args: readonly string[]): Promise<Count[]> {
  const directory = await mkdtemp(join(tmpdir(), "gpu-cicd-test-"));
  const report = join(directory, "jest.json");
  const measured = args.length === 0 ? ["--coverage", "--coverageReporters=json-summary", `--coverageDirectory=${directory}`] : [];
  try {
    const code = await run("jest", ["--json", `--outputFile=${report}`, ...measured, ...args]);
    const counted = countOf(code, await readFile(report, "utf8").catch(() => undefined));
    return measured.length === 0 ? [counted] : [counted, await policyCoverage(join(directory, "coverage-summary.json"))];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Jest's own counts. A run that ends badly without a failed test counts as one failure: nothing may pass by not running. */
function countOf(code: number, report: string | undefined): Count {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(report) as JestResult;
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** Every branch of every policy has to be reached. Which files count, jest.config.js says. */
async function policyCoverage(file: string): Promise<Count> {
  const { total, ...files } = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Readonly<Record<string, CoveredFile>>;
  const missed = Object.entries(files).filter(([, { branches }]) => branches.covered < branches.total);
  for (const [path, { branches }] of missed) console.log(`  ${relative(PROJECT, path)}: ${branches.covered} of ${branches.total} branches`);
  const complete = total !== undefined && total.branches.total > 0 && missed.length === 0;
  console.log(`coverage of policy/: ${complete ? "passed" : "FAILED"} (${total?.branches.covered ?? 0} of ${total?.branches.total ?? 0} branches)`);
  return complete ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs an executable of node_modules. Jest prints its report on standard error, and its JSON, which is in the file, on standard output. */
function run(command: string, args: readonly string[]): Promise<number> {
  const executable = join(PROJECT, "node_modules", ".bin", command);
  const child = spawn(executable, args, { stdio: ["ignore", command === "jest" ? "ignore" : "inherit", "inherit"], cwd: PROJECT });
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => resolve(code ?? 1)));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
});
