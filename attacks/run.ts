/** Runs attacks. One that could not be made, or that its opened door does not let in, has shown nothing and counts as a failure. */
import type { Attack, Outcome } from "./attack";
import type { Stage } from "./stage";

/**
 * `refused`: as it has to be, and it succeeds where what stops it is taken away. `not held`: it succeeds, which is known, with a reason. Everything
 * else is a failure: `succeeded` though it must not, `now refused` though listed as not held, `no proof` where it also fails against an open door, and
 * `did not run`.
 */
export type Verdict = "refused" | "not held" | "succeeded" | "now refused" | "no proof" | "did not run";

export interface Attempted {
  readonly attack: Attack;
  readonly verdict: Verdict;
  /** Who refused, what the attacker got, or why it did not run. */
  readonly told: string;
}

const GOOD: readonly Verdict[] = ["refused", "not held"];

/** Whether an attack ended in a way that makes the run fail. */
export const failed = ({ verdict }: Attempted): boolean => !GOOD.includes(verdict);

/** Makes one attack. It never throws. */
export async function attempt(attack: Attack, stage: Stage): Promise<Attempted> {
  const answer = (verdict: Verdict, told: string): Attempted => ({ attack, verdict, told: oneLine(told) });
  try {
    const made = await attack.attempt(stage);
    if (attack.notHeld?.heldBy?.(stage) === true) return made.succeeded ? answer("succeeded", made.told) : answer("refused", made.told);
    if (attack.notHeld !== undefined) return made.succeeded ? answer("not held", attack.notHeld.consequence) : answer("now refused", `${made.told}; take its notHeld away`);
    if (made.succeeded) return answer("succeeded", made.told);
    const open: Outcome = await attack.attempt(attack.opened(stage));
    return open.succeeded ? answer("refused", made.told) : answer("no proof", `without what stops it, it is refused too: ${open.told}`);
  } catch (error) {
    return answer("did not run", error instanceof Error ? error.message : String(error));
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
