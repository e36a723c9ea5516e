/** An audit as SARIF. */
import { describe } from "../../policy/kit/judge";
import type { Audit } from "../audit/audit";
import { sarifText } from "./log";

export function auditSarif({ project, stack, rules, violations, positions }: Audit): string {
  const findings = violations.map((violation) => {
    const { rule, subject, property } = violation;
    return { rule, resource: subject, about: property, message: describe(violation), position: subject && positions.get(subject.urn) };
  });
  return sarifText({ project, stack, rules, findings, complete: true });
}
