/** Which suites test which images, and which images are deployed. */
import type { Mode, Pipeline, TestSuite, UntestedImages } from "./model";
import type { Image, PlannedDeployment, PlannedTest } from "./plan";

/** What a marker expression has where the framework's id goes. */
const FRAMEWORK_PLACEHOLDER = "{framework}";

/** The tests of images in one mode: each suite of the mode on each framework image, unless the image is excused or the suite has no runner for it. */
export function plannedTests(pipeline: Pipeline, mode: Mode, images: readonly Image[]): PlannedTest[] {
  return images.filter((image) => image.subject.kind === "framework").flatMap((image) => testsOf(pipeline, mode, image));
}

/** Why no suite tests an image in a mode; undefined when suites should. */
export function untestedWhy(pipeline: Pipeline, mode: Mode, image: Image): string | undefined {
  return pipeline.untested.find((entry) => excuses(entry, mode, image))?.why;
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
  return pipeline.suites.filter((suite) => suite.modes.includes(mode)).flatMap((suite) => plannedTest(suite, mode, image));
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
      markers: markers.replaceAll(FRAMEWORK_PLACEHOLDER, image.subject.id),
      runner,
      gpus: collectOnly === undefined ? suite.gpus : 0,
      timeoutMinutes: suite.timeoutMinutes,
    },
  ];
}
