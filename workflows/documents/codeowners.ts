/** CODEOWNERS: who has to agree to a change of the pipeline's own files, behind the repository's own rules. */
import type { Pipeline } from "../../pipeline/model";
import { GENERATED_BY } from "../names";

export const CODEOWNERS_PATH = ".github/CODEOWNERS";

/** Everything that decides what CI runs, and CODEOWNERS itself. The last pattern that matches a file decides, so the pipeline's own come last. */
export function codeowners(pipeline: Pipeline, header: readonly string[]): string {
  const owners = pipeline.codeOwners.join(" ");
  const paths = ["/.github/"];
  const given = pipeline.ownerRules.length === 0 ? [] : [...pipeline.ownerRules.map((line) => line.trimEnd()), ""];
  return [...header.map((line) => `# ${line}`.trimEnd()), "", ...given, ...paths.map((path) => `${path} ${owners}`), ""].join("\n");
}

/** The rules of a CODEOWNERS, without comments and with one space between the words of each. */
export function ownerRulesIn(text: string): string[] {
  return text.split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim().replace(/\s+/g, " ")).filter((rule) => rule !== "");
}

/** Rules of a CODEOWNERS that nobody reads any more beside the delivered one, which lacks them. A file that a stack wrote is the stack's to change. */
export function lostOwnerRules(own: string, delivered: string): string[] {
  if (own.includes(GENERATED_BY)) return [];
  const kept = new Set(ownerRulesIn(delivered));
  return ownerRulesIn(own).filter((rule) => !kept.has(rule));
}
