/** Names on GitHub that are taken before a stack makes anything: runners' labels and runner groups. GitHub reads both without regard to case. */

/**
 * Labels of GitHub's own machines: a system, then a release or what stands for one. A larger runner has a name of its owner's choice.
 * Source: https://docs.github.com/actions/reference/runners/github-hosted-runners
 */
const HOSTED = /^(?:ubuntu|windows|macos)-(?:latest|slim|\d+(?:\.\d+)?)(?:-.+)?$/i;

/**
 * Labels that every self-hosted runner gets by itself, for what it is.
 * Source: https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-in-a-workflow
 */
const SELF_HOSTED = ["self-hosted", "linux", "windows", "macos", "x64", "arm", "arm64"];

/**
 * Groups that every organisation has.
 * Source: https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/manage-access and
 * https://docs.github.com/actions/how-tos/manage-runners/larger-runners/control-access
 */
const GROUPS = ["default", "default larger runners"];

/** Tells whether a label is one of GitHub's own machines. */
export function isHostedLabel(label: string): boolean {
  return HOSTED.test(label);
}

/** Tells whether a label is one that self-hosted runners of anybody carry. */
export function isSharedLabel(label: string): boolean {
  return SELF_HOSTED.includes(label.toLowerCase());
}

/** Tells whether every organisation has a runner group of this name. */
export function isSharedGroup(name: string): boolean {
  return GROUPS.includes(name.trim().toLowerCase());
}
