/** Where compilers keep what they have compiled: an S3 bucket for sccache. Main writes it; pull requests only read, so that none poisons main's. */
import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";

export interface BuildCachesArgs {
  /** Globally unique name of the bucket, 3 to 63 characters. */
  bucketName: pulumi.Input<string>;
  /** Prefix that jobs of main and of release branches write, such as `main/`. */
  prefix: pulumi.Input<string>;
  /** Days that an object lives. */
  days: pulumi.Input<number>;
  /** Put on every resource. */
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The bucket is not protected: whatever is lost is compiled again, and a destroy takes it with its objects.
 */
export class BuildCaches extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: BuildCachesArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:caches:BuildCaches", name, {}, opts);
    const child = { parent: this };

    const bucket = new s3.Bucket(`${name}-sccache`, { bucket: args.bucketName, forceDestroy: true, tags: args.tags }, child);
    const access = new s3.BucketPublicAccessBlock(
      `${name}-sccache-private`,
      { bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child,
    );
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-sccache-encryption`,
      // S3 blocks SSE-C on new buckets by itself since April 2026, and would show it as drift of one that says nothing of it.
      { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes: ["SSE-C"] }] },
      child,
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-sccache-lifecycle`,
      {
        bucket: bucket.bucket,
        rules: [
          { id: "expire", status: "Enabled", filter: { prefix: args.prefix }, expiration: { days: args.days }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
        ],
      },
      child,
    );
    new s3.BucketPolicy(
      `${name}-sccache-policy`,
      { bucket: bucket.bucket, policy: encryptedTransportOnly(bucket.arn) },
      // Both write the bucket's access settings, and S3 answers 409 to two at once.
      { parent: this, dependsOn: [access] },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

function encryptedTransportOnly(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "EncryptedTransportOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
