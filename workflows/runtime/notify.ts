/** `notify.mjs`: sends one message to Slack about a finished run. A missing webhook is said and is no failure. */
import type { Mode } from "../../pipeline/model";
import type { JobResults } from "../judge";
import { slackMessage } from "../slack";
import { annotate, main, ProgramError, required, requiredJson, type EnvironmentVariables } from "./environment";

const TIMEOUT_SECONDS = 15;

async function run(env: EnvironmentVariables): Promise<void> {
  const webhook = env.SLACK_WEBHOOK_URL ?? "";
  if (webhook === "") {
    annotate("notice", "No Slack message", "The environment holds no webhook of Slack, so nobody is told of this run.");
    return;
  }
  const repository = required(env, "GITHUB_REPOSITORY");
  const message = slackMessage(
    {
      mode: (env.CI_MODE ?? "") as Mode | "",
      needs: requiredJson<JobResults>(env, "CI_NEEDS"),
      selected: env.CI_JOBS === undefined || env.CI_JOBS === "" ? undefined : requiredJson<string[]>(env, "CI_JOBS"),
      repository,
      branch: required(env, "GITHUB_REF_NAME"),
      commit: required(env, "GITHUB_SHA"),
      runUrl: `${required(env, "GITHUB_SERVER_URL")}/${repository}/actions/runs/${required(env, "GITHUB_RUN_ID")}`,
    },
    (env.CI_JUDGES ?? "").split(",").filter((job) => job !== ""),
  );
  await send(webhook, message);
}

/** The webhook's address is the secret, so no message of an error may hold it. */
async function send(webhook: string, message: object): Promise<void> {
  const response = await fetch(webhook, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  }).catch(() => undefined);
  if (response === undefined) throw new ProgramError("Slack could not be reached");
  if (!response.ok) throw new ProgramError(`Slack answered ${response.status}`);
}

void main("Slack", () => run(process.env));
