import { createRequire } from "node:module";
const require = createRequire(import.meta.url);

// pipeline/workflow-files.ts
var WORKFLOWS = {
  direct: { file: "dynamo-status-check.yml", name: "Core container" },
  backend: { file: "pr.yaml", name: "PR" },
  suite: { file: "ci-test-suite.yml", name: "CI test suite" },
  image: { file: "image.yml", name: "Image" },
  imagePublish: { file: "image-publish.yml", name: "Image, published" },
  deployment: { file: "deployment-test.yml", name: "Deployment test" },
  verdicts: { file: "verdicts.yml", name: "Verdicts" },
  mirror: { file: "mirror-bot.yml", name: "Mirror bot" }
}, WORKFLOW_FILES = { direct: WORKFLOWS.direct.file, backend: WORKFLOWS.backend.file, suite: WORKFLOWS.suite.file };

// workflows/legs.ts
var PLAN_JOB = "plan";

// workflows/markdown.ts
function cell(text) {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/[\r\n]+/g, " ");
}

// workflows/judge.ts
function judge(needs, selected) {
  let plan = needs[PLAN_JOB]?.result ?? "missing";
  if (plan !== "success") return failed(needs, `The plan ${said(plan)}, so nothing is known of what should have run.`);
  if (selected === void 0 || !Array.isArray(selected)) return failed(needs, "The plan put out no list of jobs.");
  let ids = Object.keys(needs).filter((id) => id !== PLAN_JOB), rows = ids.map((job) => ({ job, planned: selected.includes(job), result: needs[job]?.result ?? "missing" })), problems = [...causesFirst(rows).flatMap(problemOf), ...selected.filter((job) => !ids.includes(job)).map((job) => ({ job, what: "The plan runs it, but the verdict does not wait for it." }))];
  return { passed: problems.length === 0, problems, rows };
}
function failed(needs, what) {
  return { passed: !1, problems: [{ job: PLAN_JOB, what }], rows: Object.entries(needs).map(([job, { result }]) => ({ job, planned: void 0, result })) };
}
function causesFirst(rows) {
  return [...rows.filter(({ result }) => result !== "skipped"), ...rows.filter(({ result }) => result === "skipped")];
}
function problemOf({ job, planned, result }) {
  return planned && result !== "success" ? [{ job, what: `The plan runs it, and it ${said(result)}.` }] : !planned && result !== "skipped" ? [{ job, what: `The plan does not run it, but it ${said(result)}.` }] : [];
}
function said(result) {
  switch (result) {
    case "success":
      return "succeeded";
    case "failure":
      return "failed";
    case "cancelled":
      return "was cancelled";
    case "skipped":
      return "was skipped";
    default:
      return `has the result ${JSON.stringify(result)}`;
  }
}
function verdictSummary(verdict, runUrl) {
  let lines = verdict.problems.map(({ job, what }) => `- **${cell(job)}**: ${cell(what)}`), rows = verdict.rows.map(({ job, planned, result }) => `| ${cell(job)} | ${planned === void 0 ? "not known" : planned ? "runs" : "does not run"} | ${cell(result)} |`);
  return [
    verdict.passed ? "## Passed: everything that the plan runs succeeded" : "## Failed",
    "",
    ...lines.length > 0 ? [...lines, "", `Logs are in [the run's jobs](${runUrl}).`, ""] : [],
    "| Job | Plan | Result |",
    "| --- | --- | --- |",
    ...rows,
    ""
  ].join(`
`);
}

// workflows/runtime/environment.ts
import { appendFileSync, readFileSync } from "node:fs";
var ProgramError = class extends Error {
  name = "ProgramError";
};
function required(env, name) {
  let value = env[name];
  if (value === void 0 || value === "") throw new ProgramError(`the environment variable ${name} is not set`);
  return value;
}
function requiredJson(env, name) {
  let text = required(env, name);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProgramError(`the environment variable ${name} holds no JSON, but ${JSON.stringify(text.slice(0, 80))}`);
  }
}
function addSummary(env, markdown) {
  appendFileSync(required(env, "GITHUB_STEP_SUMMARY"), markdown.endsWith(`
`) ? markdown : `${markdown}
`);
}
function annotate(kind, title, text) {
  let message = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll(`
`, "%0A");
  console.log(`::${kind} title=${title.replace(/[:,%\r\n]/g, " ")}::${message}`);
}
async function main(title, run2) {
  try {
    await run2();
  } catch (error) {
    annotate("error", title, error instanceof Error ? error.message : String(error)), process.exitCode = 1;
  }
}

// workflows/runtime/verdict.ts
function run(env) {
  let needs = requiredJson(env, "CI_NEEDS"), jobs = env.CI_JOBS === void 0 || env.CI_JOBS === "" ? void 0 : requiredJson(env, "CI_JOBS"), verdict = judge(needs, jobs), runUrl = `${required(env, "GITHUB_SERVER_URL")}/${required(env, "GITHUB_REPOSITORY")}/actions/runs/${required(env, "GITHUB_RUN_ID")}`;
  addSummary(env, verdictSummary(verdict, runUrl));
  for (let problem of verdict.problems) annotate("error", problem.job, problem.what);
  verdict.passed || (process.exitCode = 1);
}
main("Verdict", () => run(process.env));
