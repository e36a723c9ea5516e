/** Small config files beside the workflows. */
import type { Pipeline } from "../pipeline/model";
import { isCall, type Workflow } from "./syntax";

/** actionlint's config: the labels that are not GitHub's own. */
export function actionlintConfig(pipeline: Pipeline): object {
  const labels = pipeline.runnerClasses.filter(({ kind }) => kind === "scale-set").map(({ label }) => label);
  return { "self-hosted-runner": { labels: [...new Set(labels)].sort() } };
}

/**
 * copy-pr-bot's config. The app reads exactly this path, and from the default branch alone.
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

/** Why a rule of zizmor is left out, for the file's head. */
export const ZIZMOR_REASON = [
  "Calls of this repository's own workflows are written `./`, as actionlint 1.7.12 reads no other form; for a reusable workflow `$/` means the",
  "same commit. Only the files that hold such calls are named, and no other rule is left out.",
];

/** zizmor's config: the one rule that contradicts actionlint, in the files where it does. */
export function zizmorConfig(workflows: Readonly<Record<string, Workflow>>): object {
  const calling = Object.entries(workflows).filter(([, { jobs }]) => Object.values(jobs).some(isCall));
  return { rules: { "self-repository": { ignore: calling.map(([name]) => name).sort() } } };
}
