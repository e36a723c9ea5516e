/** What `make check` and `make test` do. Each part runs to its end whatever the others say; the last line counts them all. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ensureChromium } from "../cli/browser";
import { bundlePack } from "../policy/bundle";
import { ensureTools } from "../sandbox/tools";
import needs from "./needs.json";
import { generated, jest, lint, summed, types, type Count } from "./steps";

/** A file in Jest's summary of coverage, and `total`. */
interface CoveredFile {
  readonly branches: { readonly total: number; readonly covered: number };
}

const PROJECT = join(__dirname, "..");

/** Types, lint, generated files, and the tests that need nothing but Node.js. Returns the exit code. */
export async function runPure(): Promise<number> {
  const others = Object.keys(needs).map((start) => `<rootDir>/${start.replaceAll(".", "\\.")}`);
  const tests = inFolder((folder) => jest(["--testPathIgnorePatterns", ...others], join(folder, "jest.json")));
  // All at once: none keeps two cores busy from its beginning to its end.
  return summed(await Promise.all([types(true), lint(true), generated(), tests]));
}

/** Everything. Returns the exit code. */
export async function runAll(jestArguments: readonly string[]): Promise<number> {
  // Tests use them; built here, where the progress can be seen.
  await ensureTools(["pulumi", "kube-apiserver", "kube-controller-manager", "etcd", "kubectl", "moto_server", "pulumi-resource-github", "helm", "actionlint", "zizmor", "act"]);
  await Promise.all([ensureChromium(), bundlePack()]);
  const statics = await Promise.all([types(false), lint(false)]);
  return summed([...statics, ...(await tests(jestArguments))]);
}

/** Jest's tests, and how far those of the whole tree reach into the policies. */
function tests(args: readonly string[]): Promise<Count[]> {
  return inFolder(async (folder) => {
    const report = join(folder, "jest.json");
    if (args.length > 0) return [await jest(args, report)];
    const counted = await jest(["--coverage", "--coverageReporters=json-summary", `--coverageDirectory=${folder}`], report);
    return [counted, await policyCoverage(join(folder, "coverage-summary.json"))];
  });
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-test-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
