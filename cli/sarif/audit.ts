/** An audit as SARIF. */
import { describe } from "../../policy/kit/judge";
import { furtherLines } from "../../policy/kit/causes";
import type { Audit } from "../audit/audit";
import { sarifText } from "./log";

/** An audit as SARIF 2.1.0. Each violation stands at the line of the stack file that it is about, where one is known. */
export function auditSarif({ project, stack, rules, violations, further, positions }: Audit): string {
  const findings = violations.map((violation) => {
    const { rule, subject, property } = violation;
    return { rule, resource: subject, about: property, message: [describe(violation), ...furtherLines(further.get(violation) ?? [])].join("\n"), position: subject && positions.get(subject.urn) };
  });
  return sarifText({ project, stack, rules, findings, complete: true });
}
