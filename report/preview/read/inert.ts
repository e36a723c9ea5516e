/**
 * Rulesets without the parts of their rules that do nothing. GitHub fills such parts in, as a `dismissal_restriction` that is not enabled, and a refresh
 * records them: a part that is off, none, or made of such parts is the same as none. A rule itself restricts by being there, so it stays.
 */
import { isFields, isList, markOf, type Value } from "../value";
import { quiet } from "./pools";
import type { Fields, Step } from "./preview";

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const RULES = "rules";

/** The steps, with rulesets that differ only where something differs that does anything. */
export function withoutInertRules(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => (step.type === RULESET ? quiet(step, RULES, withoutInertParts) : step));
}

/** Whether a value does nothing. */
export function isInert(value: Value | undefined): boolean {
  if (isFields(value)) return markOf(value) === undefined && Object.values(value).every(isInert);
  return value === undefined || value === null || value === false || value === 0 || value === "" || (isList(value) && value.length === 0);
}

function withoutInertParts(fields: Fields): Fields {
  const rules = fields[RULES];
  if (!isFields(rules) || markOf(rules) !== undefined) return fields;
  return { ...fields, [RULES]: Object.fromEntries(Object.entries(rules).flatMap(([name, rule]): [string, Value][] => (isFields(rule) ? [[name, stripped(rule)]] : isInert(rule) ? [] : [[name, rule]]))) };
}

function stripped(fields: Fields): Fields {
  if (markOf(fields) !== undefined) return fields;
  return Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (isInert(value) ? [] : [[key, isFields(value) ? stripped(value) : value]])));
}
