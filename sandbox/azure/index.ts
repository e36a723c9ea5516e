/** Azure on one machine: an ARM server on loopback, and the azure-native provider that talks to it. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import type { RunningCloud, SandboxContext } from "../cloud";
import { Manager } from "./arm/manager";
import { armServer } from "./arm/server";
import { Store } from "./arm/store";
import { Tokens } from "./arm/tokens";
import { managedClusters } from "./arm/types/managedClusters";
import { registries } from "./arm/types/registries";
import { resourceGroups } from "./arm/types/resourceGroups";
import { roleAssignmentVersions } from "./arm/types/roleAssignments";
import type { ClusterHost } from "./clusters";
import { inventoryOf } from "./inventory";
import { azureProvider } from "./provider";

/**
 * Starts ARM. What it holds lives in the sandbox's directory and outlives a restart: clusters that were there get their API servers back
 * before this returns. The token for curl is in `azure/curl.conf`, which only its owner can read.
 */
export async function start(context: SandboxContext, clusters: ClusterHost): Promise<RunningCloud> {
  const directory = join(context.directory, "azure");
  const store = new Store(join(directory, "state.json"));
  const tokens = new Tokens();
  const manager = new Manager({ store, clusters, endpoints: new Map(), log: (line) => context.log(line) });
  await manager.resume();
  const server = armServer(manager, tokens);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const endpoint = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const curlFile = writeCurlFile(directory, tokens.standing);
  const tokenFile = writeSecret(join(directory, "token"), tokens.standing);
  return {
    provider: azureProvider({ endpoint, clientId: tokens.clientId, clientSecret: tokens.clientSecret, defaultTenantId: store.tenant, faults: context.faults }),
    get lookAt() {
      return subscriptionsIn(store).flatMap((subscription) => lines(endpoint, subscription, curlFile));
    },
    environment: { ARM_ENDPOINT: endpoint, ARM_TENANT_ID: store.tenant, ARM_ACCESS_TOKEN_FILE: tokenFile, ARM_CURL_CONFIG: curlFile },
    inventory: () => Promise.resolve(inventoryOf(store)),
    stop: async () => {
      await server.close();
      await manager.operations.idle();
    },
  };
}

/** curl reads the header from a file, so that no token stands in an argument. */
const writeCurlFile = (directory: string, token: string): string => writeSecret(join(directory, "curl.conf"), `header = "Authorization: Bearer ${token}"\nsilent\nshow-error\n`);

function writeSecret(file: string, text: string): string {
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
  return file;
}

const subscriptionsIn = (store: Store): readonly string[] => [...new Set(store.all().map(({ id }) => id.split("/")[2] ?? ""))];

function lines(endpoint: string, subscription: string, curlFile: string): RunningCloud["lookAt"] {
  const curl = (path: string, version: string) => `curl -K '${curlFile}' '${endpoint}/subscriptions/${subscription}/${path}?api-version=${version}'`;
  return [
    { label: "Azure resource groups", command: curl("resourcegroups", resourceGroups.apiVersions[0]) },
    { label: "Azure registries", command: curl(`providers/${registries.type}`, registries.apiVersions[0]) },
    { label: "AKS clusters", command: curl(`providers/${managedClusters.type}`, managedClusters.apiVersions[0]) },
    { label: "Azure role assignments", command: curl("providers/Microsoft.Authorization/roleAssignments", roleAssignmentVersions[0]) },
  ];
}
