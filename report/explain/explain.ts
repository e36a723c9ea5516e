/** What CI does for a change: the same `select` that decides on a runner, held against the workflows that are rendered. */
import { occasionOf } from "../../pipeline/events";
import type { JobFacts } from "../../pipeline/jobs";
import type { Pipeline } from "../../pipeline/model";
import type { Changes, Image, PipelineEvent, Plan, PlanScope } from "../../pipeline/plan";
import { select, WORKFLOW_FILES } from "../../pipeline/select";
import { jobFacts } from "../../workflows/facts";
import { switchedJobs, untestedReason } from "../../workflows/legs";
import type { RenderSettings } from "../../workflows/settings";
import type { Workflow } from "../../workflows/syntax";
import { workflows } from "../../workflows/workflows";
import { explainChecks } from "./checks";
import { profileOf, runningJobs, skippedJobs, type Started } from "./jobs";
import type { EventExplanation, ExplainedDeployment, ExplainedImage, ExplainedTest, Explanation } from "./model";
import { starts } from "./starts";

const SCOPES = Object.keys(WORKFLOW_FILES) as PlanScope[];

/** The rendered workflows of a pipeline and the facts of their jobs. */
interface Rendered {
  readonly pipeline: Pipeline;
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly facts: readonly JobFacts[];
}

/**
 * Explains an event.
 * @param changes the changed files; main, release and nightly runs take everything whatever they are
 * @throws UnknownEventError for an event, or an event on a ref, that starts nothing
 * @throws RenderError for a pipeline that cannot be rendered
 */
export function explain(pipeline: Pipeline, settings: RenderSettings, event: PipelineEvent, changes: Changes): Explanation {
  const rendered: Rendered = { pipeline, workflows: workflows(pipeline, settings), facts: jobFacts(pipeline, settings) };
  const started = startedBy(rendered, event, changes);
  return {
    ...explainEvent(pipeline, event, started),
    checks: explainChecks(
      pipeline,
      event,
      started.map(({ file }) => file),
    ),
    unclaimed: select(pipeline, event, changes).unclaimed,
    ...(event.name === "pull_request" ? { afterMirror: explainMirror(rendered, event, changes) } : {}),
  };
}

/** The push that a mirror of the pull request is. A pull request that is not open yet has no number; any will do, as none is told apart. */
function explainMirror(rendered: Rendered, { ref }: PipelineEvent, changes: Changes): EventExplanation {
  const { pipeline } = rendered;
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  const push = (branch: string): PipelineEvent => ({ name: "push", ref: `refs/heads/${pipeline.repository.mirrorBranchPrefix}${branch}` });
  const mirror = push(number ?? "1");
  return { ...explainEvent(pipeline, mirror, startedBy(rendered, mirror, changes)), event: push(number ?? "N") };
}

function startedBy({ pipeline, workflows: all, facts }: Rendered, event: PipelineEvent, changes: Changes): Started[] {
  const { scopes } = occasionOf(pipeline, event);
  return Object.entries(all)
    .filter(([, { on }]) => starts(pipeline, on, event))
    .map(([file]) => {
      const scope = SCOPES.find((each) => WORKFLOW_FILES[each] === file && scopes.includes(each));
      const own = facts.filter(({ workflow }) => workflow === file);
      if (scope === undefined) return { file, facts: own, switched: [] };
      return { file, facts: own, switched: switchedJobs(pipeline, scope), plan: select(pipeline, event, changes, scope) };
    });
}

function explainEvent(pipeline: Pipeline, event: PipelineEvent, started: readonly Started[]): EventExplanation {
  const plans = started.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
  return {
    event,
    mode: occasionOf(pipeline, event).mode,
    jobs: started.flatMap((each) => runningJobs(pipeline, each)),
    images: plans.flatMap((plan) => plan.images.map((image) => explainImage(pipeline, plan, image))),
    tests: plans.flatMap((plan) => explainTests(pipeline, plan)),
    deployments: plans.flatMap((plan) => explainDeployments(pipeline, plan)),
    skipped: started.flatMap(skippedJobs),
  };
}

function explainImage(pipeline: Pipeline, { mode, tests }: Plan, image: Image & { readonly why: string }): ExplainedImage {
  const { id, tag, arch, cuda, why } = image;
  const untested = tests.some((test) => test.image === id) ? undefined : untestedReason(pipeline, mode, image);
  return {
    id,
    tag,
    architecture: arch,
    ...(cuda === undefined ? {} : { cuda }),
    runner: labelOf(pipeline, pipeline.builders[arch]),
    ...(untested === undefined ? {} : { untested }),
    why,
  };
}

function explainTests(pipeline: Pipeline, plan: Plan): ExplainedTest[] {
  return plan.tests.map(({ suite, image, runner, gpus, markers, collectOnly }) => ({
    suite,
    kind: named(pipeline.suites, suite).kind,
    image,
    runner: labelOf(pipeline, runner),
    gpus,
    markers,
    executed: collectOnly === undefined,
    why: collectOnly ?? named(plan.images, image).why,
  }));
}

function explainDeployments(pipeline: Pipeline, plan: Plan): ExplainedDeployment[] {
  return plan.deployments.map((planned) => {
    const test = named(
      pipeline.deployments.tests.map((each) => ({ id: profileOf({ ...each, image: "" }), ...each })),
      profileOf(planned),
    );
    return { ...planned, manifest: test.manifest, runner: labelOf(pipeline, pipeline.deployments.runner), why: plan.parts.deployments.why };
  });
}

function labelOf(pipeline: Pipeline, runner: string): string {
  return named(pipeline.runnerClasses, runner).label;
}

/** The thing with an id. Coherence has seen to it that there is one. */
function named<Thing extends { readonly id: string }>(things: readonly Thing[], id: string): Thing {
  const found = things.find((thing) => thing.id === id);
  if (found === undefined) throw new Error(`${JSON.stringify(id)} is not there; there are ${things.map((thing) => thing.id).join(", ")}`);
  return found;
}
