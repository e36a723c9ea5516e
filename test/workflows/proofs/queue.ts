/** The committed stacks with a merge queue, as config would give it to them. */
import { parse, stringify } from "yaml";
import { readFileSync } from "node:fs";
import { sourceOf } from "../../../config/file";
import { readStack, type StackInput } from "../../../config/read";
import { mergeQueue } from "../../pipeline/fixtures";

/** What a stack's file describes with the queue added to it. @throws ConfigError when the two do not agree */
export function withMergeQueue(stack: string): StackInput {
  const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
  return readStack(sourceOf(stack, stringify({ ...file, config: { ...file.config, "gpu-cicd:mergeQueue": mergeQueue } })));
}
