/** An AKS cluster as this system runs them: only Entra identities log in, nodes come from zero, nothing inside it waits for a secret. */
import * as pulumi from "@pulumi/pulumi";
import * as containerservice from "@pulumi/azure-native/containerservice";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { replacedByProgram } from "../../clouds/aks-changes";
import { SYSTEM_POOL, type Cluster, type NodePool } from "../../pipeline/infrastructure";
import { grantRole, type AzureRole } from "../shared/azure-roles";
import { POD_CIDR } from "../shared/traffic";
import { GpuDevicePlugin } from "./gpu-device-plugin";
import { apiServer, execKubeconfig, type ApiServer } from "./kubeconfig";
import { settleClusterVersion, settlePoolVersion } from "./kubernetes-version";
import type { ClusterNames } from "./missing";
import { settleCount } from "./node-count";
import { nodeLabels, nodeTaints } from "./pools";

export interface AksClusterArgs {
  /** Name of the cluster in Azure, and of its DNS label. */
  clusterName: string;
  /** Minor version, such as `1.34`; AKS picks the patch. */
  kubernetesVersion: string;
  /** Free has no uptime guarantee; Standard and Premium do. */
  skuTier: pulumi.Input<Cluster["skuTier"]>;
  /** Object ids of the Entra groups that administer it. */
  adminGroupObjectIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Entra tenant. */
  tenantId: pulumi.Input<string>;
  /** CIDR ranges that reach the API server. Empty makes the cluster private. */
  authorizedIpRanges: string[];
  /** Which upgrades AKS applies by itself, inside the maintenance window. */
  upgradeChannel: pulumi.Input<Cluster["upgradeChannel"]>;
  /** Weekly maintenance window, UTC. */
  maintenance: Cluster["maintenance"];
  /** The pool of AKS's own pods, the runners' controller and the cleaners. Never a GPU pool. */
  systemPool: Cluster["systemPool"];
  /** User pools. */
  nodePools: NodePool[];
  /** Names of user pools that take only runners. */
  runnerPools: string[];
  /** Chart version of the GPU device plugin; installed when any pool has GPUs. */
  devicePluginVersion: pulumi.Input<string>;
  /** Azure registries that the nodes pull from, by what they hold. */
  registryIds: Record<string, pulumi.Input<string>>;
  /** Object id of the identity that previews this stack; it may read the cluster, secrets excepted. */
  previewPrincipalId?: pulumi.Input<string>;
  /** Object id of the identity that applies this stack; it administers the cluster. */
  applyPrincipalId?: pulumi.Input<string>;
  /** Azure subscription. */
  subscriptionId: string;
  /** Name of the resource group, as a plain text: what runs is looked up by it before anything is registered. */
  groupName: string;
  /** Resource group of the cluster. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Names the cluster's role assignments: project and stack. */
  namePrefix: string;
  /** Put on every taggable resource. */
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** True refuses to delete the cluster. */
  protect: boolean;
}

const SERVICE_CIDR = "10.0.0.0/16";
const DNS_SERVICE_IP = "10.0.0.10";

/** A GPU node takes about six minutes to boot and as long again to pull its first image; AKS's default gives up after 15. */
const MAX_NODE_PROVISION_TIME = "30m";

/** Longest that a node's drain waits for a running job, minutes. */
const DRAIN_TIMEOUT_MINUTES = 240;

/** The same in a pool that says nothing about it: AKS's own value (learn.microsoft.com, "Customize node surge upgrade"). */
const DEFAULT_DRAIN_TIMEOUT_MINUTES = 30;

/** A node that takes the place of a drained one, minutes. */
const NODE_BOOT_MINUTES = 20;

/** What an operation takes beside its nodes: control plane, network, images. azure-native gives up after as long where nothing is said. */
const OPERATION_MINUTES = 120;

/** An AKS cluster with its node pools, and the Kubernetes provider that reaches it. */
export class AksCluster extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** How jobs reach the API server. */
  readonly apiServer: pulumi.Output<ApiServer>;
  /** Talks to this cluster. Everything inside it is made through this provider. */
  readonly kubernetes: KubernetesProvider;
  /** What has to exist before pods that ask for a pool's nodes. */
  readonly pools: pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: AksClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:cluster:AksCluster", name, {}, opts);

    const cluster = this.managedCluster();
    this.pools = this.oneByOne(args.nodePools, (pool, before) => this.nodePool(cluster, pool, before));
    this.maintain(cluster, this.pools.slice(-1));
    this.letNodesPull(cluster);
    const access = this.letInfrastructureIn(cluster);
    const kubeconfig = this.userKubeconfig(cluster);
    this.apiServer = kubeconfig.apply(apiServer);
    this.kubernetes = this.provider(cluster, kubeconfig, access);
    if (args.nodePools.some((pool) => pool.gpus > 0)) {
      new GpuDevicePlugin(`${name}-gpu`, { version: args.devicePluginVersion }, { parent: this, providers: { kubernetes: this.kubernetes } });
    }

    this.id = cluster.id;
    this.clusterName = cluster.name;
    this.registerOutputs({ id: this.id, clusterName: this.clusterName, apiServer: this.apiServer });
  }

  /** How Azure finds the cluster, before it exists too. */
  private get names(): ClusterNames {
    return { resourceGroupName: this.args.groupName, resourceName: this.args.clusterName };
  }

  private managedCluster(): containerservice.ManagedCluster {
    const { args } = this;
    return new containerservice.ManagedCluster(
      `${this.name}-cluster`,
      {
        resourceName: args.clusterName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        dnsPrefix: args.clusterName,
        kubernetesVersion: args.kubernetesVersion,
        sku: { name: "Base", tier: args.skuTier },
        identity: { type: "SystemAssigned" },
        enableRBAC: true,
        // Azure RBAC decides about Entra identities first and leaves the rest to Kubernetes RBAC, so both kinds of grant work side by side:
        // people and this stack by Azure roles, a deployment test by a RoleBinding that reaches no further than one namespace.
        aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: args.adminGroupObjectIds, tenantID: args.tenantId },
        disableLocalAccounts: true,
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true }, imageCleaner: { enabled: true, intervalHours: 48 } },
        apiServerAccessProfile: {
          disableRunCommand: true,
          ...(args.authorizedIpRanges.length === 0
            ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" }
            : { enablePrivateCluster: false, authorizedIPRanges: [...args.authorizedIpRanges].sort() }),
        },
        networkProfile: {
          networkPlugin: "azure",
          networkPluginMode: "overlay",
          networkDataplane: "cilium",
          networkPolicy: "cilium",
          podCidr: POD_CIDR,
          serviceCidr: SERVICE_CIDR,
          dnsServiceIP: DNS_SERVICE_IP,
          loadBalancerSku: "standard",
          outboundType: "loadBalancer",
        },
        nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
        autoScalerProfile: { maxNodeProvisionTime: MAX_NODE_PROVISION_TIME, expander: "least-waste", skipNodesWithLocalStorage: "false" },
        autoUpgradeProfile: { upgradeChannel: args.upgradeChannel, nodeOSUpgradeChannel: "NodeImage" },
        agentPoolProfiles: [
          {
            name: SYSTEM_POOL,
            mode: "System",
            type: "VirtualMachineScaleSets",
            osType: "Linux",
            osSKU: "AzureLinux",
            vmSize: args.systemPool.vmSize,
            enableAutoScaling: true,
            count: args.systemPool.minCount,
            minCount: args.systemPool.minCount,
            maxCount: args.systemPool.maxCount,
          },
        ],
        tags: args.tags,
      },
      {
        parent: this,
        protect: args.protect,
        // The autoscaler owns the number of nodes; the first one has to be given all the same. What is at index 0 stays the system pool after a
        // refresh too, which records every pool of the cluster in this list: its name comes before all others.
        ignoreChanges: [INLINE_COUNT, "kubernetesVersion"],
        // What AKS refuses to change would fail half-way through an apply. The preview shows the replacement instead, and protection stops it.
        replaceOnChanges: [...REPLACE_CLUSTER],
        transforms: [settleCount({ name: SYSTEM_POOL, ...args.systemPool }, this.names, INLINE_COUNT, withInlineCount, this), settleClusterVersion(this.names, this)],
        customTimeouts: timeouts(args.systemPool.maxCount, DEFAULT_DRAIN_TIMEOUT_MINUTES),
      },
    );
  }

  /**
   * Makes things of one cluster one after the other. AKS takes one operation on a cluster at a time and refuses a second with 409
   * OperationNotAllowed, which azure-native does not try again (pulumi-azure-native, provider/pkg/azure/client_azcore.go).
   */
  private oneByOne<T>(things: readonly T[], make: (thing: T, before: pulumi.Resource[]) => pulumi.Resource, first: readonly pulumi.Resource[] = []): pulumi.Resource[] {
    return things.reduce<pulumi.Resource[]>((made, thing) => [...made, make(thing, made.length > 0 ? made.slice(-1) : [...first])], []);
  }

  private nodePool(cluster: containerservice.ManagedCluster, pool: NodePool, before: pulumi.Resource[]): containerservice.AgentPool {
    const { args } = this;
    return new containerservice.AgentPool(
      `${this.name}-pool-${pool.name}`,
      {
        agentPoolName: pool.name,
        resourceName: cluster.name,
        resourceGroupName: args.resourceGroupName,
        mode: "User",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        // The only system for which AKS installs NVIDIA's driver on every size used here.
        osSKU: "Ubuntu",
        vmSize: pool.vmSize,
        osDiskSizeGB: pool.osDiskGiB,
        maxPods: pool.maxPods,
        orchestratorVersion: args.kubernetesVersion,
        enableAutoScaling: true,
        count: pool.minCount,
        minCount: pool.minCount,
        maxCount: pool.maxCount,
        scaleDownMode: "Delete",
        nodeLabels: nodeLabels(pool),
        nodeTaints: nodeTaints(pool, args.runnerPools.includes(pool.name)),
        tags: args.tags,
        ...(pool.zones.length === 0 ? {} : { availabilityZones: [...pool.zones].sort() }),
        ...(pool.gpus > 0 ? { gpuProfile: { driver: "Install" } } : {}),
        // A spot pool is never drained for an upgrade, and AKS refuses surge settings on one. -1 pays up to the price on demand.
        ...(pool.spot
          ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
          : { upgradeSettings: { maxSurge: "1", drainTimeoutInMinutes: DRAIN_TIMEOUT_MINUTES } }),
      },
      {
        parent: this,
        dependsOn: before,
        ignoreChanges: ["count", "orchestratorVersion"],
        replaceOnChanges: [...replacedByProgram("pool")],
        transforms: [settleCount(pool, this.names, "count", (props, count) => ({ ...props, count }), this), settlePoolVersion({ ...this.names, agentPoolName: pool.name }, this)],
        customTimeouts: timeouts(pool.maxCount, DRAIN_TIMEOUT_MINUTES),
      },
    );
  }

  /** One window for Kubernetes upgrades and one for the nodes' operating system, both weekly. */
  private maintain(cluster: containerservice.ManagedCluster, after: pulumi.Resource[]): void {
    const { dayOfWeek, startHour, durationHours } = this.args.maintenance;
    const make = (configName: string, before: pulumi.Resource[]): pulumi.Resource =>
      new containerservice.MaintenanceConfiguration(
        `${this.name}-maintenance-${configName}`,
        {
          configName,
          resourceName: cluster.name,
          resourceGroupName: this.args.resourceGroupName,
          maintenanceWindow: {
            schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
            startTime: `${String(startHour).padStart(2, "0")}:00`,
            utcOffset: "+00:00",
            durationHours,
          },
        },
        { parent: this, dependsOn: before },
      );
    this.oneByOne(["aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule"], make, after);
  }

  private letNodesPull(cluster: containerservice.ManagedCluster): void {
    for (const [images, registryId] of Object.entries(this.args.registryIds)) {
      this.grant(`nodes-${images}`, "AcrPull", kubeletPrincipalId(cluster), registryId, "Nodes pull images");
    }
  }

  private letInfrastructureIn(cluster: containerservice.ManagedCluster): pulumi.Resource[] {
    const { previewPrincipalId, applyPrincipalId } = this.args;
    const grants: pulumi.Resource[] = [];
    if (previewPrincipalId !== undefined) {
      grants.push(this.grant("preview", "AksClusterUser", previewPrincipalId, cluster.id, "Previews fetch the kubeconfig"));
      grants.push(this.grant("preview", "AksRbacReader", previewPrincipalId, cluster.id, "Previews read what is in the cluster, secrets excepted"));
    }
    if (applyPrincipalId !== undefined) {
      grants.push(this.grant("apply", "AksClusterUser", applyPrincipalId, cluster.id, "Applies fetch the kubeconfig"));
      grants.push(this.grant("apply", "AksRbacClusterAdmin", applyPrincipalId, cluster.id, "Applies manage what is in the cluster"));
    }
    return grants;
  }

  private grant(who: string, role: AzureRole, principalId: pulumi.Input<string>, scope: pulumi.Input<string>, description: string): pulumi.Resource {
    const { namePrefix, subscriptionId } = this.args;
    return grantRole(
      `${this.name}-${who}-${role}`,
      `${namePrefix}/${this.name}/${who}/${role}`,
      { role, principalId, scope, subscriptionId, description },
      { parent: this },
    );
  }

  /** What Azure hands out for logging in by Entra; it names the API server and holds no credential. */
  private userKubeconfig(cluster: containerservice.ManagedCluster): pulumi.Output<string> {
    const credentials = containerservice.listManagedClusterUserCredentialsOutput(
      { resourceGroupName: this.args.resourceGroupName, resourceName: cluster.name, format: "exec" },
      { parent: this },
    );
    return credentials.kubeconfigs.apply((kubeconfigs) => kubeconfigs[0]?.value ?? "");
  }

  private provider(cluster: containerservice.ManagedCluster, kubeconfig: pulumi.Output<string>, access: pulumi.Resource[]): KubernetesProvider {
    return new KubernetesProvider(
      `${this.name}-kubernetes`,
      {
        kubeconfig: kubeconfig.apply(execKubeconfig),
        // A new certificate authority is the same cluster; without this, rotating it would replace everything inside.
        clusterIdentifier: cluster.id,
        enableServerSideApply: true,
        // What the stack says of an object is the stack's. Without this, a field that somebody edited with kubectl belongs to kubectl, and every update
        // of the object ends in 409 Conflict (kubernetes.io, "Server-Side Apply", conflicts; pulumi/pulumi-kubernetes#2280).
        enablePatchForce: true,
      },
      // The roles go last at a destroy, so that whoever destroys by them keeps them until the cluster is empty.
      { parent: this, dependsOn: access },
    );
  }
}

/** Of the inline system pool what every cluster says of it: a list that a refresh made longer must replace nothing. */
const REPLACE_CLUSTER = [...replacedByProgram("cluster"), ...["vmSize", "osType", "type"].map((property) => `agentPoolProfiles[0].${property}`)];

/** The system pool's number of nodes within the cluster. */
const INLINE_COUNT = "agentPoolProfiles[0].count";

function withInlineCount(props: Record<string, unknown>, count: number): Record<string, unknown> {
  const profiles = props["agentPoolProfiles"] as readonly object[];
  return { ...props, agentPoolProfiles: profiles.map((profile, index) => (index === 0 ? { ...profile, count } : profile)) };
}

/** An upgrade drains the nodes one after the other, each for as long as its jobs may take; deleting a pool drains them too. */
function timeouts(nodes: number, drainMinutes: number): pulumi.CustomTimeouts {
  const minutes = `${OPERATION_MINUTES + nodes * (drainMinutes + NODE_BOOT_MINUTES)}m`;
  return { create: `${OPERATION_MINUTES}m`, update: minutes, delete: minutes };
}

/** Object id of the identity with which nodes pull images. AKS makes it with the cluster. */
function kubeletPrincipalId(cluster: containerservice.ManagedCluster): pulumi.Output<string> {
  return cluster.identityProfile.apply((profile) => {
    const objectId = profile?.["kubeletidentity"]?.objectId;
    if (objectId === undefined) throw new pulumi.ResourceError("Azure reports no kubelet identity for the cluster", cluster, true);
    return objectId;
  });
}
