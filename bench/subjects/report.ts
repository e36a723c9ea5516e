/** What a report of a large change and a simulated week of much work take. */
import { toldBy, type Cost } from "../kit/child";
import { leastFigure, type Figure } from "../kit/figures";
import { interleaved, type Sample } from "../kit/rounds";
import type { Measurement, Report } from "../kit/subject";
import { JOBS_PER_DAY, type ColdReportWork } from "../report/cold";

const ROUNDS = 5;
const REPORT_MS = 2_000;
const WEEK_MS = 5_000;

export async function report(progress: Report): Promise<Measurement> {
  const samples = await interleaved(ROUNDS, { report: () => cold("report"), week: () => cold("week") }, (round, name) => progress(`${name}, round ${round}`));
  const least = (what: string, { processor, wall }: Readonly<Record<keyof Cost, readonly number[]>>, atMost: number): Figure =>
    leastFigure(what, "ms", ["wall time of the first call", wall], [["processor time", processor]], { atMost });
  return {
    measured:
      "In a new process each time, at the first call, without loading modules and reading input. The report is made and shown as a comment and as a page. The clock is judged: Node collects garbage and " +
      "compiles beside the work, on the other core.",
    figures: [least("a report of 2000 changed resources", samples.report, REPORT_MS), least(`a simulated week of ${JOBS_PER_DAY} jobs a day or more`, samples.week, WEEK_MS)],
  };
}

function cold(work: ColdReportWork): Promise<Sample<keyof Cost>> {
  return toldBy("report/cold.ts", work);
}
