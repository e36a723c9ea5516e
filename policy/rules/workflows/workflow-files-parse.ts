import { resourceRule } from "../../kit/rule";
import { fileType, isWorkflowFile, readWorkflow } from "../../files/read";

export const workflowFilesParse = resourceRule({
  name: "workflow-files-parse",
  title: "Workflow files are workflows",
  severity: "high",
  level: "mandatory",
  holds: "Every delivered workflow file is YAML with at least one trigger and one job.",
  why: "GitHub ignores a workflow that it cannot read: its checks never report, and every other rule about it would judge nothing.",
  fix: "Render the file again; GitHub's workflow syntax page says what it may hold.",
  source: { title: "GitHub: workflow syntax", url: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax" },
  types: [fileType],
  *judge(subject) {
    if (!isWorkflowFile(subject)) return;
    const workflow = readWorkflow(subject);
    if (Object.keys(workflow.on).length === 0) yield { property: "content", found: `${workflow.path} without triggers`, wanted: "a YAML mapping with `on`" };
    if (workflow.jobs.length === 0) yield { property: "content", found: `${workflow.path} without jobs`, wanted: "a YAML mapping with `jobs`" };
  },
});
