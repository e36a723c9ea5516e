/**
 * Who can assume a role: AWS's evaluation of a trust policy for AssumeRoleWithWebIdentity, as a pure function.
 *
 * Each job's token is a set of claims; a proof over all jobs and all roles calls `canAssume` for each pair. What this cannot evaluate it
 * refuses with an error, never with "no": a proof must not rest on a policy that was not understood.
 */
import { type Claims, claimsOf, claimValues, issuerHost } from "./claims";
import { operatorHolds, EVALUATED_OPERATORS, parseOperator } from "./operators";
import { type ConditionEntry, TrustPolicyError, type TrustStatement, trustStatements } from "./statement";

export interface Decision {
  readonly allowed: boolean;
  /** The statement that decided, or for each statement why it did not apply. */
  readonly why: string;
}

/** The action of a web identity. */
const ACTION = "sts:AssumeRoleWithWebIdentity";

/**
 * Whether a token with these claims may assume a role with this trust policy.
 *
 * @param document the trust policy, as JSON text or object
 * @param claims the token's claims; `iss` (a URL) is needed, since it tells which identity provider speaks
 * @param providerArn ARN of the account's identity provider; when given, a statement has to name exactly it; otherwise the ARN's last part
 * is compared with the issuer
 * @throws TrustPolicyError for an operator or element that is not known here, in whatever statement it stands; for a policy variable that
 * is met; and for claims without `iss`
 */
export function canAssume(document: string | Readonly<Record<string, unknown>>, claims: Claims, providerArn?: string): Decision {
  const issuer = claims.iss;
  if (typeof issuer !== "string" || issuer === "")
    throw new TrustPolicyError("the claims have no iss; without an issuer no identity provider is meant");
  const statements = trustStatements(document);
  refuseUnknownOperators(statements);
  const verdicts = statements.map((statement) => ({ statement, mismatch: mismatch(statement, claims, issuer, providerArn) }));
  const denied = verdicts.find(({ statement, mismatch }) => statement.effect === "Deny" && mismatch === undefined);
  if (denied) return { allowed: false, why: `${denied.statement.label} denies` };
  const allowed = verdicts.find(({ statement, mismatch }) => statement.effect === "Allow" && mismatch === undefined);
  if (allowed) return { allowed: true, why: `${allowed.statement.label} allows` };
  const reasons = verdicts
    .filter(({ statement }) => statement.effect === "Allow")
    .map(({ statement, mismatch }) => `${statement.label}: ${mismatch}`);
  return { allowed: false, why: reasons.length === 0 ? "no statement allows" : reasons.join("; ") };
}

/** An operator that is not understood is an error even in a statement that would not apply. */
function refuseUnknownOperators(statements: readonly TrustStatement[]): void {
  const operators = statements.flatMap(({ label, conditions }) => conditions.map(({ operator }) => ({ label, operator })));
  const unknown = operators.filter(({ operator }) => !parseOperator(operator, EVALUATED_OPERATORS));
  if (unknown.length === 0) return;
  const named = unknown.map(({ label, operator }) => `${operator} (${label})`).join(", ");
  throw new TrustPolicyError(
    `condition operators that cannot be evaluated: ${named}; known are ${EVALUATED_OPERATORS.join(", ")}, with IfExists, ForAllValues: and ForAnyValue:`,
  );
}

/** Why the statement does not apply to the token; undefined when it does. */
function mismatch(statement: TrustStatement, claims: Claims, issuer: string, providerArn: string | undefined): string | undefined {
  if (!statement.actions.some(coversAction)) return `Action is ${statement.actions.join(", ")}, not ${ACTION}`;
  if (!statement.anyone && !statement.federated.some((arn) => namesProvider(arn, issuer, providerArn))) {
    return `Principal is ${statement.federated.join(", ") || "nobody federated"}, not the provider of ${providerArn ?? issuer}`;
  }
  return statement.conditions.map((entry) => conditionMismatch(entry, claims, issuer)).find((reason) => reason !== undefined);
}

/** Action names ignore case and take wildcards. */
function coversAction(action: string): boolean {
  const source = action
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "i").test(ACTION);
}

function namesProvider(arn: string, issuer: string, providerArn: string | undefined): boolean {
  if (providerArn !== undefined) return arn === providerArn;
  return /^arn:[a-z-]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1] === issuerHost(issuer);
}

function conditionMismatch({ operator, key, values }: ConditionEntry, claims: Claims, issuer: string): string | undefined {
  const found = contextValues(key, claims, issuer);
  if (operatorHolds(operator, found, values)) return undefined;
  return `${operator} ${key}: found ${found === undefined ? "no such claim" : found.join(", ")}, wanted ${values.join(", ")}`;
}

/** Condition keys ignore case. A key of another issuer, or a claim that STS does not take, is absent. */
function contextValues(key: string, claims: Claims, issuer: string): readonly string[] | undefined {
  const prefix = `${issuerHost(issuer)}:`.toLowerCase();
  if (!key.toLowerCase().startsWith(prefix)) return undefined;
  const claim = claimsOf(issuer).find((known) => known === key.toLowerCase().slice(prefix.length));
  return claim === undefined ? undefined : claimValues(claims, claim);
}
