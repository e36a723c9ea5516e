/** Required checks by themselves: names that nobody else reports, files of their own, and the verdicts that the pipeline rests on. */
import { isReportedByJob, reportedByJobs, runChecks, workflowFileOf } from "../checks";
import { GITHUB_ACTIONS_APP_ID } from "../github-apps";
import type { Finding, Pipeline, RequiredCheck, VerdictCheck } from "../model";
import { WORKFLOWS } from "../workflow-files";
import type { Check, PipelineInput } from "./check";
import { each, shown, unless, wholeWithin } from "./check";

const AT = "pipeline.requiredChecks";

/**
 * Checks that GitHub's own workflows report as GitHub Actions, where a repository has them: Pages built from a branch, Dependabot, and the default
 * setup of code scanning. They have no file in the repository, so no look at the files finds them (docs.github.com: "About GitHub Pages",
 * "About Dependabot on GitHub Actions runners", "Configuring default setup for code scanning").
 */
const GITHUBS_OWN = /^(build|deploy|report-build-status|dependabot|codeql|analyze( \(.*\))?)$/i;

export const requiredCheckApps: Check<PipelineInput> = {
  name: "required-check-app",
  holds: "Every required check of an app names the app whose report counts, and it is not GitHub Actions, under which any workflow reports.",
  find: ({ pipeline }) => each(pipeline.requiredChecks, AT, (check, at) => (isReportedByJob(check) ? [] : appFindings(check, at))),
};

function appFindings({ context, appId }: Extract<RequiredCheck, { readonly kind: "app" }>, at: string): Finding[] {
  return [
    ...unless(context.trim() !== "" && context === context.trim(), `${at}.context`, shown(context), "the name exactly as it is reported"),
    ...unless(
      wholeWithin(appId, 1, Number.MAX_SAFE_INTEGER),
      `${at}.appId`,
      String(appId),
      "the id of a GitHub App; without it anybody with write access can report the check",
    ),
    ...unless(
      appId !== GITHUB_ACTIONS_APP_ID,
      `${at}.appId`,
      `${appId}, GitHub Actions, as which every job of every workflow reports`,
      "the id of another app, or a check of kind run",
    ),
  ];
}

export const requiredCheckNames: Check<PipelineInput> = {
  name: "required-check-name",
  holds: "No required check that a job reports has the name of one that GitHub's own workflows report.",
  find: ({ pipeline }) =>
    each(pipeline.requiredChecks, AT, (check, at) =>
      unless(!isReportedByJob(check) || !GITHUBS_OWN.test(check.context), `${at}.context`, `${shown(check.context)}, which a workflow of GitHub's own reports`, "a name of its own"),
    ),
};

export const requiredCheckFiles: Check<PipelineInput> = {
  name: "required-check-file",
  holds: "The workflow of each required check has a file and a name that no other workflow has.",
  find: ({ pipeline }) => {
    const run = runChecks(pipeline);
    return each(pipeline.requiredChecks, AT, (check, at): Finding[] => {
      if (check.kind !== "run") return [];
      const file = workflowFileOf(check);
      const before = run.slice(0, run.indexOf(check)).filter(({ context }) => context.toLowerCase() !== check.context.toLowerCase());
      const same = before.find((other) => stem(workflowFileOf(other)) === stem(file));
      const [taken] = same === undefined ? pipelineFiles(check.context, file) : [`${workflowFileOf(same)} of the check ${shown(same.context)}`];
      return unless(taken === undefined, `${at}.context`, `${shown(check.context)}, whose workflow is ${file}, as is ${taken}`, "a name that makes a file of its own");
    });
  },
};

/** Workflows of the pipeline that a check's would take the place of: of its file, or of its name, which begins the groups of runs that replace each other. */
function pipelineFiles(context: string, file: string): string[] {
  return Object.values(WORKFLOWS).flatMap(({ file: own, name }) => {
    if (stem(own) === stem(file)) return [`${own} of the pipeline`];
    return name.toLowerCase() === context.toLowerCase() ? [`${own} of the pipeline, by its name ${shown(name)}`] : [];
  });
}

function stem(file: string): string {
  return file.replace(/\.ya?ml$/, "");
}

export const verdictsOnce: Check<PipelineInput> = {
  name: "required-check-verdict",
  holds: "The verdict over the mirrored builds is required, and each verdict is required under one name.",
  find: ({ pipeline }) => [
    ...unless(
      verdicts(pipeline, "backend").length > 0,
      AT,
      "no check of kind verdict and of: backend",
      `one: only it holds a pull request back until ${WORKFLOWS.backend.file} has built and tested it on its mirror, and the merge queue rests on it`,
    ),
    ...each(pipeline.requiredChecks, AT, (check, at): Finding[] => {
      if (check.kind !== "verdict") return [];
      const [first] = verdicts(pipeline, check.of);
      return unless(first === check, `${at}.of`, `${shown(check.of)}, as ${shown(first?.context)} has it`, `one check of ${WORKFLOWS[check.of].file}, which reports one verdict`);
    }),
  ],
};

function verdicts(pipeline: Pipeline, of: VerdictCheck["of"]): VerdictCheck[] {
  return reportedByJobs(pipeline).filter((check): check is VerdictCheck => check.kind === "verdict" && check.of === of);
}
