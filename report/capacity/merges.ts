/** How long an approved pull request waits to be merged on a stack: as it is, and as the other way to merge would have it. */
import type { Duration } from "../../pipeline/load";
import type { MergeQueue } from "../../pipeline/model";
import { WORKFLOW_FILES } from "../../pipeline/select";
import { mergeRace, type MergeRace } from "./merge-race";
import type { CapacityStack, RunOutcome } from "./model";

/** GitHub's own numbers of a new queue (docs.github.com, "Managing a merge queue"): of a queue that a stack does not have, only these matter here. */
const USUAL_QUEUE: Pick<MergeQueue, "maxEntriesToBuild" | "minEntriesToMerge" | "minEntriesToMergeWaitMinutes"> = { maxEntriesToBuild: 5, minEntriesToMerge: 1, minEntriesToMergeWaitMinutes: 5 };

export interface Merges {
  /** How the stack merges: by a queue, or only heads that hold main. */
  readonly by: "queue" | "strict";
  readonly strict: MergeRace;
  readonly queue: MergeRace;
}

/** Undefined where the weeks had no run of a pull request. @param runs what was simulated of runs; @param seed names the random numbers */
export function mergesOf({ pipeline, infrastructure }: CapacityStack, runs: readonly RunOutcome[], seed = "merges"): Merges | undefined {
  const checks = slowest(runs, ({ title }) => title.endsWith(", pull requests"));
  if (checks === undefined) return undefined;
  const inQueue = slowest(runs, ({ title }) => title.endsWith(", merge queue")) ?? slowest(runs, ({ title }) => title === `${WORKFLOW_FILES.direct}, pull requests`) ?? checks;
  return {
    by: pipeline.mergeQueue === undefined ? "strict" : "queue",
    strict: mergeRace(infrastructure.load, checks, undefined, seed),
    queue: mergeRace(infrastructure.load, inQueue, pipeline.mergeQueue ?? USUAL_QUEUE, seed),
  };
}

/** Workflows of one event run beside each other, so the slowest one counts. */
function slowest(runs: readonly RunOutcome[], which: (run: RunOutcome) => boolean): Duration | undefined {
  const own = runs.filter(which);
  if (own.length === 0) return undefined;
  const median = Math.max(...own.map(({ p50 }) => p50.mean));
  return { median, p95: Math.max(median, ...own.map(({ p95 }) => p95.mean)) };
}
