/** Holds what act did against what the gate model says that GitHub would do. */
import type { WorkflowRun } from "../../../workflows/gate/proofs/world";
import type { ActRun } from "./act";
import type { ActJob } from "./log";

export type Results = Readonly<Record<string, string>>;

/** One event of one workflow, as act ran it and as GitHub would. */
export interface Happened {
  readonly act: ActRun;
  /** What the gate model says, for the same event and the same results of all jobs that are neither plan nor verdict. */
  readonly gate: WorkflowRun;
  /** Result of each job of the workflow itself, by id; `not reached` when act never came to it. */
  readonly results: Results;
  /** Results that the verdict was told of, by its own summary; undefined when it said nothing. */
  readonly judged: Results | undefined;
}

export function happened(act: ActRun, gate: WorkflowRun): Happened {
  const results = gate.workflow.jobs.map(({ id, name = id }) => [id, resultOf(name, act.jobs)]);
  return { act, gate, results: Object.fromEntries(results) as Results, judged: judgedResults(act) };
}

/** A check's name without what a matrix adds to a caller's. */
export function plain(context: string): string {
  return context.replaceAll(/ \([^()]*\) \/ /g, " / ");
}

/**
 * Where act and the gate model differ, each in a sentence; nothing when they agree. They have to agree on which jobs the plan selects, on the
 * result of every job, on the name under which each one that ran reports, and on what the verdict was told.
 */
export function disagreements(both: Happened): string[] {
  return [...ownDisagreements(both), ...different("check", checksOfAct(both.act), checksOfGate(both.gate))];
}

/** The same without the jobs of called workflows, for a run in which calls are plain jobs. */
export function ownDisagreements({ act, gate, results, judged }: Happened): string[] {
  const selected = JSON.parse(act.outputs["jobs"] ?? "[]") as string[];
  return [
    ...different("the plan", { jobs: listed(selected) }, { jobs: listed(gate.selected) }),
    ...different("job", results, gate.jobs),
    ...(judged === undefined ? [] : different("the verdict was told", judged, gate.jobs, Object.keys(judged))),
  ];
}

/** What ran and how it ended, by the check's name, sorted; every other job of the workflow was skipped or, by a fault of act's, not reached. */
export function ran({ act }: Happened): { readonly passed: readonly string[]; readonly failed: readonly string[] } {
  const ended = (result: ActJob["result"]): string[] => act.jobs.filter((job) => job.result === result).map(({ context }) => context).sort();
  return { passed: ended("success"), failed: ended("failure") };
}

/** The image that a build puts out, by its digest, as its job's summary shows it. */
export function pushed({ act }: Happened, build: string): string | undefined {
  return /\| ACR \| `(.*)` \|/.exec(act.summaries[build] ?? "")?.[1];
}

/** Commands that ran of one program. */
export function commands({ act }: Happened, program: string): string[] {
  return act.calls.filter(({ command }) => command[0] === program).map(({ command }) => command.join(" "));
}

/** How a job of the workflow itself ended. A call ends as the jobs in it did: of the call act logs only that it was skipped. */
function resultOf(name: string, jobs: readonly ActJob[]): string {
  const own = jobs.find(({ context }) => context === name);
  if (own !== undefined) return own.result;
  const inner = new Set(jobs.filter(({ context }) => context.startsWith(`${name} / `)).map(({ result }) => result));
  return (["failure", "success", "skipped"] as const).find((result) => inner.has(result)) ?? "not reached";
}

/** The rows of the table that `verdict.mjs` writes. */
function judgedResults({ summaries }: ActRun): Results | undefined {
  const summary = Object.values(summaries).find((text) => text.includes("| Job | Plan | Result |"));
  if (summary === undefined) return undefined;
  const rows = summary.matchAll(/^\| (\S+) \| (?:runs|does not run|not known) \| (\w*) \|$/gm);
  return Object.fromEntries([...rows].map(([, job = "", result = ""]) => [job, result]));
}

function listed(ids: readonly string[]): string {
  return [...ids].sort().join(" ");
}

function different(what: string, act: Results, gate: Results, keys: readonly string[] = [...new Set([...Object.keys(act), ...Object.keys(gate)])]): string[] {
  const differing = keys.filter((key) => act[key] !== gate[key]);
  return differing.map((key) => `${what} ${key}: act says ${act[key] ?? "nothing"}, the gate model ${gate[key] ?? "nothing"}`);
}

/** Jobs that ran by their check's name; those that were skipped by their path, as act expands a matrix that it skips and GitHub does not. */
function checksOfAct({ jobs }: ActRun): Results {
  return Object.fromEntries(jobs.map(({ context, id, result }) => [result === "skipped" ? context.replace(/[^/ ]*$/, id) : context, result]));
}

function checksOfGate({ reports }: WorkflowRun): Results {
  return Object.fromEntries(reports.map(({ context, path, conclusion }) => [conclusion === "skipped" ? path : plain(context), conclusion]));
}
