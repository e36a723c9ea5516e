/** Attacks on what lets a pull request merge. */
import { parse } from "yaml";
import type { Check } from "../../workflows/gate/merge";
import { triggers } from "../../workflows/gate/trigger";
import { readWorkflow } from "../../workflows/gate/read";
import { got, refused, type Attack } from "../attack";
import { run } from "../program";
import type { Stage } from "../stage";
import { MAIN, mainRuleset, merges, passed, required } from "./checks";
import { forgedVerdictAttacks } from "./forged-verdicts";

/** What the ruleset asks of reviews. */
function reviewing(id: string, property: string, weak: unknown, does: string, stops: string): Attack {
  return {
    id,
    who: "writer",
    does,
    stops,
    proof: "policy `protected-branches-reviewed`",
    remains: "Two people who work together are two people.",
    attempt: (stage) => {
      const rule = mainRuleset(stage).rules["pullRequest"] as Record<string, unknown> | undefined;
      const value = rule?.[property];
      const held = typeof value === "number" ? value >= 1 : value === true;
      return held ? refused(`ruleset main: ${property} is ${String(value)}`) : got(`ruleset main: ${property} is ${String(value)}`);
    },
    opened: (stage) => stage.having(MAIN, `rules pullRequest ${property}`, weak),
  };
}

const HEAD = "a".repeat(40);
/** A file that every pipeline builds for. */
const RUST = [{ filename: "lib/runtime/src/lib.rs", status: "modified" }];
/** Where the delivered plan looks at a pull request's base. */
const LOOKS_AT_BASE = /pull\.base\.ref !== question\.branches\.defaultBranch/;

/**
 * The jobs that the delivered plan finds for a pull request whose commit changes Rust on main, and nothing on a branch of the attacker's own that the pull request
 * names as its base. The answers are GitHub's (REST, "Get a pull request", "List pull requests files", "Compare two commits").
 */
async function plannedFor(stage: Stage, number: number): Promise<readonly string[]> {
  const { defaultBranch, mirrorBranchPrefix } = stage.repository;
  const answer = (url: string): unknown => {
    if (url.endsWith(`/pulls/${number}`)) return { number, changed_files: 0, head: { sha: HEAD }, base: { ref: "feat" } };
    if (url.includes(`/pulls/${number}/files`)) return [];
    const files = url.includes(`/compare/${defaultBranch}...`) ? RUST : [];
    return url.includes("/compare/") ? { merge_base_commit: { sha: "b".repeat(40) }, files } : undefined;
  };
  const payload = { pull_request: { number, head: { sha: HEAD } } };
  const events = [
    { GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: `refs/pull/${number}/merge`, CI_SCOPE: "direct" },
    { GITHUB_EVENT_NAME: "push", GITHUB_REF: `refs/heads/${mirrorBranchPrefix}${number}`, CI_SCOPE: "backend" },
  ];
  const planned = [];
  for (const event of events) {
    const outputs = await run(stage, { name: "plan", environment: { ...event, GITHUB_SHA: HEAD }, payload, answer });
    const jobs = JSON.parse(outputs.get("jobs") ?? "[]") as string[];
    if (jobs.length === 0) return [];
    planned.push(...jobs);
  }
  return planned;
}

/** Workflows that report a required check and do not start when a base is changed. */
async function deafToEdits(stage: Stage): Promise<readonly string[]> {
  const event = { name: "pull_request", action: "edited", number: 7, base: stage.repository.defaultBranch, head: "x", fork: false, draft: false, sha: HEAD, actor: "a", files: [] } as const;
  const deaf: string[] = [];
  for (const [path, content] of stage.files) {
    if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) continue;
    const workflow = await readWorkflow(path, content);
    const reports = workflow.jobs.some((job) => required(stage).some(({ context }) => context === (job.name ?? job.id)));
    if (reports && !triggers(workflow, event)) deaf.push(path);
  }
  return deaf;
}

export const verdictAttacks: readonly Attack[] = [
  ...forgedVerdictAttacks,
  {
    id: "base-changed-to-main",
    who: "writer",
    does: "Opens a pull request into a branch of his own that holds the same change, gets green checks on a plan of nothing, and changes the base to main: checks belong to the commit.",
    stops: "The plan compares the commit with main whatever the base is; a release branch as base makes everything run.",
    proof: "test/workflows/gate/pulls, test/workflows/plan-program",
    remains: "nothing",
    attempt: async (stage) => {
      const jobs = await plannedFor(stage, 7);
      return jobs.length === 0 ? got("an empty plan, which counts for main") : refused(`plan.mjs: ${jobs.length} jobs, as for main`);
    },
    opened: (stage) => stage.editing(".github/ci/plan.mjs", (content) => content.replace(LOOKS_AT_BASE, "false")),
  },
  {
    id: "second-pull-request",
    who: "writer",
    does: "Opens a second pull request of the same head into a branch of his own, whose later and empty run reports the same checks on the same commit.",
    stops: "Its plan is of the commit against main, too.",
    proof: "test/workflows/gate/pulls",
    remains: "The run takes its workflow files from the merge with the other base: see `base-with-files-of-his-own`.",
    attempt: async (stage) => {
      const jobs = await plannedFor(stage, 8);
      return jobs.length === 0 ? got("an empty plan on the same commit") : refused(`plan.mjs: ${jobs.length} jobs, as for main`);
    },
    opened: (stage) => stage.editing(".github/ci/plan.mjs", (content) => content.replace(LOOKS_AT_BASE, "false")),
  },
  {
    id: "base-changed-unseen",
    who: "writer",
    does: "Changes the base of his pull request to main or to a release branch after the checks that look at the base have passed.",
    stops: "The workflows of pull requests start again when the base changes (`edited`).",
    proof: "policy `base-changes-seen`; test/workflows/gate/pulls",
    remains: "Mirrors start by a push: see `base-changed-to-a-release`.",
    attempt: async (stage) => {
      const deaf = (await deafToEdits(stage)).filter((path) => stage.file(path).includes("pull_request:"));
      return deaf.length > 0 ? got(`${deaf.join(", ")} do not run again`) : refused("every workflow of pull requests starts on edited");
    },
    opened: (stage) => stage.editing(".github/workflows/pre-commit.yml", (content) => content.replace(/, edited/, "")),
  },
  {
    id: "check-not-reported",
    who: "stranger",
    does: "Merges while a required check has not reported: he leaves its workflow out, or marks the commit `[skip ci]`.",
    stops: "A required check that did not report holds the merge back.",
    proof: "workflows/gate/proofs (`reports`), policy `required-checks-present`",
    remains: "nothing",
    attempt: (stage) => {
      const open = required(stage).filter(({ context }) => merges(stage, passed(stage).filter((check) => check.context !== context)));
      if (merges(stage, [])) return got("merges without any check");
      return open.length > 0 ? got(`merges without ${open.map(({ context }) => context).join(", ")}`) : refused(`ruleset main asks for ${required(stage).length} checks`);
    },
    opened: (stage) => stage.having(MAIN, "rules requiredStatusChecks requiredChecks", []),
  },
  {
    id: "status-posted",
    who: "writer",
    does: "Posts a commit status, or a check of an app of his own, of a required name.",
    stops: "Each required check names the app whose report counts.",
    proof: "policy `required-checks-pinned`",
    remains: "Workflows report as GitHub's own app: see `check-forged-by-a-workflow`.",
    attempt: (stage) => {
      const forged = required(stage).map(({ context }): Check => ({ context, appId: 999, conclusion: "success" }));
      const open = required(stage).filter(({ context }) => merges(stage, [...passed(stage).filter((check) => check.context !== context), ...forged]));
      return open.length > 0 ? got(`${open.map(({ context }) => context).join(", ")} passes by a report of any app`) : refused("ruleset main counts only the reports of the named apps");
    },
    opened: (stage) => stage.having(MAIN, "rules requiredStatusChecks requiredChecks 0 integrationId", (() => undefined) as (before: never) => unknown),
  },
  {
    id: "workflow-change-unowned",
    who: "writer",
    does: "Merges a change of workflow files, of the programs beside them or of CODEOWNERS with any colleague's approval.",
    stops: "CODEOWNERS gives `.github` to its owners, and the ruleset asks for a code owner's review.",
    proof: "policies `workflow-owners-present`, `protected-branches-reviewed`",
    remains: "An owner can approve what he did not read.",
    attempt: (stage) => {
      const rule = mainRuleset(stage).rules["pullRequest"] as Record<string, unknown> | undefined;
      const lines = stage.file(".github/CODEOWNERS").split("\n").map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
      // The last pattern that matches decides (docs.github.com, "About code owners").
      const last = [...lines].reverse().find((line) => /^(\/?\.github\/(\*\*|\*)?|\*)\s*/.test(line));
      const owned = last !== undefined && last.split(/\s+/).length > 1;
      return owned && rule?.["requireCodeOwnerReview"] === true ? refused(`CODEOWNERS: ${last}`) : got("nobody's review is asked for in particular");
    },
    opened: (stage) => stage.editing(".github/CODEOWNERS", (content) => content.replace(/^\/\.github\/ .*$/m, "")),
  },
  reviewing("own-approval", "requiredApprovingReviewCount", 0, "Merges his pull request without anybody's approval.", "The ruleset asks for approvals; nobody approves his own pull request."),
  reviewing("push-after-approval", "dismissStaleReviewsOnPush", false, "Pushes another commit after the approval.", "The ruleset dismisses approvals at each push."),
  reviewing("approves-own-push", "requireLastPushApproval", false, "Pushes onto a colleague's approved pull request and approves that himself.", "The last push needs the approval of somebody else than who pushed it."),
  {
    id: "stale-head",
    who: "writer",
    does: "Merges a pull request whose checks ran on a main of last week.",
    stops: "The head has to hold main, or the merge queue tries what main will be.",
    proof: "policy `protected-branches-reviewed`; workflows/gate/proofs (merge queue)",
    remains: "nothing",
    attempt: (stage) => {
      const { rules } = mainRuleset(stage);
      const strict = (rules["requiredStatusChecks"] as Record<string, unknown>)["strictRequiredStatusChecksPolicy"] === true;
      return strict || rules["mergeQueue"] !== undefined ? refused("ruleset main: the head has to hold main, or passes the queue") : got("merges with checks of an older main");
    },
    opened: (stage) => stage.having(MAIN, "rules requiredStatusChecks strictRequiredStatusChecksPolicy", false),
  },
  {
    id: "fork-reads-secrets",
    who: "stranger",
    does: "Opens a pull request from a fork and waits for a workflow that runs its code with secrets or a writing token (`pull_request_target`, `workflow_run`).",
    stops: "No delivered workflow starts so and checks the pull request out; a fork's own run has a token that reads, and no secret.",
    proof: "policies `no-untrusted-checkout`, `fork-jobs-untrusted`",
    remains: "Workflow files that the repository keeps beside ours.",
    attempt: async (stage) => {
      const event = { name: "pull_request_target", action: "opened", number: 7, base: stage.repository.defaultBranch, head: "x", fork: true, draft: false, sha: "0".repeat(40), actor: "stranger", files: [] } as const;
      const started: string[] = [];
      for (const [path, content] of stage.files) {
        if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && triggers(await readWorkflow(path, content), event)) started.push(path);
      }
      return started.length > 0 ? got(`starts ${started.join(", ")} with the repository's rights`) : refused("no delivered workflow starts on pull_request_target");
    },
    opened: (stage) => stage.editing(".github/workflows/pre-commit.yml", (content) => content.replace(/pull_request:/, "pull_request_target:")),
  },
  {
    id: "script-injected",
    who: "stranger",
    does: "Gives his branch, title or commit message a text that a workflow's script would run.",
    stops: "No script of a delivered workflow holds an expression; values reach it by the environment.",
    proof: "policy `scripts-without-expressions`; zizmor in test/committed",
    remains: "nothing",
    attempt: (stage) => {
      const open = [...stage.files].filter(([path]) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)).filter(([, content]) => scripts(content).some((script) => script.includes("${{")));
      return open.length > 0 ? got(`scripts of ${open.map(([path]) => path).join(", ")} hold expressions`) : refused("no script holds an expression");
    },
    opened: (stage) => stage.editing(".github/workflows/pre-commit.yml", (content) => content.replace(/run: .*/, "run: echo ${{ github.head_ref }}")),
  },
];

/** Every `run` of a workflow file. */
function scripts(content: string): readonly string[] {
  const { jobs = {} } = parse(content) as { jobs?: Record<string, { steps?: { run?: string }[] }> };
  return Object.values(jobs).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
}
