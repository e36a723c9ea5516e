/** An audit for people, and as plain JSON. */
import type { Violation } from "../../policy/kit/judge";
import { countsOf, severityOf, type Audit } from "./audit";

/** One paragraph for each policy that was violated, the worst first, and what it amounts to. */
export function auditText(audit: Audit, config: string): string {
  const violated = [...new Set(audit.violations.map(({ rule }) => rule))];
  const paragraphs = violated.map((rule) => paragraph(audit.violations.filter((violation) => violation.rule === rule)));
  return [...paragraphs, summary(audit, config)].join("\n\n");
}

/** Such as `prod of gpu-cicd: 222 resources judged by 57 policies with policy/config/prod.json, 4 secrets unopened: 2 violations (1 critical, 1 low)`. */
export function summary(audit: Audit, config: string): string {
  const found = Object.entries(countsOf(audit)).filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
  const outcome = found.length === 0 ? "no violation" : `${audit.violations.length} ${audit.violations.length === 1 ? "violation" : "violations"} (${found.join(", ")})`;
  const unopened = audit.sealed.length === 0 ? "" : `, ${audit.sealed.length} ${audit.sealed.length === 1 ? "secret" : "secrets"} unopened`;
  return `${audit.stack} of ${audit.project}: ${audit.resources} resources judged by ${audit.rules.length} policies with ${config}${unopened}: ${outcome}`;
}

function paragraph(violations: readonly Violation[]): string {
  const { rule } = violations[0]!;
  const lines = violations.flatMap(({ subject, property, found, wanted }) => [`  ${subject === undefined ? "the stack" : `${subject.type} "${subject.name}"`}: ${property}`, `    found  ${found}`, `    wanted ${wanted}`]);
  return [`${rule.severity}: ${rule.title} (${rule.name})`, ...lines, `  fix: ${rule.fix}`, `  why: ${rule.why}`, `  see: ${rule.source.url}`].join("\n");
}

/** What other programs read. */
export function auditJson(audit: Audit, config: string): string {
  const { stack, project, resources, rules, violations, sealed, positions } = audit;
  const found = violations.map((violation) => {
    const { rule, subject, property, found, wanted } = violation;
    const resource = subject === undefined ? null : { type: subject.type, name: subject.name, urn: subject.urn, declared: positions.get(subject.urn) ?? null };
    return { policy: rule.name, title: rule.title, severity: severityOf(violation), level: rule.level, resource, property, found, wanted, fix: rule.fix, source: rule.source };
  });
  const unopened = sealed.map(({ rule, subject: { type, name, urn }, property }) => ({ policy: rule.name, resource: { type, name, urn }, property }));
  return JSON.stringify({ stack, project, config, resources, policies: rules.length, counts: countsOf(audit), violations: found, unopened }, undefined, 2);
}
