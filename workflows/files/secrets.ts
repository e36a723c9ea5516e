/** Secrets that the workflows read. Each is an environment's; values come from encrypted config. */
import type { Pipeline } from "../../pipeline/model";

/** Token of the model hub: tests and deployments load gated models with it. */
export const TEST_SECRET = "HF_TOKEN";

/** Incoming webhook of the Slack channel. Optional: without it nothing is sent, and the run says so. */
export const SLACK_SECRET = "SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL";

/** Private key of the app that writes mirror branches; read only where the substitute for copy-pr-bot is rendered. */
export const MIRROR_SECRET = "MIRROR_APP_PRIVATE_KEY";

/** Names of all secrets that the workflows of a pipeline read. */
export function secretsRead(pipeline: Pipeline): string[] {
  return [TEST_SECRET, SLACK_SECRET, ...(pipeline.mirrorBot.kind === "workflow" ? [MIRROR_SECRET] : [])];
}
