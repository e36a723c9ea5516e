/** The stack of which the benchmarks speak, and what its functions are asked with. */
import { join } from "node:path";
import type { StackInput } from "../../config/read";
import type { RenderSettings } from "../../workflows";

export const PROJECT = join(__dirname, "..", "..");
export const STACK = "prod";

/** What the stack's files are rendered with. */
export function settingsOf({ infrastructure }: StackInput): RenderSettings {
  const { repository, pullRequestImages } = infrastructure.registries;
  return { source: `Pulumi.${STACK}.yaml`, imageRepository: repository, pullRequestImages };
}
