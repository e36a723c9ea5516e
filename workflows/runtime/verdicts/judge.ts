/** What a required check is, by what ran on the commit: the plan made again from the base's pipeline, held against the results that GitHub's API tells. */
import { isReportedByJob, reportedByJobs, workflowFileOf, type JobCheck } from "../../../pipeline/checks";
import type { Pipeline, VerdictCheck } from "../../../pipeline/model";
import type { PipelineEvent, PlanScope } from "../../../pipeline/plan";
import { select } from "../../../pipeline/select";
import { PLAN_JOB, switchedJobs } from "../../legs";
import { judge, verdictSummary, type JobResults } from "../../judge";
import { PROGRAM_FOLDER } from "../../paths";
import { WORKFLOWS } from "../../../pipeline/workflow-files";
import { findChanges } from "../changes";
import { ProgramError } from "../environment";
import type { Git } from "../git";
import { skipMark } from "../../skip-marks";
import type { Facts, Job, Pull, Run } from "./facts";
import { changedGateFiles, doubtsAbout, groupBase, runOf, type Doubtful, type Subject } from "./provenance";

/** What is reported of one required check. */
export interface Verdict {
  readonly context: string;
  readonly state: "success" | "failure" | "waiting";
  /** One line for people. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Page of the run that was judged. */
  readonly url?: string;
}

export interface Bench {
  readonly facts: Facts;
  readonly git: Git;
  /** The pipeline of the base branch. */
  readonly pipeline: Pipeline;
}

/** Files that decide on a commit: every workflow that reports or that these call, and the programs. Those that none of these jobs run do not. */
export function gateFiles(pipeline: Pipeline): string[] {
  const called = [WORKFLOWS.image.file, WORKFLOWS.imagePublish.file];
  return [...new Set([...reportedByJobs(pipeline).map(workflowFileOf), ...called])].sort();
}

/**
 * The verdict on each required check of jobs. @param contexts what the rulesets demand: the default branch's, whatever the base
 * @throws ApiError or ProgramError where GitHub's answer is none; then nothing may be reported as good
 */
export async function judgeSubject(bench: Bench, subject: Subject, contexts: readonly string[], runs: readonly Run[]): Promise<Verdict[]> {
  const { facts, pipeline } = bench;
  const changed = await changedGateFiles(facts, subject, gateFiles(pipeline), [PROGRAM_FOLDER]);
  if (changed.length > 0) return contexts.map((context) => ({ context, state: "failure", ...changedText(subject, changed) }));
  const skipping = subject.kind === "pull" ? await skippingText(facts, subject.pull) : undefined;
  if (skipping !== undefined) return contexts.map((context) => ({ context, state: "failure", ...skipping }));
  const doubtful: Doubtful = subject.kind === "pull" ? await doubtsAbout(facts, subject.pull) : { before: Number.NEGATIVE_INFINITY, others: [] };
  const verdicts: Verdict[] = [];
  for (const context of contexts) {
    const check = pipeline.requiredChecks.filter(isReportedByJob).find((each) => each.context === context);
    verdicts.push(check === undefined ? unknownCheck(context, subject) : await judgeCheck(bench, subject, check, runOf(subject, runs, doubtful, wantedOf(pipeline, subject, check))));
  }
  return verdicts;
}

function changedText({ base }: Subject, changed: readonly string[]): Pick<Verdict, "title" | "summary"> {
  return {
    title: `Files that decide on this commit are not those of ${base}`,
    summary: [
      `What ran on this commit ran files of its own, and ${base}'s decide. These differ:`,
      "",
      ...changed.map((path) => `- \`${path.replaceAll("`", "")}\``),
      "",
      `If you did not change them, ${base} did meanwhile: merge ${base} into the branch. They are written from the stack's config: change them there.`,
    ].join("\n"),
  };
}

/** The merge commit's message is made of these by default, and where it says so main's own run does not start. */
async function skippingText(facts: Facts, { number, title, body }: Pull): Promise<Pick<Verdict, "title" | "summary"> | undefined> {
  const texts = [["title", title], ["description", body ?? ""], ...(await facts.messages(number)).map((message) => ["commit message", message] as const)] as const;
  const found = texts.flatMap(([where, text]) => (skipMark(text) === undefined ? [] : [{ where, mark: skipMark(text) }]))[0];
  if (found === undefined) return undefined;
  return { title: `The ${found.where} holds ${found.mark}`, summary: `The merge commit's message is made of it, and then the suite of the base branch does not run on what was merged. Take \`${found.mark}\` out of the ${found.where}.` };
}

function unknownCheck(context: string, { base }: Subject): Verdict {
  return { context, state: "failure", title: `${base} has no such check`, summary: `The pipeline of ${base} does not know the check. Bring it there by the stack.` };
}

function wantedOf({ repository }: Pipeline, subject: Subject, check: JobCheck): Parameters<typeof runOf>[3] {
  const mirrored = check.kind === "verdict" && check.of === "backend" && subject.kind === "pull";
  return { file: workflowFileOf(check), ...(mirrored ? { mirror: `${repository.mirrorBranchPrefix}${subject.pull.number}` } : {}) };
}

async function judgeCheck(bench: Bench, subject: Subject, check: JobCheck, found: ReturnType<typeof runOf>): Promise<Verdict> {
  const { context } = check;
  if (found.run === undefined) return { context, state: "waiting", title: "Waiting for a run", summary: found.why };
  const { run } = found;
  const about = { context, url: run.html_url };
  if (run.status !== "completed") return { ...about, state: "waiting", title: `The run is ${run.status}`, summary: `[The run](${run.html_url}), attempt ${run.run_attempt}.` };
  const jobs = await bench.facts.jobs(run);
  const own = jobs.filter(({ name }) => name === context);
  const reported = own.length === 1 ? (own[0]!.conclusion ?? own[0]!.status) : `there ${own.length} times`;
  if (run.conclusion !== "success" || reported !== "success") {
    return { ...about, state: "failure", title: `The run ended with ${run.conclusion ?? "nothing"}`, summary: `[The run](${run.html_url}), attempt ${run.run_attempt}, ended with ${run.conclusion ?? "nothing"}; its job \`${context}\` is ${reported}.` };
  }
  if (check.kind === "run") return { ...about, state: "success", title: "Passed", summary: ranText(subject, run) };
  const planned = await plannedJobs(bench, subject, check);
  const verdict = judge(resultsOf(bench.pipeline, check.of, jobs), planned);
  return { ...about, state: verdict.passed ? "success" : "failure", title: verdict.passed ? "Passed" : (verdict.problems[0]?.what ?? "Failed"), summary: `${ranText(subject, run)}\n\n${verdictSummary(verdict, run.html_url)}` };
}

function ranText({ base }: Subject, run: Run): string {
  return `Files of ${base} ran, in [run ${run.id}](${run.html_url}), attempt ${run.run_attempt}.`;
}

/** Ids of the jobs that the plan runs, made again here: what the run's own plan said is not looked at. */
async function plannedJobs({ facts, git, pipeline }: Bench, subject: Subject, { of: scope }: VerdictCheck): Promise<string[]> {
  const { event, payload } = happened(pipeline, subject, scope);
  const { github, repository } = facts;
  const changes = await findChanges(github, git, { repository, eventName: event.name, ref: event.ref, sha: subject.sha, payload, branches: pipeline.repository });
  const plan = select(pipeline, event, changes, scope);
  return switchedJobs(pipeline, scope).filter(({ decide }) => decide(plan).run).map(({ id }) => id);
}

/** The event of the run that is judged, as its own plan saw it. */
function happened(pipeline: Pipeline, subject: Subject, scope: PlanScope): { event: PipelineEvent; payload: object } {
  if (subject.kind === "group") {
    const base = groupBase(pipeline.repository, subject.branch);
    if (base === undefined) throw new ProgramError(`the merge group's branch ${JSON.stringify(subject.branch)} names no commit`);
    return { event: { name: "merge_group", ref: `refs/heads/${subject.branch}` }, payload: { merge_group: { base_sha: base, head_sha: subject.sha } } };
  }
  const { number, head } = subject.pull;
  if (scope === "backend") return { event: { name: "push", ref: `refs/heads/${pipeline.repository.mirrorBranchPrefix}${number}` }, payload: {} };
  return { event: { name: "pull_request", ref: `refs/pull/${number}/merge` }, payload: { pull_request: { number, head } } };
}

/** Results by job id. A called workflow's jobs are `CALLER / JOB`; together they are the caller's result, as `needs` would show it. */
function resultsOf(pipeline: Pipeline, scope: PlanScope, jobs: readonly Job[]): JobResults {
  const ids = [PLAN_JOB, ...switchedJobs(pipeline, scope).map(({ id }) => id)];
  return Object.fromEntries(ids.map((id) => [id, { result: combined(jobs.filter(({ name }) => name === id || name.startsWith(`${id} / `))) }]));
}

function combined(jobs: readonly Job[]): string {
  const results = jobs.map(({ conclusion, status }) => conclusion ?? status);
  if (results.length === 0) return "missing";
  return results.find((result) => result !== "success" && result !== "skipped") ?? (results.includes("success") ? "success" : "skipped");
}
