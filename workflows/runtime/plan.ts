/** `plan.mjs`: decides what an event runs, says so to the workflow by outputs, and to people on the job's page. */
import { occasionOf } from "../../pipeline/events";
import { SHA_PLACEHOLDER } from "../../pipeline/images";
import type { Pipeline } from "../../pipeline/model";
import type { PipelineEvent, Plan, PlanScope } from "../../pipeline/plan";
import { select } from "../../pipeline/select";
import { planOutputs } from "../plan-outputs";
import { planSummary } from "../plan-summary";
import { findChanges, type EventPayload } from "./changes";
import { addSummary, annotate, main, ProgramError, readJson, required, setOutput, type EnvironmentVariables } from "./environment";
import { GitHub } from "./github";
import { mirrorVerdict } from "./mirror-verdict";
import { PIPELINE_PATH } from "../paths";

const SCOPES: readonly PlanScope[] = ["direct", "backend", "suite"];

async function run(env: EnvironmentVariables): Promise<void> {
  const pipeline = readJson<Pipeline>(PIPELINE_PATH);
  const scope = readScope(env);
  const event = { name: required(env, "GITHUB_EVENT_NAME"), ref: required(env, "GITHUB_REF") } as PipelineEvent;
  const occasion = occasionOf(pipeline, event);
  const sha = required(env, "GITHUB_SHA");
  const github = new GitHub(env);
  const repository = required(env, "GITHUB_REPOSITORY");
  const taken = event.name === "merge_group" && scope === "backend" ? await mirrorVerdict(github, pipeline, repository, event.ref) : undefined;
  const changes = await findChanges(github, { directory: process.cwd(), token: required(env, "GITHUB_TOKEN"), serverUrl: required(env, "GITHUB_SERVER_URL") }, {
    repository,
    eventName: event.name,
    ref: event.ref,
    sha,
    payload: readJson<EventPayload>(required(env, "GITHUB_EVENT_PATH")),
    branches: pipeline.repository,
  });
  const plan: Plan = select(pipeline, event, changes, scope);
  if (!changes.known && occasion.mode === "pull-request") annotate("warning", "Everything runs", changes.why);
  if (plan.unclaimed.length > 0) annotate("warning", "Files that no filter claims", `Everything runs, as no filter claims ${plan.unclaimed.slice(0, 20).join(", ")}`);
  const tagPrefix = occasion.tagPrefix.replaceAll(SHA_PLACEHOLDER, sha);
  for (const [name, value] of Object.entries(planOutputs(pipeline, plan, scope, { tagPrefix }))) {
    setOutput(env, name, value);
  }
  addSummary(env, planSummary(pipeline, plan, scope, changes, tagPrefix));
  if (taken !== undefined) addSummary(env, taken);
}

function readScope(env: EnvironmentVariables): PlanScope {
  const text = required(env, "CI_SCOPE");
  const scope = SCOPES.find((each) => each === text);
  if (scope === undefined) throw new ProgramError(`CI_SCOPE is ${JSON.stringify(text)}: allowed are ${SCOPES.join(", ")}`);
  return scope;
}

void main("Plan", () => run(process.env));
