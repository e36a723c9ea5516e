/** What each AWS role may do, as IAM policy statements: one function a purpose, the least that its jobs need. */
import type * as pulumi from "@pulumi/pulumi";
import { ECR_PULL_ACTIONS, ECR_PUSH_ACTIONS } from "../registries/image-registries";

type Text = pulumi.Input<string>;

/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: Text | readonly Text[];
  readonly Condition?: Record<string, Record<string, readonly string[]>>;
}

/** The AWS resources that permissions speak of. */
export interface AwsResources {
  readonly images: Text;
  readonly pullRequestImages: Text;
  readonly cache: Text;
  /** True when `pullRequestImages` is not `images`. */
  readonly isolated: boolean;
  readonly bucket: Text;
  /** ARN of every object below a prefix: `objects("main/")`. */
  objects(prefix: string): Text;
  /** Where main keeps its compiler cache in the bucket. */
  readonly cachePrefix: string;
  /** ARN pattern of this stack's roles. */
  readonly roles: Text;
  readonly oidcProvider: Text;
}

/** Pushes pull-request images; reads main's images and layers, so that it starts from them without being able to change them. */
export function pullRequestImages(to: AwsResources): Statement[] {
  return [
    registryLogin(),
    push([to.pullRequestImages]),
    pull(to.isolated ? [to.images, to.cache] : [to.cache]),
  ];
}

/** Pushes release images, and starts from main's layers without being able to change them. */
export function releaseImages(to: AwsResources): Statement[] {
  return [registryLogin(), push([to.images]), pull([to.cache])];
}

/** Pushes main's and nightly images and their layers. Reads nothing that a pull request wrote. */
export function mainImages(to: AwsResources): Statement[] {
  return [registryLogin(), push([to.images, to.cache])];
}

/** Starts from what main's compilers left, without being able to change it. */
export function readingCompilers(to: AwsResources): Statement[] {
  return [listCache(to), readCache(to)];
}

/** Keeps what main's compilers make. */
export function mainCompilers(to: AwsResources): Statement[] {
  return [listCache(to), readCache(to), writeCache(to)];
}

/** Reads the settings of this stack's resources, and neither images nor objects: enough for a preview with refresh. */
export function preview(to: AwsResources): Statement[] {
  return [
    allow("ReadRegistries", repositories(to), [
      "ecr:DescribeRepositories",
      "ecr:GetLifecyclePolicy",
      "ecr:GetRepositoryPolicy",
      "ecr:ListTagsForResource",
    ]),
    allow("ReadRoles", to.roles, ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:ListRoleTags"]),
    allow("ReadProvider", to.oidcProvider, ["iam:GetOpenIDConnectProvider", "iam:ListOpenIDConnectProviderTags"]),
    allow("ReadBucket", to.bucket, READ_BUCKET),
  ];
}

/**
 * Makes, changes and removes this stack's resources, known by name. Whoever can write a role's policy can write itself more rights inside
 * these names, so what holds this role is its environment: only the default branch, after review.
 */
export function apply(to: AwsResources): Statement[] {
  return [
    ...preview(to),
    allow("ManageRegistries", repositories(to), [
      "ecr:CreateRepository",
      "ecr:DeleteLifecyclePolicy",
      "ecr:DeleteRepository",
      "ecr:DeleteRepositoryPolicy",
      "ecr:PutImageScanningConfiguration",
      "ecr:PutImageTagMutability",
      "ecr:PutLifecyclePolicy",
      "ecr:SetRepositoryPolicy",
      "ecr:TagResource",
      "ecr:UntagResource",
    ]),
    allow("ManageRoles", to.roles, [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:ListInstanceProfilesForRole",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]),
    allow("ManageProvider", to.oidcProvider, [
      "iam:AddClientIDToOpenIDConnectProvider",
      "iam:CreateOpenIDConnectProvider",
      "iam:DeleteOpenIDConnectProvider",
      "iam:RemoveClientIDFromOpenIDConnectProvider",
      "iam:TagOpenIDConnectProvider",
      "iam:UntagOpenIDConnectProvider",
      "iam:UpdateOpenIDConnectProviderThumbprint",
    ]),
    allow("ManageBucket", to.bucket, [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]),
    allow("EmptyBucket", [to.objects("")], ["s3:DeleteObject", "s3:DeleteObjectVersion"]),
  ];
}

/** What the provider asks of a bucket when it reads one. */
const READ_BUCKET = [
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
];

function repositories(to: AwsResources): Text[] {
  return to.isolated ? [to.images, to.pullRequestImages, to.cache] : [to.images, to.cache];
}

/** A login is for the whole registry; AWS knows no narrower resource for this action. */
function registryLogin(): Statement {
  return allow("RegistryLogin", "*", ["ecr:GetAuthorizationToken"]);
}

/** Writing, and reading back what was written. */
function push(resources: readonly Text[]): Statement {
  return allow("PushImages", resources, [...new Set([...ECR_PUSH_ACTIONS, ...ECR_PULL_ACTIONS])].sort());
}

function pull(resources: readonly Text[]): Statement {
  return allow("PullImages", resources, [...ECR_PULL_ACTIONS]);
}

function listCache(to: AwsResources): Statement {
  return { ...allow("ListCompilerCache", to.bucket, ["s3:ListBucket"]), Condition: { StringLike: { "s3:prefix": [`${to.cachePrefix}*`] } } };
}

function readCache(to: AwsResources): Statement {
  return allow("ReadCompilerCache", [to.objects(to.cachePrefix)], ["s3:GetObject"]);
}

function writeCache(to: AwsResources): Statement {
  return allow("WriteCompilerCache", [to.objects(to.cachePrefix)], ["s3:PutObject"]);
}

function allow(Sid: string, Resource: Text | readonly Text[], Action: readonly string[]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}
