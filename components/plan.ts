/** From the pipeline and its infrastructure to what each component is asked for. Plain data, but for what the clouds answer. */
import type * as pulumi from "@pulumi/pulumi";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { movablePrefixes } from "../pipeline/images";
import type { Cluster, Infrastructure } from "../pipeline/infrastructure";
import { appIdOf } from "../pipeline/checks";
import type { EnvironmentSpec, IdentityPurpose, Pipeline } from "../pipeline/model";
import type { RenderedFile } from "../workflows/settings";
import { COMPILER_CACHE_PREFIX, variables, type VariableSpec } from "../workflows/variables";
import type { BuildCaches, BuildCachesArgs } from "./caches/build-caches";
import type { AksCluster, AksClusterArgs } from "./cluster/aks-cluster";
import type { DeploymentTestCluster, DeploymentTestClusterArgs } from "./cluster/deployment-test-cluster";
import type { BranchProtectionArgs } from "./github/branch-protection";
import type { RepositorySecrets, RepositorySecretsArgs } from "./github/repository-secrets";
import { variableValue, type VariableFacts } from "./github/variable-values";
import type { WorkflowFilesArgs } from "./github/workflow-files";
import type { ImageRegistries, ImageRegistriesArgs } from "./registries/image-registries";
import { cacheRules, imageRules, pullRequestRules } from "./registries/lifecycle";
import { imagePurges, pullRequestPurges } from "./registries/purge";
import { scaleSetClasses, scaleSets } from "./runners/runner-mode";
import type { RunnerScaleSetsArgs } from "./runners/runner-scale-sets";
import { roleArn, type CiIdentities, type CiIdentitiesArgs } from "./trust/ci-identities";
import { infrastructureEnvironments, trustedJobs } from "./trust/purposes";

/** The stack's config, as far as components need it. */
export interface PlanConfig {
  /** Name of the stack. */
  readonly stack: string;
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
  readonly files: readonly RenderedFile[];
  readonly namePrefix: string;
  readonly runnerAppKey: pulumi.Output<string>;
  readonly secretValues: Record<string, pulumi.Output<string>>;
}

/** Arguments of the image registries. */
export function registries({ pipeline, infrastructure, namePrefix }: PlanConfig, group: ResourceGroup): ImageRegistriesArgs {
  const { aws, azure, registries: wanted, tags, protect } = infrastructure;
  return {
    repository: wanted.repository,
    movablePrefixes: movablePrefixes(pipeline),
    isolatePullRequests: isolated(infrastructure),
    imageRules: imageRules(pipeline, wanted.retention),
    pullRequestRules: pullRequestRules(wanted.retention),
    cacheRules: cacheRules(wanted.retention),
    imagePurges: imagePurges(pipeline, wanted.retention),
    pullRequestPurges: pullRequestPurges(pipeline, wanted.retention),
    pullRequestRoleArn: roleArn(aws.accountId, namePrefix, "pull-request-images"),
    acrName: wanted.acrName,
    acrSku: wanted.acrSku,
    resourceGroupName: group.name,
    location: azure.location,
    tags: { ...tags },
    protect,
  };
}

/** Arguments of the compiler cache's bucket. */
export function caches({ infrastructure: { aws, registries: wanted, tags }, namePrefix }: PlanConfig): BuildCachesArgs {
  // Bucket names are shared by all of AWS; the account's number makes one of ours unique.
  return { bucketName: `${namePrefix}-sccache-${aws.accountId}`, prefix: COMPILER_CACHE_PREFIX, days: wanted.retention.cacheDays, tags: { ...tags } };
}

/** Arguments of the cloud identities of jobs. */
export function identities({ stack, pipeline, infrastructure, namePrefix }: PlanConfig, group: ResourceGroup, images: ImageRegistries, cache: BuildCaches): CiIdentitiesArgs {
  const { aws, azure, github, tags } = infrastructure;
  return {
    trustedJobs: trustedJobs(stack, pipeline, github),
    namePrefix,
    awsAccountId: aws.accountId,
    imageRepositoryArn: images.images.arn,
    pullRequestRepositoryArn: images.pullRequestImages.arn,
    isolatePullRequests: isolated(infrastructure),
    cacheRepositoryArn: images.cache.arn,
    cacheBucketArn: cache.bucketArn,
    cachePrefix: COMPILER_CACHE_PREFIX,
    subscriptionId: azure.subscriptionId,
    location: azure.location,
    resourceGroupName: group.name,
    resourceGroupId: group.id,
    registryId: images.registry.id,
    pullRequestRegistryId: images.pullRequestRegistry.id,
    tags: { ...tags },
  };
}

/** Arguments of the cluster for deployment tests. */
export function deploymentTests(config: PlanConfig, group: ResourceGroup, images: ImageRegistries, trust: CiIdentities): DeploymentTestClusterArgs {
  const { pipeline, infrastructure } = config;
  const shared = infrastructure.runners.cluster === "deployment-tests";
  return {
    ...cluster(config, infrastructure.deploymentCluster, group, images, trust, shared),
    deployments: pipeline.deployments,
    runnerPrincipalId: principal(trust, "deployment-tests"),
    cleanerImage: infrastructure.runners.image,
    // As Azure names it; known before the registry exists, so that a preview can judge the policy that names it.
    registry: `${infrastructure.registries.acrName.toLowerCase()}.azurecr.io`,
  };
}

/** Arguments of the runners' cluster. @param wanted its config */
export function runnerCluster(config: PlanConfig, wanted: Cluster, group: ResourceGroup, images: ImageRegistries, trust: CiIdentities): AksClusterArgs {
  return cluster(config, wanted, group, images, trust, true);
}

/** Arguments of the runner scale sets. @param on the cluster they run on */
export function runners({ pipeline, infrastructure, runnerAppKey }: PlanConfig, on: AksCluster, secrets: RepositorySecrets): RunnerScaleSetsArgs {
  const { runners: wanted, github, deploymentCluster } = infrastructure;
  return {
    sets: scaleSets(pipeline, wanted.cluster === "deployment-tests" ? deploymentCluster : wanted.cluster),
    controllerVersion: wanted.controllerVersion,
    runnerImage: wanted.image,
    dockerImage: wanted.dockerImage,
    // The organisation's and not the repository's: runner groups are the organisation's, and say which repository may use them.
    githubConfigUrl: `https://github.com/${pipeline.repository.owner}`,
    appId: github.runnerApp.appId,
    installationId: github.runnerApp.installationId,
    privateKey: runnerAppKey,
    failedRunnerMinutes: wanted.failedRunnerMinutes,
    after: [...on.pools, ...secrets.runnerGroups],
  };
}

/** Arguments of the environments, secrets and variables. */
export function repositorySecrets(config: PlanConfig, images: ImageRegistries, cache: BuildCaches, trust: CiIdentities, deployment: DeploymentTestCluster): RepositorySecretsArgs {
  const { stack, pipeline, infrastructure, secretValues } = config;
  const { github } = infrastructure;
  const own = infrastructureEnvironments(stack, github.applyReviewers, pipeline.repository.defaultBranch);
  const facts = variableFacts(infrastructure, images, cache, trust, deployment);
  return {
    repository: pipeline.repository.name,
    repositoryId: pipeline.repository.repositoryId,
    environments: [...pipeline.environments],
    infrastructureRepository: github.infrastructureRepository.name,
    infrastructureEnvironments: own,
    teams: { ...github.teams },
    secrets: [...pipeline.secrets],
    secretValues,
    variables: withValues(variables(pipeline.environments), pipeline.environments, facts),
    infrastructureVariables: withValues(variables(own), own, facts),
    runnerGroups: [...new Set(scaleSetClasses(pipeline).map(({ runnerGroup }) => runnerGroup))],
  };
}

/** Arguments of the delivered workflow files. */
export function workflowFiles({ pipeline: { repository }, files }: PlanConfig): WorkflowFilesArgs {
  return { repository: repository.name, branch: repository.defaultBranch, files: [...files] };
}

/** Arguments of the rulesets. */
export function protection({ pipeline, infrastructure: { github } }: PlanConfig): BranchProtectionArgs {
  const { repository, requiredChecks, mirrorBot, mergeQueue } = pipeline;
  return {
    repository: repository.name,
    releaseBranches: repository.releaseBranches,
    mirrorBranchPrefix: repository.mirrorBranchPrefix,
    requiredChecks: requiredChecks.map((check) => ({ context: check.context, appId: appIdOf(pipeline, check) })),
    requiredReviews: github.requiredReviews,
    mergeQueue,
    applyingAppId: github.applyingApp.appId,
    mirrorAppId: mirrorBot.appId,
    releaseManagerIds: github.releaseManagers.flatMap((slug) => github.teams[slug] ?? []).sort((one, other) => one - other),
  };
}

function withValues(wanted: readonly VariableSpec[], environments: readonly EnvironmentSpec[], facts: VariableFacts): RepositorySecretsArgs["variables"] {
  return environments.flatMap((environment) =>
    wanted.filter((variable) => variable.environment === environment.name).map(({ name, source }) => ({ environment: environment.name, name, value: variableValue(source, environment, facts) })),
  );
}

/** Client id of each purpose's identity on Azure. */
export function clientIds(trust: CiIdentities): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(trust.azure).map(([purpose, { clientId }]) => [purpose, clientId]));
}

function cluster({ pipeline, infrastructure, namePrefix }: PlanConfig, wanted: Cluster, group: ResourceGroup, images: ImageRegistries, trust: CiIdentities, hasRunners: boolean): AksClusterArgs {
  const { azure, runners: runnerSettings, tags, protect } = infrastructure;
  return {
    clusterName: wanted.name,
    kubernetesVersion: wanted.kubernetesVersion,
    skuTier: wanted.skuTier,
    adminGroupObjectIds: [...wanted.adminGroupObjectIds],
    tenantId: azure.tenantId,
    authorizedIpRanges: [...wanted.authorizedIpRanges],
    upgradeChannel: wanted.upgradeChannel,
    maintenance: wanted.maintenance,
    systemPool: wanted.systemPool,
    nodePools: [...wanted.nodePools],
    runnerPools: hasRunners ? scaleSetClasses(pipeline).map(({ nodePool }) => nodePool) : [],
    devicePluginVersion: runnerSettings.devicePluginVersion,
    // Deployments take main's images; runners also test a pull request's.
    registryIds: { images: images.registry.id, ...(hasRunners && isolated(infrastructure) ? { "pull-request-images": images.pullRequestRegistry.id } : {}) },
    previewPrincipalId: principal(trust, "preview"),
    applyPrincipalId: principal(trust, "apply"),
    subscriptionId: azure.subscriptionId,
    groupName: namePrefix,
    resourceGroupName: group.name,
    location: azure.location,
    namePrefix,
    tags: { ...tags },
    protect,
  };
}

function variableFacts({ aws, azure, stateBackend, registries: wanted }: Infrastructure, images: ImageRegistries, cache: BuildCaches, trust: CiIdentities, deployment: DeploymentTestCluster): VariableFacts {
  return {
    awsRegion: aws.region,
    azureTenantId: azure.tenantId,
    azureSubscriptionId: azure.subscriptionId,
    stateBackend,
    imageRepositoryUrl: images.images.url,
    pullRequestRepositoryUrl: images.pullRequestImages.url,
    cacheRepositoryUrl: images.cache.url,
    compilerCacheBucket: cache.bucketName,
    registryHost: images.registry.loginServer,
    pullRequestRegistryHost: images.pullRequestRegistry.loginServer,
    repository: wanted.repository,
    roleArns: trust.roleArns,
    cacheRoleArns: trust.cacheRoleArns,
    azureIdentities: trust.azure,
    deploymentCluster: deployment.cluster.apiServer,
  };
}

/** Object id of a purpose's identity. @throws Error when no environment has that purpose; coherence finds that before. */
function principal(trust: CiIdentities, purpose: IdentityPurpose): pulumi.Output<string> {
  const identity = trust.azure[purpose];
  if (identity === undefined) throw new Error(`no environment has the identity ${purpose}`);
  return identity.principalId;
}

function isolated({ registries: { pullRequestImages } }: Infrastructure): boolean {
  return pullRequestImages === "isolated";
}
