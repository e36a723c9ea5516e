/** What recipes showed, for people: one table, then what stands behind each of its cells. */
import { markdownTable } from "markdown-table";
import type { Result, Tried } from "./run";
import { STACK } from "./recipe";

const HEAD = ["task", "edited by hand", "generated files that follow", "wrong edits refused", "harm refused", ""];

/** The whole report, with a line break at its end. */
export function recipesText({ tried, generated, resources, tests, problems }: Result): string {
  const failed = tried.flatMap((one) => one.problems).length + problems.length;
  return [
    markdownTable([HEAD, ...tried.map(row)]),
    ...tried.map(details),
    [
      `all together: stack ${STACK} has ${resources} resources, ${problems.length === 0 ? "and no policy has anything against them" : "and this is wrong:"}`,
      ...generated.map((path) => `  generated  ${path}`),
      `  tests      ${tests} of those that read what is production's own pass, unchanged`,
      ...problems.map((problem) => `  WRONG      ${problem}`),
    ].join("\n"),
    failed === 0 ? "every recipe holds" : `${failed} ${failed === 1 ? "thing is" : "things are"} wrong`,
  ].join("\n\n").concat("\n");
}

function row({ recipe, edited, generated, judged, problems }: Tried): string[] {
  const lines = edited.reduce((sum, { added }) => sum + added, 0);
  const refused = judged.filter((one) => one.refused).length;
  return [
    recipe.task,
    `${counted(edited.length, "file")}, ${counted(lines, "line")}`,
    String(generated.length),
    String(recipe.refused.length),
    `${refused} of ${judged.length}`,
    problems.length === 0 ? "holds" : "WRONG",
  ];
}

function details({ recipe, edited, generated, judged, problems }: Tried): string {
  return [
    recipe.task,
    ...edited.map(({ path, added }) => `  edited     ${path}: ${counted(added, "line")} more`),
    ...generated.map((path) => `  generated  ${path}`),
    ...recipe.refused.map(({ what, findings }) => `  finding    ${what}: ${findings.join(", ")}`),
    ...recipe.harms.map(({ what, byEntry }) => {
      const by = policiesOf(judged.filter((one) => one.what === what));
      return `  refused    ${what}: by ${by}${byEntry ? ", and not without the entry" : ""}`;
    }),
    ...recipe.tests.map((test) => `  test       ${test}`),
    ...problems.map((problem) => `  WRONG      ${problem}`),
  ].join("\n");
}

/** The policies that have to refuse it, and do. */
function policiesOf(judged: Tried["judged"]): string {
  return [...new Set(judged.filter(({ refused }) => refused).map(({ policy }) => policy))].join(", ") || "nobody";
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
