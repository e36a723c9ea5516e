/** Where images live: ECR for CI, ACR for what AKS pulls. Both hold one repository of the same name; the tag says everything else. */
import * as pulumi from "@pulumi/pulumi";
import * as ecr from "@pulumi/aws/ecr";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { purgeTask, type PurgeRule } from "./purge";
import type { LifecycleRule } from "./lifecycle";

export interface ImageRegistriesArgs {
  /** Repository name in both registries, such as `ai-dynamo/dynamo`. */
  repository: string;
  /** Tag prefixes that may be overwritten, such as `main-`; at most five. Every other tag is written once. */
  movablePrefixes: string[];
  /** True gives pull-request images a repository and a registry of their own. */
  isolatePullRequests: boolean;
  /** Lifecycle rules of the repository that holds main's images. */
  imageRules: LifecycleRule[];
  /** Lifecycle rules of the pull-request repository; read only where pull requests are isolated. */
  pullRequestRules: LifecycleRule[];
  /** Lifecycle rules of the build-cache repository. */
  cacheRules: LifecycleRule[];
  /** What is purged from the Azure registry that holds main's images. */
  imagePurges: PurgeRule[];
  /** What is purged from the pull-request registry; read only where pull requests are isolated. */
  pullRequestPurges: PurgeRule[];
  /** ARN of the role that pull requests' jobs take: repositories that are not theirs refuse its writes, whatever its own policy says. */
  pullRequestRoleArn: pulumi.Input<string>;
  /** Globally unique name of the Azure registry: 5 to 50 letters and digits. */
  acrName: string;
  /** Tier of the Azure registry: Basic, Standard or Premium. */
  acrSku: pulumi.Input<string>;
  /** Resource group of the Azure registry. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the registry. */
  location: pulumi.Input<string>;
  /** Put on every resource. */
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** True refuses to delete the registries; false lets a destroy take the images with them. */
  protect: boolean;
}

/** Cron, UTC: an hour after the nightly run has started, when the night's pushes are under way and the day's are not. */
const PURGE_SCHEDULE = "0 9 * * *";

/** What a role needs to write an image. Source: Amazon ECR user guide, "IAM permissions for pushing an image". */
export const ECR_PUSH_ACTIONS = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
] as const;

/** What a role needs to read an image. */
export const ECR_PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] as const;

/** Writing and everything that undoes a repository's protection. */
const FORBIDDEN_TO_PULL_REQUESTS = [
  "ecr:BatchDeleteImage",
  "ecr:CompleteLayerUpload",
  "ecr:DeleteLifecyclePolicy",
  "ecr:DeleteRepository",
  "ecr:DeleteRepositoryPolicy",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:PutImageTagMutability",
  "ecr:PutLifecyclePolicy",
  "ecr:SetRepositoryPolicy",
  "ecr:UploadLayerPart",
];

/** An ECR repository as its users see it. */
export interface EcrRepository {
  readonly arn: pulumi.Output<string>;
  /** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`. */
  readonly url: pulumi.Output<string>;
}

/** An Azure registry as its users see it. */
export interface AcrRegistry {
  readonly id: pulumi.Output<string>;
  /** Such as `dynamoci.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
}

/** The registries in ECR and ACR, with who may read and write them and how long images stay. */
export class ImageRegistries extends pulumi.ComponentResource {
  /** Main, nightly and release images; pull-request images too unless they are isolated. */
  readonly images: EcrRepository;
  /** Pull-request images: the same as `images` unless they are isolated. */
  readonly pullRequestImages: EcrRepository;
  readonly cache: EcrRepository;
  readonly registry: AcrRegistry;
  /** The same as `registry` unless pull requests are isolated. */
  readonly pullRequestRegistry: AcrRegistry;

  constructor(
    private readonly name: string,
    private readonly args: ImageRegistriesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:registries:ImageRegistries", name, {}, opts);

    const images = this.imageRepository();
    const cache = this.cacheRepository();
    const registry = this.azureRegistry("acr", args.acrName, args.imagePurges);
    this.images = { arn: images.arn, url: images.repositoryUrl };
    this.cache = { arn: cache.arn, url: cache.repositoryUrl };
    this.registry = { id: registry.id, loginServer: registry.loginServer };
    this.refusePullRequestWrites("cache", cache);

    if (args.isolatePullRequests) {
      const pullRequests = this.pullRequestRepository();
      const pullRequestRegistry = this.azureRegistry("pull-request-acr", `${args.acrName}pr`, args.pullRequestPurges);
      this.refusePullRequestWrites("images", images);
      this.pullRequestImages = { arn: pullRequests.arn, url: pullRequests.repositoryUrl };
      this.pullRequestRegistry = { id: pullRequestRegistry.id, loginServer: pullRequestRegistry.loginServer };
    } else {
      this.pullRequestImages = this.images;
      this.pullRequestRegistry = this.registry;
    }

    this.registerOutputs({
      images: this.images,
      pullRequestImages: this.pullRequestImages,
      cache: this.cache,
      registry: this.registry,
      pullRequestRegistry: this.pullRequestRegistry,
    });
  }

  private imageRepository(): ecr.Repository {
    const { repository, movablePrefixes, imageRules } = this.args;
    return this.ecrRepository("images", repository, imageRules, {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: movablePrefixes.map((prefix) => ({ filter: `${prefix}*`, filterType: "WILDCARD" })),
    });
  }

  private pullRequestRepository(): ecr.Repository {
    return this.ecrRepository("pull-request-images", `${this.args.repository}-pull-request`, this.args.pullRequestRules, { imageTagMutability: "IMMUTABLE" });
  }

  /** Cache tags are overwritten by every build of main; nothing is ever deployed from here. */
  private cacheRepository(): ecr.Repository {
    return this.ecrRepository("cache", `${this.args.repository}-cache`, this.args.cacheRules, { imageTagMutability: "MUTABLE" });
  }

  private ecrRepository(suffix: string, repository: string, rules: readonly LifecycleRule[], mutability: Partial<ecr.RepositoryArgs>): ecr.Repository {
    const created = new ecr.Repository(
      `${this.name}-${suffix}`,
      {
        name: repository,
        ...mutability,
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        imageScanningConfiguration: { scanOnPush: true },
        forceDelete: !this.args.protect,
        tags: this.args.tags,
      },
      { parent: this, protect: this.args.protect },
    );
    new ecr.LifecyclePolicy(`${this.name}-${suffix}-lifecycle`, { repository: created.name, policy: JSON.stringify({ rules }) }, { parent: this });
    return created;
  }

  /**
   * A repository's own Deny outweighs every Allow, so that a role widened by mistake still cannot poison what main reads. The principal is
   * named by condition: ECR refuses a policy whose principal does not exist yet, and the role is made after the repositories.
   */
  private refusePullRequestWrites(suffix: string, repository: ecr.Repository): void {
    new ecr.RepositoryPolicy(
      `${this.name}-${suffix}-policy`,
      {
        repository: repository.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "PullRequestsOnlyRead",
              Effect: "Deny",
              Principal: "*",
              Action: FORBIDDEN_TO_PULL_REQUESTS,
              Condition: { ArnEquals: { "aws:PrincipalArn": this.args.pullRequestRoleArn } },
            },
          ],
        }),
      },
      { parent: this },
    );
  }

  private azureRegistry(suffix: string, registryName: string, purges: readonly PurgeRule[]): containerregistry.Registry {
    const { resourceGroupName, location, acrSku, tags, protect } = this.args;
    const registry = new containerregistry.Registry(
      `${this.name}-${suffix}`,
      {
        registryName,
        resourceGroupName,
        location,
        sku: { name: acrSku },
        // Everybody who reads or writes has an identity of their own; a shared password could not be taken back from one of them.
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        tags,
      },
      { parent: this, protect },
    );
    new containerregistry.Task(
      `${this.name}-${suffix}-purge`,
      {
        taskName: "purge",
        registryName: registry.name,
        resourceGroupName,
        location,
        platform: { os: "Linux", architecture: "amd64" },
        status: "Enabled",
        timeout: 3600 * purges.length,
        step: { type: "EncodedTask", encodedTaskContent: Buffer.from(purgeTask(this.args.repository, purges), "utf8").toString("base64") },
        trigger: { timerTriggers: [{ name: "daily", schedule: PURGE_SCHEDULE, status: "Enabled" }] },
        tags,
      },
      { parent: this },
    );
    return registry;
  }
}
