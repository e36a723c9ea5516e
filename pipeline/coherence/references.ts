/** Names that point at other parts of the pipeline: what they name exists and is of the right kind. */
import type { Finding, Pipeline } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless } from "./check";

export const runnersExist: Check<PipelineInput> = {
  name: "unknown-runner",
  holds: "Every runner class that is named exists.",
  find: ({ pipeline }) => {
    const ids = pipeline.runnerClasses.map(({ id }) => id);
    return runnerReferences(pipeline).flatMap(({ path, id }) =>
      unless(ids.includes(id), path, shown(id), `a runner class: ${listed(ids)}`),
    );
  },
};

export const filtersExist: Check<PipelineInput> = {
  name: "unknown-filter",
  holds: "Every filter that is named exists and concerns what names it.",
  find: ({ pipeline }) => [
    ...filterOf(pipeline, "pipeline.core.filter", pipeline.core.filter, "core"),
    ...each(pipeline.components, "pipeline.components", ({ filter }, at) => filterOf(pipeline, `${at}.filter`, filter, "component")),
    ...each(pipeline.filters, "pipeline.filters", ({ id, concerns }, at) =>
      unless(
        concerns !== "component" || pipeline.components.some(({ filter }) => filter === id),
        at,
        `${shown(id)} concerns a component that names no such filter`,
        "a filter that a component names",
      ),
    ),
  ],
};

export const frameworksExist: Check<PipelineInput> = {
  name: "unknown-framework",
  holds: "Every framework and component that is named exists.",
  find: ({ pipeline }) => {
    const frameworks = pipeline.frameworks.map(({ id }) => id);
    const components = pipeline.components.map(({ id }) => id);
    return [
      ...each(pipeline.deployments.tests, "pipeline.deployments.tests", ({ framework }, at) =>
        unless(frameworks.includes(framework), `${at}.framework`, shown(framework), `a framework: ${listed(frameworks)}`),
      ),
      ...each(pipeline.deployments.excused, "pipeline.deployments.excused", ({ framework }, at) =>
        unless(frameworks.includes(framework), `${at}.framework`, shown(framework), `a framework: ${listed(frameworks)}`),
      ),
      ...each(pipeline.untested, "pipeline.untested", ({ images }, at) =>
        unless(
          images === "*" || [...frameworks, ...components].includes(images),
          `${at}.images`,
          shown(images),
          `* or one of ${listed([...frameworks, ...components])}`,
        ),
      ),
      ...unless(
        pipeline.deployments.tests.length === 0 || components.includes(pipeline.deployments.operatorImage),
        "pipeline.deployments.operatorImage",
        shown(pipeline.deployments.operatorImage),
        `a component image: ${listed(components)}`,
      ),
    ];
  },
};

export const environmentsExist: Check<PipelineInput> = {
  name: "unknown-environment",
  holds: "Every environment that a secret names exists.",
  find: ({ pipeline }) => {
    const names = pipeline.environments.map(({ name }) => name);
    return each(pipeline.secrets, "pipeline.secrets", (secret, at) => [
      ...each(secret.environments, `${at}.environments`, (name, path) =>
        unless(names.includes(name), path, shown(name), `an environment: ${listed(names)}`),
      ),
      // A repository secret is readable by any branch's workflow, so every secret lives in an environment.
      ...unless(secret.environments.length > 0, `${at}.environments`, "none", `at least one of ${listed(names)}`),
    ]);
  },
};

function filterOf(pipeline: Pipeline, path: string, id: string, concerns: string): Finding[] {
  const fitting = pipeline.filters.filter((filter) => filter.concerns === concerns).map((filter) => filter.id);
  return unless(fitting.includes(id), path, shown(id), `a filter that concerns ${shown(concerns)}: ${listed(fitting)}`);
}

function runnerReferences(pipeline: Pipeline): { readonly path: string; readonly id: string }[] {
  const named = (path: string, record: Readonly<Partial<Record<string, string>>>): { path: string; id: string }[] =>
    Object.entries(record).flatMap(([key, id]) => (id === undefined ? [] : [{ path: `${path}.${key}`, id }]));
  return [
    { path: "pipeline.defaultRunner", id: pipeline.defaultRunner },
    { path: "pipeline.deployments.runner", id: pipeline.deployments.runner },
    ...named("pipeline.builders", pipeline.builders),
    ...named("pipeline.core.runners", pipeline.core.runners),
    ...named("pipeline.testPlacement.cpuRunners", pipeline.testPlacement.cpuRunners),
    ...pipeline.suites.flatMap((suite, index) => named(`pipeline.suites[${index}].runners`, suite.runners)),
    ...pipeline.requiredChecks.flatMap((check, index) =>
      check.kind === "run" && check.runner !== undefined ? [{ path: `pipeline.requiredChecks[${index}].runner`, id: check.runner }] : [],
    ),
  ];
}
