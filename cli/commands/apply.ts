/** Applies a stack after a merge: previews it again, compares with what reviewers were shown, and stops at a danger that they were not. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { GITHUB_ACTIONS_APP_ID } from "../../pipeline/github-apps";
import type { Danger, Report } from "../../report/preview/model";
import { plainSentence } from "../../report/preview/statement";
import { objection, type Review } from "../../report/review";
import { phase } from "../../sandbox/cli/phase";
import { RunSummary } from "../../sandbox/cli/summary";
import { sandboxDirectory } from "../../sandbox/daemon/layout";
import { isLocked, lockAdvice, pendingAdvice, pendingOperations } from "../apply/state";
import { inTurn, LockedError } from "../apply/turn";
import { ownersObjection } from "../apply/owners";
import { reviewsOf } from "../github/checks";
import { FORMS, JOB_ENVIRONMENT, jobRepository, type Variables } from "../github/environment";
import { openRepository } from "../github/repository";
import { define } from "../kit/command";
import { unwritableFolder } from "../kit/files";
import { choice, or, pattern, text, type ValuesOf } from "../kit/options";
import { namedStackOption, PROJECT } from "../kit/project";
import { ExitError, type Finding } from "../kit/usage";
import { runEngine, type Surroundings } from "../report/engine";
import { CLOUDS, surroundings } from "../report/surroundings";
import { writeReport } from "../report/write";
import { readCommittedStack } from "../stack";
import { answer } from "./report";

const OPTIONS = {
  stack: namedStackOption,
  base: pattern("COMMIT", "commit before the push: the pull requests of the commits since then are the reviewed ones", FORMS.commit, "is the full hash of a commit"),
  fingerprint: pattern("HEX", "in the place of --base: applies exactly the change of that fingerprint, whoever reviewed it; for a change that a refused apply printed", /^[0-9a-f]{16,64}$/, "are 16 to 64 hexadecimal digits, as a report shows them"),
  wait: pattern("MINUTES", "minutes to wait while another engine holds the stack; not at all where nothing is given", /^\d{1,3}$/, "are whole minutes, at most 999"),
  cloud: or(choice(CLOUDS, "where the stack is applied: in the sandbox, or in the clouds and with the state that the environment points to"), "real"),
  out: text("FOLDER", "where the report is written; by default report in the sandbox's directory: .sandbox/report"),
};

/** What is asked. */
export type Question = Partial<ValuesOf<typeof OPTIONS>> & Pick<ValuesOf<typeof OPTIONS>, "stack" | "cloud">;

export const command = define({
  about: [
    "What was reviewed is read from the check runs of the pull requests' previews, never from comments. An equal fingerprint is the same change.",
    "Only a message that says that the apply failed is of one that may have changed something.",
  ],
  options: OPTIONS,
  examples: [
    ["apply --stack prod --base 0123456789abcdef0123456789abcdef01234567", "what was merged since a commit"],
    ["apply --stack prod --fingerprint 0123456789abcdef", "a change that a refused apply printed"],
  ],
  exits: {
    0: "applied, or nothing to apply",
    1: "the apply failed, or the command was called wrongly; the message says whether anything was changed",
    4: "refused: the change was not reviewed, or is not what was reviewed; nothing was applied",
    5: "the stack is locked, or an earlier apply was killed; the message says what to do",
  },
  environment: JOB_ENVIRONMENT,
  check: ({ options: { base, fingerprint, out } }) => [...(base === undefined && fingerprint === undefined ? [neither] : []), ...unwritableFolder("out", out)],
  async run({ options }, io) {
    const log = (line: string): void => io.out(`${line}\n`);
    log(await apply(options, io.environment, log));
  },
});

const neither: Finding = (name) => `${name("base")} or ${name("fingerprint")} has to say which change is wanted`;

/** An apply that did not happen, or not wholly; the message is for people. */
export class ApplyError extends ExitError {
  override readonly name = "ApplyError";
  constructor(message: string, code: 1 | 4 | 5) {
    super(message, code);
  }
}

/**
 * @param variables what GitHub tells the job; read where no fingerprint is given
 * @param history commits of the push, given the commit before it
 * @returns one line that says what came of it
 * @throws ApplyError, or LockedError where another engine holds the stack for longer than was to be waited
 */
export async function apply(question: Question, variables: Variables, log: (line: string) => void, history: (base: string) => readonly string[] = commitsSince): Promise<string> {
  return inTurn({ minutes: Number(question.wait ?? 0), log }, () => once(question, variables, log, history));
}

async function once(question: Question, variables: Variables, log: (line: string) => void, history: (base: string) => readonly string[]): Promise<string> {
  const { stack, cloud, base, fingerprint, out = join(sandboxDirectory(), "report") } = question;
  const at = await surroundings(cloud, PROJECT, stack, undefined);
  await expectWhole(at, stack);
  const report = await answer({ stack, cloud }, at);
  for (const file of writeReport(out, report)) log(file);
  expectUnlocked(report, stack);
  const objections = fingerprint !== undefined ? fingerprintObjection(report, fingerprint) : reviewObjection(report, await reviewsOf(await jobRepository(variables, log), stack, history(base ?? ""), GITHUB_ACTIONS_APP_ID));
  if (objections !== undefined) throw new ApplyError(objections, 4);
  if (report.headline.verdict === "unchanged") return `${stack}: nothing to apply`;
  const shadowed = await lostOwners(stack, variables, log);
  if (shadowed !== undefined) throw new ApplyError(shadowed, 4);
  if (fingerprint === undefined && (await superseded(variables, log))) return `${stack}: a newer commit is on the default branch, and its apply takes this one's place; nothing was applied`;
  return up(at, stack);
}

/** Looked at with the job's token; an apply outside of a job has none, and `make fit` looks there. */
async function lostOwners(stack: string, variables: Variables, log: (line: string) => void): Promise<string | undefined> {
  const { GITHUB_TOKEN: token, GITHUB_API_URL: apiUrl } = variables;
  if (token === undefined || apiUrl === undefined) return undefined;
  const { pipeline, files } = readCommittedStack(stack);
  const { owner, name, defaultBranch } = pipeline.repository;
  return ownersObjection(await openRepository({ apiUrl, token, owner, name, log }), defaultBranch, files, log);
}

/** An apply that waited must not bring back what a newer one replaced. Outside of a job nothing is newer. */
async function superseded(variables: Variables, log: (line: string) => void): Promise<boolean> {
  const { GITHUB_SHA: commit, GITHUB_REF: ref } = variables;
  if (commit === undefined || ref === undefined) return false;
  const { owner, repo, request } = await jobRepository(variables, log);
  const { data } = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", { owner, repo, ref: ref.replace(/^refs\//, "") });
  return data.object.sha !== commit;
}

async function expectWhole(at: Surroundings, stack: string): Promise<void> {
  const pending = await pendingOperations(at, stack);
  if (pending.length > 0) throw new ApplyError(pendingAdvice(stack, pending, "earlier"), 5);
}

function expectUnlocked({ failure }: Report, stack: string): void {
  const messages = (failure?.errors ?? []).map(({ message }) => message);
  if (isLocked(messages)) throw new LockedError(lockAdvice(stack, messages));
}

function fingerprintObjection({ headline, provenance }: Report, given: string): string | undefined {
  if (headline.verdict === "failed" || headline.verdict === "refused") return plainSentence(headline.summary.sentence);
  return provenance.fingerprint.startsWith(given) ? undefined : `The change is another than the one that was asked for: its fingerprint is ${provenance.fingerprint}, and ${given} was given. Nothing was applied.`;
}

/** Commits of the push. Where its base is not known, as in a branch's first push, only the last one speaks for it. */
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
async function failureOf(at: Surroundings, stack: string, errors: readonly string[], printed: string): Promise<ApplyError | LockedError> {
  const said = errors.length > 0 ? errors.join("\n\n") : printed;
  if (isLocked([said])) return new LockedError(lockAdvice(stack, [said]));
  const pending = await pendingOperations(at, stack);
  const failed = `The apply of stack ${stack} failed:\n\n${said}`;
  if (pending.length > 0) return new ApplyError(`${failed}\n\n${pendingAdvice(stack, pending, "this")}`, 5);
  return new ApplyError(`${failed}\n\nThe state is whole: what was applied is in it, and the next apply goes on from there.`, 1);
}
