/** Identifiers of the pipeline's parts: well formed, and each used once. */
import type { Check, PipelineInput } from "./check";
import { each, repeated, shown, unless } from "./check";

/** Ids become parts of tags, job names and files. */
const ID = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const ID_ALLOWED = "lower case letters, digits and inner hyphens";

export const wellFormedIds: Check<PipelineInput> = {
  name: "id-format",
  holds: "Identifiers are lower case letters, digits and inner hyphens.",
  find: ({ pipeline }) =>
    idLists(pipeline).flatMap(({ path, items }) =>
      each(items, path, ({ id }, at) => unless(ID.test(id), `${at}.id`, shown(id), ID_ALLOWED)),
    ),
};

export const uniqueIds: Check<PipelineInput> = {
  name: "duplicate",
  holds: "Each identifier, label, check, secret, environment and deployment test is declared once.",
  find: ({ pipeline }) => [
    ...idLists(pipeline).flatMap(({ path, items }) =>
      repeated(
        items.map(({ id }) => id),
        (index) => `${path}[${index}].id`,
        "id",
      ),
    ),
    ...repeated(
      pipeline.runnerClasses.map(({ label }) => label),
      (index) => `pipeline.runnerClasses[${index}].label`,
      "label",
    ),
    ...repeated(
      // Two that differ only in case would share a file, and people could not tell them apart.
      pipeline.requiredChecks.map(({ context }) => context.toLowerCase()),
      (index) => `pipeline.requiredChecks[${index}].context`,
      "required check",
    ),
    ...repeated(
      pipeline.secrets.map(({ name }) => name),
      (index) => `pipeline.secrets[${index}].name`,
      "secret",
    ),
    ...repeated(
      pipeline.environments.map(({ name }) => name.toLowerCase()),
      (index) => `pipeline.environments[${index}].name`,
      "environment (GitHub ignores case)",
    ),
    ...repeated(
      pipeline.deployments.tests.map(({ framework, profile }) => `${framework} ${profile}`),
      (index) => `pipeline.deployments.tests[${index}]`,
      "deployment test",
    ),
    ...repeated(
      pipeline.deployments.excused.map(({ framework }) => framework),
      (index) => `pipeline.deployments.excused[${index}].framework`,
      "excused framework",
    ),
  ],
};

/** Frameworks and components share one list of names, as both become the middle of a tag. */
export const subjectsApart: Check<PipelineInput> = {
  name: "framework-component-clash",
  holds: "No component image has the id of a framework or of the core container.",
  find: ({ pipeline }) => {
    const taken = new Map([
      ...pipeline.frameworks.map(({ id }) => [id, "a framework"] as const),
      [pipeline.core.id, "the core container"] as const,
    ]);
    return each(pipeline.components, "pipeline.components", ({ id }, at) =>
      unless(!taken.has(id), `${at}.id`, `${shown(id)}, the id of ${taken.get(id)}`, "an id of its own"),
    );
  },
};

function idLists(
  pipeline: PipelineInput["pipeline"],
): readonly { readonly path: string; readonly items: readonly { readonly id: string }[] }[] {
  return (["frameworks", "components", "filters", "suites", "runnerClasses"] as const).map((key) => ({
    path: `pipeline.${key}`,
    items: pipeline[key],
  }));
}
