/** The stack: config -> pipeline -> clouds. What runs is data (pipeline/), how GitHub is told is text (workflows/); here is where it runs. */
import { DeploymentTestCluster } from "./components/cluster/deployment-test-cluster";
import { AksCluster } from "./components/cluster/aks-cluster";
import { BuildCaches } from "./components/caches/build-caches";
import { BranchProtection } from "./components/github/branch-protection";
import { RepositorySecrets } from "./components/github/repository-secrets";
import { WorkflowFiles } from "./components/github/workflow-files";
import { ImageRegistries } from "./components/registries/image-registries";
import { RunnerScaleSets } from "./components/runners/runner-scale-sets";
import { CiIdentities } from "./components/trust/ci-identities";
import * as plan from "./components/plan";
import { cloudProviders, resourceGroup } from "./components/foundation";
import { loadConfig } from "./config";
import { ownResources } from "./extensions/resources";

const config = loadConfig();
const { pipeline, infrastructure } = config;

const providers = cloudProviders(config);
const { aws, azure, github } = providers;
const group = resourceGroup(config, azure);

const registries = new ImageRegistries("registries", plan.registries(config, group), { providers: { aws, "azure-native": azure } });
const caches = new BuildCaches("caches", plan.caches(config), { providers: { aws } });
const identities = new CiIdentities("identities", plan.identities(config, group, registries, caches), { providers: { aws, "azure-native": azure } });

const deploymentTests = new DeploymentTestCluster("deployment-tests", plan.deploymentTests(config, group, registries, identities), { providers: { "azure-native": azure } });
const runnerCluster =
  infrastructure.runners.cluster === "deployment-tests"
    ? deploymentTests.cluster
    : new AksCluster("runner-cluster", plan.runnerCluster(config, infrastructure.runners.cluster, group, registries, identities), { providers: { "azure-native": azure } });

const secrets = new RepositorySecrets("repository", plan.repositorySecrets(config, registries, caches, identities, deploymentTests), { providers: { github } });
const runners = new RunnerScaleSets("runners", plan.runners(config, runnerCluster, secrets), { providers: { kubernetes: runnerCluster.kubernetes } });
const files = new WorkflowFiles("workflows", plan.workflowFiles(config), { providers: { github } });
const protection = new BranchProtection("protection", plan.protection(config), { providers: { github }, dependsOn: files.files });

ownResources({ config, providers, group, registries, caches, identities, deploymentTests, runnerCluster, secrets, runners, files, protection });

export const imageRepository = registries.images.url;
export const pullRequestImageRepository = registries.pullRequestImages.url;
export const azureRegistry = registries.registry.loginServer;
export const deploymentTestCluster = deploymentTests.cluster.id;
export const runnersCluster = runnerCluster.id;
export const scaleSets = runners.scaleSetNames;
export const requiredChecks = protection.requiredContexts;
export const roleArns = identities.roleArns;
export const azureClientIds = plan.clientIds(identities);
export const repository = `${pipeline.repository.owner}/${pipeline.repository.name}`;
