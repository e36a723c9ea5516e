/**
 * A stack's rendered files in a repository, which events happen to: act runs what GitHub would start, the gate model says what GitHub would
 * report, and the two are held against each other.
 */
import { readStackFile } from "../../../config/file";
import type { Pipeline } from "../../../pipeline/model";
import { toolPath } from "../../../sandbox/tools";
import { githubContext, refOf, type GateEvent } from "../../../workflows/gate/event";
import { World, type WorkflowRun } from "../../../workflows/gate/proofs/world";
import type { JobRun, Outcome } from "../../../workflows/gate/run";
import type { RenderedFile } from "../../../workflows/index";
import { WORKFLOW_FOLDER } from "../../../workflows/names";
import { git, LocalServer, type Answer, type Asked } from "../program-host";
import { ActHost, type ActRun, type Rule } from "./act";
import { adaptations, adapted, callsAsPlainJobs, type Adaptation } from "./adapt";
import type { ActJob } from "./log";
import { Target, type Writes } from "./target";

/** What happens: a pull request is pushed to, its mirror branch is, main is, or it is night. */
export type Occasion = "pull request" | "mirror" | "main" | "night";

export interface Scenario {
  /** Name of the workflow file. */
  readonly workflow: string;
  readonly occasion: Occasion;
  /** Name of a change; the proofs over generated cases have the same. */
  readonly change: string;
  /** Calls that do not succeed. */
  readonly rules?: readonly Rule[];
  /** Files that the change writes with a content of their own. */
  readonly writes?: Writes;
  /** Changes of the workflows that act and the gate model both read. */
  readonly changes?: readonly Adaptation[];
  /** Changes that act alone reads: adaptations, and mistakes that the comparison has to find. */
  readonly unseen?: readonly Adaptation[];
  /** GitHub's API lists the changed files; else there are more than it lists, and git has to be asked. */
  readonly listed?: boolean;
}

export type Results = Readonly<Record<string, string>>;

export interface Happened {
  readonly act: ActRun;
  /** What the gate model says, for the same event and the same results of all jobs that are neither plan nor verdict. */
  readonly gate: WorkflowRun;
  /** Result of each job of the workflow itself, by id; `not reached` when act never came to it. */
  readonly results: Results;
  /** Results that the verdict was told of, by its own summary; undefined when it said nothing. */
  readonly judged: Results | undefined;
}

const NUMBER = 7;

export class Stage {
  /** What the programs asked of GitHub, the clouds and Slack in the last run. */
  asked: readonly Asked[] = [];

  private constructor(
    readonly pipeline: Pipeline,
    readonly files: readonly RenderedFile[],
    readonly target: Target,
    private readonly host: ActHost,
  ) {}

  /** Sets up a stack's files as its committed config renders them, or with a mistake in them. */
  static async of(stack: string, mistake: (files: readonly RenderedFile[]) => readonly RenderedFile[] = (files) => files): Promise<Stage> {
    const { pipeline, files: rendered } = readStackFile(process.cwd(), stack);
    const files = mistake(rendered);
    return new Stage(pipeline, files, new Target(pipeline, files), new ActHost(await toolPath("act"), files));
  }

  remove(): void {
    this.host.remove();
    this.target.remove();
  }

  /** What act does, and what GitHub would do with jobs that end alike. */
  async run(scenario: Scenario): Promise<Happened> {
    const world = await this.world(scenario);
    const event = this.event(world, scenario);
    const act = await this.runAct(scenario, event);
    const ended = new Map(act.jobs.map((job) => [job.context, job.result]));
    const gate = this.runGate(world, scenario, event, (context) => (ended.get(context) === "failure" ? "failure" : "success"));
    return { act, gate, results: topLevel(gate, act), judged: judgedResults(act) };
  }

  /**
   * Runs a scenario again with each call as a plain job that ends as the call did, as act starts nothing after a failed call. What GitHub would
   * do is that of the run before: it had all jobs of the calls.
   */
  async replay(scenario: Scenario, { gate, results }: Happened): Promise<Happened> {
    const plainCalls = callsAsPlainJobs(results, this.labels()[0] ?? "");
    const event = this.event(await this.world(scenario), scenario);
    const act = await this.runAct({ ...scenario, unseen: [...(scenario.unseen ?? []), plainCalls] }, event);
    return { act, gate, results: topLevel(gate, act), judged: judgedResults(act) };
  }

  /** What GitHub would do when jobs end as given, by their check's name; all others succeed. */
  async onGitHub(scenario: Scenario, ends: Readonly<Record<string, Outcome>>): Promise<WorkflowRun> {
    const world = await this.world(scenario);
    return this.runGate(world, scenario, this.event(world, scenario), (context) => ends[context] ?? "success");
  }

  private world({ changes = [] }: Scenario): Promise<World> {
    return World.of(this.pipeline, adapted(this.files, changes));
  }

  private labels(): string[] {
    return this.pipeline.runnerClasses.map(({ label }) => label);
  }

  private async runAct({ workflow, rules, changes = [], unseen = [], listed = false }: Scenario, event: GateEvent): Promise<ActRun> {
    const { owner, name, defaultBranch } = this.pipeline.repository;
    const repository = `${owner}/${name}`;
    const server = await LocalServer.start(answers(this.target, event.sha, listed));
    try {
      return await this.host.run({
        files: adapted(this.files, [...changes, ...adaptations, ...unseen]),
        workflow: `${WORKFLOW_FOLDER}/${workflow}`,
        labels: this.labels(),
        event: event.name,
        payload: { ...(githubContext(event, repository, "")["event"] as object), before: this.target.main, repository: { full_name: repository, default_branch: defaultBranch } },
        ref: refOf(event),
        rules,
        world: { origin: this.target.directory, repository, sha: event.sha, server: server.url },
      });
    } finally {
      this.asked = server.asked;
      await server.stop();
    }
  }

  private runGate(world: World, { workflow, change }: Scenario, event: GateEvent, end: (context: string) => Outcome): WorkflowRun {
    // A verdict is never told how to end: it decides.
    const outcome = (run: JobRun): Outcome => (isVerdict(run) ? "success" : end(plain(run.context)));
    const runs = world.react(event, this.target.filesOf(change), { outcome, planFails: end("plan") === "failure" });
    const found = runs.find((run) => run.workflow.path === `${WORKFLOW_FOLDER}/${workflow}`);
    if (found === undefined) throw new Error(`the gate model does not start ${workflow} for ${event.name} on ${refOf(event)}`);
    return found;
  }

  private event(world: World, { occasion, change, writes }: Scenario): GateEvent {
    const changes = this.target.filesOf(change);
    const sha = this.target.commit(change, writes);
    const pull = { title: change, fork: false, draft: false, changes };
    const { defaultBranch } = this.pipeline.repository;
    switch (occasion) {
      case "pull request":
        return { ...world.pullRequestEvent(pull), sha };
      case "mirror":
        return { ...world.mirrorEvent(pull), sha };
      case "main":
        return { ...world.push(defaultBranch, changes), sha };
      case "night":
        return { name: "schedule", ref: `refs/heads/${defaultBranch}`, cron: this.pipeline.schedule.cron, sha, actor: "github" };
    }
  }
}

function isVerdict({ job }: JobRun): boolean {
  return job.steps.some(({ run }) => run?.includes("verdict.mjs"));
}

/** A check's name without what a matrix adds to a caller's. */
function plain(context: string): string {
  return context.replaceAll(/ \([^()]*\) \/ /g, " / ");
}

/** GitHub, the clouds and Slack, as far as the programs ask them. Commits and files are the repository's own. */
function answers(target: Target, head: string, listed: boolean): (asked: Asked) => Answer {
  const files = (base: string): { filename: string; status: string }[] => target.changed(base, head).map(({ path, status }) => ({ filename: path, status }));
  return ({ url }) => {
    const path = url.replace(/^\/repos\/[^/]+\/[^/]+/, "").replace(/\?.*/, "");
    const [, base = ""] = /^\/compare\/(.+)\.\.\./.exec(path) ?? [];
    if (base !== "") return { json: { merge_base_commit: { sha: git(target.directory, "merge-base", base, head) }, ...(listed ? { files: files(base) } : {}) } };
    // More than GitHub lists of a pull request means that git is asked.
    if (path === `/pulls/${NUMBER}`) return { json: { number: NUMBER, changed_files: listed ? files("main").length : 3001, head: { sha: head }, base: { ref: "main" } } };
    if (path === `/pulls/${NUMBER}/files`) return { json: files("main") };
    if (path === "/oidc") return { json: { value: "token-of-github" } };
    if (path.endsWith("/oauth2/v2.0/token")) return { json: { access_token: "token-of-entra", expires_in: 3600 } };
    if (path === "/oauth2/exchange") return { json: { refresh_token: "token-of-the-registry" } };
    return path === "/slack" ? {} : { status: 404 };
  };
}

/** Results of the workflow's own jobs. A call ends as the jobs in it did: act logs none of its own but that it was skipped. */
function topLevel({ workflow }: WorkflowRun, { jobs }: ActRun): Results {
  return Object.fromEntries(
    workflow.jobs.map(({ id, name = id }) => {
      const own = jobs.filter(({ context }) => context === name || context.startsWith(`${name} / `));
      const ends = new Set(own.map(({ context, result }) => (context === name || result !== "skipped" ? result : undefined)));
      return [id, ["failure", "success", "skipped"].find((result) => ends.has(result as ActJob["result"])) ?? "not reached"];
    }),
  );
}

/** The rows of the table that `verdict.mjs` writes. */
function judgedResults({ summaries }: ActRun): Results | undefined {
  const summary = Object.values(summaries).find((text) => text.includes("| Job | Plan | Result |"));
  if (summary === undefined) return undefined;
  return Object.fromEntries([...summary.matchAll(/^\| (\S+) \| (?:runs|does not run|not known) \| (\w*) \|$/gm)].map(([, job, result]) => [job ?? "", result ?? ""]));
}

/**
 * Where act and the gate model differ, each in a sentence; nothing when they agree. They have to agree on which jobs the plan selects, on the
 * result of every job, on the name under which each one that ran reports, and on what the verdict was told.
 */
export function disagreements(happened: Happened): string[] {
  const { act, gate } = happened;
  return [...ownDisagreements(happened), ...different("check", checksOfAct(act), checksOfGate(gate))];
}

/** The same without the jobs of called workflows, for a run in which calls are plain jobs. */
export function ownDisagreements({ act, gate, results, judged }: Happened): string[] {
  const selected = JSON.parse(act.outputs["jobs"] ?? "[]") as string[];
  return [
    ...different("the plan", { jobs: [...selected].sort().join(" ") }, { jobs: [...gate.selected].sort().join(" ") }),
    ...different("job", results, gate.jobs),
    ...(judged === undefined ? [] : different("the verdict was told", judged, gate.jobs, Object.keys(judged))),
  ];
}

/** What ran and how it ended, by the check's name, sorted; every other job of the workflow was skipped or, with a fault of act's, not reached. */
export function ran({ act }: Happened): { readonly passed: readonly string[]; readonly failed: readonly string[] } {
  const ended = (result: ActJob["result"]): string[] => act.jobs.filter((job) => job.result === result).map(({ context }) => context).sort();
  return { passed: ended("success"), failed: ended("failure") };
}

/** The image that a build puts out, by its digest, as its job's summary shows it. */
export function pushed({ act }: Happened, build: string): string | undefined {
  return /\| ACR \| `(.*)` \|/.exec(act.summaries[build] ?? "")?.[1];
}

/** Commands that ran, each with its program in front, without those of actions. */
export function commands({ act }: Happened, program: string): string[] {
  return act.calls.filter(({ command }) => command[0] === program).map(({ command }) => command.join(" "));
}

function different(what: string, act: Results, gate: Results, keys: readonly string[] = [...new Set([...Object.keys(act), ...Object.keys(gate)])]): string[] {
  return keys.filter((key) => act[key] !== gate[key]).map((key) => `${what} ${key}: act says ${act[key] ?? "nothing"}, the gate model ${gate[key] ?? "nothing"}`);
}

/** Jobs that ran by their check's name; those that were skipped by their path, as act expands a matrix that it skips and GitHub does not. */
function checksOfAct({ jobs }: ActRun): Results {
  return Object.fromEntries(jobs.map(({ context, id, result }) => [result === "skipped" ? context.replace(/[^/ ]*$/, id) : context, result]));
}

function checksOfGate({ reports }: WorkflowRun): Results {
  return Object.fromEntries(reports.map(({ context, path, conclusion }) => [conclusion === "skipped" ? path : plain(context), conclusion]));
}
