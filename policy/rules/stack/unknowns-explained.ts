import { stackRule, type ResourceRule, type StackRule } from "../../kit/rule";
import { holdsUnknown, originTypes } from "../../kit/unknowns";
import { listed } from "../../kit/values";

/**
 * Waiting for the apply is safe only for a value that no program could know. A value that is unknown for another reason, such as one that was
 * made from something else's output, would pass a preview that people approve.
 */
export function unknownsExplained(waiting: readonly ResourceRule[]): StackRule {
  return stackRule({
    name: "unknowns-explained",
    title: "What is unknown at preview comes from where it must",
    severity: "high",
    level: "mandatory",
    holds: "A property that a rule waits for until the apply is unknown only because it is made from outputs of the resources that the rule names, such as a trust policy from the ARN of GitHub's OIDC provider.",
    why: "An unknown value cannot be judged when the change is reviewed: it must not be a way around the review.",
    fix: "Make the value from config, or from the resource that it is about.",
    source: { title: "Pulumi: policies and unknown values", url: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/" },
    *judge(subjects) {
      for (const subject of subjects) {
        const allowed = allowedSources(waiting, subject.type);
        for (const [property, types] of allowed) {
          if (!holdsUnknown(subject.props, property)) continue;
          const origins = originTypes(subject, property);
          const strangers = origins.filter((type) => !types.includes(type));
          if (origins.length === 0 || strangers.length > 0) {
            yield { subject, property, found: origins.length === 0 ? "an unknown value that comes from no resource" : `an unknown value from ${listed(strangers)}`, wanted: `a value, or one from ${listed(types)}` };
          }
        }
      }
    },
  });
}

/** Types that a property may come from: those that every rule which waits for it allows. */
function allowedSources(waiting: readonly ResourceRule[], type: string): ReadonlyMap<string, readonly string[]> {
  const allowed = new Map<string, readonly string[]>();
  for (const rule of waiting.filter(({ types }) => types.includes(type))) {
    for (const [property, types] of Object.entries(rule.unknowns!.from)) allowed.set(property, (allowed.get(property) ?? types).filter((candidate) => types.includes(candidate)));
  }
  return allowed;
}
