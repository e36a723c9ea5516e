/** The azure-native resources that the sandbox knows, each an ARM type seen through the SDK. */
import { z } from "zod";
import { ResourceIdentityType } from "@pulumi/azure-native/types/enums/containerservice";
import * as acr from "@pulumi/azure-native/types/enums/containerregistry";
import { replacedByProvider } from "../../../clouds/aks-changes";
import { addressOrRange, armId, oneOf } from "../arm/rules";
import { agentPools } from "../arm/types/agentPools";
import { federatedCredentials } from "../arm/types/federatedCredentials";
import { USER_ASSIGNED_IDENTITIES, userAssignedIdentities } from "../arm/types/identities";
import { maintenanceConfigurations } from "../arm/types/maintenance";
import { autoScalerFlag, autoScalerSettings } from "../arm/types/clusterBody";
import { managedClusters } from "../arm/types/managedClusters";
import { registries } from "../arm/types/registries";
import { resourceGroups } from "../arm/types/resourceGroups";
import { tasks } from "../arm/types/tasks";
import { isObject, type Json } from "../arm/values";
import type { KindSpec } from "./spec";

export const poolSpec: KindSpec = {
  token: "azure-native:containerservice:AgentPool",
  arm: agentPools,
  parents: ["resourceName"],
  nameInput: "agentPoolName",
  naming: "copy",
  replaceOn: replacedByProvider("pool"),
};

export const clusterSpec: KindSpec = {
  token: "azure-native:containerservice:ManagedCluster",
  arm: managedClusters,
  parents: [],
  nameInput: "resourceName",
  naming: "random",
  replaceOn: [
    "location",
    ...replacedByProvider("cluster"),
    "agentPoolProfiles[*].networkProfile.nodePublicIPTags",
  ],
  shape: { identity: sdkClusterIdentity().optional(), autoScalerProfile: autoScalerSettings.optional() },
  encode: (body) => ({ ...renamedFlags(body, autoScalerFlag), ...recast(body, (ids) => Object.fromEntries((ids as string[]).map((id) => [id, {}]))) }),
  decode: (document) => renamedFlags(document, (flag) => flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())),
  asInputs: (outputs) => ({ ...outputs, ...recast(outputs, (ids) => Object.keys(ids as Json)) }),
  sdkDefaults: ["dnsServiceIP", "outboundType", "podCidr", "serviceCidr"].map((property) => `networkProfile.${property}`),
};

/**
 * What replaces a resource besides its names is azure-native's own list (pulumi-azure-native, provider/pkg/gen/replacement.go, and
 * x-ms-mutability of the API descriptions). What ARM refuses to change beyond that list fails at the update, as it does with Azure.
 */
export const specs: readonly KindSpec[] = [
  {
    token: "azure-native:resources:ResourceGroup",
    arm: resourceGroups,
    parents: [],
    nameInput: "resourceGroupName",
    naming: "random",
    replaceOn: ["location"],
    flatten: false,
  },
  {
    token: "azure-native:containerregistry:Registry",
    arm: registries,
    parents: [],
    nameInput: "registryName",
    naming: "random",
    replaceOn: ["location"],
    shape: { networkRuleSet: sdkNetworkRules().optional() },
    encode: (body) => ({ ...body, properties: renameRules(body.properties as Json, "iPAddressOrRange", "value") }),
    decode: (document) => ({ ...document, properties: renameRules(document.properties as Json, "value", "iPAddressOrRange") }),
    sdkDefaults: ["adminUserEnabled", "anonymousPullEnabled", "networkRuleBypassOptions", "publicNetworkAccess", "zoneRedundancy"],
  },
  {
    token: "azure-native:containerregistry:Task",
    arm: tasks,
    parents: ["registryName"],
    nameInput: "taskName",
    naming: "copy",
    replaceOn: ["location"],
    sdkDefaults: ["isSystemTask", "timeout"],
  },
  {
    token: "azure-native:managedidentity:UserAssignedIdentity",
    arm: userAssignedIdentities,
    parents: [],
    nameInput: "resourceName",
    naming: "random",
    replaceOn: ["location"],
  },
  {
    token: "azure-native:managedidentity:FederatedIdentityCredential",
    arm: federatedCredentials,
    parents: ["resourceName"],
    nameInput: "federatedIdentityCredentialResourceName",
    naming: "copy",
    replaceOn: [],
  },
  clusterSpec,
  poolSpec,
  {
    token: "azure-native:containerservice:MaintenanceConfiguration",
    arm: maintenanceConfigurations,
    parents: ["resourceName"],
    nameInput: "configName",
    naming: "copy",
    replaceOn: [],
  },
];

function sdkNetworkRules() {
  return z.strictObject({
    defaultAction: oneOf(acr.DefaultAction),
    ipRules: z.array(z.strictObject({ action: oneOf(acr.Action).optional(), iPAddressOrRange: addressOrRange })).max(200).optional(),
  });
}

function renameRules(properties: Json, from: string, to: string): Json {
  const rules = properties.networkRuleSet;
  if (!isObject(rules) || !Array.isArray(rules.ipRules)) return properties;
  const ipRules = rules.ipRules.map((rule: Json) => {
    const { [from]: value, ...rest } = rule;
    return { ...rest, [to]: value };
  });
  return { ...properties, networkRuleSet: { ...rules, ipRules } };
}

/** The SDK lists the ids of a cluster's identities; ARM keys them. */
function sdkClusterIdentity() {
  return z.strictObject({
    type: oneOf([ResourceIdentityType.SystemAssigned, ResourceIdentityType.UserAssigned]),
    userAssignedIdentities: z.array(armId(USER_ASSIGNED_IDENTITIES)).max(1).optional(),
  });
}

function recast(body: Json, convert: (ids: unknown) => unknown): Json {
  const { identity } = body;
  if (!isObject(identity) || identity.userAssignedIdentities === undefined) return {};
  return { identity: { ...identity, userAssignedIdentities: convert(identity.userAssignedIdentities) } };
}

/** A cluster's body with other names for the autoscaler's settings. */
function renamedFlags(body: Json, rename: (name: string) => string): Json {
  const { properties } = body;
  if (!isObject(properties) || !isObject(properties.autoScalerProfile)) return body;
  const autoScalerProfile = Object.fromEntries(Object.entries(properties.autoScalerProfile).map(([name, value]) => [rename(name), value]));
  return { ...body, properties: { ...properties, autoScalerProfile } };
}
