/**
 * The grammar of IAM policies (IAM User Guide, "Grammar of the IAM JSON policy language"), for policies of identities (inline policies of
 * roles) and of resources (ECR repositories, S3 buckets), with the names of actions: AWS takes an action that does not exist, and it
 * then grants nothing, so the sandbox refuses it.
 */
import { asList } from "../trust/statement";
import { EVALUATED_OPERATORS, OTHER_IAM_OPERATORS, parseOperator } from "../trust/operators";
import { type Finding, isRecord, parseDocument, show, unknownKeys } from "./finding";

/** Versions of the policy language. */
export const VERSIONS: readonly string[] = ["2012-10-17", "2008-10-17"];
/** Characters that all inline policies of a role may have together, without white space ("IAM and AWS STS quotas"). */
export const MAXIMUM_ROLE_POLICY_LENGTH = 10240;
/** Characters of an ECR repository policy (API reference: SetRepositoryPolicy). */
export const MAXIMUM_REPOSITORY_POLICY_LENGTH = 10240;
/** Bytes of a bucket policy (S3 User Guide, "Bucket policies"). */
export const MAXIMUM_BUCKET_POLICY_LENGTH = 20480;

/** What a policy is attached to: it decides which elements are needed and which are forbidden. */
export type PolicyTarget = "identity" | "repository" | "bucket";

const MAXIMUM_LENGTH: Readonly<Record<PolicyTarget, number>> = {
  identity: MAXIMUM_ROLE_POLICY_LENGTH,
  repository: MAXIMUM_REPOSITORY_POLICY_LENGTH,
  bucket: MAXIMUM_BUCKET_POLICY_LENGTH,
};

type Actions = Readonly<Record<string, readonly string[]>>;
const OPERATORS: readonly string[] = [...EVALUATED_OPERATORS, ...OTHER_IAM_OPERATORS];
const RESOURCE_ARN = /^arn:(aws[a-z-]*|\*):[a-z0-9*-]+:[a-z0-9*-]*:(\d{12}|aws|\*|):\S+$/;

/**
 * Every rule that the policy breaks.
 *
 * @param actions names by service, from `knownActions`
 */
export function policyFindings(text: string, target: PolicyTarget, actions: Actions): Finding[] {
  const parsed = parseDocument(text);
  if ("finding" in parsed) return [parsed.finding];
  const { document } = parsed;
  const findings = unknownKeys(document, ["Version", "Id", "Statement"], "");
  const length = text.replace(/\s/g, "").length;
  if (length > MAXIMUM_LENGTH[target]) {
    findings.push({
      path: "",
      message: `the document has ${length} characters without white space; at most ${MAXIMUM_LENGTH[target]} are allowed`,
    });
  }
  if (document.Version !== undefined && !VERSIONS.includes(document.Version as string)) {
    findings.push({ path: "Version", message: `found ${show(document.Version)}; allowed are ${VERSIONS.join(", ")}` });
  }
  const statements = asList(document.Statement);
  if (statements.length === 0) findings.push({ path: "Statement", message: "found none; at least one is needed" });
  statements.forEach((statement, index) => findings.push(...statementFindings(statement, `Statement[${index}]`, target, actions)));
  return [...findings, ...sidFindings(statements, target)];
}

function statementFindings(statement: unknown, path: string, target: PolicyTarget, actions: Actions): Finding[] {
  if (!isRecord(statement)) return [{ path, message: `found ${show(statement)}; a statement is an object` }];
  const isIdentity = target === "identity";
  const allowed = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    ...(isIdentity ? [] : ["Principal", "NotPrincipal"]),
  ];
  const findings = unknownKeys(statement, allowed, path);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    findings.push({ path: `${path}.Effect`, message: `found ${show(statement.Effect)}; allowed are Allow, Deny` });
  }
  findings.push(...oneOf(statement, ["Action", "NotAction"], path));
  // ECR's repository policies speak of their own repository only and leave the resource out.
  if (target !== "repository") findings.push(...oneOf(statement, ["Resource", "NotResource"], path));
  if (!isIdentity) findings.push(...oneOf(statement, ["Principal", "NotPrincipal"], path));
  findings.push(
    ...actionFindings(statement, path, actions),
    ...resourceFindings(statement, path),
    ...operatorFindings(statement.Condition, `${path}.Condition`),
  );
  return findings;
}

function oneOf(statement: Record<string, unknown>, keys: readonly [string, string], path: string): Finding[] {
  const present = keys.filter((key) => statement[key] !== undefined && asList(statement[key]).length > 0);
  return present.length === 1
    ? []
    : [{ path, message: `found ${present.length === 0 ? "neither" : "both"} of ${keys.join(" and ")}; exactly one is needed` }];
}

function actionFindings(statement: Record<string, unknown>, path: string, known: Actions): Finding[] {
  return (["Action", "NotAction"] as const).flatMap((key) =>
    asList(statement[key]).flatMap((action): Finding[] => {
      const message = actionMessage(action, known);
      return message === undefined ? [] : [{ path: `${path}.${key}`, message }];
    }),
  );
}

function actionMessage(action: unknown, known: Actions): string | undefined {
  if (action === "*") return undefined;
  const parts = typeof action === "string" ? /^([a-zA-Z0-9-]+):([a-zA-Z0-9*?]+)$/.exec(action) : null;
  if (!parts) return `found ${show(action)}; an action is written service:Name`;
  const [, service = "", name = ""] = parts;
  const names = known[service.toLowerCase()];
  if (!names) return `${show(action)} is of a service that the sandbox does not know; it knows ${Object.keys(known).join(", ")}`;
  const pattern = new RegExp(`^${name.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "i");
  return names.some((candidate) => pattern.test(candidate)) ? undefined : `${show(action)} names no action of ${service}`;
}

function resourceFindings(statement: Record<string, unknown>, path: string): Finding[] {
  return (["Resource", "NotResource"] as const).flatMap((key) =>
    asList(statement[key])
      .filter((resource) => resource !== "*" && (typeof resource !== "string" || !RESOURCE_ARN.test(resource)))
      .map((resource) => ({
        path: `${path}.${key}`,
        message: `found ${show(resource)}; "*" or an ARN like arn:aws:service:region:account:resource is needed`,
      })),
  );
}

function operatorFindings(condition: unknown, path: string): Finding[] {
  if (condition === undefined) return [];
  if (!isRecord(condition)) return [{ path, message: `found ${show(condition)}; an object is needed` }];
  return Object.entries(condition).flatMap(([operator, keys]): Finding[] => {
    if (!parseOperator(operator, OPERATORS))
      return [{ path: `${path}.${operator}`, message: `is no condition operator; known are ${OPERATORS.join(", ")}` }];
    return isRecord(keys) && Object.keys(keys).length > 0
      ? []
      : [{ path: `${path}.${operator}`, message: `found ${show(keys)}; an object of condition keys is needed` }];
  });
}

/** Sids are unique; an identity's are only letters and digits. */
function sidFindings(statements: readonly unknown[], target: PolicyTarget): Finding[] {
  const sids = statements.map((statement) => (isRecord(statement) ? statement.Sid : undefined));
  return sids.flatMap((sid, index): Finding[] => {
    if (sid === undefined) return [];
    const path = `Statement[${index}].Sid`;
    if (typeof sid !== "string" || (target === "identity" && !/^[A-Za-z0-9]*$/.test(sid)))
      return [{ path, message: `found ${show(sid)}; letters and digits are allowed` }];
    return sids.indexOf(sid) < index ? [{ path, message: `${show(sid)} is given twice` }] : [];
  });
}
