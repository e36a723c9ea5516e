/** AWS trust policies for GitHub's OIDC tokens. */
import * as pulumi from "@pulumi/pulumi";
import { AWS_AUDIENCE, GITHUB_ISSUER } from "../../pipeline/oidc";
import type { TrustedJobs } from "./purposes";

/** Prefix of the condition keys that carry a token's claims. */
const CLAIM = new URL(GITHUB_ISSUER).host;

/** Most characters of a role's trust policy before AWS asks for a quota rise. Source: AWS IAM quotas. */
export const TRUST_POLICY_CHARACTERS = 2048;

/**
 * Lets the trusted jobs assume a role, and nobody else. A wildcard in `sub` would take in environments that others can make, so all but the ref and the
 * workflow file are exact; `repository_id` holds even if somebody takes over the repository's name, and `ref` and `job_workflow_ref` even where an
 * environment's branch policy was opened: no tag, and no branch but its own, gets in.
 * Source of the claim keys: AWS, "AWS STS supports validation of identity provider claims" (2026-01).
 */
export function trustPolicy(providerArn: pulumi.Input<string>, jobs: TrustedJobs): pulumi.Output<string> {
  const where = { [`${CLAIM}:job_workflow_ref`]: oneOrMany(jobs.workflows), [`${CLAIM}:ref`]: oneOrMany(jobs.refs) };
  const hasWildcard = jobs.refs.some((ref) => /[*?]/.test(ref));
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${CLAIM}:aud`]: AWS_AUDIENCE,
            [`${CLAIM}:environment`]: oneOrMany(jobs.environments),
            [`${CLAIM}:repository_id`]: String(jobs.repository.repositoryId),
            [`${CLAIM}:sub`]: oneOrMany(jobs.subjects),
            ...(hasWildcard ? {} : where),
          },
          ...(hasWildcard ? { StringLike: where } : {}),
        },
      },
    ],
  });
}

/** IAM gives back a list of one as a string; written as one from the start, nothing differs afterwards. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}
