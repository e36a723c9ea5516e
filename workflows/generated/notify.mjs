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

// workflows/slack.ts
var TITLES = { "pull-request": "Pull request", "post-merge": "Post-merge", nightly: "Nightly" };
function slackMessage(run2, judges) {
  let needs = Object.fromEntries(Object.entries(run2.needs).filter(([job]) => !judges.includes(job))), verdict = judge(needs, run2.selected), planned = verdict.rows.filter((row) => row.planned), succeeded = planned.filter(({ result }) => result === "success").length, title = run2.mode === "" ? "CI" : TITLES[run2.mode], where = `${escape(run2.repository)} ${escape(run2.branch)} \`${run2.commit.slice(0, 10)}\``, link = `<${run2.runUrl}|the run>`;
  if (verdict.passed) return { text: `:white_check_mark: *${title} pipeline succeeded* on ${where}: ${succeeded} of ${planned.length} jobs passed, ${link}` };
  let failed2 = verdict.problems.map(({ job, what }) => `• \`${escape(job)}\`: ${escape(what)}`);
  return { text: [`:x: *${title} pipeline failed* on ${where}, ${link}`, ...failed2].join(`
`) };
}
function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// workflows/runtime/environment.ts
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

// workflows/runtime/notify.ts
var TIMEOUT_SECONDS = 15;
async function run(env) {
  let webhook = env.SLACK_WEBHOOK_URL ?? "";
  if (webhook === "") {
    annotate("notice", "No Slack message", "The environment holds no webhook of Slack, so nobody is told of this run.");
    return;
  }
  let repository = required(env, "GITHUB_REPOSITORY"), message = slackMessage(
    {
      mode: env.CI_MODE ?? "",
      needs: requiredJson(env, "CI_NEEDS"),
      selected: env.CI_JOBS === void 0 || env.CI_JOBS === "" ? void 0 : requiredJson(env, "CI_JOBS"),
      repository,
      branch: required(env, "GITHUB_REF_NAME"),
      commit: required(env, "GITHUB_SHA"),
      runUrl: `${required(env, "GITHUB_SERVER_URL")}/${repository}/actions/runs/${required(env, "GITHUB_RUN_ID")}`
    },
    (env.CI_JUDGES ?? "").split(",").filter((job) => job !== "")
  );
  await send(webhook, message);
}
async function send(webhook, message) {
  let response = await fetch(webhook, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1e3)
  }).catch(() => {
  });
  if (response === void 0) throw new ProgramError("Slack could not be reached");
  if (!response.ok) throw new ProgramError(`Slack answered ${response.status}`);
}
main("Slack", () => run(process.env));
