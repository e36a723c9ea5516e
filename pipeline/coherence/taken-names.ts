/** Names that GitHub, or every organisation, has given away already. */
import { isHostedLabel, isSharedGroup, isSharedLabel } from "../github-names";
import type { Check, InfrastructureInput, PipelineInput } from "./check";
import { each, shown, unless } from "./check";
import { scaleSets } from "./runners";

export const labelsFree: Check<PipelineInput> = {
  name: "runner-label-taken",
  holds: "A runner's label is its own: none of GitHub's machines, and none that every self-hosted runner carries.",
  find: ({ pipeline }) => [
    ...each(pipeline.runnerClasses, "pipeline.runnerClasses", ({ label }, at) =>
      unless(!isSharedLabel(label), `${at}.label`, `${shown(label)}, which every self-hosted runner of its kind carries`, "a label that no other runner has"),
    ),
    ...scaleSets(pipeline, ({ label }, at) =>
      unless(!isHostedLabel(label), `${at}.label`, `${shown(label)}, a label of GitHub's own machines`, "a label that no other runner has"),
    ),
  ],
};

export const groupsFree: Check<PipelineInput> = {
  name: "runner-group-taken",
  holds: "A runner group is the stack's own: none that every organisation has.",
  find: ({ pipeline }) =>
    scaleSets(pipeline, ({ runnerGroup }, at) =>
      unless(
        runnerGroup.trim() !== "" && !isSharedGroup(runnerGroup),
        `${at}.runnerGroup`,
        runnerGroup.trim() === "" ? shown(runnerGroup) : `${shown(runnerGroup)}, a group that every organisation has`,
        "a name of its own, such as dynamo-builders: the stack makes the group and decides who uses it",
      ),
    ),
};

export const applyingRunnerReaches: Check<InfrastructureInput> = {
  name: "infrastructure-runner",
  holds: "Previews and applies run on a machine that reaches the clusters' API servers, and that is this project's own.",
  find: ({ infrastructure: { github } }) => {
    const { runner } = github.infrastructureRepository;
    const path = "infrastructure.github.infrastructureRepository.runner";
    const allowed = "the label of a larger runner with addresses of its own, or of a scale set outside of this stack";
    return [
      ...unless(!isHostedLabel(runner), path, `${shown(runner)}, a machine of GitHub's, whose address is in no authorized range and in no private network`, allowed),
      ...unless(!isSharedLabel(runner), path, `${shown(runner)}, which every self-hosted runner of its kind carries`, allowed),
      ...unless(runner.trim() !== "", path, shown(runner), allowed),
    ];
  },
};
