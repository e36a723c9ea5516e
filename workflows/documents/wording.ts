/** Words that the documents share. */
import { awaitsMirror } from "../../pipeline/checks";
import type { Mode, Pipeline, RequiredCheck } from "../../pipeline/model";

/** How long a run of each mode takes, as experience has it. */
export const durations: Readonly<Record<Mode, string>> = {
  "pull-request": "30-90 minutes, depending on what changed",
  "post-merge": "3-4 hours",
  nightly: "3-5 hours",
};

/** The modes, in the order in which a change meets them. */
export function modesOf({ tagPrefixes }: Pipeline): Mode[] {
  return Object.keys(tagPrefixes) as Mode[];
}

/** How people write a mode. */
export function titleOfMode(mode: Mode | "release"): string {
  return { "pull-request": "PR", "post-merge": "Post-merge", nightly: "Nightly", release: "Release branch" }[mode];
}

/** `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length <= 1) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Required checks that report on a pull request by themselves. */
export function directChecks({ requiredChecks }: Pipeline): RequiredCheck[] {
  return requiredChecks.filter((check) => !awaitsMirror(check));
}

/** Required checks that report once a maintainer has had the pull request mirrored. */
export function mirroredChecks({ requiredChecks }: Pipeline): RequiredCheck[] {
  return requiredChecks.filter(awaitsMirror);
}

/** All required checks in the order in which a pull request meets them. */
export function inOrder(pipeline: Pipeline): RequiredCheck[] {
  return [...directChecks(pipeline), ...mirroredChecks(pipeline)];
}
