/** `explain` is a second way to the same answer: it must name exactly the jobs that the gate model runs from the rendered files. */
import * as fc from "fast-check";
import { readStackFile } from "../../config/file";
import type { Pipeline } from "../../pipeline/model";
import type { ChangedFile, PipelineEvent } from "../../pipeline/plan";
import { explain } from "../../report/explain";
import type { GateEvent } from "../../workflows/gate/event";
import { asText, fill } from "../../workflows/gate/expression";
import { changeSets } from "../../workflows/gate/proofs/cases";
import { allSucceed, World } from "../../workflows/gate/proofs/world";
import type { JobRun } from "../../workflows/gate/run";
import type { RenderSettings } from "../../workflows/settings";

const PROJECT = `${__dirname}/../..`;

interface Stack {
  readonly pipeline: Pipeline;
  readonly settings: RenderSettings;
  readonly world: World;
}

async function stackOf(name: string): Promise<Stack> {
  const { pipeline, infrastructure, files } = readStackFile(PROJECT, name);
  const { repository, pullRequestImages } = infrastructure.registries;
  return { pipeline, settings: { source: `Pulumi.${name}.yaml`, imageRepository: repository, pullRequestImages }, world: await World.of(pipeline, files) };
}

const stacks: Record<string, Stack> = {};
beforeAll(async () => {
  for (const name of ["prod", "dev"]) stacks[name] = await stackOf(name);
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
      return { gate: { ...base, name: "merge_group", base: defaultBranch }, event: { name: "merge_group", ref: `refs/heads/gh-readonly-queue/${defaultBranch}/pr-7` } };
    default:
      return { gate: { ...base, name: "workflow_dispatch", inputs: {} }, event: { name: "workflow_dispatch", ref } };
  }
}

const KINDS = ["pull_request", "mirror", "main", "release", "schedule", "workflow_dispatch", "merge_group"];

/** Workflow, id and runner of a job that ran, with its leg as `explain` writes it. */
function ranAs(file: string, { path, matrix, job, contexts }: JobRun): string {
  const [outermost, ...inner] = path.split(" / ");
  const { profile } = contexts["inputs"] as { profile?: string };
  const id = [profile === undefined ? outermost : `${outermost} (${profile})`, ...inner].join(" / ");
  return `${file} ${id}${matrix === undefined ? "" : ` (${asText(matrix["suite"])})`} on ${asText(fill(job.runsOn, contexts))}`;
}

function agree(stack: Stack, kind: string, changes: readonly ChangedFile[]): void {
  const { gate, event } = asked(stack, kind, changes);
  const runs = stack.world.react(gate, changes, allSucceed);
  const ran = runs.flatMap((run) => run.ran.map((job) => ranAs(run.workflow.path.replace(".github/workflows/", ""), job)));
  const explained = explain(stack.pipeline, stack.settings, event, { known: true, files: changes });
  expect(explained.jobs.map(({ workflow, id, runner }) => `${workflow} ${id} on ${runner}`).sort()).toEqual(ran.sort());
  const reported = new Set(runs.flatMap(({ reports }) => reports.map(({ context }) => context)));
  const fromJobs = explained.checks.filter(({ reporter }) => reporter.endsWith("ml"));
  expect(fromJobs.filter(({ reports }) => reports === "now").map(({ context }) => context)).toEqual(fromJobs.map(({ context }) => context).filter((context) => reported.has(context)));
}

test.each(["prod", "dev"])("%s: every kind of event and of change, job by job and on the same runners", (name) => {
  const stack = stacks[name]!;
  for (const kind of KINDS) for (const changes of Object.values(changeSets(stack.pipeline))) agree(stack, kind, changes);
});

test("any mixture of changed files", () => {
  const stack = stacks["prod"]!;
  const files = Object.values(changeSets(stack.pipeline)).flat();
  fc.assert(
    fc.property(fc.constantFrom("pull_request", "mirror"), fc.subarray(files), (kind, changes) => agree(stack, kind, changes)),
    { numRuns: 60 },
  );
});

test("what a pull request says of its mirror is what a push to the mirror says", () => {
  const { pipeline, settings } = stacks["prod"]!;
  for (const files of Object.values(changeSets(pipeline))) {
    const ofPull = explain(pipeline, settings, { name: "pull_request", ref: "refs/pull/7/merge" }, { known: true, files }).afterMirror;
    const { checks: _checks, unclaimed: _unclaimed, ...ofPush } = explain(pipeline, settings, { name: "push", ref: "refs/heads/pull-request/7" }, { known: true, files });
    expect(ofPull).toEqual(ofPush);
  }
});
