/**
 * A fit report as Markdown, for a step's summary and for an issue. What it tells is read from files that others write: each such text is a code span of
 * one line, in which GitHub knows no mention, link, tag or comment.
 */
import { allRules, type FitReport, type Misfit } from "../../fit";
import { placeText, summary } from "./text";

/** Characters of an issue's text, as GitHub takes at most 65,536 (its answer to a longer one, "body is too long"). */
const LIMIT = 60_000;
/** Findings of one rule that are shown; the artifact has them all. */
const SHOWN = 20;
/** Characters of one text. */
const LENGTH = 300;

/** @param marker first line, by which an issue is found again @param pageUrl page of the run, which has the whole report */
export function fitMarkdown(report: FitReport, stack: string, { marker, pageUrl }: { readonly marker?: string; readonly pageUrl?: string | undefined } = {}): string {
  const groups = allRules.flatMap(({ id, title }) => {
    const found = report.misfits.filter(({ rule }) => rule === id);
    return found.length === 0 ? [] : [[`### ${title}`, "", ...found.slice(0, SHOWN).map(item), ...(found.length > SHOWN ? [`- and ${found.length - SHOWN} more`] : [])].join("\n")];
  });
  const head = [...(marker === undefined ? [] : [marker]), `## Does the pipeline fit the repository?`, "", summary(report, stack), ...(pageUrl === undefined ? [] : ["", `The whole report is an artifact of [the run](${pageUrl}).`])].join("\n");
  const foot = "What is known and left is excused in the stack's config, with a reason: see docs/fit.md.";
  return [head, ...within(groups, LIMIT - head.length - foot.length), foot].join("\n\n");
}

function item({ where, found, allowed, mend }: Misfit): string {
  return [`- ${code(placeText(where))}`, `  - found: ${code(found)}`, `  - allowed: ${code(allowed)}`, `  - mend: ${code(mend)}`].join("\n");
}

/** Whole rules as long as there is room. */
function within(groups: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let left = room;
  for (const group of groups) {
    if (group.length + 2 > left) return [...kept, "More rules find something; there is no room for them here."];
    kept.push(group);
    left -= group.length + 2;
  }
  return kept;
}

/** A text as a code span: fenced by more backticks than it has in a row, on one line. Source: CommonMark 0.31, "Code spans". */
export function code(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, LENGTH).trim() || " ";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${longest === 0 ? line : ` ${line} `}${fence}`;
}
