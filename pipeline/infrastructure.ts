/** Where the pipeline runs: the clouds, as data. The counterpart of `model.ts`, read from stack config. */
import type { Load } from "./load";
import type { Arch } from "./model";
import type { Prices } from "./prices";

/** The infrastructure of one stack. */
export interface Infrastructure {
  readonly aws: AwsAccount;
  readonly azure: AzureSubscription;
  readonly github: GitHubSettings;
  readonly registries: Registries;
  readonly deploymentCluster: Cluster;
  readonly runners: Runners;
  /**
   * URL of the backend that holds the stack's state, such as `azblob://state?storage_account=dynamocistate`. People make it before the stack;
   * the jobs that preview and apply the stack log in to it.
   */
  readonly stateBackend: string;
  /** Owner, stack and cost centre, put on every taggable resource. */
  readonly tags: Readonly<Record<string, string>>;
  /** True protects stateful resources (registries, clusters) from deletion. */
  readonly protect: boolean;
  /** What nodes and services cost; estimates of a change's cost are made from it. Default: `seed/prices.ts`. */
  readonly prices: Prices;
  /** The work that comes, and how long things take; who waits is simulated under it. Default: `seed/load.ts`. */
  readonly load: Load;
}

export interface AwsAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

export interface AzureSubscription {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly location: string;
}

export interface GitHubSettings {
  /** Which form of GitHub's OIDC subject the repository's tokens carry; `both` trusts either while a repository moves. */
  readonly subjectForm: "legacy" | "immutable" | "both";
  /** The GitHub App with which this stack is applied: it alone bypasses the rulesets. */
  readonly applyingApp: { readonly appId: number; readonly installationId: number };
  /** The GitHub App with which runners register. */
  readonly runnerApp: { readonly appId: number; readonly installationId: number };
  /** The repository that holds this project: its previews and applies have identities of their own. */
  readonly infrastructureRepository: {
    readonly owner: string;
    readonly name: string;
    readonly ownerId: number;
    readonly repositoryId: number;
    /** Label of the runners of its previews and applies. They have to be within the clusters' authorized address ranges. */
    readonly runner: string;
  };
  /** Approving reviews that a pull request needs. */
  readonly requiredReviews: number;
  /** Numeric id of each team whose slug an environment names as its reviewer: GitHub's environments take ids. */
  readonly teams: Readonly<Record<string, number>>;
  /** Slugs of the teams of which one must agree before this stack is applied by a job. */
  readonly applyReviewers: readonly string[];
}

export interface Registries {
  /** Repository name in both registries, such as `ai-dynamo/dynamo`. */
  readonly repository: string;
  /** Globally unique name of the Azure container registry: 5 to 50 letters and digits. */
  readonly acrName: string;
  readonly acrSku: "Basic" | "Standard" | "Premium";
  /**
   * `shared`: pull-request images live in the same repository as main's, as the seed says. Whoever can push a pull-request image can
   * then push a `main-*` tag too, as neither cloud limits a push by tag.
   * `isolated`: pull-request images get a repository and a registry of their own.
   */
  readonly pullRequestImages: "shared" | "isolated";
  readonly retention: {
    /** Days that pull-request images live. */
    readonly pullRequestDays: number;
    /** Days that main and nightly images live after the tag moved on. */
    readonly untaggedDays: number;
    /** Newest nightly images kept. */
    readonly nightlyCount: number;
    /** Newest main images kept. */
    readonly mainCount: number;
    /** Days that build-cache layers live. */
    readonly cacheDays: number;
  };
}

/** An AKS cluster. */
export interface Cluster {
  readonly name: string;
  /** Minor version, such as `1.34`. */
  readonly kubernetesVersion: string;
  readonly skuTier: "Free" | "Standard" | "Premium";
  /** Object ids of the Entra groups that administer it. */
  readonly adminGroupObjectIds: readonly string[];
  /** CIDR ranges that reach the API server. Empty means a private cluster. */
  readonly authorizedIpRanges: readonly string[];
  readonly upgradeChannel: "patch" | "stable" | "rapid" | "node-image" | "none";
  /** Weekly maintenance window, UTC; kept off the nightly run. */
  readonly maintenance: { readonly dayOfWeek: "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday"; readonly startHour: number; readonly durationHours: number };
  readonly systemPool: { readonly vmSize: string; readonly minCount: number; readonly maxCount: number };
  readonly nodePools: readonly NodePool[];
}

/** A user node pool. GPU pools start from zero. */
export interface NodePool {
  /** `^[a-z][a-z0-9]{0,11}$`, as AKS demands of Linux pools. */
  readonly name: string;
  readonly vmSize: string;
  readonly arch: Arch;
  /** GPUs of one node. */
  readonly gpus: number;
  readonly minCount: number;
  readonly maxCount: number;
  readonly spot: boolean;
  readonly osDiskGiB: number;
  readonly maxPods: number;
  readonly zones: readonly string[];
}

export interface Runners {
  /** A cluster of their own, or `deployment-tests` to share that one. */
  readonly cluster: Cluster | "deployment-tests";
  /** One version for both charts of Actions Runner Controller. */
  readonly controllerVersion: string;
  /** Runner image, `NAME:TAG@sha256:DIGEST`. */
  readonly image: string;
  /** Image of the Docker daemon that runs beside builders, `NAME:TAG@sha256:DIGEST`. */
  readonly dockerImage: string;
  /** Chart version of NVIDIA's device plugin. */
  readonly devicePluginVersion: string;
  /** Minutes that a failed runner is kept for a look before the cleaner removes it. */
  readonly failedRunnerMinutes: number;
}
