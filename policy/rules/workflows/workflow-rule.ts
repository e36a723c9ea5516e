/** A resource rule about one workflow file at a time. */
import { resourceRule, type Finding, type ResourceRule, type RuleConfig } from "../../kit/rule";
import { fileType, isActionFile, isWorkflowFile, placeOf, readWorkflow, type Job, type Workflow } from "../../files/read";

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

/** A rule that judges each delivered workflow file. @param actions whether files of composite actions are judged too */
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
