/** Images and their tags: each tag once, each version real, each image tested, collected or excused. */
import { CUDA_PUBLISHED, cudaPublished } from "../cuda";
import { allImages, contractOf, images, movablePrefixes, SHA_PLACEHOLDER, TEST_SUFFIX } from "../images";
import type { Finding, Mode, Pipeline } from "../model";
import type { Image } from "../plan";
import { deployedImage, excuses, plannedTests, untestedWhy } from "../tests";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless } from "./check";

const MODES: readonly Mode[] = ["pull-request", "post-merge", "nightly"];
/** OCI distribution specification, "Pulling manifests": a tag has at most 128 characters. */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const SHA_LENGTH = 40;
/** An exclusion filter of ECR's tag immutability: at most five, each of these characters. */
const EXCLUSIONS = 5;

export const tagsDiffer: Check<PipelineInput> = {
  name: "tag-collision",
  holds: "Two images never share a tag, in one mode or across modes.",
  find: ({ pipeline }) => {
    const owners = new Map<string, string[]>();
    for (const { tag, owner } of taggedImages(pipeline)) owners.set(tag, [...(owners.get(tag) ?? []), owner]);
    return [...owners].flatMap(([tag, of]) =>
      unless(of.length === 1, `tag ${shown(tag)}`, `${of.length} images: ${of.join("; ")}`, "one image for each tag"),
    );
  },
};

export const tagsWellFormed: Check<PipelineInput> = {
  name: "tag-format",
  holds: "Every tag is one that registries take.",
  find: ({ pipeline }) =>
    taggedImages(pipeline).flatMap(({ tag }) =>
      unless(
        TAG.test(tag.replaceAll(SHA_PLACEHOLDER, "0".repeat(SHA_LENGTH))),
        `tag ${shown(tag)}`,
        `${tag.length} characters`,
        `at most 128 characters, with ${SHA_LENGTH} for ${SHA_PLACEHOLDER}: letters, digits, _ . -, the first a letter, digit or _`,
      ),
    ),
};

export const prefixesWellFormed: Check<PipelineInput> = {
  name: "tag-prefix",
  holds:
    "Pull-request and release tags hold the commit; movable prefixes end in a hyphen, so that none is the beginning of another, and registries can exclude them.",
  find: ({ pipeline }) => {
    const movable = movablePrefixes(pipeline);
    const fixed = {
      "pipeline.tagPrefixes.pull-request": pipeline.tagPrefixes["pull-request"],
      "pipeline.releaseTagPrefix": pipeline.releaseTagPrefix,
    };
    return [
      ...Object.entries(fixed).flatMap(([path, prefix]) =>
        unless(prefix.includes(SHA_PLACEHOLDER), path, shown(prefix), `a prefix with ${SHA_PLACEHOLDER}: its tags never move`),
      ),
      ...movable.flatMap((prefix) =>
        unless(
          /^[a-z0-9][a-z0-9._-]*-$/.test(prefix),
          "pipeline.tagPrefixes",
          shown(prefix),
          "lower case letters, digits, . _ and -, the last a hyphen",
        ),
      ),
      ...unless(
        movable.length <= EXCLUSIONS,
        "pipeline.tagPrefixes",
        `${movable.length} movable prefixes`,
        `at most ${EXCLUSIONS}, as ECR takes no more exclusions`,
      ),
      ...Object.entries(fixed).flatMap(([path, prefix]) =>
        movable.flatMap((start) =>
          unless(!prefix.startsWith(start), path, shown(prefix), `a prefix that does not begin with the movable ${shown(start)}`),
        ),
      ),
    ];
  },
};

export const cudaKnown: Check<PipelineInput> = {
  name: "cuda-version",
  holds: "Every CUDA version has a published base image, and the core container's is one that frameworks are built for.",
  find: ({ pipeline }) => {
    const built = pipeline.frameworks.flatMap(({ cuda }) => MODES.flatMap((mode) => cuda[mode]));
    return [
      ...each(pipeline.frameworks, "pipeline.frameworks", ({ cuda }, at) =>
        MODES.flatMap((mode) =>
          each(cuda[mode], `${at}.cuda.${mode}`, (version, path) =>
            unless(cudaPublished(version), path, shown(version), `a CUDA version with a published image: ${CUDA_PUBLISHED}`),
          ),
        ),
      ),
      ...unless(
        built.includes(pipeline.core.cuda),
        "pipeline.core.cuda",
        shown(pipeline.core.cuda),
        `a CUDA version that a framework image has: ${listed(built)}`,
      ),
    ];
  },
};

export const frameworksBuilt: Check<PipelineInput> = {
  name: "empty-matrix",
  holds: "Every framework and component is built for some architecture, and every framework in every mode.",
  find: ({ pipeline }) => [
    ...each(pipeline.frameworks, "pipeline.frameworks", ({ cuda, architectures }, at) => [
      ...MODES.flatMap((mode) => unless(cuda[mode].length > 0, `${at}.cuda.${mode}`, "no version", "at least one CUDA version")),
      ...unless(architectures.length > 0, `${at}.architectures`, "none", "at least one architecture"),
    ]),
    ...each(pipeline.components, "pipeline.components", ({ architectures }, at) =>
      unless(architectures.length > 0, `${at}.architectures`, "none", "at least one architecture"),
    ),
  ],
};

export const imagesTested: Check<PipelineInput> = {
  name: "image-untested",
  holds: "Every image that is built is tested, collected or excused with a reason.",
  find: ({ pipeline }) =>
    MODES.flatMap((mode) => {
      const built = allImages(pipeline, mode);
      const tested = new Set(plannedTests(pipeline, mode, built).map(({ image }) => image));
      return built
        .filter((image) => !tested.has(image.id) && !checkedAtSource(pipeline, image) && untestedWhy(pipeline, mode, image) === undefined)
        .map((image) => ({
          path: `image ${shown(image.id)} in ${mode} mode`,
          found: "no suite tests or collects it",
          allowed: "a suite with a runner for its architecture, or an entry in pipeline.untested with the reason",
        }));
    }),
};

export const excusesNeeded: Check<PipelineInput> = {
  name: "excuse-unused",
  holds: "Every entry of pipeline.untested excuses an image that is built.",
  find: ({ pipeline }) =>
    each(pipeline.untested, "pipeline.untested", (entry, at) => [
      ...unless(
        MODES.some((mode) => allImages(pipeline, mode).some((image) => excuses(entry, mode, image) && !checkedAtSource(pipeline, image))),
        at,
        `${shown(entry.images)} in ${listed(entry.modes)} on ${listed(entry.architectures)}`,
        "images that are built and that nothing else tests",
      ),
      ...unless(entry.why.trim() !== "", `${at}.why`, shown(entry.why), "a reason"),
    ]),
};

export const deploymentsBuilt: Check<PipelineInput> = {
  name: "deployment-image",
  holds: "Every deployment test has an image to deploy, and the operator is built, in each mode that deploys.",
  find: ({ pipeline }) => pipeline.deployments.modes.flatMap((mode) => deploymentFindings(pipeline, mode)),
};

function deploymentFindings(pipeline: Pipeline, mode: Mode): Finding[] {
  const { tests, operatorImage } = pipeline.deployments;
  const operator = pipeline.components.find(({ id }) => id === operatorImage);
  return [
    ...each(tests, "pipeline.deployments.tests", ({ framework }, at) =>
      unless(
        // A framework that is not there has a finding of its own.
        !pipeline.frameworks.some(({ id }) => id === framework) || deployedImage(images(pipeline, mode), framework) !== undefined,
        at,
        `${shown(framework)} has no amd64 image in ${mode} mode`,
        "a framework with an amd64 image",
      ),
    ),
    ...unless(
      operator === undefined || (operator.modes.includes(mode) && operator.architectures.includes("amd64")),
      "pipeline.deployments.operatorImage",
      `${shown(operatorImage)} has no amd64 image in ${mode} mode`,
      "a component that is built for amd64 in every mode that deploys",
    ),
  ];
}

function checkedAtSource(pipeline: Pipeline, { subject }: Image): boolean {
  return pipeline.components.some(({ id, checks }) => subject.kind === "component" && id === subject.id && checks.length > 0);
}

/** Every tag that the pipeline can push, with the image that it names, in words. */
function taggedImages(pipeline: Pipeline): { readonly tag: string; readonly owner: string }[] {
  const describe = (where: string) => (image: Image) => ({
    tag: image.tag,
    owner: `${image.subject.id}${image.cuda ? ` CUDA ${image.cuda}` : ""} ${image.arch} (${where})`,
  });
  return [
    ...MODES.flatMap((mode) => allImages(pipeline, mode).map(describe(mode))),
    ...testImages(pipeline),
    ...allImages(pipeline, "post-merge", pipeline.releaseTagPrefix).map(describe("release")),
  ];
}

/** Tags of the images that tests of pull requests run in; those of main have none. */
function testImages(pipeline: Pipeline): { readonly tag: string; readonly owner: string }[] {
  const tested = allImages(pipeline, "pull-request").filter((image) => contractOf(pipeline, image)?.testTarget !== undefined);
  return tested.map(({ id, tag }) => ({ tag: `${tag}${TEST_SUFFIX}`, owner: `what tests of ${id} run in` }));
}
