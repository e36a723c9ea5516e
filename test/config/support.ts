/** The config of a stack's file as the program gets it from the engine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ConfigSource } from "../../config/read";

export type StackValues = Record<string, unknown>;

/** Names of the secrets that a complete config has. */
export const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN", "MIRROR_APP_PRIVATE_KEY"] as const;

/** The `gpu-cicd:` values of `Pulumi.STACK.yaml`, by key without the project. */
export function stackValues(stack: "prod" | "dev"): StackValues {
  const { config } = parse(readFileSync(join(__dirname, "../..", `Pulumi.${stack}.yaml`), "utf8")) as { config: StackValues };
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("gpu-cicd:") ? [[key.slice("gpu-cicd:".length), value]] : [])));
}

/** A source of these values, with these secrets set. The engine hands texts on as they are and everything else as JSON. */
export function sourceOf(values: StackValues, secrets: readonly string[], options: { stack?: string; encrypted?: readonly string[] } = {}): ConfigSource {
  return {
    stack: options.stack ?? "prod",
    keys: [...Object.keys(values), ...secrets],
    encrypted: new Set(options.encrypted ?? secrets),
    text: (key) => {
      if (secrets.includes(key)) throw new Error(`the value of secret ${key} was read`);
      const value = values[key];
      return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    },
  };
}
