/** What the stack is made of, for resources that a team adds to it. */
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { BuildCaches } from "./caches/build-caches";
import type { AksCluster } from "./cluster/aks-cluster";
import type { DeploymentTestCluster } from "./cluster/deployment-test-cluster";
import type { CloudProviders } from "./foundation";
import type { BranchProtection } from "./github/branch-protection";
import type { RepositorySecrets } from "./github/repository-secrets";
import type { WorkflowFiles } from "./github/workflow-files";
import type { PlanConfig } from "./plan";
import type { ImageRegistries } from "./registries/image-registries";
import type { RunnerScaleSets } from "./runners/runner-scale-sets";
import type { CiIdentities } from "./trust/ci-identities";

/** Every component of the stack, with its config and its providers. */
export interface StackParts {
  readonly config: PlanConfig;
  readonly providers: CloudProviders;
  readonly group: ResourceGroup;
  readonly registries: ImageRegistries;
  readonly caches: BuildCaches;
  readonly identities: CiIdentities;
  readonly deploymentTests: DeploymentTestCluster;
  /** The cluster of the runners; the one of the deployment tests where they share it. */
  readonly runnerCluster: AksCluster;
  readonly secrets: RepositorySecrets;
  readonly runners: RunnerScaleSets;
  readonly files: WorkflowFiles;
  readonly protection: BranchProtection;
}
