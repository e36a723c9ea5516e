/**
 * What AWS IAM demands of a role's trust policy (IAM User Guide, "Role trust policies", "Policy grammar" and "Identity-provider controls
 * for shared OpenID Connect providers"; quota of 2,048 characters from "IAM and AWS STS quotas"). The emulator accepts any text at creation.
 *
 * Beyond AWS, and said so in the message: `aud` has to be conditioned for GitHub, and a claim that STS does not take is refused, because a
 * condition on it silently never holds.
 */
import { claimsOf, GITHUB_ISSUER, issuerHost } from "../trust/claims";
import { EVALUATED_OPERATORS, OTHER_IAM_OPERATORS, parseOperator } from "../trust/operators";
import { asList } from "../trust/statement";
import { type Finding, isRecord, parseDocument, show, unknownKeys } from "./finding";
import { VERSIONS } from "./policy";

/** Characters of a trust policy without white space: the default quota of an account. */
export const MAXIMUM_TRUST_POLICY_LENGTH = 2048;

const ACTIONS = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity", "sts:TagSession"];
const PRINCIPALS = ["AWS", "Federated", "Service", "CanonicalUser"];
const PROVIDER_ARN = /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/(\S+)$/;
const SAML_ARN = /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/\S+$/;
const OPERATORS: readonly string[] = [...EVALUATED_OPERATORS, ...OTHER_IAM_OPERATORS];

/** Every rule that the trust policy breaks. Whether the providers exist is another question: see `federatedProviders`. */
export function trustPolicyFindings(text: string): Finding[] {
  const parsed = parseDocument(text);
  if ("finding" in parsed) return [parsed.finding];
  const { document } = parsed;
  const findings = unknownKeys(document, ["Version", "Id", "Statement"], "");
  const length = text.replace(/\s/g, "").length;
  if (length > MAXIMUM_TRUST_POLICY_LENGTH) {
    findings.push({
      path: "",
      message: `the document has ${length} characters without white space; at most ${MAXIMUM_TRUST_POLICY_LENGTH} are allowed`,
    });
  }
  if (!VERSIONS.includes(document.Version as string)) {
    findings.push({ path: "Version", message: `found ${show(document.Version)}; allowed are ${VERSIONS.join(", ")}` });
  }
  const statements = asList(document.Statement);
  if (statements.length === 0) findings.push({ path: "Statement", message: "found none; at least one is needed" });
  statements.forEach((statement, index) => findings.push(...statementFindings(statement, `Statement[${index}]`)));
  return findings;
}

/** ARNs of the OpenID Connect providers that the policy trusts, in order, each once. */
export function federatedProviders(text: string): string[] {
  const parsed = parseDocument(text);
  if ("finding" in parsed) return [];
  const federated = asList(parsed.document.Statement).flatMap((statement) =>
    isRecord(statement) && isRecord(statement.Principal) ? asList(statement.Principal.Federated) : [],
  );
  return [...new Set(federated.filter((arn): arn is string => typeof arn === "string" && PROVIDER_ARN.test(arn)))];
}

function statementFindings(statement: unknown, path: string): Finding[] {
  if (!isRecord(statement)) return [{ path, message: `found ${show(statement)}; a statement is an object` }];
  const findings = unknownKeys(statement, ["Sid", "Effect", "Principal", "Action", "Condition"], path);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    findings.push({ path: `${path}.Effect`, message: `found ${show(statement.Effect)}; allowed are Allow, Deny` });
  }
  findings.push(
    ...actionFindings(statement.Action, `${path}.Action`),
    ...principalFindings(statement.Principal, `${path}.Principal`),
    ...conditionFindings(statement.Condition, `${path}.Condition`),
    ...webIdentityFindings(statement, path),
  );
  return findings;
}

function actionFindings(value: unknown, path: string): Finding[] {
  const actions = asList(value);
  if (actions.length === 0) return [{ path, message: `found none; allowed are ${ACTIONS.join(", ")}` }];
  return actions
    .filter((action) => !ACTIONS.some((known) => typeof action === "string" && known.toLowerCase() === action.toLowerCase()))
    .map((action) => ({ path, message: `found ${show(action)}; allowed are ${ACTIONS.join(", ")}` }));
}

function principalFindings(value: unknown, path: string): Finding[] {
  if (value === "*") return [];
  if (!isRecord(value) || Object.keys(value).length === 0) {
    return [{ path, message: `found ${show(value)}; "*" or an object with ${PRINCIPALS.join(", ")} is needed` }];
  }
  const federated = asList(value.Federated).filter((arn) => typeof arn !== "string" || (!PROVIDER_ARN.test(arn) && !SAML_ARN.test(arn)));
  return [
    ...unknownKeys(value, PRINCIPALS, path),
    ...federated.map((arn) => ({
      path: `${path}.Federated`,
      message: `found ${show(arn)}; the ARN of an identity provider is needed, such as arn:aws:iam::123456789012:oidc-provider/${issuerHost(GITHUB_ISSUER)}`,
    })),
  ];
}

function conditionFindings(value: unknown, path: string): Finding[] {
  if (value === undefined) return [];
  if (!isRecord(value)) return [{ path, message: `found ${show(value)}; an object is needed` }];
  return Object.entries(value).flatMap(([operator, keys]): Finding[] => {
    const at = `${path}.${operator}`;
    if (!parseOperator(operator, OPERATORS))
      return [
        { path: at, message: `is no condition operator; known are ${OPERATORS.join(", ")}, with IfExists, ForAllValues: and ForAnyValue:` },
      ];
    if (!isRecord(keys) || Object.keys(keys).length === 0)
      return [{ path: at, message: `found ${show(keys)}; an object of condition keys is needed` }];
    return Object.entries(keys).flatMap(([key, values]) => conditionKeyFindings(key, values, `${at}.${key}`));
  });
}

function conditionKeyFindings(key: string, values: unknown, path: string): Finding[] {
  const wanted = asList(values);
  const findings: Finding[] = [];
  if (wanted.length === 0 || wanted.some((value) => !["string", "boolean", "number"].includes(typeof value))) {
    findings.push({ path, message: `found ${show(values)}; a string or a list of at least one string is needed` });
  }
  const prefix = `${issuerHost(GITHUB_ISSUER)}:`;
  const claim = key.toLowerCase().startsWith(prefix) ? key.toLowerCase().slice(prefix.length) : undefined;
  const claims = claimsOf(GITHUB_ISSUER);
  if (claim !== undefined && !claims.includes(claim)) {
    findings.push({
      path,
      message: `AWS STS does not take the claim ${claim} of GitHub's, so the condition never holds; it takes ${claims.join(", ")}`,
    });
  }
  return findings;
}

/** A federated principal goes with AssumeRoleWithWebIdentity, and GitHub's with conditions on whom it speaks for. */
function webIdentityFindings(statement: Record<string, unknown>, path: string): Finding[] {
  const federated = isRecord(statement.Principal)
    ? asList(statement.Principal.Federated).filter((arn): arn is string => typeof arn === "string")
    : [];
  const hosts = federated.flatMap((arn) => PROVIDER_ARN.exec(arn)?.[1] ?? []);
  if (hosts.length === 0) return [];
  const findings: Finding[] = [];
  const actions = asList(statement.Action);
  const foreign = actions.filter((action) => action === "sts:AssumeRole" || action === "sts:AssumeRoleWithSAML");
  if (foreign.length > 0)
    findings.push({
      path: `${path}.Action`,
      message: `found ${foreign.join(", ")}; an OpenID Connect provider goes with sts:AssumeRoleWithWebIdentity`,
    });
  if (statement.Effect === "Allow" && hosts.includes(issuerHost(GITHUB_ISSUER)))
    findings.push(...githubFindings(statement.Condition, `${path}.Condition`));
  return findings;
}

function githubFindings(condition: unknown, path: string): Finding[] {
  const host = issuerHost(GITHUB_ISSUER);
  const demands = [
    { key: `${host}:sub`, reason: "AWS refuses a trust policy for GitHub without it" },
    { key: `${host}:aud`, reason: "the sandbox demands it, so that a token made for another audience is of no use" },
  ];
  return demands.flatMap(({ key, reason }) => {
    const values = positiveValues(condition, key);
    if (values.length === 0) return [{ path, message: `no StringEquals or StringLike on ${key}; ${reason}` }];
    return values
      .filter((value) => /^[*?]*$/.test(value))
      .map((value) => ({ path, message: `${key} allows ${show(value)}, which is anybody; ${reason}` }));
  });
}

/** Values under operators that fail when the claim is absent: the others restrict nobody. */
function positiveValues(condition: unknown, key: string): string[] {
  if (!isRecord(condition)) return [];
  return ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike"].flatMap(
    (operator) => {
      const keys = condition[operator];
      if (!isRecord(keys)) return [];
      const entry = Object.entries(keys).find(([name]) => name.toLowerCase() === key);
      return asList(entry?.[1]).map(String);
    },
  );
}
