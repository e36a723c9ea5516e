/**
 * Whether a run was good: every job that the plan selected succeeded, and every other one was skipped. Nothing else passes; a skipped
 * job counts as passed on GitHub, so this is where a skip that nobody asked for is caught.
 */
import { PLAN_JOB } from "./legs";
import { cell } from "./markdown";

/** GitHub's `needs` context, as `toJSON(needs)` writes it. */
export type JobResults = Readonly<Record<string, { readonly result: string }>>;

/** One thing that did not go as planned. */
export interface Problem {
  readonly job: string;
  readonly what: string;
}

export interface Verdict {
  readonly passed: boolean;
  readonly problems: readonly Problem[];
  /** `planned` is undefined when there is no plan to know it from. */
  readonly rows: readonly { readonly job: string; readonly planned: boolean | undefined; readonly result: string }[];
}

/**
 * Judges the results.
 * @param needs results of every job that the verdict needs, the plan among them
 * @param selected ids of the jobs that the plan runs; undefined when there is no plan
 */
export function judge(needs: JobResults, selected: readonly string[] | undefined): Verdict {
  const plan = needs[PLAN_JOB]?.result ?? "missing";
  if (plan !== "success") return failed(needs, `The plan ${said(plan)}, so nothing is known of what should have run.`);
  if (selected === undefined || !Array.isArray(selected)) return failed(needs, "The plan put out no list of jobs.");
  const ids = Object.keys(needs).filter((id) => id !== PLAN_JOB);
  const rows = ids.map((job) => ({ job, planned: selected.includes(job), result: needs[job]?.result ?? "missing" }));
  const problems = [...causesFirst(rows).flatMap(problemOf), ...selected.filter((job) => !ids.includes(job)).map((job) => ({ job, what: "The plan runs it, but the verdict does not wait for it." }))];
  return { passed: problems.length === 0, problems, rows };
}

function failed(needs: JobResults, what: string): Verdict {
  return { passed: false, problems: [{ job: PLAN_JOB, what }], rows: Object.entries(needs).map(([job, { result }]) => ({ job, planned: undefined, result })) };
}

/** What ended badly comes before what was skipped, as that mostly follows from it. */
function causesFirst(rows: Verdict["rows"]): Verdict["rows"] {
  return [...rows.filter(({ result }) => result !== "skipped"), ...rows.filter(({ result }) => result === "skipped")];
}

function problemOf({ job, planned, result }: Verdict["rows"][number]): Problem[] {
  if (planned && result !== "success") return [{ job, what: `The plan runs it, and it ${said(result)}.` }];
  if (!planned && result !== "skipped") return [{ job, what: `The plan does not run it, but it ${said(result)}.` }];
  return [];
}

function said(result: string): string {
  switch (result) {
    case "success":
      return "succeeded";
    case "failure":
      return "failed";
    case "cancelled":
      return "was cancelled";
    case "skipped":
      return "was skipped";
    default:
      return `has the result ${JSON.stringify(result)}`;
  }
}

/** The verdict for people: what failed first, then everything. */
export function verdictSummary(verdict: Verdict, runUrl: string): string {
  const lines = verdict.problems.map(({ job, what }) => `- **${cell(job)}**: ${cell(what)}`);
  const rows = verdict.rows.map(({ job, planned, result }) => `| ${cell(job)} | ${planned === undefined ? "not known" : planned ? "runs" : "does not run"} | ${cell(result)} |`);
  return [
    verdict.passed ? "## Passed: everything that the plan runs succeeded" : "## Failed",
    "",
    ...(lines.length > 0 ? [...lines, "", `Logs are in [the run's jobs](${runUrl}).`, ""] : []),
    "| Job | Plan | Result |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
