/** An explanation for people: a sentence first, then what runs, and what does not last. Nothing of what runs is ever left out. */
import { aligned, widthsOf } from "../table";
import type { EventExplanation, ExplainedCheck, ExplainedDeployment, ExplainedImage, ExplainedJob, ExplainedTest, Explanation } from "./model";

/** Most unclaimed files that are named. */
const SHOWN_FILES = 10;

/** The whole explanation as lines of text. */
export function explanationText(explanation: Explanation): string {
  const { checks, unclaimed, afterMirror } = explanation;
  return [
    summary(explanation),
    "",
    ...section("Required checks", checks.map(checkRow)),
    ...unclaimedLines(unclaimed),
    ...eventLines(explanation, `${explanation.event.name} on ${explanation.event.ref}`),
    ...(afterMirror === undefined ? [] : eventLines(afterMirror, `Once a maintainer has it mirrored: ${afterMirror.event.name} to ${afterMirror.event.ref}`)),
  ].join("\n");
}

function summary(explanation: Explanation): string {
  const { afterMirror } = explanation;
  const now = `${countsOf(explanation)}.`;
  return afterMirror === undefined ? now : `${now}\nOnce a maintainer has it mirrored: ${countsOf(afterMirror)}.`;
}

function countsOf({ jobs, images, tests, deployments }: EventExplanation): string {
  const executed = tests.filter((test) => test.executed).length;
  const collected = tests.length - executed;
  const parts = [
    counted(jobs.length, "job"),
    counted(images.length, "image"),
    `${counted(executed, "test suite run")}${collected === 0 ? "" : ` and ${collected} only collected`}`,
    ...(deployments.length === 0 ? [] : [counted(deployments.length, "deployment test")]),
  ];
  return parts.join(", ");
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}

const REPORTS = { now: "reports", "after-mirror": "reports later", elsewhere: "is not asked" } as const;

function checkRow({ context, reports, reporter, why }: ExplainedCheck): string[] {
  return [context, REPORTS[reports], reporter, why];
}

function unclaimedLines(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const more = paths.length - SHOWN_FILES;
  return ["Files that no filter claims, so everything runs:", ...paths.slice(0, SHOWN_FILES).map((path) => `  ${path}`), ...(more > 0 ? [`  and ${more} more`] : []), ""];
}

/** Builds, publications and tests are told with their images, and deployments by themselves. */
function eventLines(event: EventExplanation, title: string): string[] {
  const heading = `${title} (${event.mode})`;
  const others = event.jobs.filter(({ image, graph }) => image === undefined && graph === undefined);
  return [
    heading,
    "=".repeat(heading.length),
    "",
    ...(event.jobs.length === 0 ? ["It starts no workflow.", ""] : []),
    ...section("Jobs", others.map(({ id, workflow, runner, why }) => [workflow, id, runner, why])),
    ...imageLines(event),
    ...section("Tests", grouped(event.tests, suiteOf, ({ image }) => image), collectedWhy(event.tests)),
    ...section("Deployment tests", event.deployments.map(deploymentRow)),
    ...section("Not run", grouped(event.skipped, ({ workflow, why }) => [workflow, why.replace(/\.$/, ":")], ({ id }) => id)),
  ];
}

/** Images that are built for one reason, under that reason. */
function imageLines({ images, jobs }: EventExplanation): string[] {
  const reasons = [...new Set(images.map(({ why }) => why))];
  const rows = new Map(images.map((image) => [image, imageRow(image, jobs)]));
  const widths = widthsOf([...rows.values()]);
  const lines = reasons.flatMap((reason) => [`  ${reason}`, ...images.filter(({ why }) => why === reason).map((image) => `    ${aligned(rows.get(image)!, widths)}`)]);
  return lines.length === 0 ? [] : ["Images", ...lines, ""];
}

function imageRow({ id, tag, runner, untested }: ExplainedImage, jobs: readonly ExplainedJob[]): string[] {
  const publishing = jobs.find((job) => job.image === id && job.id.endsWith(" / publish"));
  return [tag, `built on ${runner}`, publishing === undefined ? "" : `signed and tagged on ${publishing.runner}`, untested === undefined ? "" : `no suite: ${untested}`];
}

function suiteOf({ suite, runner, gpus, executed }: ExplainedTest): string[] {
  return [suite, runner, executed ? counted(gpus, "GPU") : "only collected", "in"];
}

function collectedWhy(tests: readonly ExplainedTest[]): string[] {
  return [...new Set(tests.flatMap(({ executed, why }) => (executed ? [] : [`Only collected: ${why}`])))];
}

function deploymentRow({ framework, profile, image, runner, manifest }: ExplainedDeployment): string[] {
  return [`${framework}-${profile}`, image, runner, manifest];
}

/** Rows of what is alike, with the names of all that are so at the end: there are many, and few kinds. */
function grouped<Item>(items: readonly Item[], kind: (item: Item) => string[], name: (item: Item) => string): string[][] {
  const groups = new Map<string, { readonly row: string[]; readonly names: string[] }>();
  for (const item of items) {
    const row = kind(item);
    const group = groups.get(row.join("\n")) ?? { row, names: [] };
    groups.set(row.join("\n"), group);
    group.names.push(name(item));
  }
  return [...groups.values()].map(({ row, names }) => [...row, names.join(", ")]);
}

/** A titled table with notes under it and an empty line; nothing for a table without rows. A column that is empty in every row takes no room. */
function section(title: string, rows: readonly (readonly string[])[], notes: readonly string[] = []): string[] {
  if (rows.length === 0) return [];
  const widths = widthsOf(rows);
  return [title, ...rows.map((row) => `  ${aligned(row, widths)}`), ...notes.map((note) => `  ${note}`), ""];
}
