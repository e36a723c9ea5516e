/** What a change of the infrastructure means, told from a preview with the policy pack. */
import { join } from "node:path";
import { buildReport, plainSentence, plainText, PreviewError, readPreview, stacksOf, type Preview, type ReadConfig, type Report, type ReportInput } from "../../report/preview";
import { sandboxDirectory } from "../../sandbox/daemon/layout";
import { phase } from "../../sandbox/cli/phase";
import { define } from "../kit/command";
import { readFileOf, unwritableFolder } from "../kit/files";
import { choice, flag, text, type ValuesOf } from "../kit/options";
import { PROJECT, projectName, stackOption } from "../kit/project";
import { UsageError, type Finding, type NameOf } from "../kit/usage";
import { simulated } from "../report/capacity";
import { engineText, runEngine, type EngineRun, type Surroundings } from "../report/engine";
import { azureRoles, policyFacts } from "../report/facts";
import { head, sideOfCommit, sideOfFile } from "../report/sides";
import { CLOUDS, surroundings } from "../report/surroundings";
import { writeReport } from "../report/write";

const OPTIONS = {
  stack: stackOption,
  base: text("COMMIT", "compares with the config of a commit: what is deployed, or what a pull request is made against"),
  before: text("FILE", "compares with a config file of the stack, in the place of a commit"),
  config: text("FILE", "previews a config file in the place of the committed Pulumi.STACK.yaml; a sandbox's secrets are put into it"),
  preview: text("FILE", "reads what `pulumi preview --json` printed, and runs no preview"),
  refresh: text("FILE", "reads what `pulumi refresh --preview-only --json` printed"),
  cloud: choice(CLOUDS, "where the preview runs: in the sandbox, which counts where nothing is given, or in the clouds and with the state that the environment points to"),
  drift: flag("looks for drift with `pulumi refresh --preview-only`"),
  capacity: flag("simulates who waits, before and after"),
  out: text("FOLDER", "where the report is written; by default report in the sandbox's directory: .sandbox/report"),
};

/** What is asked. */
export type Question = Partial<Omit<ValuesOf<typeof OPTIONS>, "stack" | "out">> & { readonly stack: string };

/** What each verdict ends the command with. */
const EXIT_CODES: Readonly<Partial<Record<Report["headline"]["verdict"], number>>> = { failed: 2, refused: 3 };

/** Drift that weakens what the stack protects is no note: a job that looks for it fails. */
const GRAVE_DRIFT = 4;

function isGraveDrift({ drift }: Report): boolean {
  return drift.known && drift.dangers.some(({ severity }) => severity !== "medium");
}

export const command = define({
  about: [
    "Runs a preview with the policy pack, or reads one, and writes STACK.md, STACK.html, STACK.json and STACK.sarif.",
    "Dangers come first, then required checks, images, runners, trust and cost, policies, and at last the resources.",
  ],
  options: OPTIONS,
  examples: [
    ["report --stack prod --base origin/main", "a change against what main has, after a rehearsal"],
    ["report --stack prod --cloud real --drift", "the deployed stack, with what was changed behind its back"],
    ["report --preview preview.json --out reports", "a preview that ran elsewhere"],
  ],
  exits: {
    0: "the preview came to its end, whatever it shows; the report is written",
    1: "there is no report: the command was called wrongly, no sandbox runs, or a file cannot be read",
    2: "the preview failed; the report is written",
    3: "a mandatory policy or a cloud refuses the change; the report is written",
    4: "drift of severity high or critical was found; the report is written",
  },
  check: ({ options }) => [...usageFindings(options), ...unwritableFolder("out", options.out)],
  async run({ options: { out, ...question } }, io) {
    const report = await answer(question);
    const files = writeReport(out ?? join(sandboxDirectory(), "report"), report);
    io.out(`${[`${report.headline.verdict}: ${plainSentence(report.headline.summary.sentence)}`, ...files.map((file) => `  ${file}`)].join("\n")}\n`);
    return EXIT_CODES[report.headline.verdict] ?? (isGraveDrift(report) ? GRAVE_DRIFT : undefined);
  },
});

/**
 * Makes a report. Says on standard output how far it is.
 * @param prepared where the engine runs, for a caller that has it already
 * @throws UsageError, PreviewError, or an Error that says what cannot be read or run
 */
export async function answer(question: Question, prepared?: Surroundings): Promise<Report> {
  const { stack } = question;
  const { before, after } = configs(question, stack);
  const runs = question.preview === undefined || question.drift === true;
  const at = prepared ?? (runs ? await surroundings(question.cloud ?? "sandbox", PROJECT, stack, question.config) : undefined);
  const previewed = question.preview === undefined ? await previewOf(at!, stack) : { preview: fileOf("preview", question.preview, stack) };
  const refresh = question.refresh !== undefined ? fileOf("refresh", question.refresh, stack) : question.drift === true ? await refreshOf(at!, stack) : undefined;
  const capacity = question.capacity === true ? await simulated(before, after) : undefined;
  const checkedOut = head(PROJECT);
  return buildReport({
    project: projectName(),
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

function usageFindings({ base, before, cloud, preview, drift, refresh }: Question): Finding[] {
  const both = (one: string, other: string, why: string): Finding => (name: NameOf) => `${name(one)} and ${name(other)} are both given: ${why}`;
  return [
    ...(base !== undefined && before !== undefined ? [both("base", "before", "one of them names what is compared with")] : []),
    ...(drift === true && refresh !== undefined ? [both("drift", "refresh", "the one runs a refresh, the other reads one")] : []),
    ...(preview !== undefined && cloud !== undefined && drift !== true ? [both("preview", "cloud", "a preview that is read runs nowhere")] : []),
  ];
}

function configs({ base, before, config }: Question, stack: string): { readonly before: ReadConfig; readonly after: ReadConfig } {
  const after = sideOfFile(stack, config ?? join(PROJECT, `Pulumi.${stack}.yaml`), config === undefined ? "stack" : "config");
  if (before !== undefined) return { before: sideOfFile(stack, before, "before"), after };
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

/**
 * A preview, or a refresh, that ran elsewhere.
 * @throws UsageError for a file that is none, or is one of another stack: costs and policies of this one would be told of it
 */
function fileOf(option: "preview" | "refresh", file: string, stack: string): Preview {
  const refuse = (what: string): UsageError => new UsageError([(name) => `${name(option)} is ${JSON.stringify(file)}: ${what}`]);
  const preview = previewOfText(readFileOf(option, file), refuse);
  const form = preview.source === "digest" ? "a digest" : "engine events";
  const own = projectName();
  const strangers = stacksOf(preview).filter((one) => one.stack !== stack || one.project !== own);
  if (strangers.length > 0) {
    const found = strangers.map((one) => `stack ${one.stack} of project ${one.project}`).join(" and ");
    throw refuse(`${form}, found ${found}; wanted stack ${stack} of project ${own}`);
  }
  if (option === "refresh" && preview.found === undefined && preview.steps.some(({ operation }) => operation !== "same"))
    throw refuse(`${form}, found a preview that refreshed nothing; allowed is what pulumi refresh --preview-only --json prints`);
  return preview;
}

function previewOfText(text: string, refuse: (what: string) => UsageError): Preview {
  try {
    return readPreview(text);
  } catch (error) {
    if (error instanceof PreviewError) throw refuse(error.message);
    throw error;
  }
}
