/** The provider of the package `github`, in front of the sandbox's server. */
import type { CloudProvider } from "../../provider/kind";
import { type ClientOptions, createClient, type GitHubClient } from "./client";
import { configSchema } from "./config";
import { kinds } from "./kinds";

/** The version of @pulumi/github that the project pins. */
const VERSION = "6.15.0";

export function createProvider(options: ClientOptions): CloudProvider<GitHubClient> {
  return {
    package: "github",
    version: VERSION,
    config: configSchema,
    configure: (config) => createClient(configSchema.parse(config), options),
    kind: (type) => kinds.get(type),
    invokes: {},
  };
}
