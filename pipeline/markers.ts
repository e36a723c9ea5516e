/**
 * Marker expressions, with pytest's grammar: `or`, `and`, `not`, parentheses and identifiers, where a marker may be asked for its keyword arguments.
 * Source: src/_pytest/mark/expression.py of pytest 8.
 */

/** An expression that pytest refuses; the message says where. */
export class MarkerExpressionError extends Error {
  override readonly name = "MarkerExpressionError";
}

/** Tells whether a test with some markers is selected. */
export type MarkerMatcher = (markers: ReadonlySet<string>) => boolean;

/** What an expression says. An `and` of nothing holds of every test. */
export type MarkerLogic =
  | { readonly kind: "marker"; readonly name: string }
  | { readonly kind: "not"; readonly of: MarkerLogic }
  | { readonly kind: "and" | "or"; readonly of: readonly MarkerLogic[] };

export interface MarkerExpression {
  readonly logic: MarkerLogic;
  readonly matches: MarkerMatcher;
  /** Markers that it names, in order and once. */
  readonly names: readonly string[];
}

const TOKEN = /\s*(?:(\(|\)|,|=)|("[^"]*"|'[^']*')|([\w:+\-.[\]\\/]+))/y;

/** Compiles an expression; an empty one selects every test. @throws MarkerExpressionError */
export function compileMarkers(text: string): MarkerExpression {
  const parser = new Parser(tokensOf(text), text);
  const logic: MarkerLogic = text.trim() === "" ? { kind: "and", of: [] } : parser.whole();
  return { logic, matches: matcherOf(logic), names: [...new Set(parser.names)] };
}

/** Tells of a set of markers whether one test can have all of them. */
export type Possible = (markers: ReadonlySet<string>) => boolean;

/**
 * Markers of a test that all of these select, or undefined where no test can be: the tableau of the expressions. Markers that no expression asks for are left
 * out.
 * @param possible of every set that holds a set that is not possible, says that it is not possible either
 */
export function selectedByAll(expressions: readonly MarkerExpression[], possible: Possible = () => true): ReadonlySet<string> | undefined {
  return satisfied(expressions.map(({ logic }) => ({ logic, holds: true })), new Set(), new Set(), possible);
}

/** Something that has to hold, or has to fail. */
interface Demand {
  readonly logic: MarkerLogic;
  readonly holds: boolean;
}

function satisfied(demands: readonly Demand[], has: ReadonlySet<string>, lacks: ReadonlySet<string>, possible: Possible): ReadonlySet<string> | undefined {
  // What leaves no choice comes first, so that a contradiction is seen before any choice is made.
  const at = Math.max(0, demands.findIndex((demand) => !isChoice(demand)));
  const demand = demands[at];
  if (demand === undefined) return has;
  const rest = demands.filter((_, index) => index !== at);
  const { logic, holds } = demand;
  if (logic.kind === "not") return satisfied([{ logic: logic.of, holds: !holds }, ...rest], has, lacks, possible);
  if (logic.kind !== "marker") {
    const parts = logic.of.map((part) => ({ logic: part, holds }));
    if (!isChoice(demand)) return satisfied([...parts, ...rest], has, lacks, possible);
    return first(parts, (part) => satisfied([part, ...rest], has, lacks, possible));
  }
  if (!holds) return has.has(logic.name) ? undefined : satisfied(rest, has, new Set([...lacks, logic.name]), possible);
  const more = new Set([...has, logic.name]);
  return lacks.has(logic.name) || !possible(more) ? undefined : satisfied(rest, more, lacks, possible);
}

function isChoice({ logic, holds }: Demand): boolean {
  return logic.kind === (holds ? "or" : "and");
}

function first<Value, Found>(values: readonly Value[], find: (value: Value) => Found | undefined): Found | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function matcherOf(logic: MarkerLogic): MarkerMatcher {
  if (logic.kind === "marker") return (markers) => markers.has(logic.name);
  if (logic.kind === "not") {
    const inner = matcherOf(logic.of);
    return (markers) => !inner(markers);
  }
  const parts = logic.of.map(matcherOf);
  return logic.kind === "and" ? (markers) => parts.every((part) => part(markers)) : (markers) => parts.some((part) => part(markers));
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ""; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new MarkerExpressionError(`character ${at + 1}: ${JSON.stringify(text.slice(at, at + 10))} is no part of an expression`);
    tokens.push((match[1] ?? match[2] ?? match[3])!);
  }
  return tokens;
}

class Parser {
  readonly names: string[] = [];
  private at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly text: string,
  ) {}

  whole(): MarkerLogic {
    const logic = this.either();
    if (this.at < this.tokens.length) throw this.error(`${this.tokens[this.at]} is one word too many`);
    return logic;
  }

  private either(): MarkerLogic {
    const left = this.both();
    return this.take("or") ? { kind: "or", of: [left, this.either()] } : left;
  }

  private both(): MarkerLogic {
    const left = this.negated();
    return this.take("and") ? { kind: "and", of: [left, this.both()] } : left;
  }

  private negated(): MarkerLogic {
    if (this.take("not")) return { kind: "not", of: this.negated() };
    if (this.take("(")) {
      const inner = this.either();
      if (!this.take(")")) throw this.error("a parenthesis has no end");
      return inner;
    }
    return this.marker();
  }

  /** Keyword arguments are not compared: whoever carries the marker is taken to fit. */
  private marker(): MarkerLogic {
    const name = this.tokens[this.at++];
    if (name === undefined || /^[(),=]|^["']/.test(name) || ["and", "or", "not"].includes(name)) throw this.error(`a marker is wanted, found ${name ?? "the end"}`);
    if (this.take("(")) {
      while (this.tokens[this.at] !== undefined && this.tokens[this.at] !== ")") this.at++;
      if (!this.take(")")) throw this.error("a parenthesis has no end");
    }
    this.names.push(name);
    return { kind: "marker", name };
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private error(what: string): MarkerExpressionError {
    return new MarkerExpressionError(`${what} in ${JSON.stringify(this.text)}`);
  }
}
