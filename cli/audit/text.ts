/** An audit for people, and as plain JSON. */
import type { Violation } from "../../policy/kit/judge";
import { furtherLines } from "../../policy/kit/causes";
import { placeOf } from "../../policy/kit/judge";
import { countsOf, severityOf, type Audit } from "./audit";

/** One paragraph for each policy that was violated, the worst first, and what it amounts to. */
export function auditText(audit: Audit, config: string): string {
  const violated = [...new Set(audit.violations.map(({ rule }) => rule))];
  const paragraphs = violated.map((rule) => paragraph(audit.violations.filter((violation) => violation.rule === rule), audit));
  return [...paragraphs, ...partly(audit), summary(audit, config)].join("\n\n");
}

/** What the general policies do not judge of a stack without a manifest: nothing here is said to be in order. */
function partly({ judgedInPart }: Audit): string[] {
  if (judgedInPart.length === 0) return [];
  const nobody = judgedInPart.filter(({ policies }) => policies.length === 0);
  const lines = nobody.map(({ type, resources }) => `  ${type}: ${resources} ${resources === 1 ? "resource" : "resources"}, no policy looks at this type`);
  return [["judged in part: no manifest of this stack was given, so only what the general policies read was judged", ...lines].join("\n")];
}

/** Such as `prod of gpu-cicd: 222 resources judged by 57 policies with policy/config/prod.json, 4 secrets unopened: 2 violations (1 critical, 1 low)`. */
export function summary(audit: Audit, config: string): string {
  const found = Object.entries(countsOf(audit)).filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
  const outcome = found.length === 0 ? (audit.judgedInPart.length === 0 ? "no violation" : "no violation in the part that was judged") : `${audit.violations.length} ${audit.violations.length === 1 ? "violation" : "violations"} (${found.join(", ")})`;
  const unopened = audit.sealed.length === 0 ? "" : `, ${audit.sealed.length} ${audit.sealed.length === 1 ? "secret" : "secrets"} unopened`;
  return `${audit.stack} of ${audit.project}: ${audit.resources} resources judged by ${audit.rules.length} policies with ${config}${unopened}: ${outcome}`;
}

function paragraph(violations: readonly Violation[], { further }: Audit): string {
  const { rule } = violations[0]!;
  const lines = violations.flatMap((violation) => {
    const { subject, property, found, wanted } = violation;
    const also = furtherLines(further.get(violation) ?? []).map((line) => `    also   ${line}`);
    return [`  ${placeOf(subject)}: ${property}`, `    found  ${found}`, `    wanted ${wanted}`, ...also];
  });
  return [`${rule.severity}: ${rule.title} (${rule.name})`, ...lines, `  fix: ${rule.fix}`, `  why: ${rule.why}`, `  see: ${rule.source.url}`].join("\n");
}

/** What other programs read. */
export function auditJson(audit: Audit, config: string): string {
  const { stack, project, resources, rules, violations, further, sealed, judgedInPart, positions } = audit;
  const resourceOf = ({ subject }: Violation): object | null =>
    subject === undefined ? null : { type: subject.type, name: subject.name, urn: subject.urn, declared: positions.get(subject.urn) ?? null };
  const found = violations.map((violation) => {
    const { rule, property, found, wanted } = violation;
    const also = (further.get(violation) ?? []).map((one) => ({ policy: one.rule.name, resource: resourceOf(one), property: one.property, found: one.found, wanted: one.wanted }));
    return { policy: rule.name, title: rule.title, severity: severityOf(violation), level: rule.level, resource: resourceOf(violation), property, found, wanted, also, fix: rule.fix, source: rule.source };
  });
  const unopened = sealed.map(({ rule, subject: { type, name, urn }, property }) => ({ policy: rule.name, resource: { type, name, urn }, property }));
  return JSON.stringify({ stack, project, config, resources, policies: rules.length, counts: countsOf(audit), violations: found, unopened, judgedInPart }, undefined, 2);
}
