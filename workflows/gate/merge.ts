/** Whether a ruleset lets a pull request merge, for the checks that its head commit carries. */
import type { Report } from "./run";

/** A required status check of a ruleset. Without `appId` anybody with write access could report it. */
export interface Required {
  readonly context: string;
  readonly appId?: number;
}

/** A check on the commit and the GitHub App that reported it. */
export interface Check {
  readonly context: string;
  readonly appId: number;
  readonly conclusion: Report["conclusion"] | "neutral" | "timed_out" | "action_required" | "stale";
}

export interface Verdict {
  readonly merges: boolean;
  /** Contexts that hold the merge back, each with what was found. */
  readonly blocking: readonly { readonly context: string; readonly found: Check["conclusion"] | "not reported" }[];
}

/** Conclusions that satisfy a required check (docs.github.com, "Troubleshooting required status checks"). */
const satisfying: readonly Check["conclusion"][] = ["success", "skipped", "neutral"];

/**
 * Judges the required checks. Where several checks carry a name GitHub takes the latest; which one that is nobody can promise, so here
 * all of them must satisfy: the answer is a lower bound, and a proof that names are unique makes it exact.
 */
export function judge(required: readonly Required[], checks: readonly Check[]): Verdict {
  const blocking = required.flatMap((wanted) => {
    const found = shortfall(wanted, checks);
    return found === undefined ? [] : [{ context: wanted.context, found }];
  });
  return { merges: blocking.length === 0, blocking };
}

/** What keeps one required check from being satisfied, or undefined. */
function shortfall({ context, appId }: Required, checks: readonly Check[]): Check["conclusion"] | "not reported" | undefined {
  const reported = checks.filter((check) => check.context === context && (appId === undefined || check.appId === appId));
  if (reported.length === 0) return "not reported";
  return reported.find((check) => !satisfying.includes(check.conclusion))?.conclusion;
}
