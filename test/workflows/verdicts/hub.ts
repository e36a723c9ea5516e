/**
 * A repository on GitHub and somebody who may do with it whatever write access lets him, for the program that reports as the verdict app.
 *
 * Written from GitHub's documents ("Events that trigger workflows", "Re-running workflows and jobs", REST "Workflow runs", "Pulls", "Issue events") and not from the
 * program: a run takes its files from the pushed commit or from the merge of head and base, its path, names and results are what these files say, and who wrote
 * them decides how it ends. What is true of a commit the hub knows, and the program does not.
 */
import type { Pipeline } from "../../../pipeline/model";
import type { PlanScope } from "../../../pipeline/plan";
import { reportedByJobs, workflowFileOf, type JobCheck } from "../../../pipeline/checks";
import { select } from "../../../pipeline/select";
import { switchedJobs } from "../../../workflows/legs";
import { ApiError, type GitHub } from "../../../workflows/runtime/github";
import { judgeCommit } from "../../../workflows/runtime/verdicts/commit";
import { Facts, type Job, type Pull, type Run } from "../../../workflows/runtime/verdicts/facts";
import { report } from "../../../workflows/runtime/verdicts/report";

/** Whose the files are that decide: the base's, or the attacker's. */
export type Gate = "reviewed" | "own";

/** A commit. `works` names the protected branches with which its code works: what honest checks find out. */
export interface Commit {
  readonly gate: Gate;
  readonly works: readonly string[];
}

interface Opened extends Pull {
  readonly changes: string[];
}

/** What the program cannot see, to show that it has to. */
export type Blind = "base changes" | "other pull requests" | "files";

interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly app: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string };
}

const REPOSITORY = "orbit-lab/engine";
const OWN = 5;
const ACTIONS = 15368;
/** A file for which every pipeline of the fixture builds something. */
const CHANGED = "engines/alpha/a.py";

export class Hub {
  private now = Date.parse("2026-11-01T00:00:00Z");
  private ids = 0;
  readonly commits = new Map<string, Commit>();
  readonly branches = new Map<string, string>();
  readonly pulls: Opened[] = [];
  runs: (Run & { readonly jobs: readonly Job[] })[] = [];
  readonly checks: CheckRun[] = [];
  /** Messages of the commits of every pull request. */
  messages = ["A change"];

  constructor(
    readonly pipeline: Pipeline,
    private readonly blind?: Blind,
  ) {
    for (const branch of this.protectedBranches) this.branches.set(branch, this.commit({ gate: "reviewed", works: this.protectedBranches }));
  }

  get main(): string {
    return this.pipeline.repository.defaultBranch;
  }

  get release(): string {
    return this.pipeline.repository.releaseBranches.replaceAll("*", "1.0");
  }

  get protectedBranches(): string[] {
    return [this.main, this.release];
  }

  commit(commit: Commit): string {
    const sha = (++this.ids).toString(16).padStart(40, "0");
    this.commits.set(sha, commit);
    return sha;
  }

  /** Time goes on; runs that GitHub makes come some seconds after what asked for them. */
  wait(seconds: number): void {
    this.now += seconds * 1000;
  }

  // What people do.

  async push(branch: string, commit: Commit): Promise<void> {
    const sha = this.commit(commit);
    this.branches.set(branch, sha);
    for (const pull of this.pulls.filter(({ state, head }) => state === "open" && head.ref === branch)) {
      (pull as { head: Pull["head"] }).head = this.head(branch);
      await this.startPull(pull);
    }
  }

  async open(branch: string, base: string): Promise<Opened> {
    const pull: Opened = { number: this.pulls.length + 1, title: "A change", body: null, state: "open", created_at: this.time(), closed_at: null, head: this.head(branch), base: { ref: base }, changes: [] };
    this.pulls.push(pull);
    await this.startPull(pull);
    return pull;
  }

  /** GitHub lets nobody change the base of a closed one. */
  async retarget(pull: Opened, base: string): Promise<void> {
    if (pull.state !== "open") return;
    (pull as { base: Pull["base"] }).base = { ref: base };
    pull.changes.push(this.time());
    await this.startPull(pull);
  }

  /** A new title: the checks start again, also on a closed one, which keeps its head. */
  async edit(pull: Opened, change: Partial<Pick<Pull, "title" | "body">> = {}): Promise<void> {
    Object.assign(pull, change);
    await this.startPull(pull);
  }

  async close(pull: Opened): Promise<void> {
    Object.assign(pull, { state: "closed", closed_at: this.time() });
    await Promise.resolve();
  }

  async reopen(pull: Opened): Promise<void> {
    Object.assign(pull, { state: "open", closed_at: null, head: this.head(pull.head.ref) });
    await this.startPull(pull);
  }

  /** A maintainer has the pull request mirrored: only the bot writes these branches. */
  async mirror(pull: Opened): Promise<void> {
    const check = reportedByJobs(this.pipeline).find((each) => each.kind === "verdict" && each.of === "backend")!;
    await this.start(check, "push", `${this.pipeline.repository.mirrorBranchPrefix}${pull.number}`, pull.head.sha, this.commits.get(pull.head.sha)!.gate, pull.base.ref);
  }

  /** GitHub puts the pull request on what main will be, in a branch that is named after both, and runs the files of that. @returns the group's commit */
  async queue(pull: Opened, commit: Commit): Promise<string> {
    const sha = this.commit(commit);
    const branch = `gh-readonly-queue/${this.main}/pr-${pull.number}-${this.branches.get(this.main)!}`;
    for (const check of reportedByJobs(this.pipeline)) await this.start(check, "merge_group", branch, sha, commit.gate, this.main);
    return sha;
  }

  /** Another attempt: the same commit, the same files, the same end. */
  async rerun(run: Run): Promise<void> {
    this.runs = this.runs.map((each) => (each.id === run.id ? { ...each, run_attempt: each.run_attempt + 1 } : each));
    await this.said(run);
  }

  async remove(run: Run): Promise<void> {
    this.runs = this.runs.filter(({ id }) => id !== run.id);
    await Promise.resolve();
  }

  async cancel(run: Run): Promise<void> {
    this.runs = this.runs.map((each) => (each.id === run.id ? { ...each, conclusion: "cancelled", jobs: each.jobs.map((job) => ({ ...job, conclusion: "cancelled" })) } : each));
    await this.said(run);
  }

  /** A workflow of his own posts every required name on the commit, as GitHub Actions. */
  forge(sha: string): void {
    for (const { context } of reportedByJobs(this.pipeline)) this.checks.push({ id: ++this.ids, sha, app: ACTIONS, name: context, status: "completed", conclusion: "success", output: { title: "Passed" } });
  }

  /** Whether the ruleset lets the pull request merge: the last report of the app of every required name on its head is a success. */
  merges(pull: Opened): boolean {
    return this.passed(pull).length === reportedByJobs(this.pipeline).length;
  }

  /** Required names that the ruleset takes as passed on a pull request's head, or on another commit. */
  passed({ head: { sha } }: { readonly head: Pick<Pull["head"], "sha"> }): string[] {
    const app = this.pipeline.verdictApp!.appId;
    const last = (name: string): CheckRun | undefined => this.checks.filter((check) => check.sha === sha && check.app === app && check.name === name).at(-1);
    return reportedByJobs(this.pipeline).map(({ context }) => context).filter((name) => last(name)?.conclusion === "success");
  }

  // What GitHub does.

  private time(): string {
    return new Date(this.now).toISOString();
  }

  private head(branch: string): Pull["head"] {
    return { sha: this.branches.get(branch)!, ref: branch, label: `orbit-lab:${branch}`, repo: { id: OWN } };
  }

  /** Runs of a pull request take the files of the merge: where only one side has its own, these. */
  private async startPull(pull: Opened): Promise<void> {
    const [head, base] = [this.commits.get(pull.head.sha)!, this.commits.get(this.branches.get(pull.base.ref)!)!];
    const gate: Gate = head.gate === "own" || base.gate === "own" ? "own" : "reviewed";
    this.wait(5);
    for (const check of reportedByJobs(this.pipeline)) if (check.kind !== "verdict" || check.of !== "backend") await this.start(check, "pull_request", pull.head.ref, pull.head.sha, gate, pull.base.ref);
  }

  private async start(check: JobCheck, event: string, branch: string, sha: string, gate: Gate, base: string): Promise<void> {
    const works = gate === "own" || this.commits.get(sha)!.works.includes(base);
    const id = ++this.ids;
    const run = { id, event, path: `.github/workflows/${workflowFileOf(check)}`, head_sha: sha, head_branch: branch, head_repository: { id: OWN }, run_attempt: 1, html_url: `https://github.com/${REPOSITORY}/actions/runs/${id}`, created_at: this.time() };
    this.runs.push({ ...run, status: "in_progress", conclusion: null, jobs: [] });
    await this.said(run);
    const ended = { status: "completed", conclusion: works ? "success" : "failure", jobs: this.jobsOf(check, works, base, event) };
    this.runs = this.runs.map((each) => (each.id === id ? { ...each, ...ended } : each));
    await this.said(run);
  }

  private jobsOf(check: JobCheck, works: boolean, base: string, happened: string): Job[] {
    const done = (name: string, conclusion: string): Job => ({ name, status: "completed", conclusion });
    const own = done(check.context, works ? "success" : "failure");
    if (check.kind === "run") return [own];
    const scope: PlanScope = check.of;
    const queue = { name: "merge_group", ref: `refs/heads/gh-readonly-queue/${this.main}/pr-1-0` } as const;
    const event = happened === "merge_group" ? queue : scope === "direct" ? ({ name: "pull_request", ref: "refs/pull/1/merge" } as const) : ({ name: "push", ref: `refs/heads/${this.pipeline.repository.mirrorBranchPrefix}1` } as const);
    const changes = base === this.release ? ({ known: false, why: "a release branch" } as const) : ({ known: true, files: [{ path: CHANGED, status: "modified" }] } as const);
    const plan = select(this.pipeline, event, changes, scope);
    const jobs = switchedJobs(this.pipeline, scope).map(({ id, decide }) => (decide(plan).run ? done(`${id} / build`, works ? "success" : "failure") : done(id, "skipped")));
    return [done("plan", "success"), ...jobs, own];
  }

  /** `workflow_run` starts the app's program, which asks the API and reports. */
  private async said({ event, head_sha, head_branch }: Pick<Run, "event" | "head_sha" | "head_branch">): Promise<void> {
    const github = this.api();
    const verdicts = await judgeCommit(new Facts(github, REPOSITORY), { directory: ".", token: "", serverUrl: "" }, this.pipeline, { event, head_sha, head_branch });
    await report(github, github, `/repos/${REPOSITORY}`, this.pipeline.verdictApp!.appId, head_sha, verdicts);
  }

  private api(): GitHub {
    const get = (path: string): Promise<unknown> => Promise.resolve().then(() => this.answer(new URL(path, "https://api.github.com")));
    const call = (_method: string, _path: string, body: Omit<CheckRun, "id" | "app" | "sha"> & { readonly head_sha: string }): Promise<unknown> => {
      this.checks.push({ id: ++this.ids, sha: body.head_sha, app: this.pipeline.verdictApp!.appId, name: body.name, status: body.status, conclusion: body.conclusion ?? null, output: body.output });
      return Promise.resolve({});
    };
    return { get, call } as unknown as GitHub;
  }

  private answer({ pathname, searchParams: query }: URL): unknown {
    const path = pathname.replace(`/repos/${REPOSITORY}`, "");
    if (query.get("page") !== null && query.get("page") !== "1") throw new Error("nothing here is that long");
    const [, number] = /^\/(?:pulls|issues)\/(\d+)/.exec(path) ?? [];
    const pull = this.pulls[Number(number) - 1];
    if (path === "/pulls") return this.pulls.filter(({ state, head }) => (query.get("state") === "all" ? this.blind !== "other pull requests" && head.label === query.get("head") : state === "open"));
    if (path.endsWith("/events")) return this.blind === "base changes" ? [] : pull!.changes.map((created_at) => ({ event: "base_ref_changed", created_at }));
    if (path.endsWith("/commits")) return this.messages.map((message) => ({ commit: { message } }));
    if (path.endsWith("/files")) return [{ filename: CHANGED, status: "modified" }];
    if (pull !== undefined) return { ...pull, changed_files: 1 };
    if (path === "/actions/runs") return { workflow_runs: this.runs.filter(({ head_sha }) => head_sha === query.get("head_sha")) };
    if (path.endsWith("/jobs")) return { jobs: this.runs.find(({ id }) => path.includes(`/${id}/`))!.jobs };
    if (path.endsWith("/check-runs")) return { check_runs: this.checks.filter(({ sha, name, app }) => path.includes(sha) && name === query.get("check_name") && app === Number(query.get("app_id"))) };
    if (path.startsWith("/contents/")) return this.contents(path.slice("/contents/".length), query.get("ref")!);
    if (path.startsWith("/compare/")) return { merge_base_commit: { sha: "0" }, files: [{ filename: CHANGED, status: "modified" }] };
    throw new ApiError(404, path);
  }

  private contents(path: string, ref: string): unknown {
    if (path.endsWith("pipeline.json")) return { content: Buffer.from(JSON.stringify(this.pipeline)).toString("base64") };
    const gate = this.blind === "files" ? "reviewed" : this.commits.get(this.branches.get(ref) ?? ref)!.gate;
    const names = path.endsWith("/ci") ? ["plan.mjs", "verdict.mjs", "pipeline.json"] : ["image.yml", "image-publish.yml", "readme.md", ...reportedByJobs(this.pipeline).map(workflowFileOf)];
    return names.map((name) => ({ name, type: "file", sha: `${name} ${gate}` }));
  }
}
