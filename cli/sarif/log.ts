/**
 * Violations of policies as SARIF 2.1.0 (OASIS), for GitHub's code scanning and every other reader of the format. Where it is known, a finding points
 * at the line that declares the resource; else at the stack's config file, as code scanning shows nothing without a file.
 */
import { createHash } from "node:crypto";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { Rule } from "../../policy/kit/rule";
import { version } from "../../policy/package.json";
import type { Position } from "../../policy/resources/state";

const TOOL = { name: "gpu-cicd-policy", version };

type Severity = "low" | "medium" | "high" | "critical";

/** What readers without our four severities make of them. */
const LEVELS: Readonly<Record<Severity, Result.level>> = { low: "note", medium: "warning", high: "error", critical: "error" };

/** Scores in the middle of GitHub's bands. Source: "SARIF support for code scanning", security-severity. */
const SCORES: Readonly<Record<Severity, string>> = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" };

const FINGERPRINT_DIGITS = 32;

/** One violation. */
export interface SarifFinding {
  readonly rule: Rule;
  /** The resource; undefined for a violation of the whole stack. */
  readonly resource?: { readonly urn: string; readonly name: string } | undefined;
  /** What of the resource it is about. With the rule and the resource it tells one violation from another. */
  readonly about: string;
  readonly message: string;
  /** Where the resource is declared, if that is known. */
  readonly position?: Position | undefined;
}

export interface SarifRun {
  readonly project: string;
  readonly stack: string;
  /** Every rule that judged. */
  readonly rules: readonly Rule[];
  readonly findings: readonly SarifFinding[];
  /** False where the rules could not judge everything. */
  readonly complete: boolean;
}

/** The log as text. One category for each stack, so that the results of one do not close the alerts of another. */
export function sarifText({ project, stack, rules, findings, complete }: SarifRun): string {
  const configFile: Position = { file: `Pulumi.${stack}.yaml`, line: 1, column: 1 };
  const prints = fingerprints(findings);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { ...TOOL, rules: rules.map(descriptor) } },
        automationDetails: { id: `${TOOL.name}/${project}/${stack}/` },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: complete }],
        results: findings.map((finding, index) => result(finding, rules, configFile, prints[index]!)),
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

function result({ rule, resource, message, position }: SarifFinding, rules: readonly Rule[], configFile: Position, fingerprint: string): Result {
  return {
    ruleId: rule.name,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[rule.severity as Severity],
    message: { text: message },
    locations: [{ physicalLocation: physical(position ?? configFile), ...(resource === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: resource.urn, name: resource.name, kind: "resource" }] }) }],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
  };
}

function physical({ file, line, column }: Position): Location["physicalLocation"] {
  return { artifactLocation: { uri: encodeURI(file) }, region: { startLine: line, startColumn: column } };
}

/** A finding stays one alert when lines move or the value found is another: rule, resource and property tell it, and a count where they do not. */
function fingerprints(findings: readonly SarifFinding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, resource, about }) => {
    const hash = createHash("sha256").update(JSON.stringify([rule.name, resource?.urn, about])).digest("hex").slice(0, FINGERPRINT_DIGITS);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
