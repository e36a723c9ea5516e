/** The stack of which the benchmarks speak, and what its functions are asked with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { sourceOf } from "../../config/file";
import { readStack, type StackInput } from "../../config/read";
import type { RenderSettings } from "../../workflows";

export const PROJECT = join(__dirname, "..", "..");
export const STACK = "prod";

/** What the stack's files are rendered with. */
export function settingsOf({ infrastructure }: StackInput): RenderSettings {
  const { repository, pullRequestImages } = infrastructure.registries;
  return { source: `Pulumi.${STACK}.yaml`, imageRepository: repository, pullRequestImages };
}

/** The stack with some keys of its config changed. */
export function stackWith(values: Readonly<Record<string, unknown>>): StackInput {
  const { config } = parse(readFileSync(join(PROJECT, `Pulumi.${STACK}.yaml`), "utf8")) as { config: object };
  const changed = Object.fromEntries(Object.entries(values).map(([key, value]) => [`gpu-cicd:${key}`, value]));
  return readStack(sourceOf(STACK, stringify({ config: { ...config, ...changed } })));
}
