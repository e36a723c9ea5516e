import { stackRule } from "../../kit/rule";
import { isProps, texts } from "../../kit/values";
import { workflows, type Job, type Workflow } from "../../files/read";
import { actionsAppId } from "./required-checks-pinned";
import { requiredChecks, rulesetType } from "./rulesets";

interface Reporter {
  readonly workflow: Workflow;
  readonly job: Job;
}

export const requiredChecksReported = stackRule({
  name: "required-checks-reported",
  title: "Each required check is reported by exactly one job, always",
  severity: "critical",
  level: "mandatory",
  holds:
    "Each required check of GitHub Actions is the name of exactly one job of the delivered workflows; the job has no matrix, runs whatever happened before it, and its workflow has no filter that could leave it out.",
  why: "A check that nobody reports blocks every merge; one that is skipped when a job before it fails lets a failure through; one of two that share a name hides the other.",
  fix: "Give the context to one job without a matrix, with `if: always()` where it needs other jobs, in a workflow without path filters on pull requests.",
  source: { title: "GitHub: troubleshooting required status checks", url: "https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks" },
  config: {
    mirrorBranches: {
      type: "string",
      default: "pull-request/[0-9]+",
      description: "Branch pattern of the mirrors of vetted pull requests; a check may be reported from there instead of from the pull request itself",
    },
  },
  *judge(subjects, config) {
    const files = workflows(subjects);
    for (const ruleset of subjects.filter((subject) => subject.type === rulesetType)) {
      for (const { context, integrationId } of requiredChecks(ruleset)) {
        if (integrationId !== actionsAppId) continue;
        const reporters = files.flatMap((workflow) => workflow.jobs.filter((job) => mayReport(nameOf(workflow, job), context)).map((job) => ({ workflow, job })));
        for (const found of faults(reporters, context, String(config["mirrorBranches"]))) {
          yield { subject: ruleset, property: `required check ${context}`, found, wanted: "one job that always reports it" };
        }
      }
    }
  },
});

/** A job of a workflow that others call reports as `CALLER / JOB`; who calls it is anybody's guess. */
function nameOf(workflow: Workflow, job: Job): string {
  return Object.keys(workflow.on).join() === "workflow_call" ? `\${{ caller }} / ${job.context}` : job.context;
}

/** A name with an expression in it could become any context that fits its fixed parts. */
function mayReport(name: string, context: string): boolean {
  const parts = name.split(/\$\{\{.*?\}\}/s);
  if (parts.length === 1) return name === context;
  const pattern = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "s");
  return pattern.test(context);
}

function* faults(reporters: readonly Reporter[], context: string, mirrors: string): Iterable<string> {
  if (reporters.length === 0) return yield "no job of that name";
  if (reporters.length > 1) return yield `${reporters.length} jobs that could report it: ${reporters.map(({ workflow, job }) => `${workflow.path} ${job.id}`).join(", ")}`;
  const { workflow, job } = reporters[0]!;
  const where = `${workflow.path} job ${job.id}`;
  if (job.context !== context) yield `${where}, whose name is an expression`;
  if ("strategy" in job.value) yield `${where}, which has a matrix`;
  if ("uses" in job.value) yield `${where}, which calls a workflow and so reports under another name`;
  if (!alwaysRuns(job)) yield `${where}, which a failed or skipped job before it, or its condition, can skip`;
  if (job.value["continue-on-error"] !== undefined && job.value["continue-on-error"] !== false) yield `${where}, which passes on error`;
  const filter = leavesOut(workflow, mirrors);
  if (filter !== undefined) yield `${where}, in a workflow that ${filter}`;
}

/** Needs nothing and has no condition, or runs always. */
function alwaysRuns(job: Job): boolean {
  const condition = job.value["if"];
  const bare = typeof condition === "string" ? condition.replace(/^\s*\$\{\{|\}\}\s*$/g, "").trim() : condition;
  return bare === "always()" || (bare === undefined && job.value["needs"] === undefined);
}

/** Why a pull request could be without this workflow's checks, or undefined. */
function leavesOut(workflow: Workflow, mirrors: string): string | undefined {
  for (const event of ["pull_request", "push"]) {
    if (!(event in workflow.on)) continue;
    const filter = workflow.on[event];
    const keys = isProps(filter) ? Object.keys(filter) : [];
    const path = keys.find((key) => key.startsWith("paths"));
    if (path !== undefined) return `${path} on ${event} can leave out`;
    if (event === "pull_request") {
      const narrowing = keys.find((key) => key.startsWith("branches") || (key === "types" && !covers(texts((filter as Record<string, unknown>)["types"]))));
      return narrowing === undefined ? undefined : `${narrowing} on pull_request can leave out`;
    }
    return isProps(filter) && texts(filter["branches"]).includes(mirrors) ? undefined : `no pull request and no mirror branch starts`;
  }
  return "no pull request and no mirror branch starts";
}

/** The activity types that a pull request's checks need. */
function covers(types: readonly string[]): boolean {
  return ["opened", "synchronize", "reopened"].every((type) => types.includes(type));
}
