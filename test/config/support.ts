/** The config of a stack's file as the program gets it from the engine. */
import { merge, type Json } from "../../config/merge";
import type { ConfigSource, StackInput } from "../../config/read";
import { fixtureWith, type FixtureStack, type StackValues } from "../fixture";

/** Names of the secrets that a complete config has. */
export const SECRETS = ["githubAppPrivateKey", "runnerAppPrivateKey", "HF_TOKEN", "MIRROR_APP_PRIVATE_KEY"] as const;

/** A source of these values, with these secrets set. The engine hands texts on as they are and everything else as JSON. */
export function sourceOf(values: StackValues, secrets: readonly string[], options: { stack?: string; encrypted?: readonly string[] } = {}): ConfigSource {
  return {
    stack: options.stack ?? "large",
    keys: [...Object.keys(values), ...secrets],
    encrypted: new Set(options.encrypted ?? secrets),
    text: (key) => {
      if (secrets.includes(key)) throw new Error(`the value of secret ${key} was read`);
      const value = values[key];
      return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
    },
  };
}

/** A required check that only config knows. */
export const DOCS_LINKS = { title: "Links of the documents work", minutes: 7, run: "python3 docs/check_links.py\n", fix: "Run python3 docs/check_links.py and mend what it names." };

/** A fixture's stack with its required checks changed by name, and more keys of its config set. @throws ConfigError with what is wrong with them */
export function withChecks(change: unknown, more: StackValues = {}, stack: FixtureStack = "small"): StackInput {
  return fixtureWith(stack, (values) => ({ ...values, requiredChecks: merge(values["requiredChecks"] as Json, change as Json, ["requiredChecks"]), ...more }));
}
