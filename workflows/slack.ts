/** The message that Slack gets of a finished run. */
import type { Mode } from "../pipeline/model";
import { judge, type JobResults } from "./judge";

/** What the message says of the run. */
export interface FinishedRun {
  /** Empty when the plan failed. */
  readonly mode: Mode | "";
  readonly needs: JobResults;
  readonly selected: readonly string[] | undefined;
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly runUrl: string;
}

const TITLES: Readonly<Record<Mode, string>> = { "pull-request": "Pull request", "post-merge": "Post-merge", nightly: "Nightly" };

/** The payload of an incoming webhook: one line for a success, the failed jobs for a failure. Jobs that judge others are not counted. */
export function slackMessage(run: FinishedRun, judges: readonly string[]): { readonly text: string } {
  const needs = Object.fromEntries(Object.entries(run.needs).filter(([job]) => !judges.includes(job)));
  const verdict = judge(needs, run.selected);
  const planned = verdict.rows.filter((row) => row.planned);
  const succeeded = planned.filter(({ result }) => result === "success").length;
  const title = run.mode === "" ? "CI" : TITLES[run.mode];
  const where = `${escape(run.repository)} ${escape(run.branch)} \`${run.commit.slice(0, 10)}\``;
  const link = `<${run.runUrl}|the run>`;
  if (verdict.passed) return { text: `:white_check_mark: *${title} pipeline succeeded* on ${where}: ${succeeded} of ${planned.length} jobs passed, ${link}` };
  const failed = verdict.problems.map(({ job, what }) => `• \`${escape(job)}\`: ${escape(what)}`);
  return { text: [`:x: *${title} pipeline failed* on ${where}, ${link}`, ...failed].join("\n") };
}

/** Slack reads these three characters as markup (Slack, "Formatting text for app surfaces"). */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
