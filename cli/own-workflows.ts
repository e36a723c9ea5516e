/** The workflows of the repository that holds this project. They are committed. */
import { renderInfrastructureFiles, type InfrastructureSettings } from "../workflows/infrastructure";
import type { RenderedFile } from "../workflows/settings";
import type { Generated } from "./generate/generator";
import { committedStacks, readCommittedStack } from "./stack";

/**
 * The files as the stacks' committed config has them.
 * @throws Error when two stacks name different repositories for this project: each file is for one
 */
export function ownWorkflows(): RenderedFile[] {
  const stacks = committedStacks();
  const settings = stacks.map((stack): Omit<InfrastructureSettings, "stacks"> => {
    const { pipeline, infrastructure } = readCommittedStack(stack);
    const { owner, name } = infrastructure.github.infrastructureRepository;
    return { repository: `${owner}/${name}`, defaultBranch: pipeline.repository.defaultBranch };
  });
  const [first] = settings;
  if (first === undefined || settings.some((other) => other.repository !== first.repository || other.defaultBranch !== first.defaultBranch)) {
    throw new Error(`found ${settings.map(({ repository, defaultBranch }, index) => `${repository}, branch ${defaultBranch}, in Pulumi.${stacks[index]}.yaml`).join("; ")}: allowed is one repository and branch for all stacks`);
  }
  return renderInfrastructureFiles({ ...first, stacks });
}

/** The generator of the committed files. */
export function ownWorkflowFiles(): Generated {
  return { files: ownWorkflows() };
}
