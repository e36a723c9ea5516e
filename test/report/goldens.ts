/** The golden reports: what each case is shown as, in every form. */
import { createHash } from "node:crypto";
import { toHtml, toMarkdown } from "../../report/render";
import type { Generated } from "../../cli/generate/generator";
import { caseNames, caseReport, MANY } from "./cases";
import { failedReport, sampleReport } from "./render/sample";

const FOLDER = "test/golden/reports";

/** The generator of the committed files. */
export function reportGoldens(): Generated {
  const files = caseNames.flatMap((name) => Object.entries(goldenFiles(name)).map(([file, content]) => ({ path: `${FOLDER}/${file}`, content })));
  const samples = Object.entries(sampleComments()).map(([file, content]) => ({ path: `${FOLDER}/${file}`, content }));
  return { files: [...files, ...samples], folders: [FOLDER] };
}

/** Comments of reports that are made up, and hold one of everything. */
function sampleComments(): Readonly<Record<string, string>> {
  return { "sample.md": toMarkdown(sampleReport()), "sample-failed.md": toMarkdown(failedReport()) };
}

/** Files of a case, path to content. Of the large one its comment is kept, and of its other forms what tells when they change. */
function goldenFiles(name: string): Readonly<Record<string, string>> {
  const report = caseReport(name);
  const forms = { json: `${JSON.stringify(report, undefined, 1)}\n`, html: toHtml(report) };
  const comment = { [`${name}.md`]: toMarkdown(report) };
  if (name === MANY) return { ...comment, [`${name}.digests`]: Object.entries(forms).map(([form, text]) => `${form} ${text.length} ${sha256(text)}\n`).join("") };
  return { ...comment, ...Object.fromEntries(Object.entries(forms).map(([form, text]) => [`${name}.${form}`, text])) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
