/** Secrets in config: each is a flat, encrypted key of its own, named as the secret is. Their values are never looked at here. */
import type { Finding, SecretSpec } from "../pipeline/model";
import type { ConfigSource } from "./read";
import { didYouMean } from "./shape";

/** Private key of the GitHub App with which the stack is applied, PEM. */
export const APPLYING_APP_KEY = "githubAppPrivateKey";
/** Private key of the GitHub App with which runners register, PEM. */
export const RUNNER_APP_KEY = "runnerAppPrivateKey";

/** Keys that have to be there whatever the pipeline's secrets are. */
const OWN_SECRETS = [APPLYING_APP_KEY, RUNNER_APP_KEY] as const;

/** Keys of the secrets without which a stack does not come up: the apps' and those that jobs cannot do without. */
export function requiredSecrets(secrets: readonly SecretSpec[]): string[] {
  return [...OWN_SECRETS, ...secrets.filter(({ optional }) => !optional).map(({ name }) => name)];
}

/** Missing secrets, secrets in the clear, and keys that are neither a field nor a secret. */
export function secretFindings(source: ConfigSource, secrets: readonly SecretSpec[], fields: readonly string[]): Finding[] {
  const needed = source.secretsElsewhere ? [] : requiredSecrets(secrets);
  const known = [...OWN_SECRETS, ...secrets.map(({ name }) => name)];
  const { keys, encrypted } = source;
  return [
    ...needed.filter((name) => !keys.includes(name)).map((name) => ({ path: `gpu-cicd:${name}`, found: "nothing", allowed: `a secret: pulumi config set --secret ${name}` })),
    ...known
      .filter((name) => encrypted !== undefined && keys.includes(name) && !encrypted.has(name))
      .map((name) => ({ path: `gpu-cicd:${name}`, found: "a value in the clear", allowed: `an encrypted one: pulumi config set --secret ${name}` })),
    ...keys
      .filter((key) => !fields.includes(key) && !known.includes(key))
      .map((key) => ({ path: `gpu-cicd:${key}`, found: "an unknown key", allowed: `${didYouMean(key, [...fields, ...known])}one of ${[...fields].sort().join(", ")}, or a secret: ${known.join(", ")}` })),
    ...(encrypted === undefined ? [] : keys.filter((key) => fields.includes(key) && encrypted.has(key))).map((key) => ({
      path: `gpu-cicd:${key}`,
      found: "an encrypted value",
      allowed: "a value in the clear: reviewers read it, and it goes into files",
    })),
  ];
}
