/** Jobs that `pr.yaml` and `ci-test-suite.yml` share: a component's checks, and a call of the image workflow for every image. */
import { buildFacts } from "../../pipeline/build";
import type { ComponentImage, ImageBuild, Mode, Pipeline } from "../../pipeline/model";
import type { Image, PlanScope } from "../../pipeline/plan";
import { contractOf, movablePrefixes } from "../../pipeline/images";
import { checkedComponents, checksJob, imageLegs, PLAN_JOB, type ImageLeg } from "../legs";
import { checkout } from "../steps";
import { expression, literal, type CallJob, type Job, type StepsJob } from "../syntax";
import { imageEnvironment, RenderError, runnerLabel, type RenderContext } from "./context";
import { argumentTemplate, contextTemplate, mountLines, preparation, secretLines } from "./contract";
import { IMAGE_FILE } from "./image";
import { IMAGE_PUBLISH_FILE } from "./image-publish";
import { planOutput, selected } from "./plan-job";
import { TEST_SECRET } from "./secrets";

/** The component checks and the images of a scope's workflow, by job id. */
export function imageJobs(context: RenderContext, scope: PlanScope): Record<string, Job> {
  const legs = imageLegs(context.pipeline, scope);
  const checked = checkedComponents(context.pipeline, legs);
  return {
    ...Object.fromEntries(checked.map((id) => [checksJob(id), checksOf(context, id)])),
    ...Object.fromEntries(legs.map((leg) => [leg.jobId, imageCall(context, leg, checked, scope)])),
  };
}

/** Runs the sources' own checks on a hosted machine: they need no image, no identity and no secret. */
function checksOf({ pipeline }: RenderContext, id: string): StepsJob {
  const component = componentOf(pipeline, id);
  return {
    name: checksJob(id),
    needs: [PLAN_JOB],
    if: selected(checksJob(id)),
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    permissions: { contents: "read" },
    "timeout-minutes": 30,
    steps: [
      checkout,
      ...component.checks.map(({ name, run, directory }) => ({
        name,
        ...(directory === undefined ? {} : { "working-directory": directory }),
        run: run.endsWith("\n") ? run : `${run}\n`,
      })),
    ],
  };
}

function imageCall({ pipeline }: RenderContext, leg: ImageLeg, checked: readonly string[], scope: PlanScope): CallJob {
  const { image, trust } = leg;
  // A base is only for other images of the commit: it is neither signed nor tagged.
  const published = trust === "protected" && image.subject.kind !== "base";
  const checks = checked.filter((id) => image.subject.kind === "component" && id === image.subject.id).map(checksJob);
  return {
    name: leg.jobId,
    needs: [PLAN_JOB, ...checks, ...new Set(leg.parents.map(({ jobId }) => jobId))],
    if: selected(leg.jobId),
    // A called workflow's jobs get at most what the caller grants.
    permissions: {
      actions: "read",
      contents: "read",
      "id-token": "write",
      ...(published ? { attestations: "write" as const, "artifact-metadata": "write" as const } : {}),
    },
    uses: `./.github/workflows/${published ? IMAGE_PUBLISH_FILE : IMAGE_FILE}`,
    with: { ...imageArguments(pipeline, leg, scope), ...(published ? { movable: movable(pipeline) } : {}) },
    secrets: { [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`) },
  };
}

function imageArguments(pipeline: Pipeline, { image, trust, modes, parents }: ImageLeg, scope: PlanScope): Readonly<Record<string, string | number | boolean>> {
  const build = buildOf(pipeline, image);
  const facts = buildFacts(pipeline, image);
  const prepared = preparation(build, facts);
  return {
    image: image.id,
    subject: image.subject.id,
    architecture: image.arch,
    runner: runnerLabel(pipeline, pipeline.builders[image.arch]),
    environment: imageEnvironment(pipeline, trust, scope),
    dockerfile: build.dockerfile,
    context: build.context,
    target: build.target,
    "test-target": build.testTarget ?? "",
    "test-dockerfile": build.testDockerfile?.dockerfile ?? build.dockerfile,
    "test-arg": build.testDockerfile?.arg ?? "",
    "build-args": argumentTemplate(build, facts),
    parents: parents.map(({ arg, jobId }) => `${arg}=${expression(`needs.${jobId}.outputs.reference`)}\n`).join(""),
    "secret-envs": secretLines(build),
    "build-contexts": contextTemplate(build),
    mounts: mountLines(build),
    prepare: prepared.command,
    "prepare-image": prepared.image,
    "prepare-writes": prepared.writes,
    lfs: build.lfs,
    "timeout-minutes": minutes(build, modes),
    tag: expression(`format('{0}{1}', ${planOutput("tagPrefix")}, ${literal(image.id)})`),
    tests: expression(`toJSON(fromJSON(${planOutput("suites")})[fromJSON(${planOutput("tests")})[${literal(image.id)}]])`),
  };
}

/** One number when the leg's modes agree; else the plan's mode chooses. */
function minutes(build: ImageBuild, modes: readonly Mode[]): number | string {
  const values = modes.map((mode) => build.timeoutMinutes[mode]);
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) return first;
  const byMode = JSON.stringify(Object.fromEntries(modes.map((mode) => [mode, build.timeoutMinutes[mode]])));
  return expression(`fromJSON(${literal(byMode)})[${planOutput("mode")}]`);
}

/** Whether the run's tags move: those whose prefix names no commit. */
function movable(pipeline: Pipeline): string {
  return expression(`contains(fromJSON(${literal(JSON.stringify(movablePrefixes(pipeline)))}), ${planOutput("tagPrefix")})`);
}

/** How an image is built. @throws RenderError when its subject is not in the pipeline */
function buildOf(pipeline: Pipeline, image: Image): ImageBuild {
  const build = contractOf(pipeline, image);
  if (build === undefined) throw new RenderError(`image ${image.id}: no ${image.subject.kind} ${JSON.stringify(image.subject.id)}`);
  return build;
}

function componentOf(pipeline: Pipeline, id: string): ComponentImage {
  const component = pipeline.components.find((each) => each.id === id);
  if (!component) throw new RenderError(`no component ${JSON.stringify(id)}`);
  return component;
}
