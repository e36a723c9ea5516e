/** The elements of an IAM policy document in one shape: single values and lists alike (IAM User Guide, "IAM JSON policy elements"). */
import { isRecord, show } from "../validate/finding";

/** A trust policy that cannot be evaluated: an element, operator or value whose meaning is not known here. Never read as a refusal. */
export class TrustPolicyError extends Error {
  override readonly name = "TrustPolicyError";
}

export interface ConditionEntry {
  /** As written, such as `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export interface TrustStatement {
  /** `Sid`, or the position: `statement 1`. */
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** Values of `Principal.Federated`. */
  readonly federated: readonly string[];
  /** True for the principal `*`, written either way. */
  readonly anyone: boolean;
  readonly conditions: readonly ConditionEntry[];
}

/**
 * The statements of a trust policy.
 *
 * @param document the policy as JSON text or as an object
 * @throws TrustPolicyError when the text is no policy, or has an element that an evaluation cannot take account of
 */
export function trustStatements(document: string | Readonly<Record<string, unknown>>): TrustStatement[] {
  const policy: unknown = typeof document === "string" ? parse(document) : document;
  if (!isRecord(policy)) throw new TrustPolicyError(`the document is ${show(policy)}; it has to be a JSON object`);
  const statements = asList(policy.Statement);
  if (statements.length === 0) throw new TrustPolicyError("the document has no Statement");
  return statements.map((statement, index) => trustStatement(statement, `statement ${index + 1}`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrustPolicyError(`the document is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function trustStatement(statement: unknown, position: string): TrustStatement {
  if (!isRecord(statement)) throw new TrustPolicyError(`${position} is ${show(statement)}; it has to be an object`);
  const label = typeof statement.Sid === "string" ? statement.Sid : position;
  const known = ["Sid", "Effect", "Principal", "Action", "Condition"];
  const unknown = Object.keys(statement).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new TrustPolicyError(`${label}: ${unknown.join(", ")} cannot be evaluated; known are ${known.join(", ")}`);
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw new TrustPolicyError(`${label}: Effect is ${show(statement.Effect)}; allowed are Allow, Deny`);
  }
  return {
    label,
    effect: statement.Effect,
    actions: strings(statement.Action, `${label}: Action`),
    ...principal(statement.Principal, label),
    conditions: conditions(statement.Condition, label),
  };
}

function principal(value: unknown, label: string): Pick<TrustStatement, "federated" | "anyone"> {
  if (value === "*") return { federated: [], anyone: true };
  if (!isRecord(value)) throw new TrustPolicyError(`${label}: Principal is ${show(value)}; it has to be "*" or an object`);
  const federated = strings(value.Federated ?? [], `${label}: Principal.Federated`);
  const accounts = strings(value.AWS ?? [], `${label}: Principal.AWS`);
  return { federated, anyone: accounts.includes("*") || federated.includes("*") };
}

function conditions(value: unknown, label: string): ConditionEntry[] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw new TrustPolicyError(`${label}: Condition is ${show(value)}; it has to be an object`);
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isRecord(keys)) throw new TrustPolicyError(`${label}: Condition.${operator} is ${show(keys)}; it has to be an object`);
    return Object.entries(keys).map(([key, wanted]) => ({
      operator,
      key,
      values: strings(wanted, `${label}: Condition.${operator}.${key}`),
    }));
  });
}

/** A JSON value that may be one thing or a list of them. */
export function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function strings(value: unknown, where: string): string[] {
  return asList(value).map((entry) => {
    if (typeof entry === "string") return entry;
    if (typeof entry === "boolean" || typeof entry === "number") return String(entry);
    throw new TrustPolicyError(`${where} is ${show(value)}; it has to be a string or a list of strings`);
  });
}
