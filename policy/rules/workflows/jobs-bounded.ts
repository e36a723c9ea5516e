import { isProps, show } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const jobsBounded = workflowRule({
  name: "jobs-bounded",
  title: "Jobs end, and superseded runs stop",
  severity: "medium",
  level: "mandatory",
  holds: "Every job has a timeout within the configured bound, and every workflow that events start has a concurrency group.",
  why: "A hanging job keeps a GPU node for up to six hours; without a group every push of a branch builds all images again.",
  fix: "Set timeout-minutes on the job and concurrency on the workflow.",
  source: { title: "GitHub: workflow syntax, timeout-minutes and concurrency", url: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax" },
  config: { maxMinutes: { type: "integer", minimum: 1, default: 360, description: "Longest timeout of one job, in minutes" } },
  *judge(workflow, config) {
    const bound = Number(config["maxMinutes"]);
    for (const job of workflow.jobs) {
      // A job that calls a workflow takes no timeout; the called jobs have their own.
      if ("uses" in job.value) continue;
      const minutes = job.value["timeout-minutes"];
      const within = typeof minutes === "number" ? minutes <= bound : typeof minutes === "string" && minutes.includes("${{");
      if (!within) yield { job, found: `timeout-minutes ${show(minutes)}`, wanted: `${bound} or less` };
    }
    const called = Object.keys(workflow.on).every((event) => event === "workflow_call");
    const group = isProps(workflow.concurrency) ? workflow.concurrency["group"] : workflow.concurrency;
    if (!called && typeof group !== "string") yield { found: `concurrency ${show(workflow.concurrency)}`, wanted: "a concurrency group" };
  },
});
