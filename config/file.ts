/** Reads a stack's committed file outside a Pulumi program: for commands that render, explain or rehearse what the stack would be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ownWorkflowFiles } from "./own-files";
import { readStack, type ConfigSource, type StackInput } from "./read";
import { stacksIn } from "./stacks";

/** Name of the project, which is also the namespace of its keys. */
export const NAMESPACE = "gpu-cicd";

/**
 * What `Pulumi.STACK.yaml` in a folder describes. Secrets are no part of the committed file, and none is missed.
 * @param instead path of another file of config, whose keys take the place of the stack's
 * @throws Error that lists the stacks when there is none of that name
 * @throws ConfigError that lists everything that is wrong with the stack's config
 */
export function readStackFile(folder: string, stack: string, instead?: string): StackInput {
  const stacks = stacksIn(folder);
  if (!stacks.includes(stack)) throw new Error(`STACK is ${JSON.stringify(stack)}: allowed are ${stacks.join(", ")}`);
  const source = sourceOf(stack, readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"), instead === undefined ? undefined : readFileSync(instead, "utf8"));
  return readStack({ ...source, ownFiles: ownWorkflowFiles(folder) });
}

/** The text of a stack file as a source of config. @param instead text of another one, whose keys take the place of the first one's */
export function sourceOf(stack: string, content: string, instead = ""): ConfigSource {
  const values = new Map([...valuesOf(content), ...valuesOf(instead)]);
  const secret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;
  return {
    stack,
    keys: [...values.keys()],
    encrypted: new Set([...values].filter(([, value]) => secret(value)).map(([key]) => key)),
    secretsElsewhere: true,
    text: (key) => asText(values.get(key)),
  };
}

/** Values by key, without the project's name. */
function valuesOf(content: string): (readonly [string, unknown])[] {
  const { config = {} } = (parse(content) ?? {}) as { config?: Record<string, unknown> };
  return Object.entries(config).flatMap(([key, value]) => (key.startsWith(`${NAMESPACE}:`) ? [[key.slice(NAMESPACE.length + 1), value] as const] : []));
}

/** As the engine hands a value to a program: text as it is, everything else as JSON. */
function asText(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
