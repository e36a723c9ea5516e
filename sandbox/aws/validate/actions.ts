/**
 * Names of the actions that policies of this sandbox's services may hold (AWS Service Authorization Reference). For ECR, IAM and STS they
 * are the API's operations, with the few permissions that are no operation; S3 names its actions apart from its operations.
 */

/** Actions by service prefix; a service that is not here is not known to the sandbox. */
export async function knownActions(): Promise<Readonly<Record<string, readonly string[]>>> {
  const [ecr, iam, sts] = await Promise.all([import("@aws-sdk/client-ecr"), import("@aws-sdk/client-iam"), import("@aws-sdk/client-sts")]);
  return {
    ecr: [...operations(ecr), "BatchImportUpstreamImage", "ReplicateImage"],
    iam: [...operations(iam), "PassRole"],
    sts: [...operations(sts), "SetSourceIdentity", "TagSession"],
    s3: S3_ACTIONS,
  };
}

/** The clients' commands are the operations of the API. */
function operations(client: object): string[] {
  return Object.keys(client)
    .filter((name) => /^[A-Z]\w+Command$/.test(name))
    .map((name) => name.slice(0, -"Command".length));
}

const S3_ACTIONS = [
  ...[
    "AbortMultipartUpload",
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
  ],
  ...["DeleteObjectVersionTagging", "GetAccelerateConfiguration", "GetAccountPublicAccessBlock", "GetBucketAcl", "GetBucketCORS"],
  ...["GetBucketLocation", "GetBucketLogging", "GetBucketNotification", "GetBucketObjectLockConfiguration", "GetBucketOwnershipControls"],
  ...["GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging"],
  ...["GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetObject", "GetObjectAcl"],
  ...["GetObjectAttributes", "GetObjectTagging", "GetObjectVersion", "GetObjectVersionTagging", "GetReplicationConfiguration"],
  ...[
    "ListAllMyBuckets",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "ListMultipartUploadParts",
    "ListTagsForResource",
  ],
  ...["PutAccelerateConfiguration", "PutBucketAcl", "PutBucketCORS", "PutBucketLogging", "PutBucketNotification"],
  ...["PutBucketObjectLockConfiguration", "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock"],
  ...["PutBucketRequestPayment", "PutBucketTagging", "PutBucketVersioning", "PutBucketWebsite", "PutEncryptionConfiguration"],
  ...["PutLifecycleConfiguration", "PutObject", "PutObjectAcl", "PutObjectTagging", "PutReplicationConfiguration", "RestoreObject"],
  ...["TagResource", "UntagResource"],
] as const;
