/** The azure-native provider of the sandbox. */
import azureNative from "@pulumi/azure-native/package.json";
import { z } from "zod";
import type { CloudProvider, Invoke, Properties, ResourceKind } from "../../provider/kind";
import { formatResourceId } from "../arm/ids";
import { agentPools } from "../arm/types/agentPools";
import { managedClusters } from "../arm/types/managedClusters";
import { armKind } from "./armKind";
import { ArmClient, type ConnectionOptions } from "./client";
import { providerConfig } from "./config";
import { clusterSpec, poolSpec, specs } from "./kinds";
import { roleAssignmentKind } from "./roleAssignment";
import { toOutputs } from "./spec";

const kinds = new Map<string, ResourceKind<ArmClient>>(
  [...specs.map(armKind), roleAssignmentKind].map((kind): [string, ResourceKind<ArmClient>] => [kind.type, kind]),
);

const credentialArguments = z.strictObject({
  resourceGroupName: z.string().min(1),
  resourceName: z.string().min(1),
  format: z.string().optional(),
  serverFqdn: z.string().optional(),
});

const listManagedClusterUserCredentials: Invoke<ArmClient> = async (client, raw) => {
  const parsed = credentialArguments.safeParse(raw);
  if (!parsed.success) throw new Error(`listManagedClusterUserCredentials: ${z.prettifyError(parsed.error)}`);
  const { resourceGroupName, resourceName, format, serverFqdn } = parsed.data;
  const cluster = formatResourceId({ subscription: client.subscriptionId, group: resourceGroupName, type: managedClusters.type, names: [resourceName] });
  const query = { ...(format === undefined ? {} : { format }), ...(serverFqdn === undefined ? {} : { "server-fqdn": serverFqdn }) };
  const answer = await client.post(`${cluster}/listClusterUserCredential`, managedClusters.apiVersions[0], query);
  return { kubeconfigs: answer.kubeconfigs };
};

const poolArguments = z.strictObject({ resourceGroupName: z.string().min(1), resourceName: z.string().min(1), agentPoolName: z.string().min(1) });

/** Fails with ARM's own answer where there is no such pool, as azure-native's getters do. */
const getAgentPool: Invoke<ArmClient> = async (client, raw) => {
  const parsed = poolArguments.safeParse(raw);
  if (!parsed.success) throw new Error(`getAgentPool: ${z.prettifyError(parsed.error)}`);
  const { resourceGroupName, resourceName, agentPoolName } = parsed.data;
  const document = await client.get(formatResourceId({ subscription: client.subscriptionId, group: resourceGroupName, type: agentPools.type, names: [resourceName, agentPoolName] }), agentPools.apiVersions[0]);
  return toOutputs(poolSpec, document);
};

const clusterArguments = poolArguments.omit({ agentPoolName: true });

/** Fails with ARM's own answer where there is no such cluster. */
const getManagedCluster: Invoke<ArmClient> = async (client, raw) => {
  const parsed = clusterArguments.safeParse(raw);
  if (!parsed.success) throw new Error(`getManagedCluster: ${z.prettifyError(parsed.error)}`);
  const { resourceGroupName, resourceName } = parsed.data;
  const document = await client.get(formatResourceId({ subscription: client.subscriptionId, group: resourceGroupName, type: managedClusters.type, names: [resourceName] }), managedClusters.apiVersions[0]);
  return toOutputs(clusterSpec, document);
};

/** What the provider is given besides an instance's own configuration: where ARM is, and as whom to ask it. */
export type ProviderOptions = Pick<ConnectionOptions, "endpoint" | "clientId" | "clientSecret" | "faults"> & {
  /** Used by instances that name none. */
  readonly defaultTenantId: string;
};

/** The credentials of an instance's configuration are never used: the sandbox asks ARM as its own application. */
export function azureProvider({ defaultTenantId, ...connection }: ProviderOptions): CloudProvider<ArmClient> {
  return {
    package: "azure-native",
    version: azureNative.version,
    config: providerConfig,
    configReplaceOn: ["subscriptionId"],
    configure: (config: Properties) => {
      const { subscriptionId, tenantId, location } = providerConfig.parse(config);
      if (subscriptionId === undefined) return Promise.reject(new Error("subscriptionId: found nothing; the id of an Azure subscription is needed (azure-native:subscriptionId)"));
      return Promise.resolve(new ArmClient({ ...connection, subscriptionId, tenantId: tenantId ?? defaultTenantId, location }));
    },
    kind: (type) => kinds.get(type),
    invokes: {
      "azure-native:containerservice:getAgentPool": getAgentPool,
      "azure-native:containerservice:getManagedCluster": getManagedCluster,
      "azure-native:containerservice:listManagedClusterUserCredentials": listManagedClusterUserCredentials,
    },
  };
}
