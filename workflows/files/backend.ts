/** Jobs that `pr.yaml` and `ci-test-suite.yml` share: a component's checks, and a call of the image workflow for every image. */
import type { ComponentImage, ImageBuild, Mode, Pipeline } from "../../pipeline/model";
import type { Image, PlanScope } from "../../pipeline/plan";
import { movablePrefixes } from "../../pipeline/images";
import { checkedComponents, checksJob, imageLegs, PLAN_JOB, type ImageLeg } from "../legs";
import { checkout } from "../steps";
import { expression, literal, type CallJob, type Job, type StepsJob } from "../syntax";
import { environmentFor, imagePurpose, RenderError, runnerLabel, type RenderContext } from "./context";
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
    ...Object.fromEntries(legs.map((leg) => [leg.jobId, imageCall(context, leg, checked)])),
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

function imageCall({ pipeline }: RenderContext, leg: ImageLeg, checked: readonly string[]): CallJob {
  const { image, trust } = leg;
  const published = trust === "protected";
  const checks = checked.filter((id) => image.subject.kind === "component" && id === image.subject.id).map(checksJob);
  return {
    name: leg.jobId,
    needs: [PLAN_JOB, ...checks],
    if: selected(leg.jobId),
    // A called workflow's jobs get at most what the caller grants.
    permissions: {
      contents: "read",
      "id-token": "write",
      ...(published ? { attestations: "write" as const, "artifact-metadata": "write" as const } : {}),
    },
    uses: `./.github/workflows/${published ? IMAGE_PUBLISH_FILE : IMAGE_FILE}`,
    with: { ...imageArguments(pipeline, leg), ...(published ? { movable: movable(pipeline) } : {}) },
    secrets: { [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`) },
  };
}

function imageArguments(pipeline: Pipeline, { image, trust, modes }: ImageLeg): Readonly<Record<string, string | number | boolean>> {
  const build = buildOf(pipeline, image);
  return {
    image: image.id,
    subject: image.subject.id,
    architecture: image.arch,
    runner: runnerLabel(pipeline, pipeline.builders[image.arch]),
    environment: environmentFor(pipeline, imagePurpose(trust)).name,
    dockerfile: build.dockerfile,
    context: build.context,
    target: build.target,
    cuda: image.cuda ?? "",
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
  if (image.subject.kind === "component") return componentOf(pipeline, image.subject.id).build;
  const framework = pipeline.frameworks.find(({ id }) => id === image.subject.id);
  if (!framework) throw new RenderError(`image ${image.id}: no framework ${JSON.stringify(image.subject.id)}`);
  return framework.build;
}

function componentOf(pipeline: Pipeline, id: string): ComponentImage {
  const component = pipeline.components.find((each) => each.id === id);
  if (!component) throw new RenderError(`no component ${JSON.stringify(id)}`);
  return component;
}
