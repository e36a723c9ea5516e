/** Rules about workflow files: a resource rule about one at a time, and how all of them tell where something is. */
import { resourceRule, type Finding, type ResourceRule, type RuleConfig } from "../../kit/rule";
import { fileType, isActionFile, isWorkflowFile, readWorkflow, type Job, type Workflow } from "../../files/read";

type WorkflowFacts = Omit<ResourceRule, "scope" | "types" | "judge"> & {
  /** True for a rule about steps: composite actions have some, too. */
  readonly actions?: boolean;
  judge(workflow: Workflow, config: RuleConfig): Iterable<WorkflowFinding>;
};

/** What is wrong, and in which job. */
export interface WorkflowFinding {
  readonly job?: Job;
  readonly found: string;
  readonly wanted: string;
}

export function workflowRule({ judge, actions = false, ...facts }: WorkflowFacts): ResourceRule {
  return resourceRule({
    ...facts,
    types: [fileType],
    *judge(subject, config) {
      if (!isWorkflowFile(subject) && !(actions && isActionFile(subject))) return;
      const workflow = readWorkflow(subject);
      for (const { job, found, wanted } of judge(workflow, config)) yield { property: placeOf(workflow, job), found, wanted } satisfies Finding;
    },
  });
}

/** Where a finding is, for people. */
export function placeOf(workflow: Workflow, job?: Job): string {
  return job === undefined ? `content of ${workflow.path}` : `content of ${workflow.path}, job ${job.id}`;
}
