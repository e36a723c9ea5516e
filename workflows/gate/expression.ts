/** Evaluates expressions with GitHub's own evaluator; the status functions are given from outside, as they depend on job results. */
import { Evaluator, Lexer, Parser, data, type Expr } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";

/** Results that `success()`, `failure()`, `cancelled()` and `always()` answer from. */
export interface Status {
  readonly success: boolean;
  readonly failure: boolean;
  readonly cancelled: boolean;
}

/** Contexts by name: `github`, `needs`, `matrix`, `inputs`, `vars`, `secrets`. */
export type Contexts = Readonly<Record<string, unknown>>;

const parsed = new Map<string, Expr>();

/** The abstract syntax of an expression; the same text is parsed once. */
function parse(text: string, names: readonly string[]): Expr {
  const key = `${names.join()} ${text}`;
  let expression = parsed.get(key);
  if (expression === undefined) {
    const functions = ["success", "failure", "cancelled", "always", "hashFiles"].map((name) => ({ name, minArgs: 0, maxArgs: 255 }));
    expression = new Parser(new Lexer(text).lex().tokens, [...names], functions).parse();
    parsed.set(key, expression);
  }
  return expression;
}

const converted = new WeakMap<object, data.ExpressionData>();

/** Contexts are converted once: nobody changes one after it was made, and a run evaluates hundreds of expressions over each. */
function toData(value: unknown): data.ExpressionData {
  if (typeof value !== "object" || value === null) return convert(value);
  let made = converted.get(value);
  if (made === undefined) {
    made = convert(value);
    converted.set(value, made);
  }
  return made;
}

function convert(value: unknown): data.ExpressionData {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver) as data.ExpressionData;
}

function fromData(value: data.ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer));
}

function statusFunctions(status: Status | undefined): Map<string, FunctionDefinition> {
  const named = status === undefined ? {} : { success: status.success, failure: status.failure, cancelled: status.cancelled, always: true };
  return new Map(Object.entries(named).map(([name, value]) => [name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) }]));
}

/**
 * The value of one expression, without its `${{ }}`.
 * @throws ExpressionError when it does not parse or names a context that is not given.
 */
export function evaluate(text: string, contexts: Contexts, status?: Status): unknown {
  const dictionary = new data.Dictionary(...Object.entries(contexts).map(([key, value]) => ({ key, value: toData(value) })));
  return fromData(new Evaluator(parse(text, Object.keys(contexts)), dictionary, statusFunctions(status)).evaluate());
}

/** Whether a job with this condition runs. GitHub's truth: false, 0, empty text and null are false. */
export function holds(condition: string, contexts: Contexts, status: Status): boolean {
  return Boolean(evaluate(condition, contexts, status));
}

/** Text with `${{ }}` parts filled in; a text that is one expression keeps the value's type. */
export function fill(value: unknown, contexts: Contexts): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, contexts));
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, contexts)]));
  if (typeof value !== "string") return value;
  const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(value);
  if (whole) return evaluate(whole[1]!.trim(), contexts);
  return value.replace(/\$\{\{(.*?)\}\}/gs, (_, text: string) => asText(evaluate(text.trim(), contexts)));
}

/** As GitHub writes a value into a text: objects as JSON, null as nothing. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}
