/** Writes a report for machines, for pull requests, for browsers and for code scanning. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../report/preview";
import { toHtml, toMarkdown } from "../../report/render";
import { reportSarif } from "../sarif/report";

/** Each form of a report by the end of its file's name. */
const FORMS: Readonly<Record<string, (report: Report) => string>> = {
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
  md: (report) => toMarkdown(report),
  html: toHtml,
  sarif: reportSarif,
};

/** Returns the files. */
export function writeReport(folder: string, report: Report): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(FORMS).map(([end, form]) => {
    const file = join(folder, `${report.provenance.stack}.${end}`);
    writeFileSync(file, form(report));
    return file;
  });
}
