/** Test suites and deployment tests: they run somewhere, on runners that have what they need, within their time. */
import type { Arch, Mode, Pipeline, RunnerClass, TestSuite } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless, wholeWithin } from "./check";

/** Minutes that GitHub lets a job take: six hours on its own machines, five days on others. */
const HOSTED_MINUTES = 6 * 60;
const SELF_HOSTED_MINUTES = 5 * 24 * 60;
/** A namespace is a DNS label. */
const NAMESPACE_LENGTH = 63;
/** Digits of a namespace's number, and what the virtual cluster adds to the names of what it syncs: longer ones it shortens by a hash. */
const NAMESPACE_SUFFIX = 40;
/** More namespaces than this nobody could tell apart, nor any cluster hold. */
const MOST_NAMESPACES = 99;
/** What follows the registry's name: a chart, and an image. */
const CHART = /^[a-z0-9][a-z0-9._/-]*@sha256:[0-9a-f]{64}$/;
const IMAGE = /^[a-z0-9][a-z0-9._/-]*:\w[\w.-]{0,127}@sha256:[0-9a-f]{64}$/;
const CACHE = /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/;

export const suitesRun: Check<PipelineInput> = {
  name: "suite-never-runs",
  holds: "Every suite runs in some mode and, on some architecture, for real; it has markers for each mode.",
  find: ({ pipeline }) =>
    each(pipeline.suites, "pipeline.suites", (suite, at) => [
      ...unless(suite.modes.length > 0, `${at}.modes`, "none", "at least one mode"),
      ...suite.modes.flatMap((mode) =>
        unless(
          Boolean(suite.markers[mode]?.trim()),
          `${at}.markers.${mode}`,
          shown(suite.markers[mode]),
          "a pytest marker expression for each mode of the suite",
        ),
      ),
      ...(Object.keys(suite.markers) as Mode[]).flatMap((mode) =>
        unless(
          suite.modes.includes(mode),
          `${at}.markers.${mode}`,
          `${shown(suite.id)} does not run in ${mode} mode`,
          `markers for ${listed(suite.modes)}`,
        ),
      ),
      ...unless(
        suiteArchitectures(suite).some((arch) => suite.collectOnly[arch] === undefined),
        `${at}.collectOnly`,
        `${shown(suite.id)} is only collected, on ${listed(suiteArchitectures(suite))}`,
        "an architecture on which the tests run",
      ),
    ]),
};

export const suitesPlaced: Check<PipelineInput> = {
  name: "suite-runner",
  holds: "A suite's runner has its architecture and, where tests run, its GPUs.",
  find: ({ pipeline }) =>
    each(pipeline.suites, "pipeline.suites", (suite, at) =>
      suiteArchitectures(suite).flatMap((arch) => placementOf(pipeline, suite, arch, at)),
    ),
};

/** Without this the tests of a shard that is not there would run nowhere, and nobody would see it. */
export const shardsComplete: Check<PipelineInput> = {
  name: "suite-shards",
  holds: "Where a suite runs a part of its tests, suites that agree in everything else run the other parts, each once.",
  find: ({ pipeline }) =>
    each(pipeline.suites, "pipeline.suites", (suite, at) => {
      const { shard } = suite;
      if (shard === undefined) return [];
      const numbers = pipeline.suites.filter((other) => other.shard?.of === shard.of && alike(suite, other)).map((other) => other.shard!.number).sort((a, b) => a - b);
      const wanted = Array.from({ length: shard.of }, (_, index) => index + 1);
      return unless(JSON.stringify(numbers) === JSON.stringify(wanted), `${at}.shard`, `${shown(suite.id)} is shard ${shard.number} of ${shard.of}, and the shards with its markers, modes and runners are ${listed(numbers.map(String))}`, `each of ${listed(wanted.map(String))}, once`);
    }),
};

/** Whether two suites select the same tests, to run in the same places. */
function alike(one: TestSuite, other: TestSuite): boolean {
  const told = ({ markers, modes, runners, gpus, collectOnly, testContract }: TestSuite): string => JSON.stringify([markers, modes, runners, gpus, collectOnly, testContract]);
  return told(one) === told(other);
}

/** Suites that join others are two by now: what their tests need no GPU for has none. */
export const placedByNeed: Check<PipelineInput> = {
  name: "test-placement",
  holds: "Where tests are placed by need, those that need no GPU run on machines without.",
  find: ({ pipeline }) =>
    pipeline.testPlacement.by === "suite"
      ? []
      : pipeline.suites.filter(({ gpus }) => gpus === 0).flatMap((suite) =>
          suiteArchitectures(suite).flatMap((arch) => {
            const runner = suite.collectOnly[arch] === undefined ? runnerOf(pipeline, suite.runners[arch] ?? "") : undefined;
            const gpus = runner?.kind === "scale-set" ? runner.pod.gpus : 0;
            return unless(gpus === 0, `pipeline.testPlacement.cpuRunners.${arch}`, `${shown(suite.id)} on ${shown(runner?.id)}, which has ${gpus} GPUs`, `a runner class of ${arch} without GPUs`);
          }),
        ),
};

export const runnersFitArchitecture: Check<PipelineInput> = {
  name: "runner-architecture",
  holds: "A builder has the architecture that it builds for; deployments run from amd64.",
  find: ({ pipeline }) =>
    (Object.entries(pipeline.builders) as [Arch, string][]).flatMap(([arch, id]) => {
      const runner = runnerOf(pipeline, id);
      return unless(
        runner === undefined || runner.arch === arch,
        `pipeline.builders.${arch}`,
        `${shown(id)} is ${runner?.arch}`,
        `a runner class of ${arch}`,
      );
    }),
};

export const timeLimits: Check<PipelineInput> = {
  name: "timeout",
  holds: "Every timeout is a whole number of minutes that GitHub grants.",
  find: ({ pipeline }) =>
    timeouts(pipeline).flatMap(({ path, minutes, most }) =>
      unless(wholeWithin(minutes, 1, most), path, `${minutes} minutes`, `a whole number from 1 to ${most}`),
    ),
};

export const deploymentsBounded: Check<PipelineInput> = {
  name: "deployment-limits",
  holds: "Deployment tests run only from main, fit their namespace's quota and end before it expires.",
  find: ({ pipeline: { deployments } }) => [
    ...unless(
      !deployments.modes.includes("pull-request"),
      "pipeline.deployments.modes",
      shown(deployments.modes),
      "post-merge and nightly: only main deploys",
    ),
    ...each(deployments.tests, "pipeline.deployments.tests", ({ gpus }, at) =>
      unless(
        wholeWithin(gpus, 0, deployments.quota.gpus),
        `${at}.gpus`,
        `${gpus} GPUs`,
        `a whole number up to the quota of a namespace, ${deployments.quota.gpus} GPUs`,
      ),
    ),
    ...unless(
      wholeWithin(deployments.maxParallel, 1, 256),
      "pipeline.deployments.maxParallel",
      String(deployments.maxParallel),
      "a whole number from 1 to 256",
    ),
    ...unless(
      deployments.expiryMinutes >= deployments.timeoutMinutes,
      "pipeline.deployments.expiryMinutes",
      `${deployments.expiryMinutes} minutes`,
      `at least the timeout of a deployment test, ${deployments.timeoutMinutes} minutes`,
    ),
    ...unless(
      wholeWithin(deployments.namespaces, graphsOfARun(deployments), MOST_NAMESPACES),
      "pipeline.deployments.namespaces",
      String(deployments.namespaces),
      `a whole number from ${graphsOfARun(deployments)}, the graphs that a run deploys at once, to ${MOST_NAMESPACES}`,
    ),
    ...unless(deployments.modes.length === 0 || CHART.test(deployments.virtualCluster.chart), "pipeline.deployments.virtualCluster.chart", shown(deployments.virtualCluster.chart), "REPOSITORY@sha256:DIGEST, without the registry's name"),
    ...Object.entries(deployments.virtualCluster.images).flatMap(([name, image]) =>
      unless(deployments.modes.length === 0 || IMAGE.test(image), `pipeline.deployments.virtualCluster.images.${name}`, shown(image), "REPOSITORY:TAG@sha256:DIGEST, without the registry's name"),
    ),
    ...unless(CACHE.test(deployments.imageCache), "pipeline.deployments.imageCache", shown(deployments.imageCache), "a repository prefix: lower case letters, digits and inner `.`, `_`, `-` and `/`"),
    ...unless(
      /^[a-z][a-z0-9-]*-$/.test(deployments.namespacePrefix) && deployments.namespacePrefix.length + NAMESPACE_SUFFIX <= NAMESPACE_LENGTH,
      "pipeline.deployments.namespacePrefix",
      shown(deployments.namespacePrefix),
      `lower case letters, digits and hyphens, the last a hyphen, at most ${NAMESPACE_LENGTH - NAMESPACE_SUFFIX} characters`,
    ),
  ],
};

/** As many of each framework as its matrix runs together. */
function graphsOfARun({ tests, maxParallel }: Pipeline["deployments"]): number {
  return [...new Set(tests.map(({ framework }) => framework))].reduce((sum, framework) => sum + Math.min(maxParallel, tests.filter((test) => test.framework === framework).length), 0);
}

function suiteArchitectures(suite: TestSuite): Arch[] {
  return Object.keys(suite.runners) as Arch[];
}

function placementOf(pipeline: Pipeline, suite: TestSuite, arch: Arch, at: string) {
  const id = suite.runners[arch];
  const runner = id === undefined ? undefined : runnerOf(pipeline, id);
  if (runner === undefined) return [];
  const path = `${at}.runners.${arch}`;
  const gpus = runner.kind === "scale-set" ? runner.pod.gpus : 0;
  return [
    ...unless(runner.arch === arch, path, `${shown(id)} is ${runner.arch}`, `a runner class of ${arch}`),
    ...unless(
      suite.collectOnly[arch] !== undefined || gpus >= suite.gpus,
      path,
      `${shown(id)} with ${gpus} GPUs`,
      `a runner class with at least ${suite.gpus} GPUs, or a reason in collectOnly`,
    ),
  ];
}

function runnerOf({ runnerClasses }: Pipeline, id: string): RunnerClass | undefined {
  return runnerClasses.find((runner) => runner.id === id);
}

function timeouts(pipeline: Pipeline): { readonly path: string; readonly minutes: number; readonly most: number }[] {
  const builds = [
    ...pipeline.frameworks.map(({ build }, index) => ({ path: `pipeline.frameworks[${index}]`, build })),
    ...pipeline.components.map(({ build }, index) => ({ path: `pipeline.components[${index}]`, build })),
    { path: "pipeline.core", build: pipeline.core.build },
  ];
  const forkRunner = runnerOf(pipeline, pipeline.core.runners.fork);
  return [
    ...builds.flatMap(({ path, build }) =>
      (Object.keys(build.timeoutMinutes) as Mode[]).map((mode) => ({
        path: `${path}.build.timeoutMinutes.${mode}`,
        minutes: build.timeoutMinutes[mode],
        most: SELF_HOSTED_MINUTES,
      })),
    ),
    ...pipeline.suites.map(({ timeoutMinutes }, index) => ({
      path: `pipeline.suites[${index}].timeoutMinutes`,
      minutes: timeoutMinutes,
      most: SELF_HOSTED_MINUTES,
    })),
    {
      path: "pipeline.core.timeoutMinutes",
      minutes: pipeline.core.timeoutMinutes,
      most: forkRunner?.kind === "hosted" ? HOSTED_MINUTES : SELF_HOSTED_MINUTES,
    },
    { path: "pipeline.deployments.timeoutMinutes", minutes: pipeline.deployments.timeoutMinutes, most: SELF_HOSTED_MINUTES },
  ];
}
