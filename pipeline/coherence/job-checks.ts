/** Required checks and the jobs that report them. */
import type { JobFacts } from "../jobs";
import { awaitsMirror, isReportedByJob, reportedByJobs, workflowFileOf, type JobCheck } from "../checks";
import type { Finding, Trust } from "../model";
import type { Check, CoherenceInput } from "./check";
import { each, listed, shown, unless } from "./check";
import { jobPath } from "./job-graph";

export const checksReported: Check<CoherenceInput> = {
  name: "required-check-reporter",
  holds: "Every required check is reported by exactly one job, or by its app and no job.",
  find: ({ pipeline, jobs }) =>
    each(pipeline.requiredChecks, "pipeline.requiredChecks", (check, at) => {
      const { context } = check;
      const reporting = jobs.filter((job) => job.context === context);
      const places = listed(reporting.map((job) => jobPath(job)));
      if (!isReportedByJob(check))
        return unless(
          reporting.length === 0,
          at,
          `${shown(context)} is reported by ${places} too`,
          `only reports of the app ${check.slug}`,
        );
      const file = workflowFileOf(check);
      const own = reporting.filter(({ workflow }) => workflow === file);
      return [
        ...unless(
          own.length > 0,
          at,
          `no job of ${file} reports ${shown(context)}`,
          `one job of ${file} with this name`,
        ),
        ...unless(
          reporting.length <= 1,
          at,
          `${shown(context)} is reported by ${reporting.length} jobs: ${places}`,
          "one job: GitHub takes whichever reported last",
        ),
      ];
    }),
};

export const checksAlwaysReport: Check<CoherenceInput> = {
  name: "required-check-always",
  holds: "The job of a required check reports on every pull request, whatever happened before it.",
  find: ({ pipeline, jobs }) =>
    reportedByJobs(pipeline).flatMap((check) => jobs.filter((job) => reports(check, job)).flatMap((job) => alwaysFindings(check, job))),
};

function reports(check: JobCheck, job: JobFacts): boolean {
  return job.workflow === workflowFileOf(check) && job.context === check.context;
}

function alwaysFindings(check: JobCheck, job: JobFacts): Finding[] {
  const trust: Trust = awaitsMirror(check) ? "mirror" : "fork";
  return [
    ...unless(
      job.needs.length === 0 || job.always,
      jobPath(job, "if"),
      "needs other jobs without always()",
      "if: always(): a skipped job counts as passed",
    ),
    ...unless(
      !job.matrix,
      jobPath(job, "strategy"),
      "a matrix",
      "no matrix: its legs report under other names, and none when it is skipped",
    ),
    ...unless(
      !job.filtered,
      jobPath(job),
      "a workflow with branch or path filters that leave it out",
      "a workflow that every pull request starts: a check that is never reported blocks for ever",
    ),
    ...unless(
      job.trust.includes(trust),
      jobPath(job),
      `started by ${listed(job.trust)}`,
      `started by ${trust} too, as the check reports ${awaitsMirror(check) ? "once a pull request is mirrored" : "on every pull request"}`,
    ),
  ];
}
