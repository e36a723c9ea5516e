/**
 * What an IAM policy grants, and what another one grants beyond it. A statement is covered by an earlier one that let in as much in every respect;
 * what no earlier statement covers is new. The comparison errs to the safe side: two statements that together covered a new one do not count.
 */
import { elementsOf } from "../diff/canonical";
import { isFields, type Value } from "../value";

/** A statement in sets. An element that is left out of a statement is an empty one. */
interface Statement {
  readonly sid: string | undefined;
  readonly allows: boolean;
  /** Such as `Federated: arn:aws:...`, `Action: s3:GetObject`, `Resource: *`. */
  readonly elements: ReadonlyMap<Element, ReadonlySet<string>>;
  /** Values by operator and key, such as `StringEquals token.actions.githubusercontent.com:sub`. */
  readonly conditions: ReadonlyMap<string, ReadonlySet<string>>;
}

const ELEMENTS = ["Principal", "Action", "Resource", "NotPrincipal", "NotAction", "NotResource"] as const;
type Element = (typeof ELEMENTS)[number];

/** Something that a policy grants and its former did not. */
export interface Grant {
  /** `Principal`, `Action`, `Resource`, a condition such as `StringEquals ...:sub`, or `Deny`, for a prohibition that is gone. */
  readonly what: string;
  readonly added: readonly string[];
  /** True where a condition is gone, so that any value will do. */
  readonly unconditional: boolean;
  /** The statement's id, or what it is about. */
  readonly statement: string;
}

/** What `after` grants beyond `before`; undefined is a policy that is not there. */
export function widened(before: Value | undefined, after: Value | undefined): Grant[] {
  const [old, wanted] = [statementsOf(before), statementsOf(after)];
  const allowed = (statements: readonly Statement[]): Statement[] => statements.filter(({ allows }) => allows);
  const denied = (statements: readonly Statement[]): Statement[] => statements.filter(({ allows }) => !allows);
  return [
    ...allowed(wanted).flatMap((statement) => beyond(statement, allowed(old))),
    ...denied(old)
      .filter((statement) => !denied(wanted).some((other) => covers(other, statement)))
      .map((statement) => ({ what: "Deny", added: describe(statement), unconditional: false, statement: labelOf(statement) })),
  ];
}

function beyond(statement: Statement, old: readonly Statement[]): Grant[] {
  if (old.some((other) => covers(other, statement))) return [];
  const nearest = old.find(({ sid }) => sid !== undefined && sid === statement.sid) ?? likest(statement, old);
  const label = labelOf(statement);
  if (nearest === undefined) return [{ what: "Statement", added: describe(statement), unconditional: statement.conditions.size === 0, statement: label }];
  const elements = ELEMENTS.flatMap((element) => {
    const added = [...valuesOf(statement, element)].filter((value) => !anyMatches(valuesOf(nearest, element), value));
    return added.length === 0 ? [] : [{ what: element, added, unconditional: false, statement: label }];
  });
  // Of what is excluded, less is more.
  const readmitted = ELEMENTS.filter((element) => element.startsWith("Not")).flatMap((element) => {
    const gone = [...valuesOf(nearest, element)].filter((value) => !valuesOf(statement, element).has(value));
    return gone.length === 0 ? [] : [{ what: element, added: gone, unconditional: false, statement: label }];
  });
  const conditions = [...nearest.conditions].flatMap(([condition, values]): Grant[] => {
    const now = statement.conditions.get(condition);
    if (now === undefined) return [{ what: condition, added: [...values], unconditional: true, statement: label }];
    const added = [...now].filter((value) => !values.has(value));
    return added.length === 0 ? [] : [{ what: condition, added, unconditional: false, statement: label }];
  });
  return [...elements, ...readmitted, ...conditions];
}

/** True when a statement lets in all that another one does. */
function covers(wide: Statement, narrow: Statement): boolean {
  const positive = (["Principal", "Action", "Resource"] as const).every((element) => [...valuesOf(narrow, element)].every((value) => anyMatches(valuesOf(wide, element), value)));
  const negative = (["NotPrincipal", "NotAction", "NotResource"] as const).every((element) => sameSet(valuesOf(wide, element), valuesOf(narrow, element)));
  const conditions = [...wide.conditions].every(([condition, values]) => {
    const asked = narrow.conditions.get(condition);
    return asked !== undefined && [...asked].every((value) => values.has(value));
  });
  return positive && negative && conditions;
}

/** The earlier statement that has most in common with one. */
function likest(statement: Statement, old: readonly Statement[]): Statement | undefined {
  const common = (other: Statement): number => {
    const shared = describe(other).filter((part) => describe(statement).includes(part)).length;
    return shared + [...other.conditions.keys()].filter((condition) => statement.conditions.has(condition)).length;
  };
  return old.filter((other) => common(other) > 0).sort((one, other) => common(other) - common(one))[0];
}

function anyMatches(patterns: ReadonlySet<string>, value: string): boolean {
  return patterns.has(value) || [...patterns].some((pattern) => pattern.endsWith("*") && !/[*?]/.test(pattern.slice(0, -1)) && value.startsWith(pattern.slice(0, -1)));
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((value) => other.has(value));
}

function valuesOf({ elements }: Statement, element: Element): ReadonlySet<string> {
  return elements.get(element) ?? new Set();
}

function describe(statement: Statement): string[] {
  return ELEMENTS.flatMap((element) => [...valuesOf(statement, element)]);
}

function labelOf(statement: Statement): string {
  return statement.sid ?? [...valuesOf(statement, "Action")].join(", ");
}

function statementsOf(policy: Value | undefined): Statement[] {
  const list = isFields(policy) ? policy["Statement"] : undefined;
  return list === undefined ? [] : elementsOf(list).flatMap((statement) => (isFields(statement) ? [statementOf(statement)] : []));
}

function statementOf(raw: { readonly [key: string]: Value }): Statement {
  const elements = ELEMENTS.flatMap((element) => (raw[element] === undefined ? [] : [[element, new Set(element.endsWith("Principal") ? principalsOf(raw[element]) : texts(raw[element]))] as const]));
  const conditions = Object.entries(isFields(raw["Condition"]) ? raw["Condition"] : {}).flatMap(([operator, keys]) =>
    Object.entries(isFields(keys) ? keys : {}).map(([key, values]) => [`${operator} ${key}`, new Set(texts(values))] as const),
  );
  return { sid: typeof raw["Sid"] === "string" ? raw["Sid"] : undefined, allows: raw["Effect"] !== "Deny", elements: new Map(elements), conditions: new Map(conditions) };
}

/** `*` alone is everybody, as `{ "AWS": "*" }` is. */
function principalsOf(principal: Value): string[] {
  if (!isFields(principal)) return texts(principal);
  return Object.entries(principal).flatMap(([kind, names]) => texts(names).map((name) => (kind === "AWS" && name === "*" ? "*" : `${kind}: ${name}`)));
}

function texts(value: Value): string[] {
  return elementsOf(value).map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
}
