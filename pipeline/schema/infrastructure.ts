/** Where the pipeline runs: the clouds. Each field is a config key of its own. */
import { z } from "zod";
import { fit } from "./fit";
import { amount, flag, gitHubId, gpus, inUnit, minutes, number, text, texts, type Given, type Resolved } from "./kit";
import { load, prices } from "./load";
import { poolFields } from "./pools";
import { vmSizes } from "./machines";

const app = z.strictObject({ appId: gitHubId.describe("Id of the app."), installationId: gitHubId.describe("Id of its installation at the owner.") });
const nodes = inUnit(number, "nodes");
const days = inUnit(number, "days");
const images = inUnit(number, "images");

const poolName = text.describe("`^[a-z][a-z0-9]{0,11}$`, as AKS demands of Linux pools.");

export const nodePool = z
  .strictObject({ name: poolName, ...poolFields, maxCount: nodes.describe("Most nodes.") })
  .describe("A user node pool. GPU pools start from zero. A pool that only one runner class uses can stand with the class (`runnerClasses.*.pool`).");

export const cluster = z
  .strictObject({
    name: text.describe("Name in Azure."),
    kubernetesVersion: text.describe("Minor version.").meta({ examples: ["1.35"] }),
    skuTier: z.enum(["Free", "Standard", "Premium"]).describe("Pricing tier of the control plane; `Free` has no uptime promise."),
    adminGroupObjectIds: texts.describe("Object ids of the Entra groups that administer it."),
    authorizedIpRanges: texts.describe("CIDR ranges that reach the API server. Empty means a private cluster."),
    upgradeChannel: z.enum(["patch", "stable", "rapid", "node-image", "none"]).describe("Which versions AKS upgrades to by itself, within the maintenance window."),
    maintenance: z
      .strictObject({
        dayOfWeek: z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).describe("Day on which it begins, UTC."),
        startHour: inUnit(number, "hour of the day").describe("Hour at which it begins, UTC."),
        durationHours: inUnit(number, "hours").describe("How long it lasts."),
      })
      .describe("Weekly maintenance window, UTC; kept off the nightly run."),
    systemPool: z
      .strictObject({ vmSize: text.describe("VM size, as Azure spells it."), minCount: nodes.describe("Least nodes."), maxCount: nodes.describe("Most nodes.") })
      .describe("The pool of the cluster's own pods."),
    nodePools: z.array(nodePool).default([]).describe("User node pools, beside those that stand with runner classes."),
  })
  .describe("An AKS cluster.");

export const aws = z.strictObject({ accountId: text.describe("Twelve digits."), region: text.describe("Region of all resources in AWS.").meta({ examples: ["us-west-2"] }) }).describe("The AWS account.");

export const azure = z
  .strictObject({
    subscriptionId: text.describe("Id of the subscription, a GUID."),
    tenantId: text.describe("Id of the Entra tenant, a GUID."),
    location: text.describe("Region, by its short name.").meta({ examples: ["westus3"] }),
  })
  .describe("The Azure subscription.");

export const github = z
  .strictObject({
    subjectForm: z
      .enum(["legacy", "immutable", "both"])
      .describe("Which form of GitHub's OIDC subject the repository's tokens carry; `both` trusts either while a repository moves."),
    applyingApp: app.describe("The GitHub App with which this stack is applied: only it bypasses the rulesets."),
    runnerApp: app.describe("The GitHub App with which runners register."),
    infrastructureRepository: z
      .strictObject({
        owner: text.describe("Organisation or user: the owner of the repository whose CI this is."),
        name: text.describe("Name, without its owner."),
        ownerId: gitHubId.describe("Numeric id of the owner."),
        repositoryId: gitHubId.describe("Numeric id of the repository."),
        runner: text.describe("Label of the runners of its previews and applies. They have to be within the clusters' authorized address ranges."),
      })
      .describe("The repository that holds this project: its previews and applies have identities of their own."),
    requiredReviews: inUnit(number, "reviews").describe("Approving reviews that a pull request needs."),
    teams: z.record(z.string(), gitHubId.describe("Numeric id of the team.")).describe("Numeric id of each team whose slug an environment names as its reviewer: GitHub's environments take ids."),
    applyReviewers: texts.describe("Slugs of the teams of which one must agree before this stack is applied by a job."),
    releaseManagers: texts
      .default([])
      .describe("Slugs of the only teams that may create release branches, and make, move and delete tags. Without any, nobody can until a ruleset is changed."),
  })
  .describe("Apps, teams and the repository of this project on GitHub.");

export const registries = z
  .strictObject({
    repository: text.describe("Repository name in both registries.").meta({ examples: ["ai-dynamo/dynamo"] }),
    acrName: text.describe("Globally unique name of the Azure container registry: 5 to 50 letters and digits."),
    acrSku: z.enum(["Basic", "Standard", "Premium"]).describe("SKU of the Azure registry."),
    pullRequestImages: z
      .enum(["shared", "isolated"])
      .describe(
        "`shared`: pull-request images live in the same repository as main's, as the seed says. Whoever can push a pull-request image can then push a `main-*` tag too, as neither cloud " +
          "limits a push by tag. `isolated`: pull-request images get a repository and a registry of their own.",
      ),
    retention: z
      .strictObject({
      pullRequestDays: days.describe("Days that pull-request images live."),
      untaggedDays: days.describe("Days that main and nightly images live after the tag moved on."),
      nightlyCount: images.describe("Newest nightly images kept."),
      mainCount: images.describe("Newest main images kept."),
      cacheDays: days.describe("Days that build-cache layers live."),
      })
      .describe("How long images live."),
  })
  .describe("Image registries, ECR and ACR.");

export const runners = z
  .strictObject({
    cluster: z.union([z.literal("deployment-tests"), cluster]).describe("A cluster of their own, or `deployment-tests` to share that one."),
    controllerVersion: text.describe("One version for both charts of Actions Runner Controller."),
    image: text.describe("Runner image, `NAME:TAG@sha256:DIGEST`."),
    dockerImage: text.describe("Image of the Docker daemon that runs beside builders, `NAME:TAG@sha256:DIGEST`."),
    devicePluginVersion: text.describe("Chart version of NVIDIA's device plugin."),
    failedRunnerMinutes: minutes.describe("Minutes that a failed runner is kept for a look before the cleaner removes it."),
  })
  .describe("Runner scale sets.");

export const budget = z
  .strictObject({
    maxGpus: gpus.describe("GPUs of all node pools at their maxima."),
    maxHourly: inUnit(amount, "US dollars an hour").describe("Price of all nodes at their maxima, on demand, in the currency of the price table."),
  })
  .describe("What all node pools together may come to. Coherence and a policy hold it, so that a maximum that is a typing mistake is not found by the invoice.");

/** Names of the rulesets that the stack makes. */
export const rulesetName = z
  .enum(["main", "release", "releases-born", "mirrors", "tags"])
  .describe("A ruleset: of the default branch, of release branches, of their creation, of mirror branches, of tags.");

const acknowledgedWeakening = z
  .strictObject({
    ruleset: rulesetName,
    why: text.min(1, "a reason").describe("One sentence for people: what gets weaker, and why."),
  })
  .describe("A ruleset that the next apply may weaken. It stands here from the pull request that weakens it until that is applied.");

export const infrastructureFields = {
  aws,
  azure,
  github,
  registries,
  deploymentCluster: cluster,
  runners,
  stateBackend: text
    .describe("URL of the backend that holds the stack's state. People make it before the stack; the jobs that preview and apply the stack log in to it.")
    .meta({ examples: ["azblob://state?storage_account=dynamocistate"] }),
  tags: z.record(z.string(), text.describe("Value of the tag.")).describe("Owner, stack and cost centre, put on every taggable resource."),
  protect: flag.describe("True protects stateful resources (registries, clusters) from deletion."),
  budget,
  acknowledged: z
    .array(acknowledgedWeakening)
    .default([])
    .describe("Rulesets that the next apply may weaken, each with its reason. The policy `protection-not-weakened` refuses every other weakening."),
  vmSizes,
  prices,
  load,
  fit: fit.default({ excuses: [] }),
};

export const infrastructureSchema = z.strictObject(infrastructureFields);

export type GivenNodePool = Resolved<typeof nodePool>;
/** A pool with everything said: what config leaves out follows from the VM size (resolve/). */
export type NodePool = Required<GivenNodePool>;
export type GivenCluster = Resolved<typeof cluster>;
/** A cluster with all of its pools, those of runner classes included. */
export type Cluster = Omit<GivenCluster, "nodePools"> & { readonly nodePools: readonly NodePool[] };
export type AwsAccount = Resolved<typeof aws>;
export type AzureSubscription = Resolved<typeof azure>;
export type GitHubSettings = Resolved<typeof github>;
export type Registries = Resolved<typeof registries>;
export type GivenRunners = Resolved<typeof runners>;
export type Runners = Omit<GivenRunners, "cluster"> & { readonly cluster: "deployment-tests" | Cluster };
export type RulesetName = Resolved<typeof rulesetName>;
export type Budget = Resolved<typeof budget>;
/** An infrastructure as config says it, with the defaults of its schema. */
export type ConfiguredInfrastructure = Resolved<typeof infrastructureSchema>;
/** An infrastructure with every pool and all that follows from VM sizes. */
export type Infrastructure = Omit<ConfiguredInfrastructure, "deploymentCluster" | "runners"> & { readonly deploymentCluster: Cluster; readonly runners: Runners };
/** An infrastructure as config says it: what has a default may be left out. */
export type GivenInfrastructure = Given<typeof infrastructureSchema>;
