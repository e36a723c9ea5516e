/** Small config files beside the workflows. */
import type { Pipeline } from "../pipeline/model";

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
