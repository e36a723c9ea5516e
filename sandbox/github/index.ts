/** GitHub on one machine: a server that answers as GitHub's REST API, and the Pulumi provider in front of it. */
import { join } from "node:path";
import type { RunningCloud, SandboxContext } from "../cloud";
import { inventory } from "./inventory";
import { createProvider } from "./provider/provider";
import type { Seed } from "./server/seed";
import { SEED_ROUTE, startServer } from "./server/start";

export type { Seed } from "./server/seed";
export { SEED_ROUTE } from "./server/start";

export interface RunningGitHub extends RunningCloud {
  /** Base URL of the server, without a slash at its end. */
  readonly url: string;
  /** Puts organisation, repository, apps and teams there; what is there already stays. Throws with every contradiction. */
  seed(input: Seed): void;
}

/** What integrations/terraform-provider-github reads from its environment (github/provider.go). */
const PLUGIN_VARIABLES = ["GITHUB_TOKEN", "GITHUB_OWNER", "GITHUB_ORGANIZATION", "GITHUB_BASE_URL", "GITHUB_APP_ID", "GITHUB_APP_INSTALLATION_ID", "GITHUB_APP_PEM_FILE", "GITHUB_INSECURE", "GITHUB_LEGACY_CLIENT"];

/** Starts the server on a free port of loopback; its state is in `directory/github`. */
export async function start(context: Pick<SandboxContext, "directory" | "faults" | "log" | "freePort">): Promise<RunningGitHub> {
  const server = await startServer({
    directory: join(context.directory, "github"),
    port: await context.freePort(),
    log: (line) => context.log(`github: ${line}`),
  });
  const authorized = `curl -K '${server.curlFile}'`;
  const place = (): string => {
    const seeded = server.store.state.repositories[0];
    const owner = server.store.state.owners.find(({ id }) => id === seeded?.ownerId);
    return seeded && owner ? `${owner.login}/${seeded.name}` : "OWNER/NAME";
  };
  return {
    provider: createProvider({ url: server.url, token: server.token, faults: context.faults }),
    url: server.url,
    seed: (input) => server.seed(input),
    get lookAt() {
      return ["rulesets", "environments", "contents/.github/workflows", "actions/variables"].map((part) => ({
        label: `GitHub ${part}`,
        command: `${authorized} ${server.url}/repos/${place()}/${part}`,
      }));
    },
    environment: {
      GITHUB_API_URL: server.url,
      GITHUB_BASE_URL: `${server.url}/`,
      GITHUB_TOKEN_FILE: server.tokenFile,
      GITHUB_CURL_CONFIG: server.curlFile,
      GITHUB_SEED_URL: `${server.url}${SEED_ROUTE}`,
    },
    answersPlugin: { hosts: { "api.github.com": server.url }, hides: PLUGIN_VARIABLES },
    inventory: () => Promise.resolve(inventory(server.store.state)),
    stop: () => server.stop(),
  };
}
