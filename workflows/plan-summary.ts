/** A plan for people: what runs, what does not, and why. */
import type { Pipeline } from "../pipeline/model";
import type { Changes, Image, Plan, PlanScope } from "../pipeline/plan";
import { switchedJobs, untestedReason } from "./legs";
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
    changes.known ? counted(changes.files.length) : changes.why,
    "",
    ...(running.length === 0 ? ["No job of this workflow has anything to do.", ""] : []),
    ...(plan.unclaimed.length > 0 ? [`No filter claims ${listed(plan.unclaimed)}, so everything runs.`, ""] : []),
    ...table("Runs", running),
    ...images(pipeline, plan, tagPrefix),
    ...table("Does not run", skipped),
  ].join("\n");
}

function table(title: string, rows: readonly { readonly id: string; readonly why: string }[]): string[] {
  if (rows.length === 0) return [];
  return [`### ${title}`, "", "| Job | Why |", "| --- | --- |", ...rows.map(({ id, why }) => `| ${cell(id)} | ${cell(why)} |`), ""];
}

function counted(files: number): string {
  return `${files} changed ${files === 1 ? "file" : "files"}.`;
}

function images(pipeline: Pipeline, plan: Plan, tagPrefix: string): string[] {
  if (plan.images.length === 0) return [];
  const rows = plan.images.map((image) => `| \`${tagPrefix}${image.id}\` | ${cell(testsOf(pipeline, plan, image))} |`);
  return ["### Images", "", "| Tag | Tests |", "| --- | --- |", ...rows, ""];
}

/** The suites that test an image, or why none does. */
function testsOf(pipeline: Pipeline, plan: Plan, image: Image): string {
  const tests = plan.tests.filter((test) => test.image === image.id);
  if (tests.length === 0) return `None. ${untestedReason(pipeline, plan.mode, image)}`;
  return tests.map(({ suite, collectOnly }) => (collectOnly === undefined ? suite : `${suite} (collected only)`)).join(", ");
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN_FILES).map((path) => `\`${cell(path).replaceAll("`", "'")}\``);
  const more = paths.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
