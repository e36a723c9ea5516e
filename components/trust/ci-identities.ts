/**
 * Who jobs are in the clouds: one AWS role and one Azure managed identity for each purpose, taken with GitHub's OIDC token. No cloud key
 * exists that could be copied.
 */
import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type { IdentityPurpose } from "../../pipeline/model";
import { AWS_AUDIENCE, AZURE_AUDIENCE, GITHUB_ISSUER } from "../../pipeline/oidc";
import { AZURE_ROLES, grantRole, type AzureRole } from "../shared/azure-roles";
import * as permissions from "./aws-permissions";
import { trustPolicy } from "./aws-trust";
import type { TrustedJobs } from "./purposes";

export interface CiIdentitiesArgs {
  /** Which jobs may take which identity; one identity is made for each. */
  trustedJobs: TrustedJobs[];
  /** Prefix of the physical names: project and stack. Roles are found by it. */
  namePrefix: string;
  /** AWS account, twelve digits. */
  awsAccountId: string;
  /** ARN of the repository with main's images. */
  imageRepositoryArn: pulumi.Input<string>;
  /** ARN of the repository with pull-request images; the same as main's where they are shared. */
  pullRequestRepositoryArn: pulumi.Input<string>;
  /** True when pull-request images live apart. */
  isolatePullRequests: boolean;
  /** ARN of the repository with build-cache layers. */
  cacheRepositoryArn: pulumi.Input<string>;
  /** ARN of the compiler cache's bucket. */
  cacheBucketArn: pulumi.Input<string>;
  /** Prefix in that bucket that main writes and pull requests read. */
  cachePrefix: string;
  /** Azure subscription. */
  subscriptionId: string;
  /** Azure region of the identities. */
  location: pulumi.Input<string>;
  /** Resource group of the identities; the applying identity manages what is in it. */
  resourceGroupName: pulumi.Input<string>;
  /** Id of that resource group. */
  resourceGroupId: pulumi.Input<string>;
  /** Id of the Azure registry with main's images. */
  registryId: pulumi.Input<string>;
  /** Id of the Azure registry with pull-request images; the same as main's where they are shared. */
  pullRequestRegistryId: pulumi.Input<string>;
  /** Put on every taggable resource. */
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Seconds that a role's credentials last at most: the longest build, two hours. */
const SESSION_SECONDS = 7200;

/** What a role is called: in the program, in AWS, and how its description begins. */
interface RoleNames {
  readonly key: string;
  readonly name: string;
  readonly does: string;
}

/** A purpose's identity in Azure. */
export interface AzureIdentity {
  /** What a job logs in as. */
  readonly clientId: pulumi.Output<string>;
  /** Object id: what role assignments and role bindings name. */
  readonly principalId: pulumi.Output<string>;
}

/** Purposes that do something in AWS. Deployment tests pull from the Azure registry, through their cluster. */
const AWS_PERMISSIONS: Readonly<Partial<Record<IdentityPurpose, (to: permissions.AwsResources) => permissions.Statement[]>>> = {
  "pull-request-images": permissions.pullRequestImages,
  "main-images": permissions.mainImages,
  "release-images": permissions.releaseImages,
  preview: permissions.preview,
  apply: permissions.apply,
};

/**
 * Purposes whose builds use the compiler cache. What runs in a build is code of the commit, so it gets a role that reaches the cache and nothing else: no
 * slip in a workflow can hand it the rights to push, and who wrote to the bucket stands in CloudTrail by its own name. A session policy on the
 * purpose's role would cut as deep, but only where each step remembers it (AWS IAM user guide, "Session policies").
 */
const CACHE_PERMISSIONS: Readonly<Partial<Record<IdentityPurpose, (to: permissions.AwsResources) => permissions.Statement[]>>> = {
  "pull-request-images": permissions.readingCompilers,
  "main-images": permissions.mainCompilers,
  "release-images": permissions.readingCompilers,
};

/** Physical name of the role with which a purpose's builds reach the compiler cache. */
export function cacheRoleName(namePrefix: string, purpose: IdentityPurpose): string {
  return `${identityName(namePrefix, purpose)}-cache`;
}

/** Physical name of a purpose's AWS role and Azure identity. Known before either exists, so that policies can name it. */
export function identityName(namePrefix: string, purpose: IdentityPurpose): string {
  return `${namePrefix}-${purpose}`;
}

/** ARN of a purpose's role, known before the role exists. */
export function roleArn(accountId: string, namePrefix: string, purpose: IdentityPurpose): string {
  return `arn:aws:iam::${accountId}:role/${identityName(namePrefix, purpose)}`;
}

/** The identities that jobs take on AWS and Azure, one for each purpose, with the trust and the rights of each. */
export class CiIdentities extends pulumi.ComponentResource {
  /** ARN of the role, for each purpose that has one in AWS. */
  readonly roleArns: Readonly<Partial<Record<IdentityPurpose, pulumi.Output<string>>>>;
  /** ARN of the compiler cache's role, for each purpose whose jobs build. */
  readonly cacheRoleArns: Readonly<Partial<Record<IdentityPurpose, pulumi.Output<string>>>>;
  /** Identity, for each purpose. */
  readonly azure: Readonly<Partial<Record<IdentityPurpose, AzureIdentity>>>;

  constructor(
    private readonly name: string,
    private readonly args: CiIdentitiesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:trust:CiIdentities", name, {}, opts);

    const provider = this.githubProvider();
    this.roleArns = this.awsRoles(provider, args.trustedJobs, AWS_PERMISSIONS, ({ purpose }) => ({ key: purpose, name: identityName(args.namePrefix, purpose), does: "Taken by" }));
    const building = args.trustedJobs.map((jobs) => ({ ...jobs, workflows: jobs.building }));
    this.cacheRoleArns = this.awsRoles(provider, building, CACHE_PERMISSIONS, ({ purpose }) => ({ key: `${purpose}-cache`, name: cacheRoleName(args.namePrefix, purpose), does: "Reaches the compiler cache from builds in" }));
    this.azure = Object.fromEntries(args.trustedJobs.map((jobs) => [jobs.purpose, this.azureIdentity(jobs)]));
    this.grantAzureRoles();

    this.registerOutputs({ roleArns: this.roleArns, cacheRoleArns: this.cacheRoleArns, azure: this.azure });
  }

  private githubProvider(): iam.OpenIdConnectProvider {
    // No thumbprints: AWS checks GitHub's certificate against its own list of authorities.
    return new iam.OpenIdConnectProvider(
      `${this.name}-github`,
      { url: GITHUB_ISSUER, clientIdLists: [AWS_AUDIENCE], tags: this.args.tags },
      { parent: this },
    );
  }

  /** A role for each purpose that has permissions. */
  private awsRoles(
    provider: iam.OpenIdConnectProvider,
    trusted: readonly TrustedJobs[],
    may: typeof AWS_PERMISSIONS,
    named: (jobs: TrustedJobs) => RoleNames,
  ): Partial<Record<IdentityPurpose, pulumi.Output<string>>> {
    return Object.fromEntries(
      trusted.flatMap((jobs) => {
        const statements = may[jobs.purpose];
        return statements === undefined ? [] : [[jobs.purpose, this.awsRole(provider, jobs, statements(this.awsResources()), named(jobs))] as const];
      }),
    );
  }

  private awsRole(provider: iam.OpenIdConnectProvider, jobs: TrustedJobs, statements: permissions.Statement[], { key, name, does }: RoleNames): pulumi.Output<string> {
    const role = new iam.Role(
      `${this.name}-${key}-role`,
      {
        name,
        description: `${does} jobs of ${jobs.environments.join(", ")} in ${jobs.repository.owner}/${jobs.repository.name}`,
        assumeRolePolicy: trustPolicy(provider.arn, jobs),
        maxSessionDuration: SESSION_SECONDS,
        tags: this.args.tags,
      },
      { parent: this },
    );
    new iam.RolePolicy(
      `${this.name}-${key}-permissions`,
      { name: "permissions", role: role.name, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) },
      { parent: this },
    );
    return role.arn;
  }

  private awsResources(): permissions.AwsResources {
    const { args } = this;
    return {
      images: args.imageRepositoryArn,
      pullRequestImages: args.pullRequestRepositoryArn,
      cache: args.cacheRepositoryArn,
      isolated: args.isolatePullRequests,
      bucket: args.cacheBucketArn,
      objects: (prefix) => pulumi.interpolate`${args.cacheBucketArn}/${prefix}*`,
      cachePrefix: args.cachePrefix,
      roles: `arn:aws:iam::${args.awsAccountId}:role/${args.namePrefix}-*`,
      oidcProvider: `arn:aws:iam::${args.awsAccountId}:oidc-provider/${new URL(GITHUB_ISSUER).host}`,
    };
  }

  private azureIdentity(jobs: TrustedJobs): AzureIdentity {
    const { resourceGroupName, location, tags, namePrefix } = this.args;
    const identity = new managedidentity.UserAssignedIdentity(
      `${this.name}-${jobs.purpose}-identity`,
      { resourceName: identityName(namePrefix, jobs.purpose), resourceGroupName, location, tags },
      { parent: this },
    );
    // Azure takes one credential at a time for an identity and answers 409 to a second, so each waits for the one before it.
    let previous: pulumi.Resource[] = [];
    jobs.subjects.forEach((subject, index) => {
      const credential = new managedidentity.FederatedIdentityCredential(
        `${this.name}-${jobs.purpose}-credential-${index + 1}`,
        {
          federatedIdentityCredentialResourceName: `github-${index + 1}`,
          resourceName: identity.name,
          resourceGroupName,
          issuer: GITHUB_ISSUER,
          subject,
          audiences: [AZURE_AUDIENCE],
        },
        { parent: this, dependsOn: previous },
      );
      previous = [credential];
    });
    return { clientId: identity.clientId, principalId: identity.principalId };
  }

  /** Roles on what the identities exist for. Access to clusters is the clusters' to give. */
  private grantAzureRoles(): void {
    const { registryId, pullRequestRegistryId, resourceGroupId } = this.args;
    this.grant("pull-request-images", "AcrPush", pullRequestRegistryId, "Pushes pull-request images");
    this.grant("main-images", "AcrPush", registryId, "Pushes main's and nightly images");
    this.grant("release-images", "AcrPush", registryId, "Pushes release images");
    this.grant("deployment-tests", "AcrPull", registryId, "Pulls the chart of the virtual cluster");
    this.grant("preview", "Reader", resourceGroupId, "Reads this stack's resources for previews");
    this.grant("apply", "Contributor", resourceGroupId, "Makes and changes this stack's resources");
    this.grant("apply", "RbacAdministrator", resourceGroupId, "Assigns the roles that this stack assigns, and no other", assignableRoles());
  }

  private grant(purpose: IdentityPurpose, role: AzureRole, scope: pulumi.Input<string>, description: string, condition?: string): void {
    const identity = this.azure[purpose];
    if (identity === undefined) return;
    grantRole(
      `${this.name}-${purpose}-${role}`,
      `${this.args.namePrefix}/${this.name}/${purpose}/${role}`,
      { role, principalId: identity.principalId, scope, subscriptionId: this.args.subscriptionId, description, ...(condition === undefined ? {} : { condition }) },
      { parent: this },
    );
  }
}

/** Roles that an apply assigns. Those that would let it give itself everything (RBAC Administrator, Contributor) are not among them. */
const ASSIGNABLE: readonly AzureRole[] = ["AcrPull", "AcrPush", "AksClusterUser", "AksRbacReader", "AksRbacClusterAdmin", "Reader"];

/**
 * Lets whoever it is given to assign and remove those roles and no other.
 * Source: learn.microsoft.com, "Delegate Azure access management to others", example condition "Constrain roles".
 */
function assignableRoles(): string {
  const roles = ASSIGNABLE.map((role) => AZURE_ROLES[role]).join(", ");
  const clause = (action: string, attribute: "Request" | "Resource"): string =>
    `(!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'}) OR ` +
    `@${attribute}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles}})`;
  return `${clause("write", "Request")} AND ${clause("delete", "Resource")}`;
}
