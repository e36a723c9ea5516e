/**
 * `make report STACK=prod [BASE=ref]`: what a change of the infrastructure means. Runs a preview with the policy pack, or reads one, and writes
 * STACK.json, STACK.md, STACK.html and STACK.sarif into the folder `report` of the sandbox's directory, by default `.sandbox/report`.
 *
 * Usage: `npx tsx cli/report.ts [OPTION...] STACK`; an option without a value counts as not given.
 *   --base       commit whose config is compared with: what is deployed, or what a pull request is made against
 *   --before     a stack's config file to compare with, instead of a commit
 *   --config     a config file that is previewed in the place of the committed Pulumi.STACK.yaml; a sandbox's secrets are put into it
 *   --preview    reads a preview from a file, what `pulumi preview --json` printed, and runs none
 *   --refresh    reads a refresh from a file, what `pulumi refresh --preview-only --json` printed
 *   --cloud      sandbox (default), or real: the state and the clouds that the environment points to
 *   --drift      any value looks for drift with `pulumi refresh --preview-only`
 *   --capacity   any value simulates who waits, before and after
 *   --out        another folder to write to
 *
 * Exit code: 0 when the preview came to its end, whatever it shows; 3 when a mandatory policy refuses the change; 2 when the preview failed. In all
 * three the report is written. 1 when there is none: an option is wrong, no sandbox runs, a file cannot be read.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildReport, plainSentence, plainText, readPreview, stackOf, type Preview, type ReadConfig, type Report, type ReportInput } from "../report/preview";
import { sandboxDirectory } from "../sandbox/daemon/layout";
import { phase } from "../sandbox/cli/phase";
import { simulated } from "./report/capacity";
import { engineText, runEngine, type EngineRun, type Surroundings } from "./report/engine";
import { azureRoles, policyFacts } from "./report/facts";
import { head, sideOfCommit, sideOfFile } from "./report/sides";
import { CLOUDS, surroundings, type Clouds } from "./report/surroundings";
import { writeReport } from "./report/write";
import { committedStacks } from "./stack";
import { givenOf, UsageError } from "./usage";

const PROJECT = join(__dirname, "..");

/** What is asked, as text; undefined where nothing was given. */
export interface Question {
  readonly stack?: string | undefined;
  readonly base?: string | undefined;
  readonly before?: string | undefined;
  readonly config?: string | undefined;
  readonly preview?: string | undefined;
  readonly refresh?: string | undefined;
  readonly cloud?: string | undefined;
  readonly drift?: string | undefined;
  readonly capacity?: string | undefined;
  readonly out?: string | undefined;
}

const DEFAULT_STACK = "prod";

/** What each verdict ends the command with. */
const EXIT_CODES: Readonly<Partial<Record<Report["headline"]["verdict"], number>>> = { failed: 2, refused: 3 };

/**
 * Makes a report. Says on standard output how far it is.
 * @param prepared where the engine runs, for a caller that has it already
 * @throws UsageError, PreviewError, or an Error that says what cannot be read or run
 */
export async function answer(question: Question, prepared?: Surroundings): Promise<Report> {
  const findings = usageFindings(question);
  if (findings.length > 0) throw new UsageError(findings.join("\n"));
  const stack = question.stack ?? DEFAULT_STACK;
  const { before, after } = configs(question, stack);
  const runs = question.preview === undefined || question.drift !== undefined;
  const at = prepared ?? (runs ? await surroundings((question.cloud ?? "sandbox") as Clouds, PROJECT, stack, question.config) : undefined);
  const previewed = question.preview === undefined ? await previewOf(at!, stack) : { preview: fileOf("PREVIEW", question.preview) };
  const refresh = question.refresh !== undefined ? fileOf("REFRESH", question.refresh) : question.drift === undefined ? undefined : await refreshOf(at!, stack);
  const capacity = question.capacity === undefined ? undefined : await simulated(before, after);
  const checkedOut = head(PROJECT);
  return buildReport({
    project: stackOf(previewed.preview)?.project ?? "gpu-cicd",
    stack,
    ...previewed,
    before,
    after,
    policies: policyFacts(),
    azureRoles: azureRoles(),
    date: new Date().toISOString(),
    ...(refresh === undefined ? {} : { refresh }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(before !== undefined && "ref" in before ? { base: before.ref } : question.base === undefined ? {} : { base: { name: question.base } }),
    ...(checkedOut === undefined ? {} : { head: checkedOut }),
  });
}

function usageFindings({ stack = DEFAULT_STACK, base, before, cloud, preview, drift, refresh }: Question): string[] {
  const stacks = committedStacks();
  return [
    ...(stacks.includes(stack) ? [] : [`STACK is ${JSON.stringify(stack)}: allowed are ${stacks.join(", ")}`]),
    ...(base !== undefined && before !== undefined ? ["BASE and BEFORE are both given: one of them names what is compared with"] : []),
    ...(cloud === undefined || CLOUDS.some((known) => known === cloud) ? [] : [`CLOUD is ${JSON.stringify(cloud)}: allowed are ${CLOUDS.join(", ")}`]),
    ...(drift !== undefined && refresh !== undefined ? ["DRIFT and REFRESH are both given: the one runs a refresh, the other reads one"] : []),
    ...(preview !== undefined && cloud !== undefined && drift === undefined ? ["PREVIEW and CLOUD are both given: a preview that is read runs nowhere"] : []),
  ];
}

function configs({ base, before, config }: Question, stack: string): { readonly before: ReadConfig; readonly after: ReadConfig } {
  const after = sideOfFile(stack, config ?? join(PROJECT, `Pulumi.${stack}.yaml`));
  if (before !== undefined) return { before: sideOfFile(stack, before), after };
  return { before: base === undefined ? undefined : sideOfCommit(PROJECT, stack, base), after };
}

type Previewed = Pick<ReportInput, "preview" | "commandError" | "state" | "engineVersion">;

/** Runs the preview, and after a failure reads which resources there are, so that the report can say what was not reached. */
async function previewOf(at: Surroundings, stack: string): Promise<Previewed> {
  const run = await phase("preview", async (say) => {
    const result = await runEngine(at, ["preview", "--stack", stack], (summary) => say(`${summary.done} resources ${summary.current()}`.trimEnd()));
    return [result, result.code === 0 ? "done" : `ended with ${result.code}`];
  });
  const preview = previewIn(run);
  const engineVersion = (await engineText(at, ["version"])).trim().replace(/^v/, "");
  if (preview.result === "succeeded") return { preview, engineVersion };
  const unexplained = run.errors !== "" && !preview.messages.some(({ severity }) => severity === "error");
  return { preview, engineVersion, ...(unexplained ? { commandError: run.errors } : {}), ...(await stateOf(at, stack)) };
}

/** A command that ends before the engine starts prints no event. */
function previewIn({ events, errors, code }: EngineRun): Preview {
  if (events.trim() !== "") return readPreview(events);
  const text = errors === "" ? `the command printed nothing and ended with ${code}` : plainText(errors);
  return { source: "events", steps: [], messages: [{ severity: "error", text }], policyPacks: {}, result: "unfinished", programEnded: false };
}

/** A state that cannot be read is no reason to have no report: the failure then says nothing of what was not reached. */
async function stateOf(at: Surroundings, stack: string): Promise<Pick<ReportInput, "state">> {
  try {
    const exported = JSON.parse(await engineText(at, ["stack", "export", "--stack", stack])) as { deployment?: { resources?: readonly { urn: string; custom: boolean }[] } };
    return { state: (exported.deployment?.resources ?? []).filter(({ custom }) => custom).map(({ urn }) => urn) };
  } catch {
    return {};
  }
}

async function refreshOf(at: Surroundings, stack: string): Promise<Preview> {
  const run = await phase("drift", async (say) => {
    const result = await runEngine(at, ["refresh", "--preview-only", "--stack", stack], (summary) => say(`${summary.done} resources ${summary.current()}`.trimEnd()));
    return [result, result.code === 0 ? "done" : `ended with ${result.code}`];
  });
  return previewIn(run);
}

function fileOf(option: string, file: string): Preview {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option} is ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
  return readPreview(text);
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { base: text, before: text, config: text, preview: text, refresh: text, cloud: text, drift: text, capacity: text, out: text },
  });
  const given = givenOf(values);
  const [stack] = positionals.filter((word) => word !== "");
  const report = await answer({ ...given, stack });
  const files = writeReport(given.out ?? join(sandboxDirectory(), "report"), report);
  console.log(`${report.headline.verdict}: ${plainSentence(report.headline.summary.sentence)}`);
  for (const file of files) console.log(`  ${file}`);
  process.exitCode = EXIT_CODES[report.headline.verdict] ?? 0;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
