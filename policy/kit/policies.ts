/** What the engine is told of the rules: each is a policy of a Pulumi policy pack. */
import type { Policy, StackValidationPolicy } from "@pulumi/policy";
import type { Rule } from "./rule";

/**
 * The policies of the pack. All of them are about the stack to the engine: at a preview they judge in its one call about the stack (kit/serve.ts), and it
 * would send the names of all that passed with each resource otherwise.
 */
export function policiesOf(rules: readonly Rule[]): readonly StackValidationPolicy[] {
  return rules.map((rule) => ({ ...factsOf(rule), validateStack: servedElsewhere }));
}

function factsOf(rule: Rule): Policy {
  return {
    name: rule.name,
    displayName: rule.title,
    description: rule.holds,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.fix,
    url: rule.source.url,
    ...(rule.config === undefined ? {} : { configSchema: { properties: { ...rule.config } } }),
  };
}

function servedElsewhere(): never {
  throw new Error("the pack's own service judges the stack: install it before the pack is made");
}
