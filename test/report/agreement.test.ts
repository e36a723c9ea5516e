/**
 * `explain` is a second way to the same answer: it must name exactly the jobs, images, tests and deployments that the gate model runs from the
 * rendered files, and select exactly what the delivered `plan.mjs` selects.
 */
import * as fc from "fast-check";
import { SHA_PLACEHOLDER } from "../../pipeline/images";
import type { Pipeline } from "../../pipeline/model";
import type { ChangedFile, PipelineEvent, PlanScope } from "../../pipeline/plan";
import { WORKFLOW_FILES } from "../../pipeline/select";
import { explain } from "../../report/explain";
import type { GateEvent } from "../../workflows/gate/event";
import { asText, fill } from "../../workflows/gate/expression";
import { changeSets } from "../../workflows/gate/proofs/cases";
import { allSucceed, World, type WorkflowRun } from "../../workflows/gate/proofs/world";
import type { JobRun } from "../../workflows/gate/run";
import { DEPLOY_JOB, switchedJobs } from "../../workflows/legs";
import type { RenderSettings } from "../../workflows/settings";
import { Checkout, LocalServer, type Answer, type Asked } from "../workflows/program-host";
import { fixture, withMergeQueue, type FixtureStack } from "../fixture";
import { pipeline as fixturePipeline, settings as fixtureSettings } from "../workflows/support";

jest.setTimeout(120_000);

const QUEUED = "large with a merge queue";

interface Stack {
  readonly pipeline: Pipeline;
  readonly settings: RenderSettings;
  readonly world: World;
}

/** @param name of a fixture's stack, or one with a merge queue added to it */
async function stackOf(name: string): Promise<Stack> {
  const { pipeline, infrastructure, files } = name === QUEUED ? withMergeQueue("large") : fixture(name as FixtureStack);
  const { repository, pullRequestImages } = infrastructure.registries;
  return { pipeline, settings: { source: "Pulumi.yaml", imageRepository: repository, pullRequestImages }, world: await World.of(pipeline, files) };
}

const stacks: Record<string, Stack> = {};
beforeAll(async () => {
  for (const name of ["large", "small", QUEUED]) stacks[name] = await stackOf(name);
});

/** The event as each side takes it. */
function asked({ pipeline, world }: Stack, kind: string, changes: readonly ChangedFile[]): { gate: GateEvent; event: PipelineEvent } {
  const { defaultBranch, releaseBranches, mirrorBranchPrefix } = pipeline.repository;
  const pushed = (branch: string): { gate: GateEvent; event: PipelineEvent } => ({ gate: world.push(branch, changes), event: { name: "push", ref: `refs/heads/${branch}` } });
  const ref = `refs/heads/${defaultBranch}`;
  const base = { sha: "5".repeat(40), actor: "maintainer", ref };
  switch (kind) {
    case "pull_request":
      return { gate: world.pullRequestEvent({ title: kind, fork: true, draft: false, changes }), event: { name: "pull_request", ref: "refs/pull/7/merge" } };
    case "mirror":
      return pushed(`${mirrorBranchPrefix}7`);
    case "main":
      return pushed(defaultBranch);
    case "release":
      return pushed(releaseBranches.replace("*", "1.2"));
    case "schedule":
      return { gate: { ...base, name: "schedule", cron: pipeline.schedule.cron }, event: { name: "schedule", ref } };
    case "merge_group":
      return { gate: world.mergeGroupEvent(), event: { name: "merge_group", ref: world.mergeGroupEvent().ref } };
    default:
      return { gate: { ...base, name: "workflow_dispatch", inputs: {} }, event: { name: "workflow_dispatch", ref } };
  }
}

const KINDS = ["pull_request", "mirror", "main", "release", "schedule", "workflow_dispatch"];

/** Workflow, id and runner of a job that ran, with its leg as `explain` writes it. */
function ranAs(file: string, { path, matrix, job, contexts }: JobRun): string {
  const [outermost, ...inner] = path.split(" / ");
  const { profile } = contexts["inputs"] as { profile?: string };
  const id = [profile === undefined ? outermost : `${outermost} (${profile})`, ...inner].join(" / ");
  return `${file} ${id}${matrix === undefined ? "" : ` (${asText(matrix["suite"])})`} on ${asText(fill(job.runsOn, contexts))}`;
}

function inputsOf({ contexts }: JobRun): Readonly<Record<string, unknown>> {
  return contexts["inputs"] as Readonly<Record<string, unknown>>;
}

/** Tags of the images that were built, with the commit's place open again. */
function builtTags(runs: readonly WorkflowRun[]): string[] {
  return runs.flatMap(({ ran, event }) => ran.filter(({ path }) => path.endsWith(" / build")).map((job) => asText(inputsOf(job)["tag"]).replace(event.sha, SHA_PLACEHOLDER))).sort();
}

/** Suites that ran in images; a reason in the leg means that they were only collected. */
function testsRun(runs: readonly WorkflowRun[]): string[] {
  const tests = runs.flatMap(({ ran }) => ran.filter(({ path }) => path.endsWith(" / test")));
  return tests.map((job) => `${asText(job.matrix?.["suite"])} in ${asText(inputsOf(job)["image"])}${job.matrix?.["collect-only"] === "" ? "" : ", collected"}`).sort();
}

/** Graphs that were deployed, with the image that the plan gave them. */
function deployed(runs: readonly WorkflowRun[]): string[] {
  const profiles = runs.flatMap(({ ran }) => ran.filter(({ path, job }) => path.startsWith("deployments-") && job.id === DEPLOY_JOB).map((job) => asText(inputsOf(job)["profile"])));
  const planned = runs.flatMap(({ plan }) => plan?.deployments ?? []);
  return profiles.map((profile) => `${profile} of ${planned.find((each) => `${each.framework}-${each.profile}` === profile)?.image}`).sort();
}

function agree(stack: Stack, kind: string, changes: readonly ChangedFile[]): void {
  const { gate, event } = asked(stack, kind, changes);
  const runs = stack.world.react(gate, changes, allSucceed);
  const ran = runs.flatMap((run) => run.ran.map((job) => ranAs(run.workflow.path.replace(".github/workflows/", ""), job)));
  const explained = explain(stack.pipeline, stack.settings, event, { known: true, files: changes });
  expect(explained.jobs.map(({ workflow, id, runner }) => `${workflow} ${id} on ${runner}`).sort()).toEqual(ran.sort());
  const reported = new Set(runs.flatMap(({ reports }) => reports.map(({ context }) => context)));
  expect(explained.images.map(({ tag }) => tag).sort()).toEqual(builtTags(runs));
  expect(explained.tests.map(({ suite, image, executed }) => `${suite} in ${image}${executed ? "" : ", collected"}`).sort()).toEqual(testsRun(runs));
  expect(explained.deployments.map(({ framework, profile, image }) => `${framework}-${profile} of ${image}`).sort()).toEqual(deployed(runs));
  const fromJobs = explained.checks.filter(({ reporter }) => reporter.endsWith("ml"));
  expect(fromJobs.filter(({ reports }) => reports === "now").map(({ context }) => context)).toEqual(fromJobs.map(({ context }) => context).filter((context) => reported.has(context)));
}

test.each(["large", "small"])("%s: every kind of event and of change, job by job and on the same runners", (name) => {
  const stack = stacks[name]!;
  for (const kind of KINDS) for (const changes of Object.values(changeSets(stack.pipeline))) agree(stack, kind, changes);
});

test("every kind of change in a merge queue", () => {
  const stack = stacks[QUEUED]!;
  for (const changes of Object.values(changeSets(stack.pipeline))) agree(stack, "merge_group", changes);
  const { ref } = stack.world.mergeGroupEvent();
  const { checks } = explain(stack.pipeline, stack.settings, { name: "merge_group", ref }, { known: true, files: [] });
  expect(checks.map(({ context, reports }) => `${context} ${reports}`)).toEqual(stack.pipeline.requiredChecks.map(({ context }) => `${context} now`));
});

test("where main has no merge queue a merge group is no event", () => {
  const { pipeline, settings, world } = stacks["large"]!;
  expect(() => explain(pipeline, settings, { name: "merge_group", ref: world.mergeGroupEvent().ref }, { known: true, files: [] })).toThrow("allowed are pull_request; push to trunk");
  expect(world.react(world.mergeGroupEvent(), [], allSucceed)).toEqual([]);
});

test("any mixture of changed files", () => {
  const stack = stacks["large"]!;
  const files = Object.values(changeSets(stack.pipeline)).flat();
  fc.assert(
    fc.property(fc.constantFrom("pull_request", "mirror"), fc.subarray(files), (kind, changes) => agree(stack, kind, changes)),
    { numRuns: 60 },
  );
});

test("what a pull request says of its mirror is what a push to the mirror says", () => {
  const { pipeline, settings } = stacks["large"]!;
  for (const files of Object.values(changeSets(pipeline))) {
    const ofPull = explain(pipeline, settings, { name: "pull_request", ref: "refs/pull/7/merge" }, { known: true, files }).afterMirror;
    const ofPush = explain(pipeline, settings, { name: "push", ref: "refs/heads/pull-request/7" }, { known: true, files });
    expect(ofPush).toEqual({ ...ofPull, checks: ofPush.checks, unclaimed: ofPush.unclaimed });
  }
});

describe("the delivered plan.mjs", () => {
  const SHA = "0123456789abcdef0123456789abcdef01234567";
  let checkout: Checkout;
  beforeAll(() => void (checkout = new Checkout()));
  afterAll(() => checkout.remove());

  /** What the program selects, on a runner, for a pull request with these files or its mirror, or a push whose comparison has them. */
  async function selected(scope: PlanScope, { name, ref }: PipelineEvent, files: readonly string[]): Promise<string[]> {
    const listed = files.map((filename) => ({ filename, status: "modified" }));
    const api = ({ url }: Asked): Answer => {
      if (url.includes("/compare/")) return { json: { merge_base_commit: { sha: SHA }, files: listed } };
      return url.includes("/files?") ? { json: listed } : { json: { number: 7, changed_files: files.length, head: { sha: SHA }, base: { ref: "trunk" } } };
    };
    const server = await LocalServer.start(api);
    try {
      const env = { CI_SCOPE: scope, GITHUB_EVENT_NAME: name, GITHUB_REF: ref, GITHUB_SHA: SHA, GITHUB_API_URL: server.url };
      const { status, outputs, log } = await checkout.run("plan", env, [], { pull_request: { number: 7, head: { sha: SHA } }, before: "5".repeat(40), after: SHA });
      expect({ status, log }).toEqual({ status: 0, log: expect.not.stringContaining("::error") as string });
      return (JSON.parse(outputs.jobs ?? "") as string[]).sort();
    } finally {
      await server.stop();
    }
  }

  test.each<[PlanScope, PipelineEvent, string[]]>([
    ["direct", { name: "pull_request", ref: "refs/pull/7/merge" }, ["lib/llm/src/a.rs", "docs/x.md"]],
    ["direct", { name: "pull_request", ref: "refs/pull/7/merge" }, ["docs/x.md"]],
    ["backend", { name: "push", ref: "refs/heads/pull-request/7" }, ["lib/llm/src/a.rs", "docs/x.md"]],
    ["backend", { name: "push", ref: "refs/heads/pull-request/7" }, ["images/beta.Dockerfile", "ops/manager/main.go"]],
    ["backend", { name: "push", ref: "refs/heads/pull-request/7" }, ["nobody/knows.xyz"]],
    ["backend", { name: "push", ref: "refs/heads/trunk" }, ["docs/x.md"]],
    ["suite", { name: "push", ref: "refs/heads/trunk" }, ["docs/x.md"]],
    ["suite", { name: "push", ref: "refs/heads/stable/1.2" }, ["docs/x.md"]],
    ["suite", { name: "schedule", ref: "refs/heads/trunk" }, []],
  ])("selects for %s, on %j with %j, the jobs that are explained", async (scope, event, files) => {
    const { jobs } = explain(fixturePipeline, fixtureSettings, event, { known: true, files: files.map((path) => ({ path, status: "modified" })) });
    const ids = switchedJobs(fixturePipeline, scope).map(({ id }) => id);
    const explained = jobs.filter(({ workflow }) => workflow === WORKFLOW_FILES[scope]).map(({ id }) => id.split(" / ")[0]!.replace(/ \(.*\)$/, ""));
    expect([...new Set(explained)].filter((id) => ids.includes(id)).sort()).toEqual(await selected(scope, event, files));
  });
});
