/**
 * The jobs that an event makes each workflow run, with their needs: read off the same explanation and the same facts of rendered jobs that tell
 * people and coherence, so that what is simulated is what runs.
 */
import type { JobFacts } from "../../pipeline/jobs";
import { JobGraph } from "../../pipeline/coherence/job-graph";
import type { Duration, JobDurations } from "../../pipeline/load";
import type { Pipeline, TestSuite } from "../../pipeline/model";
import { runChecks } from "../../pipeline/checks";
import { allImages, contractOf } from "../../pipeline/images";
import { queueBranch } from "../../pipeline/events";
import type { Changes, PipelineEvent } from "../../pipeline/plan";
import { jobFacts } from "../../workflows/facts";
import { WORKFLOW_FILES } from "../../pipeline/select";
import { CORE_JOB, DEPLOY_JOB, deploymentsJob, PLAN_JOB } from "../../workflows/legs";
import { runnerModes } from "../../workflows/runner-modes";
import type { RenderSettings } from "../../workflows/settings";
import { explain, type EventExplanation, type ExplainedJob, type Explanation } from "../explain";
import type { JobTemplate, RunTemplate } from "./engine/model";
import type { CapacityStack } from "./model";
import { GRAPH_SERVICES, GRAPH_WORKER, jobPod } from "./system";

/** A workflow that an event starts. */
export interface StartedWorkflow {
  readonly file: string;
  readonly template: RunTemplate;
  /** Images that it pushes. */
  readonly pushes: number;
  /** The same run started again by hand, which finds its images. */
  readonly again: RunTemplate;
  /**
   * A newer run for the same pull request cancels it, as the concurrency of the rendered workflows has it (test/report/capacity/templates.test.ts
   * asks GitHub's own evaluator); runs of protected branches are never cancelled.
   */
  readonly superseded: boolean;
  /** Of such runs one is in progress and the newest waits; those between give way to it (`mainRuns`). */
  readonly coalesced: boolean;
}

/** What an event is, for titles. */
export type Occasion = "pull requests" | "merge queue" | "main" | "releases" | "nightly";

/** Reads the workflows of a stack once, and then answers for events. */
export class Templates {
  private readonly settings: RenderSettings;
  private readonly facts: readonly JobFacts[];
  private readonly graph: JobGraph;

  constructor(private readonly stack: CapacityStack) {
    const { repository, pullRequestImages } = stack.infrastructure.registries;
    this.settings = { source: "", imageRepository: repository, pullRequestImages };
    this.facts = jobFacts(stack.pipeline, this.settings);
    this.graph = JobGraph.of(this.facts);
  }

  /** What a push to a pull request starts: the direct checks, and what its mirror branch runs. */
  pullRequest(changes: Changes): { readonly direct: readonly StartedWorkflow[]; readonly mirror: readonly StartedWorkflow[] } {
    const explanation = this.explain({ name: "pull_request", ref: "refs/pull/1/merge" }, changes);
    const { afterMirror } = explanation;
    return { direct: this.started(explanation, "pull requests"), mirror: afterMirror === undefined ? [] : this.started(afterMirror, "pull requests") };
  }

  /** What a merge group starts: a pull request that is tried on what main will be. */
  mergeGroup(changes: Changes): StartedWorkflow[] {
    const ref = `refs/heads/${queueBranch(this.stack.pipeline.repository, "pr-1-0")}`;
    return this.started(this.explain({ name: "merge_group", ref }, changes), "merge queue");
  }

  /** What an event of a protected branch starts; it takes everything, whatever changed. */
  protectedBranch(event: PipelineEvent, occasion: Occasion): StartedWorkflow[] {
    return this.started(this.explain(event, { known: true, files: [] }), occasion);
  }

  private explain(event: PipelineEvent, changes: Changes): Explanation {
    return explain(this.stack.pipeline, this.settings, event, changes);
  }

  private started(explanation: EventExplanation, occasion: Occasion): StartedWorkflow[] {
    const files = [...new Set(explanation.jobs.map(({ workflow }) => workflow))];
    return files.map((file): StartedWorkflow => {
      const jobs = explanation.jobs.filter(({ workflow }) => workflow === file).map((job) => this.running(job));
      return {
        file,
        template: { title: `${file}, ${occasion}`, jobs: jobs.map((job) => this.template(job, jobs, explanation)) },
        again: { title: `${file}, ${occasion}, again`, jobs: jobs.map((job) => this.templateAgain(job, jobs, explanation)) },
        pushes: jobs.filter((job) => this.isBuild(job)).length,
        superseded: occasion === "pull requests",
        coalesced: occasion === "main" && file === WORKFLOW_FILES.suite && this.stack.pipeline.mainRuns === "newest",
      };
    });
  }

  /** A job that runs, with the facts of the job in the file that it is a leg of. */
  private running(job: ExplainedJob): RunningJob {
    const inFile = job.graph === undefined ? job.id : job.id.replace(` (${job.graph})`, "");
    const fact = this.graph.find(job.workflow, inFile);
    if (fact === undefined) throw new Error(`${job.workflow} has no job ${JSON.stringify(job.id)}`);
    return { job, fact };
  }

  private template(running: RunningJob, all: readonly RunningJob[], explanation: EventExplanation): JobTemplate {
    const { job, fact } = running;
    const before = new Set(this.graph.before(fact).map(({ id }) => id));
    const kind = this.kindOf(running, explanation);
    return {
      id: job.id,
      set: runnerClass(this.stack.pipeline, job.runner),
      needs: all.flatMap((other, index) => (before.has(other.fact.id) ? [index] : [])),
      ...kind,
    };
  }

  private templateAgain(running: RunningJob, all: readonly RunningJob[], explanation: EventExplanation): JobTemplate {
    const template = this.template(running, all, explanation);
    return this.isBuild(running) ? { ...template, duration: this.stack.infrastructure.load.durations.build.reused } : template;
  }

  private kindOf(running: RunningJob, explanation: EventExplanation): JobKind {
    const { pipeline, infrastructure } = this.stack;
    const { durations } = infrastructure.load;
    const { job, fact } = running;
    const [outermost = ""] = fact.id.split(" / ");
    if (job.graph !== undefined && fact.id.endsWith(` / ${DEPLOY_JOB}`)) return deployment(pipeline, durations, explanation, job.graph);
    if (outermost === PLAN_JOB) return { duration: durations.plan, pods: [] };
    if (outermost === CORE_JOB) return { duration: durations.core, limit: pipeline.core.timeoutMinutes, pods: [] };
    if (fact.matrix && fact.pulls.length > 0) return test(pipeline, durations, explanation, job, fact);
    if (this.isBuild(running)) return build(pipeline, durations, explanation, fact);
    if (fact.pushes.length > 0) return { duration: durations.publish, pods: [] };
    const check = runChecks(pipeline).find(({ context }) => context === fact.context);
    if (check !== undefined) return { duration: durations.checks, limit: check.minutes, pods: [] };
    return { duration: fact.always ? durations.verdict : durations.checks, pods: [] };
  }

  /** Of the jobs that push an image, the one that needs no other such: what comes later signs and tags. */
  private isBuild({ fact }: RunningJob): boolean {
    return fact.pushes.length > 0 && !this.graph.before(fact).some(({ pushes }) => pushes.some((image) => fact.pushes.includes(image)));
  }
}

/** What the kind of a job says of it. */
type JobKind = Omit<JobTemplate, "id" | "set" | "needs">;

interface RunningJob {
  readonly job: ExplainedJob;
  readonly fact: JobFacts;
}

function runnerClass({ runnerClasses }: Pipeline, label: string): string {
  const found = runnerClasses.find((each) => each.label === label);
  if (found === undefined) throw new Error(`no runner class has the label ${JSON.stringify(label)}`);
  return found.id;
}

function build(pipeline: Pipeline, durations: JobDurations, { mode }: EventExplanation, { pushes }: JobFacts): JobKind {
  const subject = allImages(pipeline, mode).find(({ id }) => pushes.includes(id))?.subject;
  const described = subject?.kind === "base" ? contractOf(pipeline, { subject }) : [...pipeline.frameworks, ...pipeline.components].find(({ id }) => id === subject?.id)?.build;
  if (subject === undefined || described === undefined) throw new Error(`no image ${JSON.stringify(pushes)} is built in ${mode} mode`);
  // A base compiles what a framework's image does, and lacks its packages.
  return { duration: durations.build[subject.kind === "component" ? "component" : "framework"], limit: described.timeoutMinutes[mode], pods: [] };
}

/** On a class that also builds, the image under test starts beside the runner; elsewhere it gets a pod of its own. */
function test(pipeline: Pipeline, durations: JobDurations, { tests }: EventExplanation, job: ExplainedJob, { pulls }: JobFacts): JobKind {
  const planned = tests.find(({ image, suite }) => pulls.includes(image) && job.id.endsWith(` (${suite})`));
  const suite = pipeline.suites.find(({ id }) => id === planned?.suite);
  if (planned === undefined || suite === undefined) throw new Error(`job ${JSON.stringify(job.id)} is no test of the plan`);
  const runner = runnerClass(pipeline, job.runner);
  const pods = runnerModes(pipeline).get(runner) === "container" ? [jobPod(runner)] : [];
  return { duration: planned.executed ? suiteDuration(durations, suite) : durations.collect, limit: suite.timeoutMinutes, pods, image: planned.image };
}

function suiteDuration({ tests, suites }: JobDurations, { id, kind }: TestSuite): Duration {
  return suites[id] ?? tests[kind];
}

function deployment({ deployments }: Pipeline, durations: JobDurations, explanation: EventExplanation, name: string): JobKind {
  const planned = explanation.deployments.find(({ framework, profile }) => `${framework}-${profile}` === name);
  const graph = deployments.tests.find(({ framework, profile }) => framework === planned?.framework && profile === planned.profile);
  if (planned === undefined || graph === undefined) throw new Error(`no deployment test ${JSON.stringify(name)} is planned`);
  return {
    duration: durations.deployment,
    limit: deployments.timeoutMinutes,
    pods: [GRAPH_SERVICES, ...Array<string>(graph.gpus).fill(GRAPH_WORKER)],
    image: planned.image,
    together: { name: deploymentsJob(planned.framework), most: deployments.maxParallel },
  };
}
