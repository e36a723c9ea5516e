/** Turns rules into the policies of a Pulumi policy pack. */
import type { Policy, PolicyResource, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { describe, violations, withDefaults } from "./judge";
import type { Props, Rule, RuleConfig, Subject } from "./rule";

/** Inputs of the resources of this run, by URN, in the order of their registration. */
type Inputs = Map<string, Props>;

/**
 * The policies of the pack. Rules about the whole stack judge inputs too: what the engine shows to those are outputs, which are empty at
 * preview where a provider itself waits for a resource (a cluster's kubeconfig), and which clouds name as they like.
 */
export function policiesOf(rules: readonly Rule[]): readonly (ResourceValidationPolicy | StackValidationPolicy)[] {
  const inputs: Inputs = new Map();
  return rules.map((rule) => policyOf(rule, inputs));
}

function policyOf(rule: Rule, inputs: Inputs): ResourceValidationPolicy | StackValidationPolicy {
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
        for (const violation of violations(rule, args.resources.map((resource) => stackSubject(resource, inputs)), withDefaults(rule, args.getConfig<RuleConfig>()))) {
          report(describe(violation), violation.subject?.urn);
        }
      },
    };
  }
  return {
    ...facts,
    validateResource: (args, report) => {
      inputs.set(args.urn, args.props);
      for (const violation of violations(rule, [subjectOf(args)], withDefaults(rule, args.getConfig<RuleConfig>()))) report(describe(violation));
    },
  };
}

/** A resource that was not registered in this run, as it was not targeted, has outputs alone. */
function stackSubject(resource: PolicyResource, inputs: Inputs): Subject {
  const sources = Object.entries(resource.propertyDependencies).map(([property, from]) => [property, from.map(({ urn }) => urn)]);
  return { ...subjectOf(resource), props: inputs.get(resource.urn) ?? resource.props, sources: Object.fromEntries(sources) };
}

function subjectOf(resource: ResourceValidationArgs | PolicyResource): Subject {
  return {
    type: resource.type,
    name: resource.name,
    urn: resource.urn,
    props: resource.props,
    protect: resource.opts.protect,
    sources: {},
  };
}
