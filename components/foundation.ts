/** What everything else stands on: the providers of the four clouds' accounts, and the resource group. */
import * as pulumi from "@pulumi/pulumi";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { Provider as AzureProvider } from "@pulumi/azure-native/provider";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { Provider as GitHubProvider } from "@pulumi/github/provider";
import type { Infrastructure } from "../pipeline/infrastructure";
import type { Pipeline } from "../pipeline/model";

/** The part of the config that this needs. */
export interface FoundationConfig {
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
  readonly namePrefix: string;
  readonly applyingAppKey: pulumi.Output<string>;
}

export interface CloudProviders {
  readonly aws: AwsProvider;
  readonly azure: AzureProvider;
  readonly github: GitHubProvider;
}

/**
 * Explicit providers, each held to the account that config names: with another account's credentials in the environment, nothing happens.
 * Kubernetes' providers belong to their clusters.
 */
export function cloudProviders({ pipeline, infrastructure: { aws, azure, github }, applyingAppKey }: FoundationConfig): CloudProviders {
  return {
    aws: new AwsProvider("aws", { region: aws.region, allowedAccountIds: [aws.accountId] }),
    azure: new AzureProvider("azure", { subscriptionId: azure.subscriptionId, tenantId: azure.tenantId }),
    github: new GitHubProvider("github", {
      owner: pipeline.repository.owner,
      // The older client takes one token, which ends after an hour in the middle of a long apply, and waits a second at every write
      // (integrations/terraform-provider-github, docs/index.md, legacy_client).
      legacyClient: false,
      // Marked secret as a whole: the provider serialises it to one text, and only the key inside is secret by itself.
      appAuth: pulumi.secret({ id: String(github.applyingApp.appId), installationId: String(github.applyingApp.installationId), pemFile: applyingAppKey }),
    }),
  };
}

/** The resource group of everything that this stack has on Azure. */
export function resourceGroup({ infrastructure: { azure, tags, protect }, namePrefix }: FoundationConfig, provider: AzureProvider): ResourceGroup {
  return new ResourceGroup("resource-group", { resourceGroupName: namePrefix, location: azure.location, tags: { ...tags } }, { provider, protect });
}
