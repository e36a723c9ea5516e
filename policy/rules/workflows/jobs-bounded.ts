import { isOnlyCalled, valuesOf } from "../../files/calls";
import { placeOf, workflows, type Job, type Workflow } from "../../files/read";
import { stackRule } from "../../kit/rule";
import { isProps, show } from "../../kit/values";

export const jobsBounded = stackRule({
  name: "jobs-bounded",
  title: "Jobs end, and superseded runs stop",
  severity: "medium",
  level: "mandatory",
  holds: "Every job has a timeout within the configured bound, also one that a caller gives, and every workflow that events start has a concurrency group.",
  why: "A hanging job keeps a GPU node for up to six hours; without a group every push of a branch builds all images again.",
  fix: "Set timeout-minutes on the job and concurrency on the workflow.",
  source: { title: "GitHub: workflow syntax, timeout-minutes and concurrency", url: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax" },
  config: { maxMinutes: { type: "integer", minimum: 1, default: 360, description: "Longest timeout of one job, in minutes" } },
  *judge(subjects, config) {
    const bound = Number(config["maxMinutes"]);
    const files = workflows(subjects);
    for (const workflow of files) {
      for (const job of workflow.jobs) {
        const excess = excessOf(files, workflow, job, bound);
        if (excess !== undefined) yield { subject: workflow.subject, property: placeOf(workflow, job), found: `timeout-minutes ${excess}`, wanted: `${bound} or less` };
      }
      const concurrency = workflow.document["concurrency"];
      const group = isProps(concurrency) ? concurrency["group"] : concurrency;
      if (!isOnlyCalled(workflow) && typeof group !== "string") yield { subject: workflow.subject, property: placeOf(workflow), found: `concurrency ${show(concurrency)}`, wanted: "a concurrency group" };
    }
  },
});

/** The timeout as people read it when it is none, or above the bound. */
function excessOf(files: readonly Workflow[], workflow: Workflow, job: Job, bound: number): string | undefined {
  // A job that calls a workflow takes no timeout; the called jobs have their own.
  if ("uses" in job.value) return undefined;
  const minutes = job.value["timeout-minutes"];
  if (minutes === undefined) return "nothing";
  // What the plan makes of an expression is the plan's to bound.
  return valuesOf(files, workflow, job, String(minutes)).find((value) => !/^\$\{\{.*\}\}$/s.test(value) && !(Number(value) <= bound));
}
