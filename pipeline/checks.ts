/** What follows from a required check's entry: who reports it, as which app, from which workflow file, and when. */
import { GITHUB_ACTIONS_APP_ID } from "./github-apps";
import type { AppCheck, Pipeline, RequiredCheck, RunCheck, VerdictCheck } from "./model";
import { WORKFLOW_FILES } from "./workflow-files";

/** A check that a job of a workflow reports. */
export type JobCheck = RunCheck | VerdictCheck;

/** Tells whether a job of a rendered workflow reports the check; an app does otherwise. */
export function isReportedByJob(check: RequiredCheck): check is JobCheck {
  return check.kind !== "app";
}

/** The checks that jobs report. */
export function reportedByJobs({ requiredChecks }: Pick<Pipeline, "requiredChecks">): JobCheck[] {
  return requiredChecks.filter(isReportedByJob);
}

/** The checks that have a workflow of their own, which runs their commands. */
export function runChecks({ requiredChecks }: Pick<Pipeline, "requiredChecks">): RunCheck[] {
  return requiredChecks.filter((check) => check.kind === "run");
}

/** The checks that apps report. */
export function reportedByApps({ requiredChecks }: Pick<Pipeline, "requiredChecks">): AppCheck[] {
  return requiredChecks.filter((check) => check.kind === "app");
}

/** The check that is the verdict of a workflow with a plan; undefined where none is required. */
export function verdictCheck({ requiredChecks }: Pick<Pipeline, "requiredChecks">, of: VerdictCheck["of"]): VerdictCheck | undefined {
  return requiredChecks.find((check): check is VerdictCheck => check.kind === "verdict" && check.of === of);
}

/** The workflow file whose job reports the check, such as `docs-links.yml` for the context `docs-links`. */
export function workflowFileOf(check: JobCheck): string {
  return check.kind === "verdict" ? WORKFLOW_FILES[check.of] : `${check.context.toLowerCase().replace(/[^a-z0-9._-]+/g, "-")}.yml`;
}

/** The workflow file or the slug of the app that reports the check, for people. */
export function reporterOf(check: RequiredCheck): string {
  return isReportedByJob(check) ? workflowFileOf(check) : check.slug;
}

/** Id of the GitHub App whose report counts: of a job's check GitHub Actions, unless an app of one's own reports what jobs did. */
export function appIdOf({ verdictApp }: Pick<Pipeline, "verdictApp">, check: RequiredCheck): number {
  if (!isReportedByJob(check)) return check.appId;
  return verdictApp?.appId ?? GITHUB_ACTIONS_APP_ID;
}

/** True for a check that reports once a maintainer has had the pull request mirrored; every other one reports on the pull request itself. */
export function awaitsMirror(check: RequiredCheck): boolean {
  return check.kind === "verdict" && check.of === "backend";
}
