/** What AWS STS reads from a web identity token, and under which condition keys a trust policy sees it. */

/** Claims of a decoded token. */
export type Claims = Readonly<Record<string, unknown>>;

/** Issuer of GitHub Actions' tokens. */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

/** Claims that every issuer's tokens may carry into a condition (IAM User Guide, "Available keys for AWS web identity federation"). */
const COMMON_CLAIMS = ["aud", "sub", "amr", "oaud", "email"] as const;

/**
 * Claims of GitHub's that STS takes besides `sub` and `aud` since January 2026 (AWS What's New, "AWS STS supports validation of identity
 * provider claims"). Any other claim of GitHub's, such as `runner_environment`, is absent from a trust policy's point of view.
 */
export const GITHUB_CLAIMS = [
  ...["actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref"],
  ...["repository", "repository_id", "repository_owner_id", "workflow"],
] as const;

/** Condition keys of an issuer, without its prefix. */
export function claimsOf(issuer: string): readonly string[] {
  return issuer === GITHUB_ISSUER ? ["aud", "sub", ...GITHUB_CLAIMS] : COMMON_CLAIMS;
}

/** The issuer as condition keys and provider ARNs write it: without the scheme. */
export function issuerHost(issuer: string): string {
  return issuer.replace(/^https:\/\//, "").replace(/\/$/, "");
}

/** A claim's values as text; undefined when the token has none. An empty list counts as none, as it does for IAM. */
export function claimValues(claims: Claims, claim: string): readonly string[] | undefined {
  const value = claims[claim];
  if (value === undefined || value === null) return undefined;
  const values = (Array.isArray(value) ? value : [value]).map((entry) => String(entry));
  return values.length === 0 ? undefined : values;
}
