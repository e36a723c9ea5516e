/** The health of a system as a page: what is red first, then how long people wait, what it costs, and which tests are to blame. */
import { counted, paragraph, strong, text, value, type Block, type Line, type Page, type Section } from "../report/render";
import type { FlakyTest, Health, RedBranch, Spent } from "./health";

/** What a page is about. */
export interface Subject {
  readonly stack: string;
  /** Currency of the price table, and its date. */
  readonly currency: string;
  readonly pricesAsOf: string;
}

/** The page of `make health`. @param subject what was looked at, and when */
export function healthPage(health: Health, subject: Subject): Page {
  const { extent, red, flakes, blind } = health;
  const tone = red.length > 0 ? "bad" : flakes.length + blind.length > 0 ? "warning" : "good";
  const verdict = red.length > 0 ? `${counted(red.length, "workflow")} red` : "nothing is red";
  return {
    title: `${subject.stack}: ${verdict}`,
    tone,
    heading: [value(subject.stack), text(`: ${verdict}`)],
    head: [{ kind: "callout", tone, lines: headLines(health) }],
    sections: [
      ...redSection(red),
      feedbackSection(health),
      spentSection(health, subject),
      flakesSection(flakes),
      ...slowSection(health),
      ...faultsSection(health),
      ...blindSection(health),
      weeksSection(health),
    ],
    foot: [[text(`${counted(extent.runs, "run")}, ${counted(extent.jobs, "job")} and ${counted(extent.cases, "test case")} from `), value(extent.first ?? "-"), text(" to "), value(extent.last ?? "-"), text(`. Prices as of ${subject.pricesAsOf}, in ${subject.currency}. Times are UTC.`)]],
  };
}

function headLines({ red, feedback, flakes }: Health): Line[] {
  const pulls = feedback.find(({ kind }) => kind === "pull request");
  const cost = flakes.reduce((sum, { gpus }) => sum + gpus, 0);
  return [
    red.length === 0 ? [text("The last run of every workflow of main, releases and nights was good.")] : [text("Red: "), ...red.flatMap(({ workflow, since }, index): Line => [text(index === 0 ? "" : ", "), value(workflow), text(" since "), value(since)]), text(".")],
    pulls === undefined ? [text("No pull request had a run that ended.")] : [text("Half of the pull requests' runs answer within "), strong(minutes(pulls.p50)), text(", 95 of 100 within "), strong(minutes(pulls.p95)), text(".")],
    flakes.length === 0 ? [text("No test was seen to flake.")] : [strong(counted(flakes.length, "flaky test")), text(cost === 0 ? ", each hidden by a second try in the same job." : ` spent ${whole(cost)} GPU minutes on commits that were good.`)],
  ];
}

function redSection(red: readonly RedBranch[]): Section[] {
  if (red.length === 0) return [];
  const blocks = red.flatMap(({ workflow, kind, runs, since, commit, run, tests }): Block[] => [
    paragraph(value(workflow), text(` (${kind}) has been red since `), value(since), text(", for "), strong(counted(runs, "run")), text(", from commit "), value(commit.slice(0, 12)), text(" on, run "), value(run), text(".")),
    tests.length === 0
      ? paragraph(text("No test failed in that run: look at its jobs."))
      : { kind: "list", items: tests.map(({ image, suite, test, message }): Line => [value(test), text(" in "), value(image), text(", suite "), value(suite), ...(message === null ? [] : [text(": "), value(firstLine(message))])]) },
  ]);
  return [{ id: "red", title: "Red since", extent: counted(red.length, "workflow"), blocks }];
}

function feedbackSection({ feedback, waits }: Health): Section {
  return {
    id: "feedback",
    title: "How long people wait",
    extent: counted(feedback.reduce((sum, { runs }) => sum + runs, 0), "run"),
    blocks: [
      table("Minutes from the start of a run to its end, of workflows that test, by what the run was for", ["Run", "Runs", "Half within", "95 of 100 within"], feedback.map(({ kind, runs, p50, p95 }) => [kind, whole(runs), minutes(p50), minutes(p95)])),
      table("Minutes that a job waited for its runner, by runner class", ["Runner class", "Jobs", "Half within", "95 of 100 within"], waits.map(({ class: id, jobs, p50, p95 }) => [id, whole(jobs), minutes(p50), minutes(p95)])),
    ],
  };
}

function spentSection({ spent }: Health, { currency }: Subject): Section {
  const of = (caption: string, first: string, rows: readonly Spent[]): Block =>
    table(caption, [first, "Commits", "GPU minutes", currency], rows.map(({ subject, commits, gpus, amount }) => [subject, whole(commits), whole(gpus), amount.toFixed(2)]));
  const total = spent.kind.reduce((sum, { gpus }) => sum + gpus, 0);
  return {
    id: "spent",
    title: "What it costs",
    extent: `${whole(total)} GPU minutes`,
    blocks: [
      of("By what runs were for", "Run", spent.kind),
      of("By framework", "Framework", spent.framework),
      of("By suite, or by what a job does where it runs none", "Suite", spent.suite),
      { kind: "details", summary: [text("The pull requests that spent most")], blocks: [of("By pull request", "Pull request", spent.pull)] },
    ],
  };
}

function flakesSection(flakes: readonly FlakyTest[]): Section {
  const rows = flakes.map(({ image, suite, test, flaky, commits, gpus }) => [test, image, suite, `${flaky} of ${commits}`, whole(gpus)]);
  return {
    id: "flakes",
    title: "Flaky tests",
    extent: counted(flakes.length, "test"),
    blocks: [
      paragraph(text("A flaky test failed and passed on one commit. It cost the GPU minutes of the jobs in which it failed although the commit was good.")),
      ...(flakes.length === 0 ? [] : [table("Flaky tests, the most expensive first", ["Test", "Image", "Suite", "Commits", "GPU minutes"], rows, 3)]),
    ],
  };
}

function slowSection({ slow }: Health): Section[] {
  if (slow.length === 0) return [];
  const rows = slow.map(({ test, image, suite, runs, mean, total }) => [test, image, suite, whole(runs), minutes(mean), whole(total)]);
  return [{ id: "slow", title: "Slowest tests", extent: `${whole(slow.reduce((sum, { total }) => sum + total, 0))} minutes`, blocks: [table("Tests by the minutes that all their runs took", ["Test", "Image", "Suite", "Runs", "Mean", "Minutes"], rows, 3)] }];
}

function faultsSection({ faults }: Health): Section[] {
  if (faults.length === 0) return [];
  const rows = faults.map(({ fault, jobs, gpus }) => [fault, whole(jobs), whole(gpus)]);
  return [{ id: "machines", title: "Jobs that their machine failed", extent: counted(faults.reduce((sum, { jobs }) => sum + jobs, 0), "job"), blocks: [table("Jobs by what the machine did", ["Fault", "Jobs", "GPU minutes"], rows)] }];
}

function blindSection({ blind }: Health): Section[] {
  if (blind.length === 0) return [];
  const rows = blind.map(({ image, suite, jobs, why }) => [image, suite, whole(jobs), why ?? "no report"]);
  return [
    {
      id: "blind",
      title: "Passed without a report",
      extent: counted(blind.reduce((sum, { jobs }) => sum + jobs, 0), "job"),
      blocks: [paragraph(text("These jobs succeeded, and no report says which tests they ran. Suites that are only collected are among them.")), table("Test jobs without a report", ["Image", "Suite", "Jobs", "Why"], rows)],
    },
  ];
}

function weeksSection({ weeks }: Health): Section {
  const share = (of: number | null): string => (of === null ? "-" : `${Math.round(of * 100)}%`);
  const rows = weeks.map(({ week, pushes, feedback, red, again, gpus }) => [week, whole(pushes), feedback === null ? "-" : minutes(feedback), share(red), share(again), whole(gpus ?? 0)]);
  return { id: "weeks", title: "Week by week", extent: counted(weeks.length, "week"), blocks: [table("By week, from Monday", ["Week of", "Pushes", "Feedback, half within", "Main red", "Run again", "GPU hours"], rows)] };
}

/** Somebody else's words are values; numbers stand to the right from the given column on. */
function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[], numbersFrom = 1): Block {
  const line = (cell: string, column: number): Line => [column >= numbersFrom ? text(cell) : value(cell)];
  return { kind: "table", caption, head, numbersFrom, rows: rows.map((row) => row.map(line)) };
}

function minutes(of: number): string {
  if (of < 1) return `${Math.round(of * 60)} s`;
  return of >= 120 ? `${(of / 60).toFixed(1)} h` : `${of.toFixed(1)} min`;
}

function whole(of: number): string {
  return Math.round(of).toLocaleString("en-US");
}

/** Characters of a message that a page shows. */
const SHOWN = 200;

function firstLine(message: string): string {
  const [line = ""] = message.split("\n", 1);
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
