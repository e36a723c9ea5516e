/**
 * `make render-own`: writes the workflows of the repository that holds this project into it. They are committed; a test holds them fresh.
 *
 * Usage: `npx tsx cli/own-workflows.ts`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderInfrastructureFiles, type InfrastructureSettings } from "../workflows/infrastructure";
import type { RenderedFile } from "../workflows/settings";
import { committedStacks, readCommittedStack } from "./stack";

const PROJECT = join(__dirname, "..");

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

if (require.main === module) {
  for (const { path, content } of ownWorkflows()) {
    mkdirSync(dirname(join(PROJECT, path)), { recursive: true });
    writeFileSync(join(PROJECT, path), content);
    console.log(path);
  }
}
