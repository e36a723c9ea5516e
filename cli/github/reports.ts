/** The reports of a run's stacks, as their artifacts were fetched. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { REPORT_FORMAT, type Report } from "../../report/preview/model";

/** One stack of the run: its report, or why there is none. */
export type StackReport = { readonly stack: string; readonly report: Report } | { readonly stack: string; readonly missing: string };

const stacksOfRun = z.array(z.object({ stack: z.string().regex(/^[\w-]+$/) })).min(1);

/**
 * @param stacks the first job's output, a list of objects with `stack`
 * @param folder where `report-STACK` folders are
 * @throws ZodError when the output is none
 */
export function readReports(stacks: string, folder: string): StackReport[] {
  return stacksOfRun.parse(JSON.parse(stacks)).map(({ stack }) => readReport(stack, join(folder, `report-${stack}`, `${stack}.json`)));
}

function readReport(stack: string, file: string): StackReport {
  let report: Partial<Report>;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Partial<Report>;
  } catch {
    return { stack, missing: "its job ended before it wrote a report" };
  }
  if (report.format !== REPORT_FORMAT) return { stack, missing: `its report has the form ${JSON.stringify(report.format)}, and ${JSON.stringify(REPORT_FORMAT)} is known here` };
  return report.provenance?.stack === stack ? { stack, report: report as Report } : { stack, missing: `its report is about stack ${JSON.stringify(report.provenance?.stack)}` };
}
