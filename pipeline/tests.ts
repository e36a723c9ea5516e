/** Which suites test which images, and which images are deployed. */
import type { Mode, Pipeline, TestSuite, UntestedImages } from "./model";
import type { Image, PlannedDeployment, PlannedTest } from "./plan";

/** What a marker expression has where the framework's id goes. */
const FRAMEWORK_PLACEHOLDER = "{framework}";

/** A suite's marker expression for the image of a framework. */
export function markersOf(expression: string, framework: string): string {
  return expression.replaceAll(FRAMEWORK_PLACEHOLDER, framework);
}

/** The tests of images in one mode: each suite of the mode on each framework image, unless the image is excused or the suite has no runner for it. */
export function plannedTests(pipeline: Pipeline, mode: Mode, images: readonly Image[]): PlannedTest[] {
  return images.filter((image) => image.subject.kind === "framework").flatMap((image) => testsOf(pipeline, mode, image));
}

/** Why a base is tested by no suite of its own. */
const BASE_UNTESTED = "Other images of the commit are made of it, and it is published nowhere: their tests are its tests.";

/** Why no suite tests an image in a mode; undefined when suites should. */
export function untestedWhy(pipeline: Pipeline, mode: Mode, image: Image): string | undefined {
  if (image.subject.kind === "base") return BASE_UNTESTED;
  const excused = pipeline.untested.find((entry) => excuses(entry, mode, image))?.why;
  return excused ?? (withoutGpuTests(pipeline, mode, image) && suitesOf(pipeline, mode, image).length === 0 ? otherVersionWhy(pipeline, mode, image) : undefined);
}

/** On a pull request GPU tests may run on the images of only one CUDA version (`testPlacement.pullRequestGpus`); main runs them on all. */
function withoutGpuTests({ testPlacement, frameworks }: Pipeline, mode: Mode, { subject, cuda }: Image): boolean {
  if (mode !== "pull-request" || testPlacement.pullRequestGpus === "every-version" || subject.kind !== "framework") return false;
  return cuda !== frameworks.find(({ id }) => id === subject.id)?.cuda[mode][0];
}

function otherVersionWhy({ frameworks }: Pipeline, mode: Mode, { subject }: Image): string {
  const framework = frameworks.find(({ id }) => id === subject.id);
  return `On a pull request the GPU tests of ${framework?.title ?? subject.id} run with CUDA ${framework?.cuda[mode][0] ?? "of its first version"} alone; main tests this image.`;
}

/** Suites that run or are collected on an image in a mode, whatever excuses there are. */
function suitesOf(pipeline: Pipeline, mode: Mode, image: Image): readonly TestSuite[] {
  const gpusApart = withoutGpuTests(pipeline, mode, image);
  return pipeline.suites.filter(({ modes, runners, gpus }) => modes.includes(mode) && runners[image.arch] !== undefined && !(gpusApart && gpus > 0));
}

/** Tells whether an entry of `untested` covers an image in a mode. */
export function excuses(entry: UntestedImages, mode: Mode, image: Image): boolean {
  const named = entry.images === image.subject.id || (entry.images === "*" && image.subject.kind === "framework");
  return named && entry.modes.includes(mode) && entry.architectures.includes(image.arch);
}

/** The image of a framework that deployment tests use: of its primary CUDA version, for the cluster's amd64 GPU nodes. */
export function deployedImage(images: readonly Image[], framework: string): Image | undefined {
  return images.find((image) => image.subject.kind === "framework" && image.subject.id === framework && image.arch === "amd64");
}

/** The image of the operator that deployment tests install. */
export function deployedOperator<Built extends Image>({ deployments }: Pipeline, images: readonly Built[]): Built | undefined {
  return images.find((image) => image.subject.kind === "component" && image.subject.id === deployments.operatorImage && image.arch === "amd64");
}

/** The deployment tests of the images that are there. */
export function plannedDeployments(pipeline: Pipeline, images: readonly Image[]): PlannedDeployment[] {
  return pipeline.deployments.tests.flatMap(({ framework, profile }) => {
    const image = deployedImage(images, framework);
    return image === undefined ? [] : [{ framework, profile, image: image.id }];
  });
}

function testsOf(pipeline: Pipeline, mode: Mode, image: Image): PlannedTest[] {
  if (untestedWhy(pipeline, mode, image) !== undefined) return [];
  return suitesOf(pipeline, mode, image).flatMap((suite) => plannedTest(suite, mode, image));
}

function plannedTest(suite: TestSuite, mode: Mode, image: Image): PlannedTest[] {
  const runner = suite.runners[image.arch];
  const markers = suite.markers[mode];
  if (runner === undefined || markers === undefined) return [];
  const collectOnly = suite.collectOnly[image.arch];
  return [
    {
      suite: suite.id,
      image: image.id,
      ...(collectOnly === undefined ? {} : { collectOnly }),
      markers: markersOf(markers, image.subject.id),
      runner,
      gpus: collectOnly === undefined ? suite.gpus : 0,
      timeoutMinutes: suite.timeoutMinutes,
    },
  ];
}
