/** Body of a ManagedCluster at the API version 2025-09-01: schema, and what AKS fills in, answers read-only or never changes. */
import * as aks from "@pulumi/azure-native/types/enums/containerservice";
import { z } from "zod";
import { neverChanges } from "../../../../clouds/aks-changes";
import { addressOrRange, armId, cidr, guid, oneOf, text, whole } from "../rules";
import type { Json } from "../values";
import { identityOf } from "./envelopes";
import { USER_ASSIGNED_IDENTITIES } from "./identities";
import { kubernetesVersion, poolName, poolReadOnly, poolShape } from "./poolBody";

const switched = z.strictObject({ enabled: z.boolean().optional() });
const minutes = text(/^\d+m$/, "a number of minutes such as 15m is allowed");
const numeral = text(/^\d+$/, "a whole number as text is allowed");
const flag = oneOf(["true", "false"]);
const address = text(/^(\d{1,3}\.){3}\d{1,3}$/, "an IPv4 address is allowed");

const ADDONS = [
  "aciConnectorLinux",
  "azureKeyvaultSecretsProvider",
  "azurepolicy",
  "gitops",
  "httpApplicationRouting",
  "ingressApplicationGateway",
  "omsagent",
  "openServiceMesh",
] as const;

/** The autoscaler's settings by the names of the SDK. */
export const autoScalerSettings = z.strictObject({
  balanceSimilarNodeGroups: flag.optional(),
  daemonsetEvictionForEmptyNodes: z.boolean().optional(),
  daemonsetEvictionForOccupiedNodes: z.boolean().optional(),
  expander: oneOf(aks.Expander).optional(),
  ignoreDaemonsetsUtilization: z.boolean().optional(),
  maxEmptyBulkDelete: numeral.optional(),
  maxGracefulTerminationSec: numeral.optional(),
  maxNodeProvisionTime: minutes.optional(),
  maxTotalUnreadyPercentage: text(/^(100|\d{1,2})$/, "0 to 100 as text is allowed").optional(),
  newPodScaleUpDelay: text(/^\d+[smh]$/, "a duration such as 30s or 5m is allowed").optional(),
  okTotalUnreadyCount: numeral.optional(),
  scaleDownDelayAfterAdd: minutes.optional(),
  scaleDownDelayAfterDelete: text(/^\d+[ms]$/, "a number of minutes such as 10m is allowed").optional(),
  scaleDownDelayAfterFailure: minutes.optional(),
  scaleDownUnneededTime: minutes.optional(),
  scaleDownUnreadyTime: minutes.optional(),
  scaleDownUtilizationThreshold: text(/^(0(\.\d+)?|1(\.0+)?)$/, "0 to 1 as text is allowed").optional(),
  scanInterval: text(/^\d+s?$/, "a number of seconds such as 10s is allowed").optional(),
  skipNodesWithLocalStorage: flag.optional(),
  skipNodesWithSystemPods: flag.optional(),
});

/** Name of one of them on the wire: the autoscaler's own flags, such as `max-node-provision-time`. */
export function autoScalerFlag(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The same settings by the names of the wire. */
const autoScalerProfile = z.strictObject(Object.fromEntries(Object.entries(autoScalerSettings.shape).map(([name, schema]) => [autoScalerFlag(name), schema])));

const networkProfile = z.strictObject({
  advancedNetworking: z
    .strictObject({
      enabled: z.boolean().optional(),
      observability: switched.optional(),
      security: z.strictObject({ enabled: z.boolean().optional(), advancedNetworkPolicies: oneOf(aks.AdvancedNetworkPolicies).optional() }).optional(),
    })
    .optional(),
  dnsServiceIP: address.optional(),
  ipFamilies: z.array(oneOf([aks.IpFamily.IPv4])).optional(),
  loadBalancerProfile: z
    .strictObject({
      allocatedOutboundPorts: whole(0, 64_000).optional(),
      backendPoolType: oneOf(aks.BackendPoolType).optional(),
      enableMultipleStandardLoadBalancers: z.boolean().optional(),
      idleTimeoutInMinutes: whole(4, 120).optional(),
      managedOutboundIPs: z.strictObject({ count: whole(1, 100).optional(), countIPv6: whole(0, 100).optional() }).optional(),
    })
    .optional(),
  loadBalancerSku: oneOf([aks.LoadBalancerSku.Standard]).optional(),
  natGatewayProfile: z
    .strictObject({
      idleTimeoutInMinutes: whole(4, 120).optional(),
      managedOutboundIPProfile: z.strictObject({ count: whole(1, 16).optional() }).optional(),
    })
    .optional(),
  networkDataplane: oneOf(aks.NetworkDataplane).optional(),
  networkMode: oneOf(aks.NetworkMode).optional(),
  networkPlugin: oneOf(aks.NetworkPlugin).optional(),
  networkPluginMode: oneOf(aks.NetworkPluginMode).optional(),
  networkPolicy: oneOf(aks.NetworkPolicy).optional(),
  outboundType: oneOf(aks.OutboundType).optional(),
  podCidr: cidr.optional(),
  podCidrs: z.array(cidr).max(1).optional(),
  serviceCidr: cidr.optional(),
  serviceCidrs: z.array(cidr).max(1).optional(),
});

const securityProfile = z.strictObject({
  azureKeyVaultKms: z
    .strictObject({
      enabled: z.boolean().optional(),
      keyId: z.string().optional(),
      keyVaultNetworkAccess: oneOf(aks.KeyVaultNetworkAccessTypes).optional(),
      keyVaultResourceId: z.string().optional(),
    })
    .optional(),
  customCATrustCertificates: z.array(z.string()).max(10).optional(),
  defender: z.strictObject({ logAnalyticsWorkspaceResourceId: z.string().optional(), securityMonitoring: switched.optional() }).optional(),
  imageCleaner: z.strictObject({ enabled: z.boolean().optional(), intervalHours: whole(24, 2160).optional() }).optional(),
  workloadIdentity: switched.optional(),
});

export const clusterProperties = z.strictObject({
  aadProfile: z
    .strictObject({
      adminGroupObjectIDs: z.array(guid).optional(),
      enableAzureRBAC: z.boolean().optional(),
      managed: z.boolean().optional(),
      tenantID: guid.optional(),
    })
    .optional(),
  addonProfiles: z
    .partialRecord(oneOf(ADDONS), z.strictObject({ enabled: z.boolean(), config: z.record(z.string(), z.string()).optional() }))
    .optional(),
  agentPoolProfiles: z.array(z.strictObject({ name: text(poolName.pattern, poolName.rule), ...poolShape })).optional(),
  apiServerAccessProfile: z
    .strictObject({
      authorizedIPRanges: z.array(addressOrRange).max(200, { error: "at most 200 ranges are allowed" }).optional(),
      disableRunCommand: z.boolean().optional(),
      enablePrivateCluster: z.boolean().optional(),
      enablePrivateClusterPublicFQDN: z.boolean().optional(),
      enableVnetIntegration: z.boolean().optional(),
      privateDNSZone: z.string().optional(),
      subnetId: z.string().optional(),
    })
    .optional(),
  autoScalerProfile: autoScalerProfile.optional(),
  autoUpgradeProfile: z
    .strictObject({ nodeOSUpgradeChannel: oneOf(aks.NodeOSUpgradeChannel).optional(), upgradeChannel: oneOf(aks.UpgradeChannel).optional() })
    .optional(),
  azureMonitorProfile: z
    .strictObject({
      metrics: z
        .strictObject({
          enabled: z.boolean(),
          kubeStateMetrics: z
            .strictObject({ metricAnnotationsAllowList: z.string().optional(), metricLabelsAllowlist: z.string().optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  disableLocalAccounts: z.boolean().optional(),
  diskEncryptionSetID: z.string().optional(),
  dnsPrefix: text(
    /^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/,
    "a DNS prefix has 1 to 54 letters, digits and hyphens and starts and ends with a letter or digit",
  ).optional(),
  enableRBAC: z.boolean().optional(),
  fqdnSubdomain: z.string().optional(),
  identityProfile: z
    .partialRecord(
      oneOf(["kubeletidentity"]),
      z.strictObject({ clientId: guid.optional(), objectId: guid.optional(), resourceId: armId(USER_ASSIGNED_IDENTITIES).optional() }),
    )
    .optional(),
  kubernetesVersion: kubernetesVersion.optional(),
  metricsProfile: z.strictObject({ costAnalysis: switched.optional() }).optional(),
  networkProfile: networkProfile.optional(),
  nodeProvisioningProfile: z
    .strictObject({ mode: oneOf(aks.NodeProvisioningMode).optional(), defaultNodePools: oneOf(aks.NodeProvisioningDefaultNodePools).optional() })
    .optional(),
  nodeResourceGroup: text(/^[\p{L}\p{N}_\-.()]{0,79}[\p{L}\p{N}_\-()]$/u, "a resource group's name of up to 80 characters is allowed").optional(),
  nodeResourceGroupProfile: z.strictObject({ restrictionLevel: oneOf(aks.RestrictionLevel).optional() }).optional(),
  oidcIssuerProfile: switched.optional(),
  publicNetworkAccess: oneOf(aks.PublicNetworkAccess).optional(),
  securityProfile: securityProfile.optional(),
  servicePrincipalProfile: z.strictObject({ clientId: z.literal("msi", { error: "only msi is allowed: the cluster has a managed identity" }) }).optional(),
  storageProfile: z
    .strictObject({
      blobCSIDriver: switched.optional(),
      diskCSIDriver: switched.optional(),
      fileCSIDriver: switched.optional(),
      snapshotController: switched.optional(),
    })
    .optional(),
  supportPlan: oneOf(aks.KubernetesSupportPlan).optional(),
  upgradeSettings: z
    .strictObject({ overrideSettings: z.strictObject({ forceUpgrade: z.boolean().optional(), until: z.string().optional() }).optional() })
    .optional(),
  workloadAutoScalerProfile: z
    .strictObject({ keda: z.strictObject({ enabled: z.boolean() }).optional(), verticalPodAutoscaler: z.strictObject({ enabled: z.boolean() }).optional() })
    .optional(),
});

export const clusterEnvelope = {
  identity: identityOf([aks.ResourceIdentityType.SystemAssigned, aks.ResourceIdentityType.UserAssigned]).optional(),
  kind: z.string().optional(),
  sku: z.strictObject({ name: oneOf([aks.ManagedClusterSKUName.Base]).optional(), tier: oneOf(aks.ManagedClusterSKUTier).optional() }).optional(),
};

export const clusterReadOnly = [
  "eTag",
  "identity.principalId",
  "identity.tenantId",
  ...[
    "azurePortalFQDN",
    "currentKubernetesVersion",
    "fqdn",
    "maxAgentPools",
    "powerState",
    "privateFQDN",
    "provisioningState",
    "resourceUID",
    "status",
    "oidcIssuerProfile.issuerURL",
    "networkProfile.loadBalancerProfile.effectiveOutboundIPs",
    ...poolReadOnly.map((property) => `agentPoolProfiles[].${property}`),
  ].map((property) => `properties.${property}`),
];

export const clusterImmutable = neverChanges("cluster").map((property) => `properties.${property}`);

/** By the names of the wire. */
export const autoScalerDefaults: Json = {
  "balance-similar-node-groups": "false",
  "daemonset-eviction-for-empty-nodes": false,
  "daemonset-eviction-for-occupied-nodes": true,
  expander: "random",
  "ignore-daemonsets-utilization": false,
  "max-empty-bulk-delete": "10",
  "max-graceful-termination-sec": "600",
  "max-node-provision-time": "15m",
  "max-total-unready-percentage": "45",
  "new-pod-scale-up-delay": "0s",
  "ok-total-unready-count": "3",
  "scale-down-delay-after-add": "10m",
  "scale-down-delay-after-delete": "10s",
  "scale-down-delay-after-failure": "3m",
  "scale-down-unneeded-time": "10m",
  "scale-down-unready-time": "20m",
  "scale-down-utilization-threshold": "0.5",
  "scan-interval": "10s",
  "skip-nodes-with-local-storage": "false",
  "skip-nodes-with-system-pods": "true",
};

export const clusterDefaults: Json = {
  sku: { name: "Base", tier: "Free" },
  properties: {
    autoUpgradeProfile: { nodeOSUpgradeChannel: "NodeImage" },
    disableLocalAccounts: false,
    enableRBAC: true,
    networkProfile: {
      dnsServiceIP: "10.0.0.10",
      ipFamilies: ["IPv4"],
      loadBalancerSku: "standard",
      networkDataplane: "azure",
      networkPlugin: "kubenet",
      networkPolicy: "none",
      outboundType: "loadBalancer",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
    },
    nodeProvisioningProfile: { mode: "Manual" },
    nodeResourceGroupProfile: { restrictionLevel: "Unrestricted" },
    oidcIssuerProfile: { enabled: false },
    servicePrincipalProfile: { clientId: "msi" },
    storageProfile: {
      diskCSIDriver: { enabled: true },
      fileCSIDriver: { enabled: true },
      snapshotController: { enabled: true },
    },
    supportPlan: "KubernetesOfficial",
  },
};

