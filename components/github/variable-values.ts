/** Values of the variables that the workflows read, from what the clouds answered. */
import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentSpec, IdentityPurpose } from "../../pipeline/model";
import type { VariableSource } from "../../workflows/variables";
import type { ApiServer } from "../cluster/kubeconfig";

/** What the values are taken from. */
export interface VariableFacts {
  readonly awsRegion: string;
  readonly azureTenantId: string;
  readonly azureSubscriptionId: string;
  /** URL of the backend that holds the stack's state. */
  readonly stateBackend: string;
  /** `HOST/NAME` of the ECR repository with main's images, and of the one with pull-request images. */
  readonly imageRepositoryUrl: pulumi.Input<string>;
  readonly pullRequestRepositoryUrl: pulumi.Input<string>;
  /** `HOST/NAME` of the ECR repository with build-cache layers. */
  readonly cacheRepositoryUrl: pulumi.Input<string>;
  readonly compilerCacheBucket: pulumi.Input<string>;
  /** Login server of the Azure registry with main's images, and of the one with pull-request images. */
  readonly registryHost: pulumi.Input<string>;
  readonly pullRequestRegistryHost: pulumi.Input<string>;
  /** Repository in the Azure registries. */
  readonly repository: string;
  readonly roleArns: Readonly<Partial<Record<IdentityPurpose, pulumi.Input<string>>>>;
  /** Roles of the compiler cache. */
  readonly cacheRoleArns: Readonly<Partial<Record<IdentityPurpose, pulumi.Input<string>>>>;
  readonly azureIdentities: Readonly<Partial<Record<IdentityPurpose, { readonly clientId: pulumi.Input<string>; readonly principalId: pulumi.Input<string> }>>>;
  readonly deploymentCluster: pulumi.Input<ApiServer>;
}

/**
 * The value of a variable in an environment.
 * @throws Error when the environment's identity has nothing of that kind, such as a role on AWS for deployment tests.
 */
export function variableValue(source: VariableSource, environment: EnvironmentSpec, facts: VariableFacts): pulumi.Output<string> {
  return pulumi.output(rawValue(source, environment, facts));
}

function rawValue(source: VariableSource, environment: EnvironmentSpec, facts: VariableFacts): pulumi.Input<string> {
  const { identity } = environment;
  const ofPullRequests = identity === "pull-request-images";
  const url = ofPullRequests ? facts.pullRequestRepositoryUrl : facts.imageRepositoryUrl;
  switch (source) {
    case "aws-region":
      return facts.awsRegion;
    case "aws-role-arn":
      return identity === "none" ? missing(source, environment) : (facts.roleArns[identity] ?? missing(source, environment));
    case "aws-cache-role-arn":
      return identity === "none" ? missing(source, environment) : (facts.cacheRoleArns[identity] ?? missing(source, environment));
    case "ecr-registry":
      return pulumi.output(url).apply((text) => hostOf(text));
    case "ecr-repository":
      return pulumi.output(url).apply((text) => pathOf(text));
    case "ecr-cache-repository":
      return pulumi.output(facts.cacheRepositoryUrl).apply((text) => pathOf(text));
    case "sccache-bucket":
      return facts.compilerCacheBucket;
    case "acr-registry":
      return ofPullRequests ? facts.pullRequestRegistryHost : facts.registryHost;
    case "acr-repository":
      return facts.repository;
    case "azure-client-id":
      return azureIdentity(source, environment, facts).clientId;
    case "azure-tenant-id":
      return facts.azureTenantId;
    case "azure-subscription-id":
      return facts.azureSubscriptionId;
    case "state-backend":
      return facts.stateBackend;
    case "aks-api-server":
      return pulumi.output(facts.deploymentCluster).apply(({ url: server }) => server);
    case "aks-certificate-authority":
      return pulumi.output(facts.deploymentCluster).apply(({ certificateAuthority }) => certificateAuthority);
  }
}

function azureIdentity(source: VariableSource, environment: EnvironmentSpec, facts: VariableFacts): NonNullable<VariableFacts["azureIdentities"][IdentityPurpose]> {
  return environment.identity === "none" ? missing(source, environment) : (facts.azureIdentities[environment.identity] ?? missing(source, environment));
}

function missing(source: VariableSource, environment: EnvironmentSpec): never {
  throw new Error(`environment ${environment.name} asks for ${source}, which its identity (${environment.identity}) does not have`);
}

function hostOf(url: string): string {
  return url.slice(0, url.indexOf("/"));
}

function pathOf(url: string): string {
  return url.slice(url.indexOf("/") + 1);
}
