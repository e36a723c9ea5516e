/** Configuration of a provider instance. The SDKs send every value that is no string as JSON text. */
import { status } from "@grpc/grpc-js";
import { schemaFindings, type Finding } from "./check";
import { ProviderError } from "./errors";
import type { CloudProvider, Properties } from "./kind";
import { isUnknown } from "./wire";

/** Keys that the engine itself keeps beside the configuration. */
const ENGINE_KEYS: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "__internal"]);

type ConfiguredProvider = Pick<CloudProvider<never>, "package" | "config">;

export interface CheckedConfig {
  /** The configuration with JSON text read where the schema wants something else than text. */
  readonly config: Properties;
  readonly findings: readonly Finding[];
}

export function checkConfig(provider: ConfiguredProvider, sent: Properties): CheckedConfig {
  const own = Object.fromEntries(Object.entries(sent).filter(([key]) => !ENGINE_KEYS.has(key)));
  const config = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, asWanted(provider, own, key, value)]));
  return { config, findings: schemaFindings(provider.config, config, `provider ${provider.package}`) };
}

/** Throws a ProviderError that names every finding. */
export function validConfig(provider: ConfiguredProvider, sent: Properties): Properties {
  const { config, findings } = checkConfig(provider, sent);
  if (findings.length === 0) return config;
  const reasons = findings.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new ProviderError(status.INVALID_ARGUMENT, `configuration of provider ${provider.package}: ${reasons}`);
}

function asWanted(provider: ConfiguredProvider, all: Properties, key: string, value: unknown): unknown {
  if (typeof value !== "string" || isUnknown(value) || acceptsAsIs(provider, all, key)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function acceptsAsIs(provider: ConfiguredProvider, all: Properties, key: string): boolean {
  const result = provider.config.safeParse(all);
  return result.success || !result.error.issues.some((issue) => issue.path[0] === key);
}
