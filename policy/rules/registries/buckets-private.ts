import { stackRule, type Subject } from "../../kit/rule";
import { at, items, listed, show } from "../../kit/values";

const bucketType = "aws:s3/bucket:Bucket";
const blockType = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const encryptionType = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

export const bucketsPrivate = stackRule({
  name: "buckets-private",
  title: "Buckets are private and encrypted",
  severity: "high",
  level: "mandatory",
  holds: "Every bucket blocks public access in all four ways and encrypts what it stores.",
  why: "A build cache that strangers may write is code that main compiles in; one that they may read is everything that was ever built.",
  fix: "Add the public access block and the encryption.",
  source: { title: "AWS Security Hub: S3.1, S3.8, S3.17", url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html" },
  *judge(subjects) {
    for (const bucket of subjects.filter(({ type }) => type === bucketType)) {
      const name = at(bucket.props, "bucket");
      const own = (type: string): Subject | undefined => subjects.find((subject) => subject.type === type && at(subject.props, "bucket") === name);
      const block = own(blockType);
      const open = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].filter((property) => at(block?.props, property) !== true);
      if (open.length > 0) yield { subject: block ?? bucket, property: "public access", found: `no ${listed(open)}`, wanted: "all four" };
      const encryption = own(encryptionType);
      const algorithms = items(at(encryption?.props, "rules")).map((rule) => at(rule, "applyServerSideEncryptionByDefault.sseAlgorithm"));
      if (!algorithms.some((algorithm) => algorithm === "AES256" || String(algorithm).startsWith("aws:kms"))) yield { subject: encryption ?? bucket, property: "encryption", found: show(algorithms), wanted: "AES256 or aws:kms" };
    }
  },
});
