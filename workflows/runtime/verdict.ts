/** `verdict.mjs`: holds the results of the jobs against the plan, and says which did not do what it asked for. */
import { judge, verdictSummary, type JobResults } from "../judge";
import { addSummary, annotate, main, required, requiredJson, type EnvironmentVariables } from "./environment";

function run(env: EnvironmentVariables): void {
  const needs = requiredJson<JobResults>(env, "CI_NEEDS");
  const jobs = env.CI_JOBS === undefined || env.CI_JOBS === "" ? undefined : requiredJson<string[]>(env, "CI_JOBS");
  const verdict = judge(needs, jobs);
  const runUrl = `${required(env, "GITHUB_SERVER_URL")}/${required(env, "GITHUB_REPOSITORY")}/actions/runs/${required(env, "GITHUB_RUN_ID")}`;
  addSummary(env, verdictSummary(verdict, runUrl));
  for (const problem of verdict.problems) annotate("error", problem.job, problem.what);
  if (!verdict.passed) process.exitCode = 1;
}

void main("Verdict", () => run(process.env));
