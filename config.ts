/** The stack's config. Nothing else in the program reads it. */
import * as pulumi from "@pulumi/pulumi";
import { ConfigError, readStack, type ConfigSource, type StackInput } from "./config/read";
import { ownWorkflowFiles } from "./config/own-files";
import { APPLYING_APP_KEY, RUNNER_APP_KEY } from "./config/secrets";

/** What the program is given. */
export interface StackConfig extends StackInput {
  /** Name of the stack, such as `prod`. */
  readonly stack: string;
  /** Project and stack: prefix of physical names. */
  readonly namePrefix: string;
  /** Private key of the GitHub App with which the stack is applied. */
  readonly applyingAppKey: pulumi.Output<string>;
  /** Private key of the GitHub App with which runners register. */
  readonly runnerAppKey: pulumi.Output<string>;
  /** Values of the jobs' secrets, by name; an optional one may be missing. */
  readonly secretValues: Record<string, pulumi.Output<string>>;
}

/** Environment variable in which the engine names the keys that are encrypted. */
const ENCRYPTED_KEYS = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * Reads the config of the stack that runs.
 * @throws RunError that lists every finding; no resource is registered then.
 */
export function loadConfig(): StackConfig {
  const config = new pulumi.Config();
  const keys = projectKeys(config.name);
  const input = orRunError(() => readStack(sourceOf(config, keys)));
  const names = input.pipeline.secrets.map(({ name }) => name).filter((name) => keys.includes(name));
  return {
    ...input,
    stack: pulumi.getStack(),
    namePrefix: `${pulumi.getProject()}-${pulumi.getStack()}`,
    applyingAppKey: config.requireSecret(APPLYING_APP_KEY),
    runnerAppKey: config.requireSecret(RUNNER_APP_KEY),
    secretValues: Object.fromEntries(names.map((name) => [name, config.requireSecret(name)])),
  };
}

/** The engine runs the program in the project's folder. */
function sourceOf(config: pulumi.Config, keys: readonly string[]): ConfigSource {
  return { stack: pulumi.getStack(), keys, encrypted: encryptedKeys(config.name), ownFiles: ownWorkflowFiles(process.cwd()), text: (key) => config.get(key) };
}

/** Keys of the project that the stack's config has, without the project's name. */
function projectKeys(project: string): string[] {
  return Object.keys(pulumi.runtime.allConfig()).flatMap((key) => withoutProject(key, project));
}

function encryptedKeys(project: string): ReadonlySet<string> | undefined {
  const listed = process.env[ENCRYPTED_KEYS];
  return listed === undefined ? undefined : new Set((JSON.parse(listed) as string[]).flatMap((key) => withoutProject(key, project)));
}

function withoutProject(key: string, project: string): string[] {
  return key.startsWith(`${project}:`) ? [key.slice(project.length + 1)] : [];
}

/** A mistake in config is the user's to mend, and no stack trace helps with that. */
function orRunError<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
