/**
 * Applies a stack after a merge: previews it again, compares with what reviewers were shown, and stops at a danger that they were not.
 *
 * Usage: `npx tsx cli/apply.ts` with the environment
 *   STACK         the stack
 *   BASE          commit before the push: the pull requests of the commits since then are the reviewed ones
 *   FINGERPRINT   instead: applies exactly the change of that fingerprint, whoever reviewed it; for changes that a refused apply printed
 *   CLOUD         real (default), or sandbox
 *   OUT           folder of the report; default: `report` in the sandbox's directory
 *   GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY   where reviews are read, unless FINGERPRINT is given
 *
 * Exit code: 0 applied, or nothing to apply; 4 refused: not reviewed, or not what was reviewed; 5 the stack is locked or half-known, and the message
 * says what to do; 1 everything else. Only a message that says that the apply failed is of one that may have changed something.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Danger, Report } from "../report/preview/model";
import { plainSentence } from "../report/preview/statement";
import { objection, type Review } from "../report/review";
import { phase } from "../sandbox/cli/phase";
import { RunSummary } from "../sandbox/cli/summary";
import { sandboxDirectory } from "../sandbox/daemon/layout";
import { isLocked, lockAdvice, pendingAdvice, pendingOperations } from "./apply/state";
import { ACTIONS_APP, FORMS, jobRepository, required, type Variables } from "./github/environment";
import { reviewsOf } from "./github/checks";
import { answer } from "./report";
import { runEngine, type Surroundings } from "./report/engine";
import { CLOUDS, surroundings, type Clouds } from "./report/surroundings";
import { writeReport } from "./report/write";

const PROJECT = join(__dirname, "..");

const STACK = /^[\w-]+$/;

/** First digits of a fingerprint that are enough to name a change, as reports show them. */
const FINGERPRINT = /^[0-9a-f]{16,64}$/;

/** An apply that did not happen, or not wholly; the message is for people. */
export class ApplyError extends Error {
  override readonly name = "ApplyError";
  constructor(
    message: string,
    /** The process ends with it. */
    readonly code: 1 | 4 | 5,
  ) {
    super(message);
  }
}

/**
 * @param history commits of the push, given the commit before it
 * @returns one line that says what came of it
 * @throws ApplyError
 */
export async function apply(variables: Variables, log: (line: string) => void, history: (base: string) => readonly string[] = commitsSince): Promise<string> {
  const { stack, clouds, out, by } = wanted(variables);
  const at = await surroundings(clouds, PROJECT, stack, undefined);
  await expectWhole(at, stack);
  const report = await answer({ stack, cloud: clouds }, at);
  for (const file of writeReport(out, report)) log(file);
  expectUnlocked(report, stack);
  const objections = "fingerprint" in by ? fingerprintObjection(report, by.fingerprint) : reviewObjection(report, await reviewsOf(await jobRepository(variables, log), stack, history(by.base), ACTIONS_APP));
  if (objections !== undefined) throw new ApplyError(objections, 4);
  if (report.headline.verdict === "unchanged") return `${stack}: nothing to apply`;
  return up(at, stack);
}

interface Wanted {
  readonly stack: string;
  readonly clouds: Clouds;
  /** Folder of the report. */
  readonly out: string;
  /** What says that the change is wanted: the reviews since a commit, or its fingerprint. */
  readonly by: { readonly base: string } | { readonly fingerprint: string };
}

function wanted(variables: Variables): Wanted {
  // GitHub sets the input of a run that nobody started by hand to nothing.
  const { CLOUD: cloud = "real", OUT: out = join(sandboxDirectory(), "report"), FINGERPRINT: fingerprint = "" } = variables;
  const clouds = CLOUDS.find((known) => known === cloud);
  if (clouds === undefined) throw new ApplyError(`CLOUD is ${JSON.stringify(cloud)}: allowed are ${CLOUDS.join(", ")}`, 1);
  if (fingerprint !== "") return { stack: required(variables, { STACK, FINGERPRINT }).STACK, clouds, out, by: { fingerprint } };
  const { STACK: stack, BASE: base } = required(variables, { STACK, BASE: FORMS.commit });
  return { stack, clouds, out, by: { base } };
}

async function expectWhole(at: Surroundings, stack: string): Promise<void> {
  const pending = await pendingOperations(at, stack);
  if (pending.length > 0) throw new ApplyError(pendingAdvice(stack, pending, "earlier"), 5);
}

function expectUnlocked({ failure }: Report, stack: string): void {
  const messages = (failure?.errors ?? []).map(({ message }) => message);
  if (isLocked(messages)) throw new ApplyError(lockAdvice(stack, messages), 5);
}

function fingerprintObjection({ headline, provenance }: Report, given: string): string | undefined {
  if (headline.verdict === "failed" || headline.verdict === "refused") return plainSentence(headline.summary.sentence);
  return provenance.fingerprint.startsWith(given) ? undefined : `The change is another than the one that was asked for: its fingerprint is ${provenance.fingerprint}, and ${given} was given. Nothing was applied.`;
}

/** Commits of the push. Where its base is not known, as in a branch's first push, the last one alone speaks for it. */
function commitsSince(base: string): string[] {
  const git = (...args: readonly string[]) => spawnSync("git", ["-C", PROJECT, ...args], { encoding: "utf8" });
  const range = git("rev-list", `${base}..HEAD`);
  const { status, stdout } = range.status === 0 ? range : git("rev-list", "--max-count=1", "HEAD");
  if (status !== 0) throw new ApplyError(`git knows no commit to ask about: ${range.stderr.trim()}`, 1);
  return stdout.split("\n").filter((line) => line !== "");
}

function reviewObjection(report: Report, reviewed: readonly Review[]): string | undefined {
  const found = objection(report, reviewed);
  if (found === undefined) return undefined;
  const { fingerprint, stack } = report.provenance;
  const advice = found.dangers.length === 0 ? [] : ["", "Open a pull request whose preview shows it; or, if it is wanted as it is, start this workflow by hand for", `stack ${stack} with the fingerprint`, `  ${fingerprint}`];
  return [found.sentence, ...found.dangers.map(dangerLine), ...advice, "", "Nothing was applied."].join("\n");
}

function dangerLine({ severity, sentence }: Danger): string {
  return `  ${severity}: ${plainSentence(sentence)}`;
}

async function up(at: Surroundings, stack: string): Promise<string> {
  return phase("apply", async (say) => {
    let seen = new RunSummary();
    const run = await runEngine(at, ["up", "--yes", "--skip-preview", "--stack", stack], (summary) => {
      seen = summary;
      say(`${summary.done} resources ${summary.current()}`.trimEnd());
    });
    if (run.code !== 0) throw await failureOf(at, stack, seen.errors(), run.errors);
    return [`${stack}: ${seen.line("done")}`, seen.line("done")];
  });
}

/** What the engine said, and what it left. */
async function failureOf(at: Surroundings, stack: string, errors: readonly string[], printed: string): Promise<ApplyError> {
  const said = errors.length > 0 ? errors.join("\n\n") : printed;
  if (isLocked([said])) return new ApplyError(lockAdvice(stack, [said]), 5);
  const pending = await pendingOperations(at, stack);
  const failed = `The apply of stack ${stack} failed:\n\n${said}`;
  if (pending.length > 0) return new ApplyError(`${failed}\n\n${pendingAdvice(stack, pending, "this")}`, 5);
  return new ApplyError(`${failed}\n\nThe state is whole: what was applied is in it, and the next apply goes on from there.`, 1);
}

if (require.main === module) {
  apply(process.env, console.log).then(
    (line) => console.log(line),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = error instanceof ApplyError ? error.code : 1;
    },
  );
}
