/** AWS roles and policy documents, as far as the trust rules read them. */
import { isProps, items, oneOrMore } from "../../kit/values";

export const roleType = "aws:iam/role:Role";

export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: unknown;
  /** Values by operator and condition key; keys in lower case, as AWS compares them. */
  readonly conditions: readonly { readonly operator: string; readonly key: string; readonly values: readonly string[] }[];
  readonly value: Readonly<Record<string, unknown>>;
}

/** The statements of a document given as JSON text or as an object; undefined when it is neither. */
export function statements(document: unknown): readonly Statement[] | undefined {
  const value = typeof document === "string" ? tryJson(document) : document;
  if (!isProps(value)) return undefined;
  const list = Array.isArray(value["Statement"]) ? items(value["Statement"]) : [value["Statement"]];
  return list.filter(isProps).map((statement) => ({
    effect: String(statement["Effect"]),
    actions: oneOrMore(statement["Action"]),
    resources: oneOrMore(statement["Resource"]),
    principal: statement["Principal"],
    conditions: conditions(statement["Condition"]),
    value: statement,
  }));
}

function conditions(value: unknown): Statement["conditions"] {
  if (!isProps(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isProps(keys) ? keys : {}).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: oneOrMore(values) })),
  );
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
