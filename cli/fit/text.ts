/** A fit report as text and as JSON. */
import { allRules, type FitReport, type Misfit, type Place } from "../../fit";

/** Findings of one rule that are shown in full; JSON and SARIF have them all. */
const SHOWN = 25;

/** A fit report for a terminal. */
export function fitText(report: FitReport, stack: string): string {
  const { misfits } = report;
  const groups = allRules.flatMap((rule) => {
    const found = misfits.filter((each) => each.rule === rule.id);
    return found.length === 0 ? [] : [[`${rule.id}: ${found.length}. ${rule.title}`, ...found.slice(0, SHOWN).map(shown), ...(found.length > SHOWN ? [`  and ${found.length - SHOWN} more; FORMAT=json lists them all`] : [])].join("\n")];
  });
  return [...groups, summary(report, stack)].join("\n\n");
}

function shown({ where, found, allowed, mend }: Misfit): string {
  return [`  ${placeText(where)}`, `    found:   ${found}`, `    allowed: ${allowed}`, `    mend:    ${mend}`].join("\n");
}

/** `PATH:LINE`, or the path where no line is known. */
export function placeText({ path, line }: Place): string {
  return line === undefined ? path : `${path}:${line}`;
}

/** One line for people. */
export function summary({ commit, files, misfits, excused }: FitReport, stack: string): string {
  const what = commit === undefined ? "Nothing was read" : `${files} files of ${commit.slice(0, 12)} and stack ${stack}`;
  const findings = misfits.length === 0 ? "they fit" : misfits.length === 1 ? "1 thing does not fit" : `${misfits.length} things do not fit`;
  return `${what}: ${findings}${excused.length === 0 ? "" : `; ${excused.length} more excused`}.`;
}

/** A fit report for programs: one JSON object, version 1, two spaces deep. */
export function fitJson({ commit, files, misfits, excused }: FitReport, stack: string): string {
  return JSON.stringify({ version: 1, stack, commit: commit ?? null, files, fits: misfits.length === 0, misfits, excused: excused.map(({ misfit, excuse }) => ({ ...misfit, why: excuse.why })) }, undefined, 2);
}
