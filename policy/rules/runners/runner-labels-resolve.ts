import { stackRule } from "../../kit/rule";
import { isProps, listed, oneOrMore, texts } from "../../kit/values";
import { valuesOf } from "../../files/calls";
import { workflows, type Job } from "../../files/read";
import { isScaleSet, labelOf } from "./releases";

export const runnerLabelsResolve = stackRule({
  name: "runner-labels-resolve",
  title: "Every runner label is a scale set of this stack",
  severity: "high",
  level: "mandatory",
  holds: "Each job's `runs-on` is one label: a scale set of this stack or one of the configured hosted runners. Where it is an input, what the callers give is; where it is a matrix, what stands there. Only a label that the plan makes at run time names no runner here, and must come through `matrix` or `inputs`.",
  why: "A job that asks for a label nobody answers to waits for a day and then fails.",
  fix: "Correct the label, or add the runner class to the stack.",
  source: { title: "GitHub: choosing the runner for a job", url: "https://docs.github.com/actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job" },
  config: { hosted: { type: "array", items: { type: "string" }, default: ["ubuntu-24.04", "ubuntu-24.04-arm"], description: "Labels of runners that GitHub hosts" } },
  *judge(subjects, config) {
    const known = [...subjects.filter(isScaleSet).map(labelOf), ...texts(config["hosted"])];
    const files = workflows(subjects);
    for (const workflow of files) {
      for (const job of workflow.jobs) {
        if ("uses" in job.value) continue;
        const labels = labelsOf(job);
        const unknown = labels.flatMap((label) => valuesOf(files, workflow, job, label)).filter((label) => !known.includes(label) && !fromPlan(label));
        if (unknown.length === 0 && labels.length === 1) continue;
        yield {
          subject: workflow.subject,
          property: `content of ${workflow.path}, job ${job.id}`,
          found: `runs-on ${labels.length === 0 ? "nothing" : listed(unknown.length > 0 ? unknown : labels)}`,
          wanted: `one of ${listed(known)}`,
        };
      }
    }
  },
});

/** Labels that a job asks for; a group of runners counts as one. */
export function labelsOf(job: Job): readonly string[] {
  const runsOn = job.value["runs-on"];
  if (isProps(runsOn)) return [...oneOrMore(runsOn["labels"]), ...oneOrMore(runsOn["group"]).map((group) => `group ${group}`)];
  return oneOrMore(runsOn);
}

/** The label is a value of the plan: the plan's own coherence, and the leg that asks for it, answer for it. */
function fromPlan(label: string): boolean {
  return /^\$\{\{\s*(matrix|inputs)\.[\w.-]+\s*\}\}$/.test(label);
}
