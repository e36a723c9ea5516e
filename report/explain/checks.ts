/** What becomes of each required check at an event. */
import type { Pipeline, RequiredCheck } from "../../pipeline/model";
import type { PipelineEvent } from "../../pipeline/plan";
import { reportedBy } from "./jobs";
import type { ExplainedCheck } from "./model";

/** Every required check, in the order of the pipeline. @param startedFiles workflow files that the event starts */
export function explainChecks(pipeline: Pipeline, event: PipelineEvent, startedFiles: readonly string[]): ExplainedCheck[] {
  return pipeline.requiredChecks.map((check) => ({ context: check.context, reporter: reportedBy(check), ...outcome(pipeline, event, startedFiles, check) }));
}

function outcome({ repository, mergeQueue }: Pipeline, event: PipelineEvent, startedFiles: readonly string[], check: RequiredCheck): Pick<ExplainedCheck, "reports" | "why"> {
  const { reporter, title } = check;
  const appReports = (slug: string): boolean => event.name === "pull_request" || (event.name === "merge_group" && mergeQueue?.reportingApps.includes(slug) === true);
  if (reporter.kind === "app" ? appReports(reporter.slug) : startedFiles.includes(reporter.workflow)) return { reports: "now", why: `${title}.` };
  if (event.name === "pull_request" && check.reports === "after-mirror")
    return { reports: "after-mirror", why: `Reports once a maintainer has had the pull request copied to ${repository.mirrorBranchPrefix}N.` };
  if (reporter.kind === "app") return { reports: "elsewhere", why: `The app ${reporter.slug} reports on pull requests.` };
  return { reports: "elsewhere", why: `${event.name} on ${event.ref} does not start ${reporter.workflow}.` };
}
