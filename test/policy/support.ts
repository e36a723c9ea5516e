/** What the policy tests share: subjects from plain properties, and the messages that people would read. */
import { describe as message, violations, withDefaults } from "../../policy/kit/judge";
import type { Props, Rule, RuleConfig, Subject } from "../../policy/kit/rule";
import { unknownsThrow } from "../../policy/kit/unknowns";

export { UNKNOWN } from "../../policy/kit/unknowns";

export function subject(type: string, props: Props, more: Partial<Subject> = {}): Subject {
  const name = more.name ?? "it";
  return unknownsThrow({ type, name, urn: `urn:pulumi:t::gpu-cicd::${type}::${name}`, protect: false, sources: {}, ...more, props });
}

/** The messages of one rule. */
export function judged(rule: Rule, subjects: readonly Subject[], config: RuleConfig = {}): string[] {
  return violations(rule, subjects, withDefaults(rule, config)).map((violation) => message(violation).replace(` ${violation.rule.fix}`, ""));
}

/** A deep copy with one value set at a dotted path; `undefined` removes it. */
export function changed<T>(value: T, path: string, to: unknown): T {
  // Not structuredClone: its objects come from outside the test's realm, and the engine's proxy would not take them for objects.
  const copy = JSON.parse(JSON.stringify(value)) as T;
  const keys = path.split(".");
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy as Record<string, unknown>);
  if (to === undefined) delete parent[last];
  else parent[last] = to;
  return copy;
}
