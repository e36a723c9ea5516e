/** The golden reports: what each case is shown as, in every form. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { toHtml, toMarkdown } from "../../report/render";
import { caseReport, MANY } from "./cases";

export const GOLDEN_REPORTS = join(__dirname, "..", "golden", "reports");

/** Files of a case, path to content. Of the large one its comment is kept, and of its other forms what tells when they change. */
export function goldenFiles(name: string): Readonly<Record<string, string>> {
  const report = caseReport(name);
  const forms = { json: `${JSON.stringify(report, undefined, 1)}\n`, html: toHtml(report) };
  const comment = { [`${name}.md`]: toMarkdown(report) };
  if (name === MANY) return { ...comment, [`${name}.digests`]: Object.entries(forms).map(([form, text]) => `${form} ${text.length} ${sha256(text)}\n`).join("") };
  return { ...comment, ...Object.fromEntries(Object.entries(forms).map(([form, text]) => [`${name}.${form}`, text])) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
