/** What an attack is: one entry each. `make attack` runs them and docs/threats.md is rendered from them (attacks/list). */
import type { Stage } from "./stage";

/** Who attacks. */
export const ACTORS = {
  stranger: "Anybody with an account on GitHub: opens a pull request from a fork",
  writer: "Somebody with write access, or a stolen account of one: pushes branches and tags, opens pull requests, edits and merges what rules let him",
  "pull request": "Code of a pull request that a maintainer let run on a mirror branch: it holds the job's token and, where the job has one, its cloud identity",
  neighbour: "Somebody with another repository on GitHub, or another repository of the same owner",
  pod: "Code that runs in a job's pod and gets hold of what the pod may ask of the cluster",
} as const;

export type Actor = keyof typeof ACTORS;

/** What came of an attack. */
export interface Outcome {
  readonly succeeded: boolean;
  /** Who refused and with which words, or what the attacker got. */
  readonly told: string;
}

/** An attack that is not stopped, and why that is left: it is told at each run. */
export interface NotHeld {
  /** What the attacker has afterwards. */
  readonly consequence: string;
  /** Why nothing stops it yet. */
  readonly why: string;
  /** Whether a stack's config holds it all the same; where it does, the attack has to be refused. */
  readonly heldBy?: (stage: Stage) => boolean;
}

interface Described {
  /** Lower case words with hyphens; unique. */
  readonly id: string;
  readonly who: Actor;
  /** What he does, as one sentence. */
  readonly does: string;
  /** What refuses it, as one sentence. */
  readonly stops: string;
  /** The tests and policies that hold what stops it. */
  readonly proof: string;
  /** What he still can do afterwards; `nothing` where there is no more. */
  readonly remains: string;
  /** Does it to what the stack delivers, and asks a judge that is written from the documents of GitHub, AWS, Azure and Kubernetes. */
  readonly attempt: (stage: Stage) => Outcome | Promise<Outcome>;
}

/** An attack that has to be refused. */
export interface Held extends Described {
  /** The stage without what stops the attack. There it has to succeed: an attack that fails everywhere shows nothing. */
  readonly opened: (stage: Stage) => Stage;
  readonly notHeld?: undefined;
}

/** An attack that succeeds, is known and is left for a reason. */
export interface Left extends Described {
  readonly notHeld: NotHeld;
  readonly opened?: undefined;
}

export type Attack = Held | Left;

/** Refused, with who refused. */
export const refused = (told: string): Outcome => ({ succeeded: false, told });
/** Not refused, with what the attacker got. */
export const got = (told: string): Outcome => ({ succeeded: true, told });
