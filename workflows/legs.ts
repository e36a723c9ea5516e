/**
 * The jobs that a plan switches: which exist in each workflow file, and whether a plan runs them. The renderer writes these jobs, `plan.mjs`
 * decides on them and `verdict.mjs` holds their results against the decision; all three read this one list.
 */
import { verdictCheck } from "../pipeline/checks";
import { occasionOf, queueBranch } from "../pipeline/events";
import { parentsOf } from "../pipeline/images";
import type { Mode, Pipeline, Trust } from "../pipeline/model";
import type { Decision, Image, Plan, PipelineEvent, PlanPart, PlanScope } from "../pipeline/plan";
import { select } from "../pipeline/select";
import { deployedImage, untestedWhy } from "../pipeline/tests";

/** A job whose running a plan decides. */
export interface SwitchedJob {
  /** The job's id in its workflow. */
  readonly id: string;
  readonly decide: (plan: Plan) => Decision;
}

/** An image that a workflow can build, and whose code it is built from. */
export interface ImageLeg {
  readonly jobId: string;
  readonly image: Image;
  /** `mirror` legs push under the commit's tag; `protected` ones are published, signed and move main's tags. */
  readonly trust: Exclude<Trust, "fork">;
  /** Modes in which the leg can run. */
  readonly modes: readonly Mode[];
  /** The images of the commit that it is made of, and the jobs that build them. */
  readonly parents: readonly ParentLeg[];
}

/** An image of the commit that another one is made of. */
export interface ParentLeg {
  /** The build argument that takes it. */
  readonly arg: string;
  readonly image: string;
  readonly jobId: string;
}

/** Job ids that every workflow with a plan uses. */
export const PLAN_JOB = "plan";
export const CORE_JOB = "core";

/** Id of the job that deploys one graph, in the file that deploys it. The verification of its images is a job beside it. */
export const DEPLOY_JOB = "deploy";

/** Id of the job that deploys a framework's graphs. */
export function deploymentsJob(framework: string): string {
  return `deployments-${framework}`;
}

/** The framework whose graphs a job deploys; undefined for every other job. */
export function frameworkDeployedBy({ frameworks }: Pipeline, jobId: string): string | undefined {
  return frameworks.find(({ id }) => deploymentsJob(id) === jobId)?.id;
}

/** Id of the job that runs a component's own checks. */
export function checksJob(component: string): string {
  return `${component}-checks`;
}

/** The events on which a scope's workflow can run, one of each kind that the pipeline tells apart. */
export function occasions(pipeline: Pipeline, scope: PlanScope): PipelineEvent[] {
  const { defaultBranch, releaseBranches, mirrorBranchPrefix } = pipeline.repository;
  const main = `refs/heads/${defaultBranch}`;
  const events: PipelineEvent[] = [
    { name: "pull_request", ref: "refs/pull/1/merge" },
    { name: "push", ref: `refs/heads/${mirrorBranchPrefix}1` },
    { name: "push", ref: main },
    { name: "push", ref: `refs/heads/${releaseBranches.replaceAll("*", "1")}` },
    { name: "schedule", ref: main },
    ...(pipeline.mergeQueue === undefined ? [] : [{ name: "merge_group" as const, ref: `refs/heads/${queueBranch(pipeline.repository, "pr-1-0")}` }]),
  ];
  return events.filter((event) => occasionOf(pipeline, event).scopes.includes(scope));
}

/** Every image that a scope's workflow can build, in the order of the pipeline. */
export function imageLegs(pipeline: Pipeline, scope: PlanScope): ImageLeg[] {
  const legs = new Map<string, ImageLeg>();
  for (const event of occasions(pipeline, scope)) {
    const { mode, trust } = occasionOf(pipeline, event);
    if (trust === "fork") continue;
    for (const image of select(pipeline, event, everythingChanged, scope).images) {
      const jobId = imageJob(scope, trust, image.id);
      const known = legs.get(jobId);
      const parents = parentsOf(pipeline, image).map(({ arg, image: { id } }) => ({ arg, image: id, jobId: imageJob(scope, trust, id) }));
      legs.set(jobId, { jobId, image: known?.image ?? image, trust, modes: [...new Set([...(known?.modes ?? []), mode])], parents });
    }
  }
  return [...legs.values()];
}

/** A job that deploys a framework's graphs, one leg a graph. */
export interface DeploymentsJob {
  readonly id: string;
  readonly framework: string;
  /** Id of the job that builds the image of the graphs. */
  readonly imageJob: string;
}

/**
 * The jobs that deploy, one a framework that has deployment tests: its graphs wait for no image but their own, that of the modes that deploy.
 * Where no framework has any, or no mode deploys, the jobs stay, switched off: the runner class, the environment and the secret that they read
 * then need not leave the config too.
 */
export function deploymentsJobs(pipeline: Pipeline, legs: readonly ImageLeg[] = imageLegs(pipeline, "suite")): DeploymentsJob[] {
  const { tests, modes } = pipeline.deployments;
  const tested = new Set(tests.map(({ framework }) => framework));
  const deploying = legs.filter((leg) => modes.length === 0 || leg.modes.some((mode) => modes.includes(mode)));
  return pipeline.frameworks.flatMap(({ id }) => {
    if (tested.size > 0 && !tested.has(id)) return [];
    const image = deployedImage(deploying.map((leg) => leg.image), id);
    const leg = deploying.find((each) => each.image === image);
    return leg === undefined ? [] : [{ id: deploymentsJob(id), framework: id, imageJob: leg.jobId }];
  });
}

/** `pr.yaml` serves both mirror branches and main; there, main's legs have ids of their own. */
function imageJob(scope: PlanScope, trust: Trust, image: string): string {
  return scope === "backend" && trust === "protected" ? `${image}-main` : image;
}

const everythingChanged = { known: false, why: "Everything is asked for." } as const;

/** Tells whether a scope's workflow checks the core container. Mirror branches do where no check of the pull request itself does. */
export function checksCore(pipeline: Pipeline, scope: PlanScope): boolean {
  return scope !== "backend" || verdictCheck(pipeline, "direct") === undefined;
}

/** The switched jobs of a scope's workflow, in the order in which they are written. */
export function switchedJobs(pipeline: Pipeline, scope: PlanScope): SwitchedJob[] {
  const legs = imageLegs(pipeline, scope);
  return [
    ...(checksCore(pipeline, scope) ? [{ id: CORE_JOB, decide: ({ parts }: Plan) => either(parts.core, parts.rust) }] : []),
    ...checkedComponents(pipeline, legs).map((id): SwitchedJob => ({ id: checksJob(id), decide: (plan) => partOf(plan, `checks:${id}`) })),
    ...legs.map((leg): SwitchedJob => ({ id: leg.jobId, decide: (plan) => decideLeg(leg, plan) })),
    ...(scope === "suite" ? deploymentsJobs(pipeline, legs).map(({ id, framework }): SwitchedJob => ({ id, decide: (plan) => decideDeployments(framework, plan) })) : []),
  ];
}

/**
 * Why an image that no suite tests needs none. A component whose sources are checked before the build has no suite, and is on no list of excuses
 * for that.
 */
export function untestedReason(pipeline: Pipeline, mode: Mode, image: Image): string {
  return untestedWhy(pipeline, mode, image) ?? `Its sources are checked before it is built, by ${checksJob(image.subject.id)}.`;
}

/** Components with checks of their own, of those whose images are among the legs. */
export function checkedComponents(pipeline: Pipeline, legs: readonly ImageLeg[]): string[] {
  const built = new Set(legs.map(({ image }) => image.subject.id));
  return pipeline.components.filter(({ id, checks }) => checks.length > 0 && built.has(id)).map(({ id }) => id);
}

function decideLeg(leg: ImageLeg, plan: Plan): Decision {
  const planned = plan.images.find(({ id }) => id === leg.image.id);
  const ofThisTrust = (plan.mode === "pull-request") === (leg.trust === "mirror");
  if (planned && ofThisTrust) return { run: true, why: planned.why };
  if (!ofThisTrust) return { run: false, why: leg.trust === "mirror" ? "Built on mirror branches only." : "Built on main and release branches only." };
  const { subject } = leg.image;
  if (subject.kind === "base") return { run: false, why: "No image that is built is made of it." };
  const part = partOf(plan, subject.kind === "framework" ? "frameworks" : `component:${subject.id}`);
  return { run: false, why: part.run ? "No changed file concerns it." : part.why };
}

/** A matrix without a leg is an error on GitHub, so a job runs only with a graph to deploy. */
function decideDeployments(framework: string, { parts: { deployments }, deployments: planned }: Plan): Decision {
  const hasGraph = planned.some((each) => each.framework === framework);
  return deployments.run && !hasGraph ? { run: false, why: `No graph of ${framework} is to be deployed.` } : deployments;
}

function partOf(plan: Plan, part: PlanPart): Decision {
  return plan.parts[part] ?? { run: false, why: "The pipeline has no such part." };
}

function either(first: Decision, second: Decision): Decision {
  if (first.run && second.run && first.why !== second.why) return { run: true, why: `${first.why} ${second.why}` };
  return first.run ? first : second.run ? second : first;
}
