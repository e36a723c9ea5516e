/** A resource rule about one workflow file at a time. */
import { resourceRule, type Finding, type ResourceRule, type RuleConfig } from "../../kit/rule";
import { fileType, isWorkflowFile, readWorkflow, type Job, type Workflow } from "../../files/read";

type WorkflowFacts = Omit<ResourceRule, "scope" | "types" | "judge"> & {
  judge(workflow: Workflow, config: RuleConfig): Iterable<WorkflowFinding>;
};

/** What is wrong, and in which job. */
export interface WorkflowFinding {
  readonly job?: Job;
  readonly found: string;
  readonly wanted: string;
}

export function workflowRule({ judge, ...facts }: WorkflowFacts): ResourceRule {
  return resourceRule({
    ...facts,
    types: [fileType],
    *judge(subject, config) {
      if (!isWorkflowFile(subject)) return;
      const workflow = readWorkflow(subject);
      for (const { job, found, wanted } of judge(workflow, config)) yield located(workflow, job, found, wanted);
    },
  });
}

function located(workflow: Workflow, job: Job | undefined, found: string, wanted: string): Finding {
  return { property: job === undefined ? `content of ${workflow.path}` : `content of ${workflow.path}, job ${job.id}`, found, wanted };
}
