/** How far the simulation is off: what it says of a week that the profile was not made from, beside what that week was. */
import { WORKFLOW_FOLDER } from "../workflows/names";
import type { CapacityOutcome } from "../report/capacity";
import type { Store } from "./store";

/** Runs of one workflow file, simulated and seen. Minutes from the start of a run to its end. */
export interface HeldOut {
  /** As the simulation calls them, such as `pr.yaml, pull requests`. */
  readonly title: string;
  readonly runs: number;
  readonly seen: { readonly p50: number; readonly p95: number };
  readonly simulated: { readonly p50: number; readonly p95: number };
}

/** The simulation's words for what runs are for. */
const OCCASIONS = { "pull request": "pull requests", main: "main", release: "releases", nightly: "nightly" } as const;

/** Fewest runs of a kind that a week is judged by. */
const FEWEST_RUNS = 20;

/**
 * @param from first day of the held-out week
 * @param to first day after it
 */
export async function heldOut(store: Store, from: string, to: string, outcome: CapacityOutcome): Promise<readonly HeldOut[]> {
  await store.view(from);
  const seen = await store.ask<{ workflow: string; kind: keyof typeof OCCASIONS; runs: number; p50: number; p95: number }>(
    `SELECT workflow, kind, count(*) AS runs, quantile_cont(minutes, 0.5) AS p50, quantile_cont(minutes, 0.95) AS p95 FROM (
       SELECT *, (epoch(ended) - epoch(started)) / 60.0 AS minutes FROM runs
       WHERE created >= $from::TIMESTAMP AND created < $to::TIMESTAMP AND conclusion IN ('success', 'failure') AND attempt = 1)
     GROUP BY workflow, kind HAVING count(*) >= ${FEWEST_RUNS} ORDER BY workflow, kind`,
    { from, to },
  );
  const simulated = new Map(outcome.runs.map((run) => [run.title, run]));
  return seen.flatMap(({ workflow, kind, runs, p50, p95 }) => {
    const title = `${workflow.replace(`${WORKFLOW_FOLDER}/`, "")}, ${OCCASIONS[kind] ?? kind}`;
    const found = simulated.get(title);
    return found === undefined ? [] : [{ title, runs, seen: { p50, p95 }, simulated: { p50: found.p50.mean, p95: found.p95.mean } }];
  });
}
