/**
 * What coherence needs to know of every job, read off the typed objects that are rendered. A called workflow's jobs are listed once for each
 * call, with the call's arguments in place.
 */
import { refKind } from "../pipeline/events";
import { compilePatterns } from "../pipeline/filters";
import type { JobFacts } from "../pipeline/jobs";
import type { EnvironmentSpec, Pipeline, Trust } from "../pipeline/model";
import { parentsOf } from "../pipeline/images";
import type { Image, Plan, PlannedTest } from "../pipeline/plan";
import { select, WORKFLOW_FILES } from "../pipeline/select";
import { deployedImage, deployedOperator } from "../pipeline/tests";
import { workflows } from "./workflows";
import { frameworkDeployedBy, occasions } from "./legs";
import type { RenderSettings } from "./settings";
import { isCall, type CallJob, type Job, type StepsJob, type Triggers, type Workflow } from "./syntax";

/** Values of a call's inputs, as far as they are fixed. */
type Arguments = Readonly<Record<string, string | number | boolean>>;

/** Where a job stands: its file, and the calls that lead to it. */
interface Place {
  readonly workflow: string;
  readonly triggers: Triggers;
  readonly callers: readonly { readonly id: string; readonly name: string }[];
  readonly arguments: Arguments;
}

/** Facts of every job of every workflow that an event starts, called ones after their callers. */
export function jobFacts(pipeline: Pipeline, settings: RenderSettings): JobFacts[] {
  const all = workflows(pipeline, settings);
  return Object.entries(all).flatMap(([workflow, { on, jobs }]) =>
    on.workflow_call ? [] : Object.entries(jobs).flatMap(([id, job]) => factsOf(pipeline, all, { workflow, triggers: on, callers: [], arguments: {} }, id, job)),
  );
}

function factsOf(pipeline: Pipeline, all: Readonly<Record<string, Workflow>>, place: Place, id: string, job: Job): JobFacts[] {
  const shared = sharedFacts(pipeline, place, job);
  if (!isCall(job)) return legsOf(pipeline, place, id, job).map((leg) => ({ ...shared, ...ownFacts(place, leg) }));
  const facts = { ...shared, ...ownFacts(place, { id, name: fixed(job.name ?? id, place.arguments), runsOn: [] }) };
  const called = all[job.uses.replace("./.github/workflows/", "")];
  const inside: Place = { ...place, callers: [...place.callers, { id, name: fixed(job.name ?? id, place.arguments) }], arguments: resolved(job, place.arguments) };
  return [facts, ...Object.entries(called?.jobs ?? {}).flatMap(([inner, innerJob]) => factsOf(pipeline, all, inside, inner, innerJob))];
}

/** One run of a job: the job itself, or a leg of its matrix of test suites. */
interface Leg {
  readonly id: string;
  readonly name: string;
  readonly runsOn: readonly string[];
}

/** A matrix of test suites has one leg for each suite that any of the workflow's events runs on the image. */
function legsOf(pipeline: Pipeline, place: Place, id: string, job: StepsJob): Leg[] {
  const label = fixed(job["runs-on"], place.arguments);
  if (!label.includes("matrix.runner")) return [{ id, name: fixed(job.name ?? id, place.arguments), runsOn: [label] }];
  const tests = largestPlans(pipeline, place.workflow).testsOf.get(String(place.arguments.image)) ?? [];
  const labels = new Map(tests.map(({ suite, runner }) => [suite, pipeline.runnerClasses.find((each) => each.id === runner)?.label ?? runner]));
  return [...labels].map(([suite, runner]) => ({ id: `${id} (${suite})`, name: suite, runsOn: [runner] }));
}

/** What tells the legs of a job apart. */
function ownFacts(place: Place, { id, name, runsOn }: Leg): Pick<JobFacts, "id" | "context" | "runsOn"> {
  return { id: inside(place, id), context: [...place.callers.map((caller) => caller.name), name].join(" / "), runsOn };
}

/** What all legs of a job share. */
function sharedFacts(pipeline: Pipeline, place: Place, job: Job): Omit<JobFacts, "id" | "context" | "runsOn"> {
  const text = JSON.stringify(job);
  const specs = isCall(job) || job.environment === undefined ? [] : environmentsIn(pipeline, fixed(job.environment, place.arguments));
  const environment = specs.length === 1 ? specs[0]?.name : undefined;
  return {
    workflow: place.workflow,
    needs: (job.needs ?? []).map((need) => inside(place, need)),
    readsNeeds: needsRead(job, text).map((need) => inside(place, need)),
    secrets: isCall(job) ? [] : named(text, "secrets").filter((secret) => secret !== "GITHUB_TOKEN"),
    variables: named(text, "vars"),
    ...(environment === undefined ? {} : { environment }),
    ...(specs.length > 1 ? { environments: specs.map(({ name }) => name) } : {}),
    trust: trustOf(pipeline, place.triggers, specs),
    idToken: !isCall(job) && job.permissions["id-token"] === "write",
    always: job.if === "always()",
    matrix: job.strategy !== undefined,
    filtered: !startsOnPullRequest(pipeline, place.triggers),
    ...(place.triggers.merge_group === undefined ? {} : { inMergeQueue: true }),
    ...imagesOf(pipeline, place, job),
  };
}

/** A job's id with the ids of the calls that lead to it. */
function inside({ callers }: Place, own: string): string {
  return [...callers.map((caller) => caller.id), own].join(" / ");
}

/** A call's arguments, with those that pass the caller's own on replaced by their values. */
function resolved(job: CallJob, outer: Arguments): Arguments {
  return Object.fromEntries(Object.entries(job.with ?? {}).map(([input, value]) => [input, typeof value === "string" ? fixed(value, outer) : value]));
}

/** A text whose inputs are replaced by the call's arguments. What only the run knows stays an expression. */
function fixed(text: string, values: Arguments): string {
  return text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (whole, input: string) => String(values[input] ?? whole));
}

/** The largest plans that a workflow's events can have, and their tests by image. */
interface LargestPlans {
  readonly plans: readonly Plan[];
  readonly testsOf: ReadonlyMap<string, readonly PlannedTest[]>;
  /** Images that each is made of, directly or by others. */
  readonly basesOf: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<Pipeline, Map<string, LargestPlans>>();

/** Made once for a pipeline: every job that calls another asks for them. */
function largestPlans(pipeline: Pipeline, workflow: string): LargestPlans {
  const ofPipeline = known.get(pipeline) ?? new Map<string, LargestPlans>();
  known.set(pipeline, ofPipeline);
  const plans = ofPipeline.get(workflow) ?? makeLargestPlans(pipeline, workflow);
  ofPipeline.set(workflow, plans);
  return plans;
}

function makeLargestPlans(pipeline: Pipeline, workflow: string): LargestPlans {
  const scope = (Object.keys(WORKFLOW_FILES) as (keyof typeof WORKFLOW_FILES)[]).find((each) => WORKFLOW_FILES[each] === workflow);
  const events = scope === undefined ? [] : occasions(pipeline, scope);
  const plans = events.map((event) => select(pipeline, event, { known: false, why: "Everything is asked for." }, scope));
  const built = new Map(plans.flatMap(({ images }) => images).map((image) => [image.id, image]));
  const basesOf = new Map([...built].map(([id, image]) => [id, ancestors(pipeline, image)]));
  return { plans, testsOf: groupBy(plans.flatMap(({ tests }) => tests), ({ image }) => image), basesOf };
}

/** Every image that one is made of. */
function ancestors(pipeline: Pipeline, image: Image): string[] {
  const found = new Set<string>();
  const open = [image];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { image: parent } of parentsOf(pipeline, next)) {
      if (found.has(parent.id)) continue;
      found.add(parent.id);
      open.push(parent);
    }
  }
  return [...found];
}

function groupBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** `needs.X` and `needs['X']`, wherever they are read. `toJSON(needs)` and an index that the run computes read every needed job. */
function needsRead(job: Job, text: string): string[] {
  const direct = [...text.matchAll(/\bneeds\.([\w-]+)/g), ...text.matchAll(/\bneeds\['([^']+)'\]/g)].map(([, id]) => id ?? "");
  const everything = /toJSON\(needs\)|\bneeds\[(?!')/.test(text) ? (job.needs ?? []) : [];
  return [...new Set([...direct, ...everything])];
}

/** A pull request starts it by itself, or by its mirror branch. */
function startsOnPullRequest({ repository }: Pipeline, triggers: Triggers): boolean {
  return triggers.pull_request !== undefined || (triggers.push?.branches ?? []).some((branch) => branch.startsWith(repository.mirrorBranchPrefix));
}

function named(text: string, context: "secrets" | "vars"): string[] {
  return [...new Set([...text.matchAll(new RegExp(`\\b${context}\\.([A-Za-z_][A-Za-z0-9_]*)`, "g"))].map(([, name]) => name ?? ""))];
}

/** The environments that a job names: one, or those among which an expression picks by the ref. A name that the pipeline does not have counts, too. */
function environmentsIn({ environments }: Pipeline, text: string): Pick<EnvironmentSpec, "name" | "branches">[] {
  const picked = text.startsWith("${{") ? [...text.matchAll(/(?:&&|\|\|) '([^']+)'/g)].map(([, name]) => name ?? "") : [text];
  return picked.map((name) => environments.find((each) => each.name === name) ?? { name, branches: [] });
}

/** Who can start a job: whoever can cause one of its workflow's events, unless its environments' branches keep them out. */
function trustOf(pipeline: Pipeline, triggers: Triggers, environments: readonly Pick<EnvironmentSpec, "branches">[]): Trust[] {
  const byEvent = new Set<Trust>();
  if (triggers.pull_request || triggers.pull_request_target || triggers.merge_group) byEvent.add("fork");
  for (const branch of triggers.push?.branches ?? []) byEvent.add(trustOfBranch(pipeline, branch));
  // Comments and runs are anybody's, but the workflow that they start is the default branch's.
  if (triggers.schedule || triggers.workflow_dispatch || triggers.issue_comment || triggers.workflow_run) byEvent.add("protected");
  if (environments.length === 0) return [...byEvent];
  const admitted = new Set(environments.flatMap(({ branches }) => branches).map((branch) => trustOfBranch(pipeline, branch)));
  return [...byEvent].filter((trust) => admitted.has(trust));
}

function trustOfBranch({ repository }: Pipeline, branch: string): Trust {
  if (branch.startsWith(repository.mirrorBranchPrefix)) return "mirror";
  const isReviewed = branch === repository.defaultBranch || branch === repository.releaseBranches || compilePatterns([repository.releaseBranches])(branch);
  return isReviewed || refKind(repository, `refs/heads/${branch}`) === "release" ? "protected" : "fork";
}

/** A build pushes its image, a test pulls it; each takes what the image is made of. A deployment test pulls its framework's and the operator's. */
function imagesOf(pipeline: Pipeline, place: Place, job: Job): Pick<JobFacts, "pushes" | "pulls"> {
  const image = place.arguments.image;
  const [outermost] = place.callers;
  if (isCall(job) || outermost === undefined) return { pushes: [], pulls: [] };
  const framework = frameworkDeployedBy(pipeline, outermost.id);
  if (framework !== undefined) return { pushes: [], pulls: deployed(pipeline, framework) };
  if (typeof image !== "string") return { pushes: [], pulls: [] };
  const bases = largestPlans(pipeline, place.workflow).basesOf.get(image) ?? [];
  return job.container ? { pushes: [], pulls: [image, ...bases] } : { pushes: [image], pulls: [...bases] };
}

function deployed(pipeline: Pipeline, framework: string): string[] {
  const { plans } = largestPlans(pipeline, WORKFLOW_FILES.suite);
  const deploying = plans.filter(({ deployments }) => deployments.length > 0);
  // Where deployment tests are switched off, what they would take.
  const pulled = (deploying.length === 0 ? plans : deploying).flatMap(({ images }) => [deployedImage(images, framework), deployedOperator(pipeline, images)]);
  return [...new Set(pulled.flatMap((image) => image?.id ?? []))];
}
