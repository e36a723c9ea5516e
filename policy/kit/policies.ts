/** Turns rules into the policies of a Pulumi policy pack. */
import type { Policy, PolicyResource, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { describe, violations, withDefaults } from "./judge";
import type { Rule, RuleConfig, Subject } from "./rule";

/** One policy of the pack. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const facts: Policy = {
    name: rule.name,
    displayName: rule.title,
    description: rule.holds,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.fix,
    url: rule.source.url,
    ...(rule.config === undefined ? {} : { configSchema: { properties: { ...rule.config } } }),
  };
  if (rule.scope === "stack") {
    return {
      ...facts,
      validateStack: (args, report) => {
        for (const violation of violations(rule, args.resources.map(subjectOf), withDefaults(rule, args.getConfig<RuleConfig>()))) {
          report(describe(violation), violation.subject?.urn);
        }
      },
    };
  }
  return {
    ...facts,
    validateResource: (args, report) => {
      for (const violation of violations(rule, [subjectOf(args)], withDefaults(rule, args.getConfig<RuleConfig>()))) report(describe(violation));
    },
  };
}

function subjectOf(resource: ResourceValidationArgs | PolicyResource): Subject {
  const dependencies = "propertyDependencies" in resource ? resource.propertyDependencies : {};
  return {
    type: resource.type,
    name: resource.name,
    urn: resource.urn,
    props: resource.props,
    protect: resource.opts.protect,
    sources: Object.fromEntries(Object.entries(dependencies).map(([property, sources]) => [property, sources.map(({ urn }) => urn)])),
  };
}
