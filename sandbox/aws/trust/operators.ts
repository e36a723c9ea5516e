/** IAM's condition operators, as far as a trust policy for web identities needs them (IAM User Guide, "Condition operators"). */
import { TrustPolicyError } from "./statement";

export type SetQualifier = "ForAllValues" | "ForAnyValue";

/** An operator taken apart: `ForAnyValue:StringNotLikeIfExists`. */
export interface ParsedOperator {
  readonly qualifier: SetQualifier | undefined;
  readonly base: BaseOperator;
  readonly ifExists: boolean;
}

type Matcher = (found: string, wanted: string) => boolean;

const equals: Matcher = (found, wanted) => found === literal(wanted);
const equalsIgnoringCase: Matcher = (found, wanted) => found.toLowerCase() === literal(wanted).toLowerCase();
const like: Matcher = (found, wanted) => wildcardPattern(wanted).test(found);
const bool: Matcher = (found, wanted) => found.toLowerCase() === wanted.toLowerCase();

const COMPARISONS = {
  StringEquals: { matches: equals, negated: false },
  StringNotEquals: { matches: equals, negated: true },
  StringEqualsIgnoreCase: { matches: equalsIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { matches: equalsIgnoringCase, negated: true },
  StringLike: { matches: like, negated: false },
  StringNotLike: { matches: like, negated: true },
  Bool: { matches: bool, negated: false },
} as const satisfies Record<string, { matches: Matcher; negated: boolean }>;

export type BaseOperator = keyof typeof COMPARISONS | "Null";

/** Operators that the evaluator knows, without qualifier and IfExists. */
export const EVALUATED_OPERATORS: readonly BaseOperator[] = [...(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]), "Null"];

/** Operators that IAM knows besides; a claim of GitHub's is never compared by them. */
export const OTHER_IAM_OPERATORS: readonly string[] = [
  ...["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].flatMap((relation) => [
    `Numeric${relation}`,
    `Date${relation}`,
  ]),
  ...["BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
];

/** Takes an operator apart; undefined when the base is none of `bases`, or when the parts cannot go together. */
export function parseOperator<Base extends string>(
  operator: string,
  bases: readonly Base[],
): { qualifier: SetQualifier | undefined; base: Base; ifExists: boolean } | undefined {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator);
  const base = bases.find((known) => known === parts?.[2]);
  if (!parts || base === undefined) return undefined;
  const qualifier = parts[1] as SetQualifier | undefined;
  const ifExists = parts[3] !== undefined;
  return base === "Null" && (qualifier !== undefined || ifExists) ? undefined : { qualifier, base, ifExists };
}

/**
 * Whether a claim satisfies one operator.
 *
 * @param found the claim's values; undefined when the token has no such claim
 * @throws TrustPolicyError for an operator that is not known here
 */
export function operatorHolds(operator: string, found: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const parsed = parseOperator(operator, EVALUATED_OPERATORS);
  if (!parsed)
    throw new TrustPolicyError(
      `the condition operator ${operator} cannot be evaluated; known are ${EVALUATED_OPERATORS.join(", ")}, with IfExists, ForAllValues: and ForAnyValue:`,
    );
  const { base, qualifier, ifExists } = parsed;
  if (base === "Null") return wanted.some((value) => (value.toLowerCase() === "true") === (found === undefined));
  const comparison = COMPARISONS[base];
  const holds = (value: string): boolean => wanted.some((entry) => comparison.matches(value, entry)) !== comparison.negated;
  if (found === undefined || found.length === 0) return holdsWithoutClaim(qualifier, ifExists, comparison.negated);
  if (qualifier === "ForAllValues") return found.every(holds);
  if (qualifier === "ForAnyValue") return found.some(holds);
  // A list under an operator without qualifier: every value has to pass a negation, one has to pass a comparison.
  return comparison.negated ? found.every(holds) : found.some(holds);
}

/** An absent claim passes ForAllValues, IfExists and, without a qualifier, every negation; that is why ForAllValues has no place in an Allow. */
function holdsWithoutClaim(qualifier: SetQualifier | undefined, ifExists: boolean, negated: boolean): boolean {
  if (qualifier === "ForAllValues" || ifExists) return true;
  return qualifier === undefined && negated;
}

/** Resolves `${*}`, `${?}` and `${$}`; any other policy variable depends on a request that is not at hand. */
function literal(wanted: string): string {
  return wanted.replace(/\$\{([^}]*)\}/g, (variable, name: string) => {
    if (name === "*" || name === "?" || name === "$") return name;
    throw new TrustPolicyError(`the policy variable ${variable} cannot be evaluated; known are \${*}, \${?}, \${$}`);
  });
}

/** `*` stands for any text, `?` for one character; `${*}` and `${?}` for themselves. */
function wildcardPattern(wanted: string): RegExp {
  const source = wanted
    .split(/(\$\{[^}]*\}|\*|\?)/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : literal(part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`, "su");
}
