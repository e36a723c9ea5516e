/**
 * `verdict-app.mjs`: reports required checks as an app of one's own. It runs only from the default branch's files (`workflow_run`), and believes what
 * GitHub's API tells of a commit: whose files ran there, which jobs, and how these ended. Nothing that a run put out is read.
 */
import type { Pipeline } from "../../pipeline/model";
import { VERDICT_SECRET } from "../../pipeline/secrets";
import { PIPELINE_PATH } from "../paths";
import { appToken } from "./app-token";
import { addSummary, main, ProgramError, readJson, required, type EnvironmentVariables } from "./environment";
import { GitHub } from "./github";
import { judgeCommit, signature, type Occasion } from "./verdicts/commit";
import { Facts } from "./verdicts/facts";
import { report } from "./verdicts/report";

/** Times that a commit is judged again since its runs went on meanwhile. */
const MOST_ROUNDS = 5;

async function run(env: EnvironmentVariables): Promise<void> {
  const pipeline = readJson<Pipeline>(PIPELINE_PATH);
  const { workflow_run: occasion } = readJson<{ readonly workflow_run?: Occasion }>(required(env, "GITHUB_EVENT_PATH"));
  if (pipeline.verdictApp === undefined || occasion === undefined) throw new ProgramError("this program is for the event workflow_run, where the pipeline has a verdict app");
  const { appId } = pipeline.verdictApp;
  const repository = required(env, "GITHUB_REPOSITORY");
  const reader = new GitHub(env);
  const facts = new Facts(reader, repository);
  const git = { directory: process.cwd(), token: required(env, "GITHUB_TOKEN"), serverUrl: required(env, "GITHUB_SERVER_URL") };
  let writer: GitHub | undefined;
  for (let round = 1, before = ""; round <= MOST_ROUNDS; round++) {
    const now = signature(await facts.runs(occasion.head_sha));
    if (round > 1 && now === before) return;
    before = now;
    const verdicts = await judgeCommit(facts, git, pipeline, occasion);
    if (verdicts.length === 0) return console.log(`${occasion.head_sha} is the head of no open pull request into a protected branch, and no merge group.`);
    writer ??= new GitHub(env, await appToken(env, { appId, privateKey: required(env, VERDICT_SECRET), repository, permissions: { checks: "write" } }));
    const reported = await report(reader, writer, facts.root, appId, occasion.head_sha, verdicts);
    addSummary(env, [`Commit \`${occasion.head_sha}\``, "", ...(reported.length === 0 ? ["- nothing new"] : reported.map((line) => `- ${line.replace(/[<>|`*_[\]]/g, " ")}`)), ""].join("\n"));
  }
}

void main("Verdicts", () => run(process.env));
