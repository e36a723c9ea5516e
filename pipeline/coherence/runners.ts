/** Runner classes by themselves: names, numbers, and who may run on what. */
import type { Finding, Pipeline, RunnerClass, ScaleSetRunnerClass, Trust } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless, wholeWithin } from "./check";

/** Actions Runner Controller puts the set's name into Kubernetes names of 63 characters, beside a suffix of its own. */
const SCALE_SET_NAME_LENGTH = 42;
const SCALE_SET_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** Runners of one group (docs.github.com, Actions limits). */
const MOST_RUNNERS = 10_000;

export const scaleSetNames: Check<PipelineInput> = {
  name: "scale-set-name",
  holds: `A scale set's name has at most ${SCALE_SET_NAME_LENGTH} characters that Kubernetes takes.`,
  find: ({ pipeline }) =>
    scaleSets(pipeline, ({ label }, at) =>
      unless(
        SCALE_SET_NAME.test(label) && label.length <= SCALE_SET_NAME_LENGTH,
        `${at}.label`,
        `${shown(label)}, ${label.length} characters`,
        `1 to ${SCALE_SET_NAME_LENGTH} lower case letters, digits and inner hyphens`,
      ),
    ),
};

export const scaleSetNumbers: Check<PipelineInput> = {
  name: "scale-set-numbers",
  holds: "A scale set keeps no more idle runners than it may have, and its pods ask for something.",
  find: ({ pipeline }) =>
    scaleSets(pipeline, ({ minRunners, maxRunners, pod }, at) => [
      ...unless(
        wholeWithin(maxRunners, 0, MOST_RUNNERS),
        `${at}.maxRunners`,
        String(maxRunners),
        `a whole number from 0 to ${MOST_RUNNERS}`,
      ),
      ...unless(
        wholeWithin(minRunners, 0, maxRunners),
        `${at}.minRunners`,
        String(minRunners),
        `a whole number from 0 to maxRunners, ${maxRunners}`,
      ),
      ...(["cpu", "memoryGiB", "storageGiB"] as const).flatMap((resource) =>
        unless(pod[resource] > 0, `${at}.pod.${resource}`, String(pod[resource]), "more than 0"),
      ),
      ...unless(wholeWithin(pod.gpus, 0, 64), `${at}.pod.gpus`, String(pod.gpus), "a whole number of GPUs"),
    ]),
};

export const forkCodeApart: Check<PipelineInput> = {
  name: "fork-runner-shared",
  holds: "A scale set that runs code from forks runs no other code.",
  find: ({ pipeline }) =>
    scaleSets(pipeline, ({ trust }, at) =>
      unless(
        !trust.includes("fork") || trust.length === 1,
        `${at}.trust`,
        listed(trust),
        "fork alone, or no fork: what fork code leaves behind must not meet other jobs",
      ),
    ),
};

export const runnersTrusted: Check<PipelineInput> = {
  name: "runner-trust",
  holds: "Each part of the pipeline runs on runners that admit whoever can make it run.",
  find: ({ pipeline }) =>
    demands(pipeline).flatMap(({ path, id, trust }) => {
      const runner = pipeline.runnerClasses.find((each) => each.id === id);
      const missing = runner === undefined ? [] : trust.filter((level) => !runner.trust.includes(level));
      return unless(
        missing.length === 0,
        path,
        `${shown(id)}, which does not admit ${listed(missing)}`,
        `a runner class that admits ${listed(trust)}`,
      );
    }),
};

export const trustStated: Check<PipelineInput> = {
  name: "runner-trust-empty",
  holds: "Every runner class admits somebody.",
  find: ({ pipeline }) =>
    each(pipeline.runnerClasses, "pipeline.runnerClasses", ({ trust }, at) =>
      unless(trust.length > 0, `${at}.trust`, "none", "at least one of fork, mirror, protected"),
    ),
};

/** The scale sets among the runner classes. */
export function scaleSets(pipeline: Pipeline, find: (set: ScaleSetRunnerClass, path: string) => readonly Finding[]): Finding[] {
  return each(pipeline.runnerClasses, "pipeline.runnerClasses", (runner: RunnerClass, at) =>
    runner.kind === "scale-set" ? find(runner, at) : [],
  );
}

function demands(pipeline: Pipeline): { readonly path: string; readonly id: string; readonly trust: readonly Trust[] }[] {
  const vetted: readonly Trust[] = ["mirror", "protected"];
  return [
    { path: "pipeline.defaultRunner", id: pipeline.defaultRunner, trust: ["fork", ...vetted] },
    { path: "pipeline.deployments.runner", id: pipeline.deployments.runner, trust: ["protected"] },
    ...Object.entries(pipeline.builders).map(([arch, id]) => ({ path: `pipeline.builders.${arch}`, id, trust: vetted })),
    ...(Object.entries(pipeline.core.runners) as [Trust, string][]).map(([level, id]) => ({
      path: `pipeline.core.runners.${level}`,
      id,
      trust: [level],
    })),
    ...pipeline.requiredChecks.flatMap((check, index) =>
      check.kind === "run" && check.runner !== undefined
        ? [{ path: `pipeline.requiredChecks[${index}].runner`, id: check.runner, trust: ["fork"] as const }]
        : [],
    ),
    ...pipeline.suites.flatMap((suite, index) =>
      Object.entries(suite.runners).map(([arch, id]) => ({
        path: `pipeline.suites[${index}].runners.${arch}`,
        id,
        trust: vetted.filter((level) => suite.modes.some((mode) => (mode === "pull-request") === (level === "mirror"))),
      })),
    ),
  ];
}
