/** Secrets that the workflows read. Each is an environment's; values come from encrypted config. */
import { MIRROR_SECRET, VERDICT_SECRET } from "../../pipeline/secrets";
import type { Pipeline } from "../../pipeline/model";

/** Token of the model hub: tests and deployments load gated models with it. */
export const TEST_SECRET = "HF_TOKEN";

/** Incoming webhook of the Slack channel. Optional: without it nothing is sent, and the run says so. */
export const SLACK_SECRET = "SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL";

/** Private keys of apps: of the one that writes mirror branches, read where the substitute for copy-pr-bot is rendered, and of the one that reports required checks. */
export { MIRROR_SECRET, VERDICT_SECRET };

/** Names of all secrets that the workflows of a pipeline read. */
export function secretsRead(pipeline: Pipeline): string[] {
  return [TEST_SECRET, SLACK_SECRET, ...(pipeline.mirrorBot.kind === "workflow" ? [MIRROR_SECRET] : []), ...(pipeline.verdictApp === undefined ? [] : [VERDICT_SECRET])];
}
