/** Test suites and deployment tests: they run somewhere, on runners that have what they need, within their time. */
import type { Arch, Mode, Pipeline, RunnerClass, TestSuite } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless, wholeWithin } from "./check";

/** Minutes that GitHub lets a job take: six hours on its own machines, five days on others. */
const HOSTED_MINUTES = 6 * 60;
const SELF_HOSTED_MINUTES = 5 * 24 * 60;
/** A namespace is a DNS label. */
const NAMESPACE_LENGTH = 63;
/** A run id today has 11 digits; with the attempt and the framework's and profile's names behind it this much is kept free. */
const NAMESPACE_SUFFIX = 40;

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
  holds: "Deployment tests run from main alone, fit their namespace's quota and end before it expires.",
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
      /^[a-z][a-z0-9-]*-$/.test(deployments.namespacePrefix) && deployments.namespacePrefix.length + NAMESPACE_SUFFIX <= NAMESPACE_LENGTH,
      "pipeline.deployments.namespacePrefix",
      shown(deployments.namespacePrefix),
      `lower case letters, digits and hyphens, the last a hyphen, at most ${NAMESPACE_LENGTH - NAMESPACE_SUFFIX} characters`,
    ),
  ],
};

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
