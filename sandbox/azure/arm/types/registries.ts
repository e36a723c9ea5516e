import * as acr from "@pulumi/azure-native/types/enums/containerregistry";
import { z } from "zod";
import { ArmError, type Finding } from "../errors";
import { addressOrRange, oneOf, whole } from "../rules";
import type { ArmType, PutRequest } from "../type";
import { at, isObject, overlayObjects, type Json } from "../values";
import { identityOf, resolveIdentity } from "./envelopes";

export const REGISTRIES = "Microsoft.ContainerRegistry/registries";

const status = z.strictObject({ status: oneOf(acr.PolicyStatus).optional() });

const properties = z.strictObject({
  adminUserEnabled: z.boolean().optional(),
  anonymousPullEnabled: z.boolean().optional(),
  dataEndpointEnabled: z.boolean().optional(),
  encryption: z
    .strictObject({
      status: oneOf(acr.EncryptionStatus).optional(),
      keyVaultProperties: z.strictObject({ identity: z.string().optional(), keyIdentifier: z.string().optional() }).optional(),
    })
    .optional(),
  networkRuleBypassOptions: oneOf(acr.NetworkRuleBypassOptions).optional(),
  networkRuleSet: z
    .strictObject({
      defaultAction: oneOf(acr.DefaultAction),
      ipRules: z.array(z.strictObject({ action: oneOf(acr.Action).optional(), value: addressOrRange })).max(200).optional(),
    })
    .optional(),
  policies: z
    .strictObject({
      azureADAuthenticationAsArmPolicy: z.strictObject({ status: oneOf(acr.AzureADAuthenticationAsArmPolicyStatus).optional() }).optional(),
      exportPolicy: z.strictObject({ status: oneOf(acr.ExportPolicyStatus).optional() }).optional(),
      quarantinePolicy: status.optional(),
      retentionPolicy: z.strictObject({ days: whole(0, 365).optional(), status: oneOf(acr.PolicyStatus).optional() }).optional(),
      softDeletePolicy: z.strictObject({ retentionDays: whole(1, 90).optional(), status: oneOf(acr.PolicyStatus).optional() }).optional(),
      trustPolicy: z.strictObject({ status: oneOf(acr.PolicyStatus).optional(), type: oneOf(acr.TrustPolicyType).optional() }).optional(),
    })
    .optional(),
  publicNetworkAccess: oneOf(acr.PublicNetworkAccess).optional(),
  zoneRedundancy: oneOf(acr.ZoneRedundancy).optional(),
});

/** What each tier lacks (learn.microsoft.com, container-registry-skus): the property's path, the value that asks for it, the tiers that have it. */
const tierFeatures: readonly { path: string; on: unknown; tiers: readonly string[] }[] = [
  { path: "anonymousPullEnabled", on: true, tiers: ["Standard", "Premium"] },
  { path: "dataEndpointEnabled", on: true, tiers: ["Premium"] },
  { path: "encryption.status", on: "enabled", tiers: ["Premium"] },
  { path: "networkRuleSet.defaultAction", on: "Deny", tiers: ["Premium"] },
  { path: "publicNetworkAccess", on: "Disabled", tiers: ["Premium"] },
  { path: "policies.exportPolicy.status", on: "disabled", tiers: ["Premium"] },
  { path: "policies.quarantinePolicy.status", on: "enabled", tiers: ["Premium"] },
  { path: "policies.retentionPolicy.status", on: "enabled", tiers: ["Premium"] },
  { path: "policies.trustPolicy.status", on: "enabled", tiers: ["Premium"] },
];

function check({ sku, properties: wanted }: Json & { readonly properties: Json }): readonly Finding[] {
  const tier = String(at(sku, "name"));
  const beyond = tierFeatures.filter(({ path, on, tiers }) => at(wanted, path) === on && !tiers.includes(tier));
  const findings = beyond.map(({ path, on, tiers }) => ({
    property: path,
    reason: `found ${JSON.stringify(on)} with SKU ${tier}; this needs SKU ${tiers.join(" or ")}`,
  }));
  if (at(wanted, "policies.retentionPolicy.status") === "enabled" && at(wanted, "policies.softDeletePolicy.status") === "enabled") {
    findings.push({ property: "policies.softDeletePolicy.status", reason: "found \"enabled\" beside an enabled retentionPolicy; a registry has one of the two" });
  }
  return findings;
}

/** Registry names are host names below azurecr.io, so unique over all of Azure. */
function refuseTakenName({ world, id, resourceId }: PutRequest): void {
  const [name = ""] = id.names;
  const taken = world.store.ofType(REGISTRIES).some((other) => other.name.toLowerCase() === name.toLowerCase() && other.id !== resourceId);
  if (taken) {
    throw new ArmError(409, "AlreadyInUse", `The registry DNS name ${name.toLowerCase()}.azurecr.io is already in use. You can check if the name is already claimed using following API: https://learn.microsoft.com/rest/api/containerregistry/registries/check-name-availability`);
  }
}

/** Microsoft.ContainerRegistry/registries. */
export const registries: ArmType = {
  type: REGISTRIES,
  apiVersions: ["2023-01-01-preview", "2023-07-01", "2024-11-01-preview", "2025-04-01", "2025-11-01"],
  name: { pattern: /^[A-Za-z0-9]{5,50}$/, rule: "a registry's name has 5 to 50 letters and digits" },
  located: true,
  envelope: {
    sku: z.strictObject({ name: oneOf([acr.SkuName.Basic, acr.SkuName.Standard, acr.SkuName.Premium]) }),
    identity: identityOf(Object.values(acr.ResourceIdentityType)).optional(),
  },
  properties,
  readOnly: [
    "sku.tier",
    "identity.principalId",
    "identity.tenantId",
    "properties.loginServer",
    "properties.creationDate",
    "properties.provisioningState",
    "properties.status",
    "properties.dataEndpointHostNames",
    "properties.privateEndpointConnections",
    "properties.policies.retentionPolicy.lastUpdatedTime",
    "properties.policies.softDeletePolicy.lastUpdatedTime",
  ],
  immutable: ["properties.zoneRedundancy", "properties.encryption.status"],
  defaults: {
    properties: {
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      dataEndpointEnabled: false,
      encryption: { status: "disabled" },
      networkRuleBypassOptions: "AzureServices",
      policies: {
        azureADAuthenticationAsArmPolicy: { status: "enabled" },
        exportPolicy: { status: "enabled" },
        quarantinePolicy: { status: "disabled" },
        retentionPolicy: { days: 7, status: "disabled" },
        softDeletePolicy: { retentionDays: 7, status: "disabled" },
        trustPolicy: { status: "disabled", type: "Notary" },
      },
      publicNetworkAccess: "Enabled",
      zoneRedundancy: "Disabled",
    },
  },
  provisioning: "immediate",
  patch: "all",
  check,
  put(request) {
    refuseTakenName(request);
    const identity = resolveIdentity(request);
    const { body, id, existing } = request;
    const [name = ""] = id.names;
    return {
      document: {
        ...body,
        ...(identity === undefined ? { identity: undefined } : { identity }),
        sku: { ...(isObject(body.sku) ? body.sku : {}), tier: at(body, "sku.name") },
        properties: overlayObjects(body.properties, {
          loginServer: `${name.toLowerCase()}.azurecr.io`,
          creationDate: at(existing?.document, "properties.creationDate") ?? new Date().toISOString(),
          dataEndpointHostNames: body.properties.dataEndpointEnabled === true ? [`${name.toLowerCase()}.${String(body.location)}.data.azurecr.io`] : [],
          privateEndpointConnections: [],
        }),
      },
    };
  },
};

