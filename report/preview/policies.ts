/** What the policy packs said. */
import type { PolicySection, PolicyViolation } from "./model";
import type { Preview, Violation } from "./read";
import { resourceRef } from "./resources/changes";
import { compare } from "./resources/groups";
import { say, words, type Statement } from "./statement";

/** What a pack says of a policy beside its verdict: the engine passes none of it on. */
export interface PolicyFacts {
  readonly name: string;
  /** How to put a violation right. */
  readonly remediation: string;
  /** Where the rule comes from. */
  readonly url: string;
}

const LEVELS: readonly PolicyViolation["level"][] = ["mandatory", "remediate", "advisory"];

/** @param known policies whose remediation is known */
export function policySection({ source, policies, result, programEnded }: Preview, known: readonly PolicyFacts[]): PolicySection {
  if (policies === undefined) return { known: false, why: whyUnknown(source, result) };
  const facts = new Map(known.map((policy) => [policy.name, policy]));
  const violations = byCause(policies.violations.map((violation) => violationOf(violation, facts.get(violation.policy))).sort(byLevel));
  return { known: true, passed: policies.passed.length, violations, summary: summaryOf(violations, policies.passed.length, programEnded) };
}

/**
 * Whether the whole stack is what the manifest of its config says: the policy about it judged every resource and found no difference. It finds none
 * either where it has no manifest, which another policy tells.
 */
export function isIntended({ policies, programEnded }: Preview): boolean {
  return programEnded && policies !== undefined && ["resources-as-intended", "manifest-given"].every((policy) => policies.passed.includes(policy));
}

function whyUnknown(source: Preview["source"], result: Preview["result"]): Statement {
  const facts = { source, result };
  if (source === "digest") return { kind: "policies-not-in-digest", facts, sentence: say`The preview was read from a digest, which holds no results of policies.` };
  if (result !== "succeeded") return { kind: "policies-not-reached", facts, sentence: say`The preview failed before any policy judged anything.` };
  return { kind: "policies-not-run", facts, sentence: say`The preview ran without a policy pack.` };
}

function violationOf({ policy, pack, level, severity, urn, text }: Violation, facts: PolicyFacts | undefined): PolicyViolation {
  return {
    policy,
    pack,
    level,
    ...(severity === undefined ? {} : { severity }),
    ...(urn === undefined ? {} : { resource: resourceRef(urn) }),
    message: text,
    ...(facts === undefined ? {} : { remediation: facts.remediation, url: facts.url }),
  };
}

/** What a policy says of one resource after another, in the same words but for their names, has one cause. */
function byCause(violations: readonly PolicyViolation[]): PolicyViolation[] {
  const causes = new Map<string, PolicyViolation[]>();
  for (const violation of violations) {
    const { pack, policy, level, resource, message } = violation;
    const words = resource === undefined ? message : message.replaceAll(`${resource.type} "${resource.name}"`, "");
    const cause = JSON.stringify([pack, policy, level, resource === undefined ? "stack" : "resource", words]);
    causes.set(cause, [...(causes.get(cause) ?? []), violation]);
  }
  return [...causes.values()].map(([first, ...others]) => {
    const also = others.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    return { ...first!, ...(also.length === 0 ? {} : { also }) };
  });
}

function byLevel(one: PolicyViolation, other: PolicyViolation): number {
  return LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) || compare(one.policy, other.policy) || compare(one.resource?.urn ?? "", other.resource?.urn ?? "") || compare(one.message, other.message);
}

function summaryOf(violations: readonly PolicyViolation[], passed: number, complete: boolean): Statement {
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const facts = { passed, violations: violations.length, mandatory, complete };
  if (violations.length === 0) {
    const sentence = complete ? say`All ${passed} policies hold.` : say`${passed} policies found nothing in what the preview reached; those about the whole stack have not judged.`;
    return { kind: complete ? "policies-passed" : "policies-incomplete", facts, sentence };
  }
  const what = words(violations.length === 1 ? "violation" : "violations");
  const hold = words(passed === 1 ? "policy holds" : "policies hold");
  if (mandatory === 0) return { kind: "policies-advise", facts, sentence: say`${violations.length} ${what}, none of them mandatory; ${passed} ${hold}.` };
  return { kind: "policies-refuse", facts, sentence: say`${violations.length} ${what}, ${mandatory} of a mandatory policy: the change cannot be applied; ${passed} ${hold}.` };
}
