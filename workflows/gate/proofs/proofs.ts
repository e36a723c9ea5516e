/**
 * What holds for the rendered files, proved over generated cases. Each proof returns where it does not hold; nothing returned is the proof.
 */
import { awaitsMirror, isReportedByJob, reportedByJobs } from "../../../pipeline/checks";
import type { Pipeline } from "../../../pipeline/model";
import { contractOf, parentsOf } from "../../../pipeline/images";
import type { PlannedDeployment } from "../../../pipeline/plan";
import { untestedWhy } from "../../../pipeline/tests";
import { deploymentsJob } from "../../legs";
import { asText, fill } from "../expression";
import type { GateJob, GateWorkflow } from "../read";
import type { Verdict } from "../merge";
import type { JobRun, Result } from "../run";
import { badOutcomes, changeSets, oneEnds, pullRequests } from "./cases";
import { allSucceed, madeUp, type PullRequest, type Scenario, type World, type WorkflowRun } from "./world";

/** A case in which a proof does not hold. */
export interface Gap {
  readonly proof: "reports" | "sound" | "alone" | "covered";
  readonly where: string;
  readonly what: string;
}

/** The proofs by name. Each yields its gaps as it finds them, so that who looks for only one need not wait for all. */
export const proofs: Readonly<Record<Gap["proof"], (world: World) => Iterable<Gap>>> = { reports, sound, alone, covered };

/** The gaps of every proof. */
export function gaps(world: World): readonly Gap[] {
  return Object.values(proofs).flatMap((proof) => [...proof(world)]);
}

/** Where required checks have to report: on a pull request's own commit, and on its merge group where main has a merge queue. */
interface Stage {
  readonly title: string;
  readonly run: (scenario: Scenario) => readonly WorkflowRun[];
  readonly verdict: (runs: readonly WorkflowRun[]) => Verdict;
}

function stages(world: World, pull: PullRequest): readonly Stage[] {
  const own: Stage = { title: pull.title, run: (scenario) => world.pullRequest(pull, scenario), verdict: (runs) => world.merges(runs) };
  if (world.pipeline.mergeQueue === undefined) return [own];
  return [own, { title: `${pull.title}, in the merge queue`, run: (scenario) => world.queued(pull, scenario), verdict: (runs) => world.mergesQueued(runs) }];
}

/** a. Every required check reports on every kind of pull request and in its merge queue, whatever failed; and one on which nothing fails can merge. */
function* reports(world: World): Iterable<Gap> {
  for (const pull of pullRequests(world.pipeline)) {
    for (const stage of stages(world, pull)) yield* reported(world, stage);
    yield* early(world, pull);
  }
}

function* reported({ pipeline }: World, { title, run, verdict }: Stage): Iterable<Gap> {
  const good = run(allSucceed);
  const { merges, blocking } = verdict(good);
  if (!merges) yield { proof: "reports", where: title, what: `cannot merge although nothing failed: ${blocking.map(({ context, found }) => `${context} ${found}`).join(", ")}` };
  yield* idle(pipeline, title, good);
  const failing: Scenario = { outcome: (job) => (job.job.needs.length > 0 ? "failure" : "success") };
  const runs = { "nothing failed": good, "everything failed": run(failing), "the plan failed": run({ ...allSucceed, planFails: true }), "somebody cancelled": run({ ...allSucceed, cancelled: "all" }) };
  for (const [name, ran] of Object.entries(runs)) yield* silent(pipeline, `${title}, ${name}`, ran);
}

/** Required checks of jobs that no failure kept from their work, and that did none: a skipped check counts as passed. */
function idle(pipeline: Pipeline, where: string, runs: readonly WorkflowRun[]): readonly Gap[] {
  const ended = runs.flatMap(({ reports: all }) => all);
  return reportedByJobs(pipeline)
    .filter(({ context }) => ended.some((report) => report.context === context && report.conclusion === "skipped"))
    .map(({ context }) => ({ proof: "reports", where, what: `${context} is skipped although nothing failed` }));
}

/** Required checks of jobs that did not come to a conclusion. */
function silent(pipeline: Pipeline, where: string, runs: readonly WorkflowRun[]): readonly Gap[] {
  const concluded = new Set(runs.flatMap(({ reports: all }) => all).filter(({ conclusion }) => conclusion !== "pending").map(({ context }) => context));
  return reportedByJobs(pipeline)
    .filter(({ context }) => !concluded.has(context))
    .map(({ context }) => ({ proof: "reports", where, what: `${context} never reports` }));
}

/** Checks of every pull request report without anybody's help. */
function early(world: World, pull: PullRequest): readonly Gap[] {
  const direct = new Set(world.pullRequest(pull, allSucceed, false).flatMap(({ reports: all }) => all.map(({ context }) => context)));
  return reportedByJobs(world.pipeline)
    .filter((check) => !awaitsMirror(check) && !direct.has(check.context))
    .map(({ context }) => ({ proof: "reports", where: pull.title, what: `${context} waits for a mirror` }));
}

/**
 * b. No single bad end of a job that ran lets the pull request merge, nor does a failed plan or a cancelled run; and where it merges, every
 * job that a plan selected has succeeded. More failures cannot make a verdict better: `judge` is monotone, which its own tests prove.
 */
function* sound(world: World): Iterable<Gap> {
  for (const pull of distinct(world)) for (const stage of stages(world, pull)) yield* held(stage);
}

function* held(stage: Stage): Iterable<Gap> {
  const runs = stage.run(allSucceed);
  for (const run of runs) yield* [...unfulfilled(stage.title, run), ...forgiving(stage.title, run)];
  yield* merged(stage, "the plan failed", { ...allSucceed, planFails: true });
  for (const { workflow } of runs) yield* merged(stage, `${workflow.path} was cancelled`, { ...allSucceed, cancelled: workflow.path });
  for (const run of runs) {
    for (const job of uniqueJobs(run.ran)) {
      for (const outcome of badOutcomes) yield* merged(stage, `${run.workflow.path} ${job.path} ends ${outcome}`, oneEnds(job.workflow, job.path, outcome));
    }
  }
}

function merged({ title, run, verdict }: Stage, what: string, scenario: Scenario): readonly Gap[] {
  return verdict(run(scenario)).merges ? [{ proof: "sound", where: title, what: `merges although ${what}` }] : [];
}

/**
 * Jobs that pass on error, whole or in one of their steps: a judge that is forgiven judges nothing. GitHub does not say what a forgiven job reports as a
 * required check (docs.github.com, "continue-on-error"), and a forgiven step ends its job well.
 */
function forgiving(title: string, { workflow, ran }: WorkflowRun): readonly Gap[] {
  return uniqueJobs(ran).flatMap(({ job, path }) => {
    const forgiven = [job, ...job.steps].some(({ continueOnError }) => continueOnError !== false);
    return forgiven ? [{ proof: "sound" as const, where: `${title}, ${workflow.path}`, what: `${path} passes on error` }] : [];
  });
}

/** Selected jobs that did not succeed although nothing failed: they can only skip, or nobody takes them. */
function unfulfilled(title: string, { workflow, jobs, selected, plan }: WorkflowRun): readonly Gap[] {
  const where = `${title}, ${workflow.path}`;
  const missed = selected.filter((id) => jobs[id] !== "success").map((id): [string, Result | undefined] => [id, jobs[id]]);
  const gone = missed.map(([id, result]): Gap => ({ proof: "sound", where, what: `${id} is selected and ends ${result ?? "nowhere"}` }));
  return plan === undefined && "plan" in jobs ? [...gone, { proof: "sound", where, what: "no plan was made" }] : gone;
}

/** One pull request for each change set: who opened it changes nothing in what the plans select. */
function distinct(world: World): readonly PullRequest[] {
  return pullRequests(world.pipeline).filter(({ fork, draft }) => !fork && !draft);
}

/** Legs of a matrix share a path: one stands for all. */
function uniqueJobs(ran: readonly JobRun[]): readonly JobRun[] {
  return [...new Map(ran.map((run) => [`${run.workflow} ${run.path}`, run])).values()];
}

/** c. Nothing but its one reporter can report a required name, on whatever event, under whatever values of its name's expressions. */
function alone(world: World): Iterable<Gap> {
  return world.pipeline.requiredChecks.flatMap((check) => {
    const { context } = check;
    const able = [...world.workflows.values()].flatMap((workflow) => namesOf(world, workflow).filter(({ pattern }) => pattern.test(context)).map(({ job }) => `${workflow.path} ${job}`));
    const wanted = isReportedByJob(check) ? 1 : 0;
    if (able.length === wanted) return [];
    return [{ proof: "alone" as const, where: context, what: able.length === 0 ? "nobody can report it" : `${able.join(", ")} can report it` }];
  });
}

/** The names that a workflow's jobs can report, nested calls among them. A workflow that is only called reports under its caller. */
function namesOf(world: World, workflow: GateWorkflow, prefix = ""): readonly { job: string; pattern: RegExp }[] {
  if (prefix === "" && Object.keys(workflow.events).every((event) => event === "workflow_call")) return [];
  return workflow.jobs.flatMap((job) => {
    const name = prefix + possibleName(job);
    const called = job.calls === undefined ? undefined : world.workflows.get(job.calls);
    // A skipped call reports under the caller's own name.
    const own = { job: job.id, pattern: new RegExp(`^${name}$`, "s") };
    return called === undefined ? [own] : [own, ...namesOf(world, called, `${name} / `)];
  });
}

/** A regular expression for a job's check name: what an expression yields may be anything. */
function possibleName(job: GateJob): string {
  const name = (job.name ?? job.id).split(/\$\{\{.*?\}\}/s).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return name.join(".*") + (job.matrix !== undefined && name.length === 1 ? "( \\(.*\\))?" : "");
}

/** d. On every event: each image that is built is tested, collected or excused; each tag deployed was pushed before by a job it needs; each secret read is provided. */
function covered(world: World): Iterable<Gap> {
  const { pipeline } = world;
  const events = [
    ...Object.entries(changeSets(pipeline)).map(([title, changes]) => ({ title: `mirror, ${title}`, runs: world.react(world.mirrorEvent({ title, changes, fork: false, draft: false }), changes, allSucceed) })),
    ...[pipeline.repository.defaultBranch, pipeline.repository.releaseBranches.replaceAll("*", "1.0")].map((branch) => ({ title: `push to ${branch}`, runs: world.react(world.push(branch, []), [], allSucceed) })),
    ...(pipeline.mergeQueue === undefined ? [] : Object.entries(changeSets(pipeline)).map(([title, changes]) => ({ title: `merge queue, ${title}`, runs: world.queued({ title, changes, fork: false, draft: false }, allSucceed) }))),
    { title: "nightly", runs: world.react({ name: "schedule", ref: `refs/heads/${pipeline.repository.defaultBranch}`, cron: pipeline.schedule.cron, sha: "0".repeat(40), actor: "schedule" }, [], allSucceed) },
  ];
  return events.flatMap(({ title, runs }) => [...runs.flatMap((run) => [...untested(pipeline, title, run), ...unpushed(pipeline, title, run), ...misplaced(pipeline, title, run), ...baseless(pipeline, title, run), ...unprovided(pipeline, title, run), ...unfinished(title, run)]), ...(runs.length === 0 ? [{ proof: "covered" as const, where: title, what: "starts no workflow" }] : [])]);
}

function untested(pipeline: Pipeline, title: string, { plan, ran, workflow }: WorkflowRun): readonly Gap[] {
  const gap = (what: string): Gap => ({ proof: "covered", where: `${title}, ${workflow.path}`, what });
  return (plan?.images ?? []).flatMap((image) => {
    const built = ran.filter(({ contexts }) => inputs(contexts)["image"] === image.id);
    if (built.length === 0) return [gap(`${image.id} is planned and never built`)];
    const planned = plan!.tests.filter((test) => test.image === image.id);
    const excused = untestedWhy(pipeline, plan!.mode, image) !== undefined || checkedBefore(pipeline, workflow, image.subject.id, image.id);
    if (planned.length === 0) return excused ? [] : [gap(`${image.id} is built, and neither tested nor excused`)];
    const legs = new Map(built.filter(({ matrix }) => matrix !== undefined).map((leg) => [String(leg.matrix!["suite"]), collectOnly(leg)]));
    return planned.flatMap(({ suite, collectOnly: reason }) => {
      const found = legs.get(suite);
      if (found === undefined) return [gap(`${suite} is planned for ${image.id} and never runs`)];
      return found === (reason ?? "") ? [] : [gap(`${suite} on ${image.id} ${reason === undefined ? "is only collected" : "runs, though planned to be collected"}`)];
    });
  });
}

/** Why a leg only collects its tests, as the step that runs pytest is told; empty when it runs them. */
function collectOnly({ job, contexts }: JobRun): string {
  const step = job.steps.find(({ run }) => run?.includes("python3 -m pytest"));
  return step === undefined ? "it runs no pytest" : asText(fill(step.env["COLLECT_ONLY"], contexts));
}

/** A component's sources are tested by a job of their own, which the job that builds its image waits for. */
function checkedBefore(pipeline: Pipeline, workflow: GateWorkflow, component: string, image: string): boolean {
  const checks = pipeline.components.find(({ id }) => id === component)?.checks ?? [];
  const builds = workflow.jobs.filter((job) => job.with["image"] === image);
  return checks.length > 0 && builds.length > 0 && builds.every((job) => job.needs.some((id) => runsAll(workflow.jobs.find((other) => other.id === id), checks)));
}

function runsAll(job: GateJob | undefined, checks: readonly { readonly run: string }[]): boolean {
  return job !== undefined && checks.every((check) => job.steps.some(({ run }) => run?.trim() === check.run.trim()));
}

function inputs(contexts: JobRun["contexts"]): Readonly<Record<string, unknown>> {
  return (contexts["inputs"] ?? {}) as Readonly<Record<string, unknown>>;
}

/**
 * A framework's graphs are deployed after the jobs that push what they take, only if those succeeded, and are handed what they pushed. They wait
 * for no other image: else another framework's failure would keep them from running.
 */
function unpushed(pipeline: Pipeline, title: string, run: WorkflowRun): readonly Gap[] {
  const frameworks = new Set(run.plan?.deployments.map(({ framework }) => framework));
  return [...frameworks].flatMap((framework) => unpushedOf(pipeline, framework, run).map((what): Gap => ({ proof: "covered", where: `${title}, ${run.workflow.path}`, what })));
}

function unpushedOf(pipeline: Pipeline, framework: string, run: WorkflowRun): readonly string[] {
  const { workflow, jobs } = run;
  const id = deploymentsJob(framework);
  const deploys = workflow.jobs.find((job) => job.id === id);
  if (deploys === undefined || jobs[id] !== "success") return [`${id} is planned and does not run`];
  const { images, deployments } = run.plan!;
  const planned = deployments.filter((each) => each.framework === framework);
  const operator = images.find(({ subject, arch }) => subject.id === pipeline.deployments.operatorImage && arch === "amd64")?.id ?? "";
  const used = [...new Set([...planned.map(({ image }) => image), operator])];
  const awaited = awaitedBy(workflow, deploys);
  return [
    ...used.filter((image) => !deploys.needs.includes(image)).map((image) => `${id} uses ${image} without waiting for it`),
    ...images.filter((image) => awaited.has(image.id) && !used.includes(image.id)).map((image) => `${id} waits for ${image.id}, which it does not use`),
    ...planned.flatMap((deployment) => misdeployed(run, deployment, operator)),
  ];
}

/** Ids of the jobs that end before a job starts. */
function awaitedBy(workflow: GateWorkflow, job: GateJob, seen = new Set<string>()): ReadonlySet<string> {
  for (const need of job.needs) {
    if (seen.has(need)) continue;
    seen.add(need);
    const needed = workflow.jobs.find(({ id }) => id === need);
    if (needed !== undefined) awaitedBy(workflow, needed, seen);
  }
  return seen;
}

/** What is wrong with the images that a graph was handed. */
function misdeployed(run: WorkflowRun, { framework, profile, image }: PlannedDeployment, operator: string): readonly string[] {
  const name = `${framework}-${profile}`;
  const leg = run.ran.find(({ path, contexts }) => path.startsWith(`${deploymentsJob(framework)} / `) && inputs(contexts)["profile"] === name);
  if (leg === undefined) return [`${name} is planned and never deployed`];
  const wrong = Object.entries({ image, operator }).filter(([input, wanted]) => inputs(leg.contexts)[input] !== referenceOf(run, wanted));
  return wrong.map(([input, wanted]) => `${name} deploys as its ${input} ${JSON.stringify(inputs(leg.contexts)[input])} and not what was built as ${wanted}`);
}

/**
 * Every image is handed what it is made of as this very run built it, by its digest: under the argument that its contract names, by a job that waits
 * for the other. What is built only for other images is built for one of them.
 */
function baseless(pipeline: Pipeline, title: string, run: WorkflowRun): readonly Gap[] {
  const planned = run.plan?.images ?? [];
  const gap = (what: string): Gap => ({ proof: "covered", where: `${title}, ${run.workflow.path}`, what });
  const wanted = planned.flatMap((image) => parentsOf(pipeline, image).map(({ arg, image: parent }) => ({ image, arg, parent: parent.id })));
  const idle = planned.filter(({ id, subject }) => subject.kind === "base" && !wanted.some(({ parent }) => parent === id));
  const given = wanted.flatMap(({ image, arg, parent }) => {
    const built = run.ran.find(({ job, contexts, matrix }) => matrix === undefined && "reference" in job.outputs && inputs(contexts)["image"] === image.id);
    const lines = built === undefined ? [] : String(inputs(built.contexts)["parents"] ?? "").split("\n");
    const reference = referenceOf(run, parent);
    return reference !== undefined && lines.includes(`${arg}=${reference}`) ? [] : [gap(`${image.id} is not made of ${parent} as it was built: ${arg} is not its digest`)];
  });
  return [...idle.map(({ id }) => gap(`${id} is built and nothing is made of it`)), ...given];
}

/** Suites run in the very image that the run built, or in its test image, by its digest; what is published is what is signed. */
function misplaced(pipeline: Pipeline, title: string, run: WorkflowRun): readonly Gap[] {
  const gap = (what: string): Gap => ({ proof: "covered", where: `${title}, ${run.workflow.path}`, what });
  return run.ran.flatMap((each) => {
    const image = asText(inputs(each.contexts)["image"]);
    const tests = collects(each) && asText(fill(each.job.container, each.contexts)) !== outputOfBuild(run, image)?.[testedOutput(pipeline, run, image)];
    const signed = each.job.steps.map(({ with: options }) => options["subject-digest"]).find((digest) => digest !== undefined);
    const signs = signed !== undefined && asText(fill(signed, each.contexts)) !== digestOf(run, image);
    return [...(tests ? [gap(`${each.path} runs in another image than the one built as ${image}`)] : []), ...(signs ? [gap(`${each.path} signs another digest than the one built as ${image}`)] : [])];
  });
}

/** Name of the output that is what tests run in. */
function testedOutput(pipeline: Pipeline, { plan }: WorkflowRun, id: string): "reference" | "test-reference" {
  const image = plan?.images.find((each) => each.id === id);
  return image !== undefined && contractOf(pipeline, image)?.testTarget !== undefined ? "test-reference" : "reference";
}

function collects({ job, matrix }: JobRun): boolean {
  return matrix !== undefined && job.steps.some(({ run }) => run?.includes("python3 -m pytest"));
}

function referenceOf(run: WorkflowRun, image: string): string | undefined {
  return outputOfBuild(run, image)?.["reference"];
}

function digestOf(run: WorkflowRun, image: string): string | undefined {
  return outputOfBuild(run, image)?.["digest"];
}

/** What the job that builds an image puts out. */
function outputOfBuild({ ran }: WorkflowRun, image: string): Record<string, string> | undefined {
  const build = ran.find(({ job, contexts, matrix }) => matrix === undefined && "reference" in job.outputs && inputs(contexts)["image"] === image);
  return build && madeUp(build);
}

/** Secrets that a job's own text reads, and that its environment does not hold. */
function unprovided(pipeline: Pipeline, title: string, { ran, workflow }: WorkflowRun): readonly Gap[] {
  return uniqueJobs(ran).flatMap(({ job, contexts, path }) => {
    const environment = job.environment === undefined ? undefined : asText(fill(job.environment, contexts));
    const read = [...JSON.stringify([job.steps, job.env]).matchAll(/\bsecrets\.([A-Za-z_]\w*)/g)].map((match) => match[1]!).filter((name) => name !== "GITHUB_TOKEN");
    const held = pipeline.secrets.filter(({ environments }) => environment !== undefined && environments.includes(environment)).map(({ name }) => name);
    return [...new Set(read)].filter((name) => !held.includes(name)).map((name) => ({ proof: "covered" as const, where: `${title}, ${workflow.path}`, what: `${path} reads ${name}, which ${environment ?? "no environment"} does not hold` }));
  });
}

/** Nothing fails, and still a job ends badly: a label nobody answers to, an environment that refuses the ref, a matrix without legs. */
function unfinished(title: string, { jobs, workflow }: WorkflowRun): readonly Gap[] {
  return Object.entries(jobs).filter(([, result]) => result !== "success" && result !== "skipped").map(([id, result]) => ({ proof: "covered", where: `${title}, ${workflow.path}`, what: `${id} ends ${result}` }));
}
