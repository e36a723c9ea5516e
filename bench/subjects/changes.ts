/** What a repository's real changes cost on this pipeline: as it is described, and with each step that spends less. */
import { mean, median } from "simple-statistics";
import { impactOf } from "../../pipeline/impact";
import { cumulative, LADDER, type Step } from "../changes/ladder";
import { readChangeSets } from "../changes/sets";
import { Spending, type Spent } from "../changes/spent";
import { valueFigure, type Figure, type Unit } from "../kit/figures";
import { STACK, stackWith } from "../kit/stacks";
import type { Measurement, Report } from "../kit/subject";

/** @param file change sets, as bench/changes/sets.ts reads them */
export function changes(file: string, report: Report): Measurement {
  const sets = readChangeSets(file);
  report(`${sets.length} change sets`);
  return {
    measured:
      `Pushes to ${sets.length} pull requests with the files of real changes, planned for ${STACK} as its workflows plan them: jobs of the pull request and of its mirror. Every duration is its ` +
      "median in the load profile and nothing waits in a queue. Images and minutes are those of one push. Each step is config on top of the ones before it.",
    figures: [...cumulative(LADDER), { title: "the stack as it is", config: {} }].flatMap((step) => figuresOf(step, sets, report)),
  };
}

function figuresOf({ title, config }: Step, sets: ReturnType<typeof readChangeSets>, report: Report): Figure[] {
  const stack = stackWith(config);
  const spending = new Spending(stack);
  const spent = sets.map((each) => spending.of(each));
  report(`${title}: planned`);
  const unclaimed = new Set(sets.flatMap((each) => impactOf(stack.pipeline, each).unclaimed));
  const figures = (what: string, unit: Unit, quantity: keyof Spent): Figure[] => {
    const values = spent.map((each) => each[quantity]);
    return [valueFigure(`${what}, mean, ${title}`, unit, mean(values)), valueFigure(`${what}, median, ${title}`, unit, median(values))];
  };
  return [
    ...figures("images of a change", "images", "images"),
    ...figures("jobs on GPUs of a change", "jobs", "gpuJobs"),
    ...figures("GPU minutes of a change", "minutes", "gpuMinutes"),
    ...figures("feedback of a change", "minutes", "feedbackMinutes"),
    valueFigure(`changes that build an image, ${title}`, "changes", spent.filter(({ images }) => images > 0).length),
    valueFigure(`paths that no filter claims, ${title}`, "paths", unclaimed.size),
  ];
}
