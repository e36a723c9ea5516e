/** The merge queue: its numbers, who reports in it, and what its branches may not reach. */
import { isReportedByJob, reportedByApps, reportedByJobs, runChecks, verdictCheck, workflowFileOf } from "../checks";
import { queueBranch } from "../events";
import { globFault, globsMeet } from "../globs";
import type { Finding, MergeQueue, Pipeline } from "../model";
import type { Check, CoherenceInput, PipelineInput } from "./check";
import { each, listed, shown, unless, wholeWithin } from "./check";
import { jobPath } from "./job-graph";

const AT = "pipeline.mergeQueue";

/** docs.github.com, REST "Rules", `merge_queue`: the ranges of its parameters. With 0 entries nothing would ever be tried or merged. */
const RANGES: readonly (readonly [field: keyof MergeQueue, least: number, most: number])[] = [
  ["maxEntriesToBuild", 1, 100],
  ["minEntriesToMerge", 1, 100],
  ["maxEntriesToMerge", 1, 100],
  ["minEntriesToMergeWaitMinutes", 0, 360],
  ["checkResponseTimeoutMinutes", 1, 360],
];

/** Minutes that the jobs before and behind the core container's may take: the plan, and the verdict. */
const AROUND_CORE_MINUTES = 20;

export const queueNumbers: Check<PipelineInput> = {
  name: "merge-queue-limits",
  holds: "The merge queue's numbers are GitHub's, every entry has to pass, and the slowest check has the time to report.",
  find: ({ pipeline }) => withQueue(pipeline, (queue) => [...rangeFindings(queue), ...groupFindings(queue), ...timeFindings(pipeline, queue)]),
};

export const queueApps: Check<PipelineInput> = {
  name: "merge-queue-apps",
  holds: "Every app that reports a required check reports on merge groups too: the queue waits for it as for any other.",
  find: ({ pipeline }) =>
    withQueue(pipeline, ({ reportingApps }) => {
      const slugs = reportedByApps(pipeline).map(({ slug }) => slug);
      return [
        ...each(pipeline.requiredChecks, "pipeline.requiredChecks", (check, at) =>
          unless(
            isReportedByJob(check) || reportingApps.includes(check.slug),
            at,
            `${shown(check.context)}, which the app ${isReportedByJob(check) ? "" : check.slug} is not known to report on merge groups`,
            "a check that a job reports, or the app's slug in mergeQueue.reportingApps once it was seen to report there",
          ),
        ),
        ...each(reportingApps, `${AT}.reportingApps`, (slug, at) =>
          unless(slugs.includes(slug), at, shown(slug), `apps that report required checks: ${listed(slugs)}`),
        ),
      ];
    }),
};

export const queueBranchesOutside: Check<PipelineInput> = {
  name: "merge-queue-branches",
  holds: "No environment admits a merge queue's branches: anybody with write access can push one, and no ruleset can keep them from it.",
  find: ({ pipeline }) => {
    const queue = queueBranch(pipeline.repository, "pr-*");
    return each(pipeline.environments, "pipeline.environments", ({ name, branches }, at) =>
      each(branches, `${at}.branches`, (branch, path) =>
        unless(
          globFault(branch) !== undefined || !globsMeet(branch, queue),
          path,
          `${shown(branch)} of ${shown(name)}, which ${queue} matches`,
          "branches that a review or a vetter stands before",
        ),
      ),
    );
  },
};

export const queueChecksReported: Check<CoherenceInput> = {
  name: "required-check-queue",
  holds: "Where main has a merge queue, a merge group starts every workflow that reports a required check.",
  find: ({ pipeline, jobs }) =>
    withQueue(pipeline, () =>
      jobs
        .filter((job) => reportedByJobs(pipeline).some((check) => workflowFileOf(check) === job.workflow && check.context === job.context))
        .flatMap((job) =>
          unless(job.inMergeQueue === true, jobPath(job), "a workflow that no merge group starts", "on: merge_group, as the queue waits for the check until it gives up"),
        ),
    ),
};

function withQueue({ mergeQueue }: Pipeline, find: (queue: MergeQueue) => readonly Finding[]): readonly Finding[] {
  return mergeQueue === undefined ? [] : find(mergeQueue);
}

function rangeFindings(queue: MergeQueue): Finding[] {
  return RANGES.flatMap(([field, least, most]) => {
    const value = Number(queue[field]);
    return unless(wholeWithin(value, least, most), `${AT}.${field}`, String(value), `a whole number from ${least} to ${most}`);
  });
}

function groupFindings({ groupingStrategy, minEntriesToMerge, maxEntriesToMerge }: MergeQueue): Finding[] {
  return [
    ...unless(
      minEntriesToMerge <= maxEntriesToMerge,
      `${AT}.minEntriesToMerge`,
      String(minEntriesToMerge),
      `at most maxEntriesToMerge, ${maxEntriesToMerge}`,
    ),
    ...unless(
      groupingStrategy === "ALLGREEN",
      `${AT}.groupingStrategy`,
      shown(groupingStrategy),
      '"ALLGREEN": otherwise a pull request that failed merges with one behind it that passed',
    ),
  ];
}

function timeFindings(pipeline: Pipeline, { checkResponseTimeoutMinutes }: MergeQueue): Finding[] {
  const [{ needed, why } = { needed: 1, why: "" }] = times(pipeline).sort((one, other) => other.needed - one.needed);
  return unless(checkResponseTimeoutMinutes >= needed, `${AT}.checkResponseTimeoutMinutes`, `${checkResponseTimeoutMinutes} minutes`, `at least ${needed}: ${why}`);
}

/** Minutes that the checks of a merge group may take, by what bounds them. */
function times(pipeline: Pipeline): { readonly needed: number; readonly why: string }[] {
  const { timeoutMinutes } = pipeline.core;
  const core = { needed: timeoutMinutes + AROUND_CORE_MINUTES, why: `${timeoutMinutes} of the core container, and ${AROUND_CORE_MINUTES} of the plan and the verdict around it` };
  return [
    ...(verdictCheck(pipeline, "direct") === undefined ? [] : [core]),
    ...runChecks(pipeline).map(({ context, minutes }) => ({ needed: minutes, why: `those of the check ${shown(context)}` })),
  ];
}
