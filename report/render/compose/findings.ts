/** What is wrong or may go wrong: dangers, violated policies, the failure of a preview, warnings. */
import type { Danger, Diagnostic, Failure, PolicySection, PolicyViolation, ResourceRef } from "../../preview/model";
import { counted, paragraph, sentence, strong, text, value, type Block, type Line, type Section } from "../document";
import { plannedWords, SEVERITIES } from "./words";

export function dangersSection(dangers: readonly Danger[]): Section[] {
  if (dangers.length === 0) return [];
  const extent = SEVERITIES.map((severity) => [severity, dangers.filter((danger) => danger.severity === severity).length] as const).filter(([, count]) => count > 0);
  const rows = dangers.map((danger): Line[] => [[strong(danger.severity)], sentence(danger.sentence), resourceLine(danger.resource)]);
  return [{ id: "dangers", title: "Dangers", extent: extent.map(([severity, count]) => `${count} ${severity}`).join(", "), blocks: [{ kind: "table", caption: "Dangers, the gravest first", head: ["Severity", "What", "Resource"], rows }] }];
}

export function policiesSection(policies: PolicySection): Section {
  const title = "Policies";
  if (!policies.known) return { id: "policies", title, extent: "not judged", blocks: [paragraph(...sentence(policies.why.sentence))] };
  return {
    id: "policies",
    title,
    extent: `${counted(policies.violations.length, "violation")}, ${policies.passed} passed`,
    blocks: [paragraph(...sentence(policies.summary.sentence)), ...policies.violations.flatMap(violationBlocks)],
  };
}

function violationBlocks({ policy, level, severity, resource, also = [], message, remediation, url }: PolicyViolation): Block[] {
  const line: Line = [strong(level), text(severity === undefined ? " " : `, ${severity}: `), value(policy), ...(resource === undefined ? [] : [text(" on "), ...resourceLine(resource)]), ...also.flatMap((other) => [text("; "), ...resourceLine(other)])];
  const said = remediation === undefined || message.includes(remediation) ? message : `${message}\n\nTo put it right: ${remediation}`;
  return [paragraph(...line, ...(url?.startsWith("https://") === true ? [text(". "), { kind: "link", url, text: "Where the rule comes from" } as const] : [])), { kind: "output", label: `What ${policy} says`, text: said }];
}

export function failureSection(failure: Failure): Section {
  const { errors, reached, unreached } = failure;
  const planned = reached.resources.filter(({ operation }) => operation !== "same");
  const steps: Block[] =
    planned.length === 0
      ? []
      : [{ kind: "details", summary: [text(`Planned before it: ${plannedWords(reached.counts)}`)], blocks: [{ kind: "list", items: planned.map(({ resource, operation }) => [text(`${operation} `), ...resourceLine(resource)]) }] }];
  const rest: Block[] =
    unreached === undefined || unreached.length === 0
      ? []
      : [{ kind: "details", summary: [text(`Not looked at: ${counted(unreached.length, "resource")}`)], blocks: [{ kind: "list", items: unreached.map(resourceLine) }] }];
  return { id: "failure", title: "Why the preview failed", extent: counted(errors.length, "error"), blocks: [paragraph(...sentence(failure.summary.sentence)), ...errors.flatMap(diagnosticBlocks), ...steps, ...rest] };
}

export function diagnosticsSection(diagnostics: readonly Diagnostic[]): Section[] {
  if (diagnostics.length === 0) return [];
  const block: Block = { kind: "details", summary: [text(counted(diagnostics.length, "message"))], blocks: diagnostics.flatMap(diagnosticBlocks) };
  return [{ id: "diagnostics", title: "Warnings", extent: counted(diagnostics.length, "message"), blocks: [block] }];
}

function diagnosticBlocks({ severity, resource, component, operation, message }: Diagnostic): Block[] {
  const where: Line = resource === undefined ? [] : [text(operation === undefined || operation === "same" ? " at " : ` at the ${operation} of `), ...resourceLine(resource), ...(component === undefined ? [] : [text(" in "), value(component)])];
  return [paragraph(strong(severity), ...where), { kind: "output", label: `Message: ${severity}`, text: message }];
}

function resourceLine(resource: ResourceRef | undefined): Line {
  return resource === undefined ? [text("the stack")] : [value(resource.name), text(`, ${resource.title}`)];
}
