/** The jobs of one started workflow: those that take a runner, and those that the plan leaves out. */
import { reporterOf } from "../../pipeline/checks";
import { withFrameworkTitles } from "../../pipeline/frameworks";
import type { JobFacts } from "../../pipeline/jobs";
import type { Pipeline } from "../../pipeline/model";
import type { Decision, Plan, PlannedDeployment } from "../../pipeline/plan";
import { frameworkDeployedBy, PLAN_JOB, type SwitchedJob } from "../../workflows/legs";
import type { ExplainedJob, ExplainedSkip } from "./model";

/** One workflow that an event starts. */
export interface Started {
  readonly file: string;
  /** Facts of all its jobs, called ones included. */
  readonly facts: readonly JobFacts[];
  /** Jobs that the plan switches. Empty for a workflow that has none. */
  readonly switched: readonly SwitchedJob[];
  /** Undefined for a workflow that asks for no plan. */
  readonly plan?: Plan;
}

/** The jobs that take a runner, in the order of the file. */
export function runningJobs(pipeline: Pipeline, started: Started): ExplainedJob[] {
  return started.facts
    .filter(({ runsOn }) => runsOn.length > 0)
    .flatMap((fact) => {
      const decision = decisionOf(pipeline, started, fact);
      return decision.run ? legs(pipeline, started, fact).map((leg) => ({ ...leg, workflow: started.file, runner: fact.runsOn.join(", "), why: decision.why })) : [];
    });
}

/** The switched jobs that do not run; a skipped call is one entry, as it is one check. */
export function skippedJobs({ file, switched, plan }: Started): ExplainedSkip[] {
  if (plan === undefined) return [];
  return switched.flatMap(({ id, decide }) => {
    const { run, why } = decide(plan);
    return run ? [] : [{ id, workflow: file, why }];
  });
}

/** A job of a called workflow runs when its outermost caller does; tests run when the plan has them. */
function decisionOf(pipeline: Pipeline, { file, switched, plan }: Started, fact: JobFacts): Decision {
  const [outermost = fact.id] = fact.id.split(" / ");
  const decide = switched.find(({ id }) => id === outermost)?.decide;
  if (plan === undefined || decide === undefined) return { run: true, why: unswitchedWhy(pipeline, file, fact) };
  const decision = decide(plan);
  if (!decision.run || !isTest(fact)) return decision;
  const test = plan.tests.find(({ image, suite }) => fact.pulls.includes(image) && fact.id.endsWith(` (${suite})`));
  if (test === undefined) return { run: false, why: "No such test of the image is planned." };
  return test.collectOnly === undefined ? decision : { run: true, why: `Collected and not run: ${test.collectOnly}` };
}

/** The legs of an image's tests are facts of their own; a test that pulls an image names its suite in brackets. */
function isTest({ matrix, pulls }: JobFacts): boolean {
  return matrix && pulls.length > 0;
}

/** The legs of a job, and what each takes: a framework's deployment tests are one job in the file and one leg a graph in a run. */
function legs(pipeline: Pipeline, { plan }: Started, { id, pushes, pulls }: JobFacts): Pick<ExplainedJob, "id" | "image" | "graph">[] {
  const [outermost = id, ...inner] = id.split(" / ");
  const framework = frameworkDeployedBy(pipeline, outermost);
  if (framework !== undefined && plan !== undefined) {
    const graphs = plan.deployments.filter((planned) => planned.framework === framework).map(profileOf);
    return graphs.map((graph) => ({ id: [`${outermost} (${graph})`, ...inner].join(" / "), graph }));
  }
  // The image that it builds, tests or publishes.
  const [image] = [...pushes, ...pulls];
  return [{ id, ...(image === undefined ? {} : { image }) }];
}

/** Name of a deployment test's leg. */
export function profileOf({ framework, profile }: PlannedDeployment): string {
  return `${framework}-${profile}`;
}

function unswitchedWhy(pipeline: Pipeline, file: string, { id, context, always }: JobFacts): string {
  if (id === PLAN_JOB) return `Decides what of ${file} runs.`;
  const required = pipeline.requiredChecks.find((check) => check.context === context && reporterOf(check) === file);
  if (required !== undefined) return `Is the required check ${context}: ${withFrameworkTitles(pipeline, required.title)}.`;
  return always ? "Runs at the end of every run, whatever became of the other jobs." : "Runs on every such event.";
}
