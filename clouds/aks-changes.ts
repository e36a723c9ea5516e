/**
 * What AKS does with a change of a property of a cluster or of a node pool that is there. One table for whoever has to know it: the program, which
 * replaces what cannot change, the report, which says so, and the sandbox, which refuses as AKS does. Imports nothing.
 */

/** A cluster, or a node pool with a resource of its own. A pool that is inline in its cluster has the properties of a pool. */
export type AksThing = "cluster" | "pool";

export type AksVerdict =
  /** AKS changes it where it is. */
  | "in place"
  /** AKS refuses it (400 PropertyChangeNotAllowed and others). Another value takes another thing. */
  | "never"
  /** AKS goes one way and not back: `from` is the value that it does not leave. */
  | { readonly never: "from"; readonly from: unknown };

export interface AksChange {
  readonly of: AksThing;
  /** Path of the property, by the SDK's names. */
  readonly property: string;
  readonly verdict: AksVerdict;
  /** Set where azure-native itself replaces the thing when the property changes; elsewhere it sends an update. */
  readonly replacedByProvider?: true;
  /** Where AKS, or the provider, says so. */
  readonly source: string;
}

const AKS = "https://learn.microsoft.com/azure/aks";
/** Says of each property whether a pool has to be cycled for it ("temporary_name_for_rotation") or made anew ("forces a new resource"). */
const AZURERM = "hashicorp/terraform-provider-azurerm, website/docs/r/kubernetes_cluster_node_pool.html.markdown";
const API = "Azure/azure-rest-api-specs, containerservice, managedClusters.json 2025-09-01";
/** The list of properties for which azure-native replaces. */
const PROVIDER = "pulumi/pulumi-azure-native, provider/pkg/gen/replacement.go";

const rows = (of: AksThing, verdict: AksVerdict, source: string, properties: readonly string[], provider?: "replaces"): readonly AksChange[] =>
  properties.map((property) => ({ of, property, verdict, source, ...(provider === undefined ? {} : { replacedByProvider: true as const }) }));

export const aksChanges: readonly AksChange[] = [
  ...rows("pool", "never", `${AKS}/gpu-multi-instance; pulumi/pulumi-azure-native#3655`, ["gpuInstanceProfile"], "replaces"),
  ...rows("pool", "never", `${AKS}/manage-node-pools#limitations; pulumi/pulumi-azure-native#3655`, ["vmSize"], "replaces"),
  ...rows("pool", "never", PROVIDER, ["networkProfile.nodePublicIPTags"], "replaces"),
  ...rows("pool", "never", `${AKS}/availability-zones#limitations`, ["availabilityZones"]),
  ...rows("pool", "never", `${AKS}/enable-host-encryption`, ["enableEncryptionAtHost"]),
  ...rows("pool", "never", `${AKS}/spot-node-pool#limitations`, ["scaleSetEvictionPolicy", "scaleSetPriority", "spotMaxPrice"]),
  ...rows("pool", "never", `${AKS}/custom-node-configuration`, ["kubeletConfig", "linuxOSConfig"]),
  ...rows("pool", "never", AZURERM, [
    "capacityReservationGroupID",
    "enableNodePublicIP",
    "enableUltraSSD",
    "gpuProfile",
    "kubeletDiskType",
    "maxPods",
    "nodePublicIPPrefixID",
    "osDiskSizeGB",
    "osDiskType",
    "osType",
    "podIPAllocationMode",
    "podSubnetID",
    "proximityPlacementGroupID",
    "type",
    "vnetSubnetID",
    "workloadRuntime",
  ]),
  ...rows("pool", "in place", `${AKS}/manage-node-pools`, [
    "count",
    "enableAutoScaling",
    "maxCount",
    "minCount",
    "mode",
    "nodeLabels",
    "nodeTaints",
    "orchestratorVersion",
    "osSKU",
    "scaleDownMode",
    "tags",
    "upgradeSettings",
  ]),

  ...rows("cluster", "never", `${AKS}/private-clusters#limitations`, ["apiServerAccessProfile.enablePrivateCluster"]),
  ...rows("cluster", "never", API, ["enableRBAC", "identityProfile.kubeletidentity.resourceId"]),
  ...rows("cluster", "never", API, ["diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "nodeResourceGroup"], "replaces"),
  ...rows(
    "cluster",
    "never",
    PROVIDER,
    ["dnsServiceIP", "networkDataplane", "networkMode", "networkPlugin", "networkPluginMode", "networkPolicy", "outboundType", "podCidr", "serviceCidr", "serviceCidrs"].map((property) => `networkProfile.${property}`),
    "replaces",
  ),
  ...rows("cluster", { never: "from", from: true }, `${AKS}/use-oidc-issuer`, ["oidcIssuerProfile.enabled"]),
  ...rows("cluster", { never: "from", from: true }, `${AKS}/enable-authentication-microsoft-entra-id`, ["aadProfile.managed"]),
  ...rows("cluster", "in place", API, [
    "aadProfile.adminGroupObjectIDs",
    "aadProfile.enableAzureRBAC",
    "aadProfile.tenantID",
    "apiServerAccessProfile.authorizedIPRanges",
    "apiServerAccessProfile.disableRunCommand",
    "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
    "apiServerAccessProfile.privateDNSZone",
    "autoScalerProfile",
    "autoUpgradeProfile",
    "disableLocalAccounts",
    "identity",
    "kubernetesVersion",
    "networkProfile.loadBalancerSku",
    "nodeResourceGroupProfile",
    "securityProfile",
    "sku",
    "tags",
  ]),
];

/** What AKS refuses whatever the values are, by path. */
export function neverChanges(of: AksThing): readonly string[] {
  return aksChanges.filter((row) => row.of === of && row.verdict === "never").map(({ property }) => property);
}

/** What azure-native replaces by itself, by path. */
export function replacedByProvider(of: AksThing): readonly string[] {
  return aksChanges.filter((row) => row.of === of && row.replacedByProvider === true).map(({ property }) => property);
}

/** What AKS refuses and azure-native would send all the same: for these the program asks for a replacement itself (`replaceOnChanges`). */
export function replacedByProgram(of: AksThing): readonly string[] {
  return neverChanges(of).filter((property) => !replacedByProvider(of).includes(property));
}

/** Whether AKS refuses to go from one value of a property to another, in place. Neither is read where they are equal. */
export function isRefused({ verdict }: AksChange, before: unknown, after: unknown): boolean {
  if (verdict === "in place") return false;
  if (verdict === "never") return after !== undefined;
  return before === verdict.from && after !== verdict.from;
}
