/** Small config files beside the workflows. */
import type { Pipeline } from "../pipeline/model";
import { isCall, type Workflow } from "./syntax";

/** actionlint's config: the labels that are not GitHub's own. */
export function actionlintConfig(pipeline: Pipeline): object {
  const labels = pipeline.runnerClasses.filter(({ kind }) => kind === "scale-set").map(({ label }) => label);
  return { "self-hosted-runner": { labels: [...new Set(labels)].sort() } };
}

/**
 * copy-pr-bot's config. The app reads exactly this path, and only from the default branch.
 * Source: docs.gha-runners.nvidia.com, "copy-pr-bot".
 */
export function copyPrBotConfig({ mirrorBot }: Pipeline): object {
  return {
    enabled: true,
    auto_sync_draft: mirrorBot.syncDrafts,
    auto_sync_ready: true,
    additional_trustees: [...mirrorBot.trustees],
    additional_vetters: [...mirrorBot.vetters],
  };
}

/** Why rules of zizmor are left out, for the file's head. */
export const ZIZMOR_REASONS = [
  "Each rule is left out in the files named, and in no other.",
  "self-repository: calls of this repository's own workflows are written `./`, as actionlint 1.7.12 and act 0.2.89 refuse `$/`; for a reusable workflow",
  "`$/` means the same commit.",
  "dangerous-triggers: a comment starts the mirror bot, and other runs the verdicts; both run the default branch's files and never check a pull",
  "request out.",
];

/** zizmor's config. */
export function zizmorConfig(workflows: Readonly<Record<string, Workflow>>): object {
  const named = (holds: (workflow: Workflow) => boolean): string[] => Object.entries(workflows).filter(([, workflow]) => holds(workflow)).map(([name]) => name).sort();
  const calling = named(({ jobs }) => Object.values(jobs).some(isCall));
  const commented = named(({ on }) => on.issue_comment !== undefined || on.workflow_run !== undefined);
  return { rules: { "self-repository": { ignore: calling }, ...(commented.length > 0 ? { "dangerous-triggers": { ignore: commented } } : {}) } };
}
