/** Broken merge queues. */
import type { MergeQueue } from "../../../../pipeline/model";
import { changed, jobs, mergeQueue, pipeline, queued } from "../../fixtures";
import { withEnvironment, withPipeline, type Broken } from "../breaking";

const queue = (change: Partial<MergeQueue>) => withPipeline({ mergeQueue: { ...mergeQueue, ...change } });

/** The fixture's jobs where a merge group starts every workflow that reports a required check. */
export const queuedJobs = jobs.map((job) => (job.workflow === "ci-test-suite.yml" ? job : { ...job, inMergeQueue: true }));

export const mergeQueueCases: readonly Broken[] = [
  ["merge-queue-limits", queue({ maxEntriesToBuild: 0 }), "pipeline.mergeQueue.maxEntriesToBuild", "0", "a whole number from 1 to 100"],
  ["merge-queue-limits", queue({ maxEntriesToMerge: 101 }), "pipeline.mergeQueue.maxEntriesToMerge", "101", "a whole number from 1 to 100"],
  [
    "merge-queue-limits",
    queue({ minEntriesToMergeWaitMinutes: 2.5 }),
    "pipeline.mergeQueue.minEntriesToMergeWaitMinutes",
    "2.5",
    "a whole number from 0 to 360",
  ],
  ["merge-queue-limits", queue({ minEntriesToMerge: 6 }), "pipeline.mergeQueue.minEntriesToMerge", "6", "at most maxEntriesToMerge, 5"],
  [
    "merge-queue-limits",
    queue({ groupingStrategy: "HEADGREEN" }),
    "pipeline.mergeQueue.groupingStrategy",
    '"HEADGREEN"',
    '"ALLGREEN": otherwise a pull request that failed merges with one behind it that passed',
  ],
  [
    "merge-queue-limits",
    queue({ checkResponseTimeoutMinutes: 60 }),
    "pipeline.mergeQueue.checkResponseTimeoutMinutes",
    "60 minutes",
    "at least 95: 75 of the core container, and 20 of the plan and the verdict around it",
  ],
  [
    "merge-queue-apps",
    queue({ reportingApps: ["leak-finder"] }),
    "pipeline.requiredChecks[2]",
    '"sign-off", which the app signer is not known to report on merge groups',
    "a check that a job reports, or the app's slug in mergeQueue.reportingApps once it was seen to report there",
  ],
  [
    "merge-queue-apps",
    queue({ reportingApps: ["signer", "leak-finder", "cla"] }),
    "pipeline.mergeQueue.reportingApps[2]",
    '"cla"',
    "apps that report required checks: leak-finder, signer",
  ],
  [
    "merge-queue-branches",
    withEnvironment("bulletin", { branches: ["trunk", "gh-readonly-queue/**"] }),
    "pipeline.environments[3].branches[1]",
    '"gh-readonly-queue/**" of "bulletin", which gh-readonly-queue/trunk/pr-* matches',
    "branches that a review or a vetter stands before",
  ],
  [
    "required-check-queue",
    { pipeline: queued, jobs: changed(queuedJobs, ({ id }) => id === "images-gate", { inMergeQueue: false }) },
    'workflow pr.yaml, job "images-gate"',
    "a workflow that no merge group starts",
    "on: merge_group, as the queue waits for the check until it gives up",
  ],
];

/** What has to stay coherent. */
export const coherentQueue = { pipeline: { ...pipeline, mergeQueue }, jobs: queuedJobs };
