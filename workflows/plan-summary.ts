/** A plan for people: what runs, what does not, and why. */
import type { Pipeline } from "../pipeline/model";
import type { Changes, Plan, PlanScope } from "../pipeline/plan";
import { switchedJobs } from "./legs";
import { cell } from "./markdown";

/** Most file names that a summary lists. */
const SHOWN_FILES = 20;

/** Markdown of the plan. Text of others (file names) is escaped. */
export function planSummary(pipeline: Pipeline, plan: Plan, scope: PlanScope, changes: Changes, tagPrefix: string): string {
  const decided = switchedJobs(pipeline, scope).map(({ id, decide }) => ({ id, ...decide(plan) }));
  const running = decided.filter(({ run }) => run);
  const skipped = decided.filter(({ run }) => !run);
  return [
    `## Plan: ${plan.mode}`,
    "",
    changes.known ? `${changes.files.length} changed files.` : changes.why,
    "",
    ...(plan.unclaimed.length > 0 ? [`No filter claims ${listed(plan.unclaimed)}, so everything runs.`, ""] : []),
    ...table("Runs", running),
    ...images(plan, tagPrefix),
    ...table("Does not run", skipped),
  ].join("\n");
}

function table(title: string, rows: readonly { readonly id: string; readonly why: string }[]): string[] {
  if (rows.length === 0) return [];
  return [`### ${title}`, "", "| Job | Why |", "| --- | --- |", ...rows.map(({ id, why }) => `| ${cell(id)} | ${cell(why)} |`), ""];
}

function images(plan: Plan, tagPrefix: string): string[] {
  if (plan.images.length === 0) return [];
  const suites = (id: string): string =>
    plan.tests
      .filter(({ image }) => image === id)
      .map(({ suite, collectOnly }) => (collectOnly === undefined ? suite : `${suite} (collected only)`))
      .join(", ");
  return [
    "### Images",
    "",
    "| Tag | Tests |",
    "| --- | --- |",
    ...plan.images.map(({ id }) => `| \`${tagPrefix}${id}\` | ${cell(suites(id)) || "none"} |`),
    "",
  ];
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN_FILES).map((path) => `\`${cell(path).replaceAll("`", "'")}\``);
  const more = paths.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
