/** A fit report as SARIF 2.1.0 (OASIS). A finding about config points at the stack's file; one that is excused is suppressed there too. */
import { createHash } from "node:crypto";
import type { Log, Result } from "sarif";
import { allRules, type FitReport, type Misfit } from "../../fit";
import { version } from "../../package.json";

const TOOL = "gpu-cicd-fit";
const FINGERPRINT_DIGITS = 32;

/** A fit report as SARIF 2.1.0, for GitHub's code scanning. */
export function fitSarif(report: FitReport, stack: string): string {
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: TOOL, version, rules: allRules.map(({ id, title }) => ({ id, shortDescription: { text: title }, defaultConfiguration: { level: "error" as const } })) } },
        automationDetails: { id: `${TOOL}/${stack}/` },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: report.commit !== undefined }],
        results: [
          ...report.misfits.map((misfit) => result(misfit, stack)),
          ...report.excused.map(({ misfit, excuse }): Result => ({ ...result(misfit, stack), suppressions: [{ kind: "external", justification: excuse.why }] })),
        ],
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function result({ rule, where, about, found, allowed, mend }: Misfit, stack: string): Result {
  const file = where.kind === "file" ? where.path : `Pulumi.${stack}.yaml`;
  return {
    ruleId: rule,
    ruleIndex: allRules.findIndex(({ id }) => id === rule),
    level: "error",
    message: { text: `${where.kind === "config" ? `${where.path}: ` : ""}found ${found}; allowed: ${allowed}. ${mend}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") }, region: { startLine: where.line ?? 1 } },
        ...(where.kind === "config" ? { logicalLocations: [{ fullyQualifiedName: where.path, kind: "member" }] } : {}),
      },
    ],
    // The line is not part of it: a finding stays one alert when lines move.
    partialFingerprints: { primaryLocationLineHash: createHash("sha256").update(JSON.stringify([rule, where.path, about])).digest("hex").slice(0, FINGERPRINT_DIGITS) },
  };
}
