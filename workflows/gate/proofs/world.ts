/**
 * A repository whose workflows run: events start them, the plan and the verdict decide as they do on a runner, and every other job ends as a
 * scenario says. The plan and the verdict are recognised by the program that a step of the file runs, and get what the file gives them.
 */
import picomatch from "picomatch";
import { appIdOf, isReportedByJob, reportedByApps } from "../../../pipeline/checks";
import { occasionOf, queueBranch } from "../../../pipeline/events";
import { SHA_PLACEHOLDER } from "../../../pipeline/images";
import { GITHUB_ACTIONS_APP_ID } from "../../../pipeline/github-apps";
import type { Pipeline } from "../../../pipeline/model";
import type { ChangedFile, Changes, PipelineEvent, Plan, PlanScope } from "../../../pipeline/plan";
import { select } from "../../../pipeline/select";
import { judge as judgeJobs, type JobResults } from "../../judge";
import { planOutputs } from "../../plan-outputs";
import type { RenderedFile } from "../../settings";
import { refOf, shortName, type GateEvent, type MergeGroupEvent, type OtherEvent, type PullRequestEvent, type PushEvent } from "../event";
import { asText, fill } from "../expression";
import { judge, type Check, type Verdict } from "../merge";
import { readWorkflow, type GateJob, type GateStep, type GateWorkflow } from "../read";
import { runWorkflow, type JobEnd, type JobRun, type Outcome, type RunResult } from "../run";
import { triggers } from "../trigger";

/** How jobs end that are neither a plan nor a verdict, by their path within their workflow. What it does not name succeeds. */
export interface Scenario {
  readonly outcome: (run: JobRun) => Outcome;
  /** Whether the plan program fails. */
  readonly planFails?: boolean;
  /** Path of the workflow whose run somebody cancels, or `all`. */
  readonly cancelled?: string;
}

/** Every job succeeds. */
export const allSucceed: Scenario = { outcome: () => "success" };

/** A pull request, as far as what runs for it depends on it. */
export interface PullRequest {
  readonly title: string;
  readonly fork: boolean;
  readonly draft: boolean;
  readonly changes: readonly ChangedFile[];
}

/** One workflow's run for one event, with the plan that it followed. */
export interface WorkflowRun extends RunResult {
  readonly workflow: GateWorkflow;
  readonly event: GateEvent;
  readonly plan?: Plan;
  /** Ids of the jobs that the plan runs. */
  readonly selected: readonly string[];
}

const NUMBER = 7;
const SHA = "0123456789abcdef0123456789abcdef01234567";
/** The commit that a merge group is put on. */
const BASE = "89abcdef0123456789abcdef0123456789abcdef";

/** The rendered files of a pipeline, as GitHub reads them. */
export class World {
  private constructor(
    readonly pipeline: Pipeline,
    readonly workflows: ReadonlyMap<string, GateWorkflow>,
  ) {}

  /** @throws Error when GitHub's parser refuses a file. */
  static async of(pipeline: Pipeline, files: readonly RenderedFile[]): Promise<World> {
    const own = files.filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
    const read = await Promise.all(own.map(async ({ path, content }) => [path, await readWorkflow(path, content)] as const));
    return new World(pipeline, new Map(read));
  }

  /** Everything that an event starts. @param changes what the plan finds out: files, or that they are not known */
  react(event: GateEvent, changes: readonly ChangedFile[] | Changes, scenario: Scenario): readonly WorkflowRun[] {
    return [...this.workflows.values()].filter((workflow) => triggers(workflow, event)).map((workflow) => this.run(workflow, event, changes, scenario));
  }

  /** What runs on a pull request's head: its own workflows, and those of its mirror once a maintainer has asked for it. */
  pullRequest(pull: PullRequest, scenario: Scenario, mirrored = true): readonly WorkflowRun[] {
    const direct = this.react(this.pullRequestEvent(pull), pull.changes, scenario);
    return mirrored ? [...direct, ...this.react(this.mirrorEvent(pull), pull.changes, scenario)] : direct;
  }

  /** What runs on a merge group, which GitHub makes once the pull request has passed. Nothing where main has no merge queue. */
  queued(pull: PullRequest, scenario: Scenario): readonly WorkflowRun[] {
    return this.pipeline.mergeQueue === undefined ? [] : this.react(this.mergeGroupEvent(), pull.changes, scenario);
  }

  /** Whether the ruleset lets the pull request merge. Checks of apps other than GitHub Actions have succeeded: no workflow can be to blame for them. */
  merges(runs: readonly WorkflowRun[]): Verdict {
    return this.judged(runs, () => true);
  }

  /** Whether the queue merges a group. Of the apps only those report there that are known to. */
  mergesQueued(runs: readonly WorkflowRun[]): Verdict {
    return this.judged(runs, (slug) => this.pipeline.mergeQueue?.reportingApps.includes(slug) === true);
  }

  private judged(runs: readonly WorkflowRun[], appReports: (slug: string) => boolean): Verdict {
    const required = this.pipeline.requiredChecks;
    const fromJobs = runs.flatMap(({ reports }) => reports).map(({ context, conclusion }): Check => ({ context, conclusion, appId: GITHUB_ACTIONS_APP_ID }));
    const fromApps = reportedByApps(this.pipeline)
      .filter(({ slug }) => appReports(slug))
      .map(({ context, appId }): Check => ({ context, appId, conclusion: "success" }));
    return judge(required.map((check) => ({ context: check.context, appId: appIdOf(this.pipeline, check) })), [...fromJobs, ...fromApps, ...this.fromVerdictApp(runs)]);
  }

  /** What the verdict app reports: of each run for which a job with its key starts, as GitHub starts jobs, the required checks. Nothing but success is one to it. */
  private fromVerdictApp(runs: readonly WorkflowRun[]): Check[] {
    const { verdictApp, repository, requiredChecks } = this.pipeline;
    if (verdictApp === undefined) return [];
    const main = `refs/heads/${repository.defaultBranch}`;
    return runs.flatMap(({ workflow: { name }, event, reports }) => {
      const head_branch = "head" in event ? event.head : (shortName(refOf(event), "heads") ?? "");
      const seen: OtherEvent = { name: "workflow_run", action: "completed", ref: main, sha: BASE, actor: event.actor, payload: { workflow_run: { name, event: event.name, head_branch } } };
      const started = this.react(seen, [], allSucceed).flatMap(({ ran }) => ran.filter(({ job }) => stepRunning(job, "verdict-app.mjs") !== undefined && this.refuses({ job, contexts: {} } as JobRun, seen) === undefined));
      if (started.length === 0) return [];
      const required = reports.filter(({ context }) => requiredChecks.some((check) => isReportedByJob(check) && check.context === context));
      return required.map(({ context, conclusion }): Check => ({ context, appId: verdictApp.appId, conclusion: conclusion === "skipped" ? "failure" : conclusion }));
    });
  }

  pullRequestEvent({ fork, draft, changes }: PullRequest): PullRequestEvent {
    const base = this.pipeline.repository.defaultBranch;
    return { name: "pull_request", action: "synchronize", number: NUMBER, base, head: "topic", fork, draft, sha: SHA, actor: "contributor", files: namesOf(changes) };
  }

  mirrorEvent({ changes }: PullRequest): PushEvent {
    return this.push(`${this.pipeline.repository.mirrorBranchPrefix}${NUMBER}`, changes);
  }

  mergeGroupEvent(): MergeGroupEvent {
    const { repository } = this.pipeline;
    return { name: "merge_group", base: repository.defaultBranch, ref: `refs/heads/${queueBranch(repository, `pr-${NUMBER}-${BASE}`)}`, sha: SHA, actor: "maintainer" };
  }

  push(branch: string, changes: readonly ChangedFile[]): PushEvent {
    return { name: "push", ref: `refs/heads/${branch}`, sha: SHA, actor: "maintainer", files: namesOf(changes) };
  }

  private run(workflow: GateWorkflow, event: GateEvent, changes: readonly ChangedFile[] | Changes, scenario: Scenario): WorkflowRun {
    let plan: Plan | undefined;
    let selected: readonly string[] = [];
    const oracle = (job: JobRun): JobEnd => {
      const refused = this.refuses(job, event);
      if (refused !== undefined) return { outcome: refused };
      const planned = stepRunning(job.job, "plan.mjs");
      const judging = stepRunning(job.job, "verdict.mjs");
      if (planned !== undefined) {
        const made = scenario.planFails ? undefined : attempt(() => this.plan(planned, job, event, changes));
        if (made === undefined) return { outcome: "failure" };
        plan = made.plan;
        selected = JSON.parse(made.outputs["jobs"] ?? "[]") as string[];
        return { outcome: scenario.outcome(job), outputs: jobOutputs(job, planned, made.outputs) };
      }
      // A verdict that could not run is no verdict: the scenario may fail it, never make it pass.
      if (judging !== undefined && scenario.outcome(job) === "success") return { outcome: attempt(() => verdictOf(judging, job)) ?? "failure" };
      return { outcome: scenario.outcome(job), outputs: madeUp(job) };
    };
    const result = runWorkflow(workflow, event, this.workflows, oracle, {
      repository: `${this.pipeline.repository.owner}/${this.pipeline.repository.name}`,
      secrets: this.pipeline.secrets.map(({ name }) => name),
      cancelled: scenario.cancelled === "all" || scenario.cancelled === workflow.path,
    });
    return { ...result, workflow, event, plan, selected };
  }

  /** A label that nobody answers to is never taken; an environment whose branch policy does not admit the ref fails the job. */
  private refuses({ job, contexts }: JobRun, event: GateEvent): Outcome | undefined {
    const label = asText(fill(job.runsOn, contexts));
    if (!this.pipeline.runnerClasses.some((runner) => runner.label === label)) return "never";
    const name = job.environment === undefined ? undefined : asText(fill(job.environment, contexts));
    const environment = this.pipeline.environments.find((each) => each.name === name);
    if (name === undefined) return undefined;
    return environment !== undefined && picomatch([...environment.branches])(shortName(refOf(event), "heads") ?? refOf(event)) ? undefined : "failure";
  }

  /** What `plan.mjs` does, with the scope that the file's step gives it. */
  private plan(step: GateStep, job: JobRun, event: GateEvent, changes: readonly ChangedFile[] | Changes): { plan: Plan; outputs: Record<string, string> } {
    const scope = asText(fill(step.env["CI_SCOPE"], job.contexts)) as PlanScope;
    const happened = { name: event.name, ref: refOf(event) } as PipelineEvent;
    const plan = select(this.pipeline, happened, "known" in changes ? changes : { known: true, files: changes }, scope);
    const tagPrefix = occasionOf(this.pipeline, happened).tagPrefix.replaceAll(SHA_PLACEHOLDER, event.sha);
    return { plan, outputs: planOutputs(this.pipeline, plan, scope, { tagPrefix }) };
  }
}

/** A program that throws fails its job. */
function attempt<T>(program: () => T): T | undefined {
  try {
    return program();
  } catch {
    return undefined;
  }
}

/** The step of a job that runs one of the delivered programs. */
function stepRunning(job: GateJob, program: string): GateStep | undefined {
  return job.steps.find(({ run }) => run?.includes(`.github/ci/${program}`));
}

/** The job's outputs, as the file makes them from its steps'. */
function jobOutputs(job: JobRun, step: GateStep, outputs: Readonly<Record<string, string>>): Record<string, string> {
  const contexts = { ...job.contexts, steps: { [step.id ?? ""]: { outputs } } };
  return Object.fromEntries(Object.entries(job.job.outputs).map(([name, value]) => [name, asText(fill(value, contexts))]));
}

/** Outputs of a job that does not run here: each tells whose it is, so that whoever is handed one can be asked where it came from. */
export function madeUp({ job, path }: Pick<JobRun, "job" | "path">): Record<string, string> {
  return Object.fromEntries(Object.keys(job.outputs).map((name) => [name, `${name} of ${path}`]));
}

/** What `verdict.mjs` decides from the values that the file puts into its environment. */
function verdictOf(step: GateStep, job: JobRun): Outcome {
  const [jobs, needs] = ["CI_JOBS", "CI_NEEDS"].map((name) => asText(fill(step.env[name], job.contexts)));
  if (needs === undefined || needs === "") return "failure";
  const selected = jobs === undefined || jobs === "" ? undefined : (JSON.parse(jobs) as string[]);
  return judgeJobs(JSON.parse(needs) as JobResults, selected).passed ? "success" : "failure";
}

function namesOf(changes: readonly ChangedFile[]): readonly string[] {
  return changes.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
}
