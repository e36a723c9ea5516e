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
import { LocalServer, type Asked } from "../program-host";
import { ActHost, type ActRun, type Rule } from "./act";
import { adaptations, adapted, callsAsPlainJobs, type Adaptation } from "./adapt";
import { answers } from "./answers";
import { happened, plain, type Happened } from "./compare";
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
  /** Changes that only act reads: adaptations, and mistakes that the comparison has to find. */
  readonly unseen?: readonly Adaptation[];
  /** GitHub's API lists the changed files; else there are more than it lists, and git has to be asked. */
  readonly listed?: boolean;
}

export class Stage {
  /** What the programs asked of GitHub, the clouds and Slack in the last run. */
  asked: readonly Asked[] = [];

  private constructor(
    readonly pipeline: Pipeline,
    readonly files: readonly RenderedFile[],
    readonly target: Target,
    private readonly host: ActHost,
    private readonly rendered: World,
  ) {}

  /** Sets up a stack's files as its committed config renders them, or with a mistake in them. */
  static async of(stack: string, mistake: (files: readonly RenderedFile[]) => readonly RenderedFile[] = (files) => files): Promise<Stage> {
    const { pipeline, files: rendered } = readStackFile(process.cwd(), stack);
    const files = mistake(rendered);
    return new Stage(pipeline, files, new Target(pipeline, files), new ActHost(await toolPath("act"), files), await World.of(pipeline, files));
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
    return happened(act, gate);
  }

  /**
   * Runs a scenario again with each call as a plain job that ends as the call did, as act starts nothing after a failed call. What GitHub would
   * do is that of the run before: it had all jobs of the calls.
   * @param kept calls that stay calls, as they end well. Default: none
   */
  async replay(scenario: Scenario, { gate, results }: Pick<Happened, "gate" | "results">, kept: readonly string[] = []): Promise<Happened> {
    const plainCalls = callsAsPlainJobs(results, this.labels()[0] ?? "", kept);
    const event = this.event(await this.world(scenario), scenario);
    const act = await this.runAct({ ...scenario, unseen: [...(scenario.unseen ?? []), plainCalls] }, event);
    return happened(act, gate);
  }

  /** What GitHub would do when jobs end as given, by their check's name; all others succeed. */
  async onGitHub(scenario: Scenario, ends: Readonly<Record<string, Outcome>>): Promise<WorkflowRun> {
    const world = await this.world(scenario);
    return this.runGate(world, scenario, this.event(world, scenario), (context) => ends[context] ?? "success");
  }

  private async world({ changes = [] }: Scenario): Promise<World> {
    return changes.length === 0 ? this.rendered : World.of(this.pipeline, adapted(this.files, changes));
  }

  private labels(): string[] {
    return this.pipeline.runnerClasses.map(({ label }) => label);
  }

  private async runAct({ workflow, rules, changes = [], unseen = [], listed = false }: Scenario, event: GateEvent): Promise<ActRun> {
    const { owner, name, defaultBranch } = this.pipeline.repository;
    const repository = `${owner}/${name}`;
    const known = githubContext(event, repository, "")["event"] as object;
    const server = await LocalServer.start(answers(this.target, event.sha, listed));
    try {
      return await this.host.run({
        files: adapted(this.files, [...changes, ...adaptations, ...unseen]),
        workflow: `${WORKFLOW_FOLDER}/${workflow}`,
        labels: this.labels(),
        event: event.name,
        payload: { ...known, before: this.target.main, repository: { full_name: repository, default_branch: defaultBranch } },
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
