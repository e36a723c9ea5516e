import { resourceRule } from "../../kit/rule";
import { at, show } from "../../kit/values";
import { statements } from "../trust/documents";

export const noPublicPolicies = resourceRule({
  name: "no-public-policies",
  title: "No policy of a bucket or repository allows anything to everybody",
  severity: "critical",
  level: "mandatory",
  holds: "A policy of a bucket or of an ECR repository names the principals that it allows something; a wildcard stands only in a Deny.",
  why: "A build cache that strangers may write is code that main compiles in; one that they may read is everything that was ever built.",
  fix: "Name the principal of the Allow.",
  source: { title: "AWS Security Hub: S3.6; Amazon ECR: repository policies", url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html" },
  types: ["aws:s3/bucketPolicy:BucketPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"],
  unknowns: { why: "AWS assigns the ARNs of what the same apply creates", from: { policy: ["aws:ecr/repository:Repository", "aws:s3/bucket:Bucket"] } },
  *judge(policy) {
    const found = statements(at(policy.props, "policy"));
    if (found === undefined) return yield { property: "policy", found: "no policy document", wanted: "a JSON policy document" };
    for (const [index, { effect, principal }] of found.entries()) {
      if (effect === "Allow" && (principal === undefined || JSON.stringify(principal).includes("*"))) {
        yield { property: `policy.Statement[${index}].Principal`, found: show(principal), wanted: "a named principal" };
      }
    }
  },
});
