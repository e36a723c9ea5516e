/** The provider of package `aws`: its kinds, and a client for each configured instance. */
import type { FaultSwitch } from "../cloud";
import type { CloudProvider } from "../provider/kind";
import { type Credentials, credentialsOf } from "./account";
import { type AwsClient, connect } from "./client";
import { type AwsConfig, configSchema } from "./config";
import { awsKinds } from "./kinds";
import type { PublishedModels } from "./published";

export interface ProviderOptions {
  readonly endpoint: string;
  readonly faults: FaultSwitch;
  /** What every request is held to. */
  readonly models: PublishedModels;
  /** Account of an instance that names no account and brings no key. */
  readonly defaultAccount: string;
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Told of each instance that was configured. */
  configured(instance: { readonly account: string; readonly region: string }): void;
}

export function awsProvider(options: ProviderOptions): CloudProvider<AwsClient> {
  const kinds = awsKinds(options.actions);
  return {
    package: "aws",
    version: "7.48.0",
    config: configSchema,
    // Every ARN names the region: resources cannot move.
    configReplaceOn: ["region"],
    configure: (config) => configure(configSchema.parse(config), options),
    kind: (type) => kinds.get(type),
    invokes: {},
  };
}

/** Asks STS whose credentials these are, as the real provider does, and holds the answer against the accounts that are allowed. */
async function configure(config: AwsConfig, options: ProviderOptions): Promise<AwsClient> {
  const clients = connect({
    endpoint: options.endpoint,
    region: config.region,
    credentials: credentialsFor(config, options),
    faults: options.faults,
    models: options.models,
  });
  const sts = await clients.sts();
  const account = (await sts.getCallerIdentity({})).Account ?? "";
  if (config.allowedAccountIds && !config.allowedAccountIds.includes(account)) {
    throw new Error(`AWS account ID not allowed: ${account}; allowedAccountIds are ${config.allowedAccountIds.join(", ")}`);
  }
  if (config.forbiddenAccountIds?.includes(account))
    throw new Error(`AWS account ID not allowed: ${account} is one of forbiddenAccountIds`);
  options.configured({ account, region: config.region });
  return {
    ...clients,
    region: config.region,
    account,
    defaultTags: config.defaultTags?.tags ?? {},
    ignoresTag: (key) =>
      (config.ignoreTags?.keys?.includes(key) ?? false) ||
      (config.ignoreTags?.keyPrefixes?.some((prefix) => key.startsWith(prefix)) ?? false),
  };
}

/**
 * The configured key, or else credentials of the one account that is allowed: a person picks the profile of the account that the stack
 * names, and the sandbox has one for every account. A profile of the machine is never read.
 */
function credentialsFor(config: AwsConfig, options: ProviderOptions): Credentials {
  if (config.accessKey !== undefined && config.secretKey !== undefined) {
    return {
      accessKeyId: config.accessKey,
      secretAccessKey: config.secretKey,
      ...(config.token !== undefined && { sessionToken: config.token }),
    };
  }
  const [only, ...others] = config.allowedAccountIds ?? [];
  return credentialsOf(only !== undefined && others.length === 0 ? only : options.defaultAccount);
}
