/** An explanation for people: aligned columns, what runs first, what does not last. */
import type { EventExplanation, ExplainedSkip, Explanation } from "./model";

/** Most unclaimed files that are named. Nothing of what runs is ever left out. */
const SHOWN_FILES = 10;

/** The whole explanation as lines of text. */
export function explanationText(explanation: Explanation): string {
  const { checks, unclaimed, afterMirror } = explanation;
  return [
    ...section(
      "Required checks",
      checks.map(({ context, reports, reporter, why }) => [context, REPORTS[reports], reporter, why]),
    ),
    ...unclaimedLines(unclaimed),
    ...eventLines(explanation),
    ...(afterMirror === undefined ? [] : ["", ...eventLines(afterMirror)]),
    "",
  ].join("\n");
}

const REPORTS = { now: "reports", "after-mirror": "later", elsewhere: "-" } as const;

function unclaimedLines(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const more = paths.length - SHOWN_FILES;
  return ["Files that no filter claims, so everything runs:", ...paths.slice(0, SHOWN_FILES).map((path) => `  ${path}`), ...(more > 0 ? [`  and ${more} more`] : []), ""];
}

function eventLines({ event, mode, jobs, images, tests, deployments, skipped }: EventExplanation): string[] {
  const lines = [
    ...section(
      "Jobs",
      jobs.map(({ id, workflow, runner, why }) => [id, workflow, runner, why]),
    ),
    ...section(
      "Images",
      images.map(({ tag, runner, why }) => [tag, runner, why]),
    ),
    ...section(
      "Tests",
      tests.map(({ suite, image, runner, gpus, markers, executed, why }) => [suite, image, runner, `${gpus} GPU`, markers, executed ? "" : `collected only: ${why}`]),
    ),
    ...section(
      "Deployment tests",
      deployments.map(({ framework, profile, image, runner, manifest }) => [`${framework}-${profile}`, image, runner, manifest]),
    ),
    ...section(
      "Not run",
      groupedByReason(skipped).map(({ ids, workflow, why }) => [workflow, `${why.replace(/\.$/, "")}:`, ids.join(", ")]),
    ),
  ];
  const heading = `${event.name} on ${event.ref} (${mode})`;
  return [heading, "=".repeat(heading.length), "", ...(jobs.length === 0 ? ["It starts no workflow.", ""] : []), ...lines.slice(0, -1)];
}

/** Jobs that do not run for the same reason, together: there are many, and few reasons. */
function groupedByReason(skipped: readonly ExplainedSkip[]): { readonly workflow: string; readonly why: string; readonly ids: readonly string[] }[] {
  const groups = new Map<string, { workflow: string; why: string; ids: string[] }>();
  for (const { id, workflow, why } of skipped) {
    const key = `${workflow}\n${why}`;
    const group = groups.get(key) ?? { workflow, why, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** A titled table and an empty line; nothing for a table without rows. */
function section(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [title, ...rows.map((row) => `  ${row.map((text, column) => text.padEnd(widths[column]!)).join("  ")}`.trimEnd()), ""];
}
