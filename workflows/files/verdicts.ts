/**
 * `verdicts.yml`: reports required checks as an app of one's own, only from the default branch's files.
 *
 * `workflow_run` starts it: GitHub then runs the default branch's file on the default branch, whatever run it is about (docs.github.com, "Events that trigger
 * workflows", workflow_run). `merge_group` would not do: a merge group runs its own files, with the pull request's changes in them, and the environment with
 * the app's key admits only the default branch. Runs of merge groups start it as others do.
 */
import { reportedByJobs, workflowFileOf } from "../../pipeline/checks";
import type { Pipeline, VerdictApp } from "../../pipeline/model";
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { checkoutPrograms, runProgram } from "../steps";
import { expression, literal, type Workflow } from "../syntax";
import { runnerLabel, type RenderContext } from "./context";
import { VERDICT_SECRET } from "./secrets";

export const VERDICTS_FILE = WORKFLOWS.verdicts.file;

/** The whole file. */
export function verdictsWorkflow({ pipeline }: RenderContext, { environment }: VerdictApp): Workflow {
  return {
    name: WORKFLOWS.verdicts.name,
    // A run that begins takes back what an older one was reported as; one that ended is judged.
    on: { workflow_run: { workflows: reportingWorkflows(pipeline), types: ["requested", "completed"] } },
    permissions: {},
    // A group for every run: one of another's name could be cancelled from any branch's workflow, and what was reported before would stand.
    concurrency: { group: `${expression("github.workflow")}-${expression("github.run_id")}`, "cancel-in-progress": false },
    defaults: { run: { shell: "bash" } },
    jobs: {
      report: {
        name: "report",
        if: `github.event.workflow_run.event != 'push' || startsWith(github.event.workflow_run.head_branch, ${literal(pipeline.repository.mirrorBranchPrefix)})`,
        "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
        environment,
        permissions: { contents: "read", actions: "read", checks: "read", "pull-requests": "read" },
        "timeout-minutes": 15,
        steps: [
          checkoutPrograms,
          runProgram({ name: "Report the verdicts", program: "verdict-app", env: { GITHUB_TOKEN: expression("github.token"), [VERDICT_SECRET]: expression(`secrets.${VERDICT_SECRET}`) } }),
        ],
      },
    },
  };
}

/** Names of the workflows whose jobs report required checks, as GitHub matches them. */
function reportingWorkflows(pipeline: Pipeline): string[] {
  const names = reportedByJobs(pipeline).map((check) => (check.kind === "run" ? check.context : nameOfFile(workflowFileOf(check))));
  return [...new Set(names)].sort();
}

function nameOfFile(file: string): string {
  return Object.values(WORKFLOWS).find((workflow) => workflow.file === file)?.name ?? file;
}
