/** Days, all of them in UTC. */

export const DAY_MS = 24 * 60 * 60 * 1_000;

/** GitHub lets a run be run again for 30 days (docs.github.com, "Re-running workflows and jobs"): after that nothing of it changes. */
export const LONGEST_RERUN_DAYS = 30;
