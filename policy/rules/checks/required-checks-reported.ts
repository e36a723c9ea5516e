import { stackRule } from "../../kit/rule";
import { at, isProps, texts } from "../../kit/values";
import { reports, type Run } from "../../files/calls";
import { workflows, type Job, type Workflow } from "../../files/read";
import { defaultActionsApp } from "./default-checks";
import { actionsApp, requiredChecks, rulesetType } from "./rulesets";

export const requiredChecksReported = stackRule({
  name: "required-checks-reported",
  title: "Each required check is reported by exactly one job, always",
  severity: "critical",
  level: "mandatory",
  holds:
    "Each required check of GitHub Actions, or of the app that reports what jobs did, is reported by exactly one job of the workflows that the stack delivers to the ruleset's repository: by name, or as `CALLER / JOB` from a called workflow. That job, and each that calls it, has no matrix and runs whatever happened before it; its workflow has no filter that could leave it out, and starts for a merge queue where there is one.",
  why: "A check that nobody reports blocks every merge; one that is skipped when a job before it fails lets a failure through; one of two that share a name hides the other.",
  fix: "Give the context to one job without a matrix, with `if: always()` where it needs other jobs, in a workflow without path filters on pull requests.",
  source: { title: "GitHub: troubleshooting required status checks", url: "https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks" },
  config: {
    mirrorBranches: {
      type: "string",
      default: "pull-request/[0-9]+",
      description: "Branch pattern of the mirrors of vetted pull requests; a check may be reported from there instead of from the pull request itself",
    },
    actionsApp,
    verdictApp: { type: "integer", default: defaultActionsApp, description: "Id of the app that reports what jobs did, where the stack has one; by default GitHub Actions, which is none of its own" },
  },
  *judge(subjects, config) {
    const every = reports(workflows(subjects));
    for (const ruleset of subjects.filter((subject) => subject.type === rulesetType)) {
      const own = every.filter(({ root }) => root.repository === at(ruleset.props, "repository"));
      const queued = at(ruleset.props, "rules.mergeQueue") !== undefined;
      for (const { context, integrationId } of requiredChecks(ruleset)) {
        if (integrationId !== config["actionsApp"] && integrationId !== config["verdictApp"]) continue;
        const reporters = own.filter(({ name }) => mayReport(name, context));
        for (const found of faults(reporters, context, String(config["mirrorBranches"]), queued)) {
          yield { subject: ruleset, property: `required check ${context}`, found, wanted: "one job that always reports it", cause: `report of required check ${context}` };
        }
      }
    }
  },
});

/** A name with an expression in it could become any context that fits its fixed parts. */
function mayReport(name: string, context: string): boolean {
  const parts = name.split(/\$\{\{.*?\}\}/s);
  if (parts.length === 1) return name === context;
  const pattern = new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "s");
  return pattern.test(context);
}

function* faults(reporters: readonly Run[], context: string, mirrors: string, queued: boolean): Iterable<string> {
  if (reporters.length === 0) return yield "no job of that name";
  if (reporters.length > 1) return yield `${reporters.length} jobs that could report it: ${reporters.map(where).join(", ")}`;
  const [run] = reporters as [Run];
  if (run.name !== context) yield `${where(run)}, whose name is an expression`;
  if (run.chain.some(({ value }) => "strategy" in value)) yield `${where(run)}, which has a matrix`;
  if (!run.chain.every(alwaysRuns)) yield `${where(run)}, which a failed or skipped job before it, or its condition, can skip`;
  if (run.chain.some(({ value }) => value["continue-on-error"] !== undefined && value["continue-on-error"] !== false)) yield `${where(run)}, which passes on error`;
  const filter = leavesOut(run.root, mirrors);
  if (filter !== undefined) yield `${where(run)}, in a workflow that ${filter}`;
  if (queued && !("merge_group" in run.root.on)) yield `${where(run)}, in a workflow that the merge queue does not start`;
}

function where({ root, chain }: Run): string {
  return `${root.path} job ${chain.map(({ id }) => id).join(" / ")}`;
}

/** Needs nothing and has no condition, or runs always. */
function alwaysRuns(job: Job): boolean {
  const condition = job.value["if"];
  const bare = typeof condition === "string" ? condition.replace(/^\s*\$\{\{|\}\}\s*$/g, "").trim() : condition;
  return bare === "always()" || (bare === undefined && job.value["needs"] === undefined);
}

/** Why a pull request could be without this workflow's checks, or undefined. Its own events decide where it has both. */
function leavesOut({ on }: Workflow, mirrors: string): string | undefined {
  if ("pull_request" in on) return narrowedBy(on["pull_request"]);
  const filter = on["push"];
  const path = isProps(filter) ? Object.keys(filter).find((key) => key.startsWith("paths")) : undefined;
  if (path !== undefined) return `${path} on push can leave out`;
  const branches = texts(at(filter, "branches"));
  const excluded = branches.find((branch) => branch.startsWith("!"));
  if (excluded !== undefined) return `${excluded} on push can leave out`;
  return branches.includes(mirrors) ? undefined : "no pull request and no mirror branch starts";
}

function narrowedBy(filter: unknown): string | undefined {
  if (!isProps(filter)) return undefined;
  const key = Object.keys(filter).find((name) => /^(paths|branches)/.test(name) || (name === "types" && !covers(texts(filter[name]))));
  return key === undefined ? undefined : `${key} on pull_request can leave out`;
}

/** The activity types that a pull request's checks need. */
function covers(types: readonly string[]): boolean {
  return ["opened", "synchronize", "reopened"].every((type) => types.includes(type));
}
