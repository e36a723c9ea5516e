/**
 * An audit as SARIF 2.1.0 (OASIS), for GitHub's code scanning and every other reader of the format. Where the state tells it, a finding points at
 * the line that declares the resource; else at the stack's config file, as code scanning shows nothing without a file.
 */
import { createHash } from "node:crypto";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import { describe, type Violation } from "../../policy/kit/judge";
import type { Rule } from "../../policy/kit/rule";
import type { Position } from "../../policy/resources/state";
import { severityOf, type Audit, type Severity } from "./audit";

/** What readers without our four severities make of them. */
const LEVELS: Readonly<Record<Severity, Result.level>> = { low: "note", medium: "warning", high: "error", critical: "error" };

/** Scores in the middle of GitHub's bands. Source: "SARIF support for code scanning", security-severity. */
const SCORES: Readonly<Record<Severity, string>> = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" };

const FINGERPRINT_DIGITS = 32;

export interface Tool {
  readonly name: string;
  readonly version: string;
}

export function auditSarif(audit: Audit, tool: Tool): string {
  const configFile: Position = { file: `Pulumi.${audit.stack}.yaml`, line: 1, column: 1 };
  const prints = fingerprints(audit.violations);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { ...tool, rules: audit.rules.map(descriptor) } },
        // One category for each stack, so that the report of one does not close the alerts of another.
        automationDetails: { id: `${tool.name}/${audit.project}/${audit.stack}/` },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true }],
        results: audit.violations.map((violation, index) => result(violation, audit, configFile, prints[index]!)),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function descriptor(rule: Rule): ReportingDescriptor {
  const { name, title, holds, why, fix, source, severity } = rule;
  return {
    id: name,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: holds },
    help: { text: `${holds}\n\n${why}\n\n${fix}\n\n${source.title}: ${source.url}`, markdown: `${holds}\n\n${why}\n\n**Fix:** ${fix}\n\nSource: [${source.title}](${source.url})` },
    helpUri: source.url,
    defaultConfiguration: { level: LEVELS[severity as Severity] },
    properties: { tags: ["security"], precision: "very-high", "security-severity": SCORES[severity as Severity] },
  };
}

function result(violation: Violation, { rules, positions }: Audit, configFile: Position, fingerprint: string): Result {
  const { rule, subject } = violation;
  const position = (subject && positions.get(subject.urn)) ?? configFile;
  return {
    ruleId: rule.name,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[severityOf(violation)],
    message: { text: describe(violation) },
    locations: [{ physicalLocation: physical(position), ...(subject === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: subject.urn, name: subject.name, kind: "resource" }] }) }],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

function physical({ file, line, column }: Position): Location["physicalLocation"] {
  return { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line, startColumn: column } };
}

/** A finding stays one alert when lines move or the value found is another: policy, resource and property tell it, and a count where they do not. */
function fingerprints(violations: readonly Violation[]): readonly string[] {
  const seen = new Map<string, number>();
  return violations.map(({ rule, subject, property }) => {
    const hash = createHash("sha256").update(JSON.stringify([rule.name, subject?.urn, property])).digest("hex").slice(0, FINGERPRINT_DIGITS);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
