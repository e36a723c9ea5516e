/** Attacks on who says that a check passed. The delivered program that reports as the verdict app runs as a process, against answers as GitHub gives them. */
import { generateKeyPairSync } from "node:crypto";
import type { Check } from "../../workflows/gate/merge";
import { readWorkflow, type GateJob } from "../../workflows/gate/read";
import { got, refused, type Attack, type Outcome } from "../attack";
import { run } from "../program";
import type { Stage } from "../stage";
import { ACTIONS_APP, merges, passed, required } from "./checks";

const HEAD = "a".repeat(40);
const NUMBER = 7;
const PROGRAM = ".github/ci/verdict-app.mjs";
/** Long before and shortly before anything else. */
const [LATER, EARLIER] = ["2026-11-02T12:00:00Z", "2026-11-01T12:00:00Z"];

/** What somebody with write access has brought about, as GitHub's API shows it. */
interface Brought {
  readonly base: string;
  /** When its base was changed. */
  readonly baseChanged?: string;
  /** Another pull request of the same branch, into a branch of his own. */
  readonly second?: boolean;
  /** Whether the head holds other workflow files and programs than the base. */
  readonly ownFiles?: boolean;
  /** Its title. */
  readonly title?: string;
  /** Runs of reporting files that ended well on the head: those that pull requests start, or all. */
  readonly runs?: "direct" | "all";
}

/** The workflow files that report required checks on a pull request: path, name and job. */
async function reporting(stage: Stage): Promise<{ readonly path: string; readonly onPush: boolean; readonly context: string; readonly jobs: readonly GateJob[] }[]> {
  const found = [];
  for (const [path, content] of stage.files) {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) continue;
    const { jobs, events } = await readWorkflow(path, content);
    const context = jobs.map((job) => job.name ?? job.id).find((name) => required(stage).some((check) => check.context === name));
    if (context !== undefined) found.push({ path, context, jobs, onPush: !("pull_request" in events) });
  }
  return found;
}

/** What the verdict app says of the head. Nothing where the stack delivers no such program. */
async function saidBy(stage: Stage, brought: Brought): Promise<readonly Check[]> {
  if (!stage.files.has(PROGRAM)) return [];
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
  const files = await reporting(stage);
  const { verdictApp } = JSON.parse(stage.file(".github/ci/pipeline.json")) as { verdictApp?: { appId: number } };
  const app = verdictApp?.appId ?? 0;
  const said: Check[] = [];
  await run(stage, {
    name: "verdict-app",
    environment: { GITHUB_EVENT_NAME: "workflow_run", VERDICT_APP_PRIVATE_KEY: privateKey },
    payload: { workflow_run: { event: "pull_request", head_sha: HEAD, head_branch: "topic" } },
    answer: (url) => answered(stage, brought, files, url),
    sent: (url, body) => {
      const { name, conclusion } = body as { name?: string; conclusion?: "success" | "failure" };
      if (url.endsWith("/check-runs")) said.push({ context: name ?? "", conclusion: conclusion ?? "pending", appId: app });
    },
  });
  return said;
}

function answered(stage: Stage, brought: Brought, files: Awaited<ReturnType<typeof reporting>>, url: string): unknown {
  const [path = "", query = ""] = url.split("?");
  const head = { sha: HEAD, ref: "topic", label: "o:topic", repo: { id: 1 } };
  const pull = { number: NUMBER, title: brought.title ?? "Add a thing", body: null, state: "open", created_at: EARLIER, closed_at: null, head, base: { ref: brought.base }, changed_files: 1 };
  const second = { ...pull, number: NUMBER + 1, base: { ref: "evil" } };
  if (path.endsWith("/installation")) return { id: 1 };
  if (path.endsWith("/access_tokens")) return { token: "t" };
  if (path.endsWith("/pulls")) return [pull, ...(brought.second === true ? [second] : [])];
  if (path.endsWith("/events")) return brought.baseChanged === undefined || !path.includes(`/${NUMBER}/`) ? [] : [{ event: "base_ref_changed", created_at: brought.baseChanged }];
  if (path.endsWith("/commits")) return [{ commit: { message: "Add a thing" } }];
  if (path.endsWith("/files")) return [{ filename: "docs/a.md", status: "modified" }];
  if (path.includes("/pulls/")) return pull;
  if (path.endsWith("/actions/runs")) return { workflow_runs: files.flatMap((file, id) => (brought.runs === "all" || (brought.runs === "direct" && !file.onPush) ? [ranOf(stage, file, id)] : [])) };
  if (path.endsWith("/jobs")) return { jobs: jobsOf(files[Number(/runs\/(\d+)/.exec(path)?.[1])]!) };
  if (path.includes("/contents/")) return folderOf(stage, brought, path, query);
  if (path.endsWith("/check-runs")) return { check_runs: [] };
  if (path.includes("/compare/")) return { merge_base_commit: { sha: "b".repeat(40) }, files: [{ filename: "docs/a.md", status: "modified" }] };
  return undefined;
}

function ranOf({ repository }: Stage, { path, onPush }: { readonly path: string; readonly onPush: boolean }, id: number): object {
  const where = onPush ? { event: "push", head_branch: `${repository.mirrorBranchPrefix}${NUMBER}` } : { event: "pull_request", head_branch: "topic" };
  return { id, path, head_sha: HEAD, head_repository: { id: 1 }, status: "completed", conclusion: "success", run_attempt: 1, html_url: "https://github.com/o/r/actions/runs/1", created_at: LATER, ...where };
}

/** The jobs of a change of documents: the plan and the last job ran well, all others were skipped. */
function jobsOf({ context, jobs }: { readonly context: string; readonly jobs: readonly GateJob[] }): object[] {
  return jobs.map((job) => ({ name: job.name ?? job.id, status: "completed", conclusion: [context, "plan"].includes(job.name ?? job.id) ? "success" : "skipped" }));
}

function folderOf(stage: Stage, { ownFiles, base }: Brought, path: string, query: string): unknown {
  const folder = decodeURIComponent(path.slice(path.indexOf("/contents/") + "/contents/".length));
  const ref = decodeURIComponent(/ref=([^&]*)/.exec(query)?.[1] ?? "");
  if (folder.endsWith(".json")) return { content: Buffer.from(stage.file(folder)).toString("base64") };
  const whose = ownFiles === true && ref !== base ? "his" : "reviewed";
  return [...stage.files.keys()].filter((file) => file.startsWith(`${folder}/`)).map((file) => ({ name: file.slice(folder.length + 1), type: "file", sha: `${whose} ${file}` }));
}

/** Whether he gets the required checks of jobs, with whatever he posts as GitHub Actions besides. */
async function tried(stage: Stage, brought: Brought): Promise<Outcome> {
  const forged = required(stage).map(({ context }): Check => ({ context, appId: ACTIONS_APP, conclusion: "success" }));
  const said = await saidBy(stage, brought);
  const jobs = (await reporting(stage)).map(({ context }) => context);
  const others = passed(stage).filter(({ context }) => !jobs.includes(context));
  const open = jobs.filter((name) => merges(stage, [...passed(stage).filter(({ context }) => context !== name), ...[...forged, ...said].filter(({ context }) => context === name)]));
  if (merges(stage, [...others, ...forged, ...said]) || open.length > 0) return got(`${open.join(", ")} passes`);
  const held = said.filter(({ conclusion }) => conclusion !== "success");
  return refused(`verdict-app.mjs: ${held.length === 0 ? "nothing reported" : [...new Set(held.map(({ context, conclusion }) => `${context} ${conclusion}`))].join(", ")}`);
}

const pinnedToActions = (stage: Stage): Stage =>
  required(stage).reduce((each, { appId }, index) => (appId === ACTIONS_APP ? each : each.having("RepositoryRuleset protection-main", `rules requiredStatusChecks requiredChecks ${index} integrationId`, ACTIONS_APP)), stage);
/** The program without one of its looks. */
const without = (stage: Stage, look: RegExp, instead: string): Stage => stage.editing(PROGRAM, (content) => content.replace(look, instead));

const proof = "policies `required-checks-pinned`, `verdicts-from-main`; test/workflows/verdicts/attacker";

export const forgedVerdictAttacks: readonly Attack[] = [
  {
    id: "check-forged-by-a-workflow",
    who: "writer",
    does: "Pushes a branch whose workflow has `checks: write` and posts each required check on the head of his pull request, as GitHub Actions, which is one app for every workflow.",
    stops: "The rulesets count only the reports of the verdict app, whose key opens for main's files (`verdictApp`).",
    proof,
    remains: "A stack without `verdictApp`: there he gets every check of jobs, and the reviews still hold the merge.",
    attempt: (stage) => tried(stage, { base: stage.repository.defaultBranch }),
    opened: pinnedToActions,
  },
  {
    id: "own-verdict-program",
    who: "pull request",
    does: "Changes `.github/ci/verdict.mjs` or the workflow files so that its own run ends green whatever happened.",
    stops: "The verdict app's program takes a run only where the head holds the base's workflow files and programs, and says which differ.",
    proof,
    remains: "A stack without `verdictApp`. With it only the stack can change these files.",
    attempt: (stage) => tried(stage, { base: stage.repository.defaultBranch, ownFiles: true, runs: "all" }),
    opened: (stage) => without(stage, /if \(changed\.length > 0\)/, "if (false)"),
  },
  {
    id: "base-with-files-of-his-own",
    who: "writer",
    does: "Opens a second pull request of the same head into a branch of his own that holds other workflow files, which report the required names on the same commit, and removes the honest runs.",
    stops: "The verdict app's program takes no run that may be of another pull request of the same branch.",
    proof,
    remains: "A stack without `verdictApp`.",
    attempt: (stage) => tried(stage, { base: stage.repository.defaultBranch, second: true, runs: "direct" }),
    opened: (stage) => without(stage, /created >= from && created <= until/, "false"),
  },
  {
    id: "main-skipped",
    who: "writer",
    does: "Writes `[skip ci]`, or one of its sisters, into the title, description or a commit of his pull request, from where it gets into the merge commit's message, so that main's suite does not run.",
    stops: "The verdict app's program passes no pull request with such a text; a changed title starts it again.",
    proof: "test/workflows/verdicts/attacker",
    remains: "Who merges without a queue may write it into the form then, and a stack without `verdictApp`: main's images and tests then come with the nightly run, which starts whatever a commit says.",
    attempt: (stage) => tried(stage, { base: stage.repository.defaultBranch, title: "Add a thing [skip ci]", runs: "all" }),
    opened: (stage) => without(stage, /if \(skipping !== void 0\)/, "if (false)"),
  },
  {
    id: "base-changed-to-a-release",
    who: "writer",
    does: "Gets a pull request into main through its checks and changes the base to a release branch, which lacks what main has.",
    stops: "The verdict app judges again as the direct checks start (`edited`): older runs do not count, and everything has to run for a release branch.",
    proof,
    remains: "Some seconds between the change and the app's report; a stack without `verdictApp`, whose mirror's check stands.",
    attempt: (stage) => tried(stage, { base: stage.repository.releaseBranches.replaceAll("*", "1.0"), baseChanged: "2026-11-03T12:00:00Z", runs: "all" }),
    opened: (stage) => without(stage, /!\(created > before\)/, "false"),
  },
];
