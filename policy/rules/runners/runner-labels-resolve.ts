import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, oneOrMore, texts } from "../../kit/values";
import { parseYaml } from "../../kit/yaml";
import { valuesOf } from "../../files/calls";
import { fileType, workflows, type Job } from "../../files/read";
import { isScaleSet, labelOf } from "./releases";

export const runnerLabelsResolve = stackRule({
  name: "runner-labels-resolve",
  title: "Every runner label is a scale set of this stack",
  severity: "high",
  level: "mandatory",
  holds: "Each job's `runs-on` is one label: a scale set of this stack or one of the configured hosted runners. Where it is an input, what the callers give is; where it is a matrix, what stands there. A label that the plan makes at run time comes through `matrix` or `inputs`, and is one of those in the plan's data: each runner class there is a scale set of this stack or a hosted runner.",
  why: "A job that asks for a label nobody answers to waits for a day and then fails.",
  fix: "Correct the label, or add the runner class to the stack.",
  source: { title: "GitHub: choosing the runner for a job", url: "https://docs.github.com/actions/how-tos/write-workflows/choose-where-workflows-run/choose-the-runner-for-a-job" },
  config: { hosted: { type: "array", items: { type: "string" }, default: ["ubuntu-24.04", "ubuntu-24.04-arm"], description: "Labels of runners that GitHub hosts" } },
  *judge(subjects, config) {
    const known = [...subjects.filter(isScaleSet).map(labelOf), ...texts(config["hosted"])];
    yield* plannedLabels(subjects, known);
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

/** Data of the plan, from which it makes matrices. */
const DATA = /^\.github\/ci\/.+\.json$/;

/** Labels of the runner classes in the data that the stack delivers to the plan. */
function* plannedLabels(subjects: readonly Subject[], known: readonly string[]): Iterable<Finding & { subject: Subject }> {
  for (const subject of subjects.filter(({ type }) => type === fileType)) {
    const file = String(subject.props["file"]);
    const classes = DATA.test(file) ? items(at(parseYaml(String(subject.props["content"])), "runnerClasses")) : [];
    for (const [index, each] of classes.entries()) {
      const label = String(at(each, "label"));
      if (!known.includes(label))
        yield { subject, property: `content of ${file}, runnerClasses[${index}].label`, found: label, wanted: `one of ${listed(known)}` };
    }
  }
}

/** Labels that a job asks for; a group of runners counts as one. */
export function labelsOf(job: Job): readonly string[] {
  const runsOn = job.value["runs-on"];
  if (isProps(runsOn)) return [...oneOrMore(runsOn["labels"]), ...oneOrMore(runsOn["group"]).map((group) => `group ${group}`)];
  return oneOrMore(runsOn);
}

/** The label is a value of the plan, which takes it from its data. */
function fromPlan(label: string): boolean {
  return /^\$\{\{\s*(matrix|inputs)\.[\w.-]+\s*\}\}$/.test(label);
}
