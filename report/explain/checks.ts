/** What becomes of each required check at an event. */
import { awaitsMirror, isReportedByJob, reporterOf, workflowFileOf } from "../../pipeline/checks";
import { withFrameworkTitles } from "../../pipeline/frameworks";
import type { Pipeline, RequiredCheck } from "../../pipeline/model";
import type { PipelineEvent } from "../../pipeline/plan";
import type { ExplainedCheck } from "./model";

/** Every required check, in the order of the pipeline. @param startedFiles workflow files that the event starts */
export function explainChecks(pipeline: Pipeline, event: PipelineEvent, startedFiles: readonly string[]): ExplainedCheck[] {
  return pipeline.requiredChecks.map((check) => ({ context: check.context, reporter: reporterOf(check), ...outcome(pipeline, event, startedFiles, check) }));
}

function outcome(pipeline: Pipeline, event: PipelineEvent, startedFiles: readonly string[], check: RequiredCheck): Pick<ExplainedCheck, "reports" | "why"> {
  const { repository, mergeQueue } = pipeline;
  const appReports = (slug: string): boolean => event.name === "pull_request" || (event.name === "merge_group" && mergeQueue?.reportingApps.includes(slug) === true);
  if (isReportedByJob(check) ? startedFiles.includes(workflowFileOf(check)) : appReports(check.slug)) return { reports: "now", why: `${withFrameworkTitles(pipeline, check.title)}.` };
  if (event.name === "pull_request" && awaitsMirror(check))
    return { reports: "after-mirror", why: `Reports once a maintainer has had the pull request copied to ${repository.mirrorBranchPrefix}N.` };
  if (!isReportedByJob(check)) return { reports: "elsewhere", why: `The app ${check.slug} reports on pull requests.` };
  return { reports: "elsewhere", why: `${event.name} on ${event.ref} does not start ${workflowFileOf(check)}.` };
}
