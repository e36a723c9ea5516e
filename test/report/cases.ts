/**
 * Previews that reports are made of in tests: recorded from the real engine in reduced form (`record.ts` writes them into `cases/`), and one that
 * is made here, of two thousand resources.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CapacityComparison } from "../../report/capacity";
import { buildReport, readPreview, type ConfigSide, type Report, type ReportInput } from "../../report/preview";
import { azureRoles, policyFacts } from "../../cli/report/facts";
import { manyResources } from "./many";

export const CASES = join(__dirname, "cases");

/** What is kept of a preview. */
export interface RecordedCase {
  /** What changes, for people. */
  readonly title: string;
  readonly stack: string;
  /** Events of the engine. What stays as it is has lost its properties; files that are created have lost their ends. */
  readonly events: readonly object[];
  /** Events of a refresh. */
  readonly refresh?: readonly object[];
  /** URNs of the state, for a preview that failed. */
  readonly state?: readonly string[];
  /** The two configs; files that are the same on both sides are left out. */
  readonly before?: ConfigSide;
  readonly after?: ConfigSide;
  readonly capacity?: CapacityComparison;
}

/** Name of the case that is made. */
export const MANY = "two-thousand-resources";

export const caseNames: readonly string[] = [...readdirSync(CASES).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []), MANY].sort();

export function recordedCase(name: string): RecordedCase {
  return name === MANY ? manyResources() : (JSON.parse(readFileSync(join(CASES, `${name}.json`), "utf8")) as RecordedCase);
}

/** What a report of a case is made from. Nothing in it is this day's or this machine's. */
export function inputOf({ stack, events, refresh, state, before, after, capacity }: RecordedCase): ReportInput {
  const lines = (list: readonly object[]): string => list.map((event) => JSON.stringify(event)).join("\n");
  return {
    project: "gpu-cicd",
    stack,
    preview: readPreview(lines(events)),
    policies: policyFacts(),
    azureRoles: azureRoles(),
    engineVersion: "3.259.0",
    date: "2026-11-26T06:00:00.000Z",
    head: { name: "change", commit: "89abcdef0123456789abcdef0123456789abcdef" },
    ...(before === undefined ? {} : { before, base: before.ref }),
    ...(after === undefined ? {} : { after }),
    ...(refresh === undefined ? {} : { refresh: readPreview(lines(refresh)) }),
    ...(state === undefined ? {} : { state }),
    ...(capacity === undefined ? {} : { capacity: { comparison: capacity } }),
  };
}

const reports = new Map<string, Report>();

/** The report of a case; the same object each time. */
export function caseReport(name: string): Report {
  const report = reports.get(name) ?? buildReport(inputOf(recordedCase(name)));
  reports.set(name, report);
  return report;
}
