/** Workflows that call one another: under which names their jobs report, and which values reach their inputs. */
import { at, isProps, items } from "../kit/values";
import type { Job, Workflow } from "./read";

/** A job that runs, with the jobs through which it is called. */
export interface Run {
  /** The workflow that an event starts; for one that nobody here calls, that workflow itself. */
  readonly root: Workflow;
  /** Workflow of the job. */
  readonly workflow: Workflow;
  /** The calling jobs, outermost first, and the job itself last. */
  readonly chain: readonly Job[];
  /** The check that it reports, `CALLER / JOB`; what is not known stands there as an expression. */
  readonly name: string;
}

/** The workflow of the same repository that a job calls, when the stack delivers it. */
export function calledBy(files: readonly Workflow[], workflow: Workflow, job: Job): Workflow | undefined {
  return files.find(({ path, repository }) => repository === workflow.repository && `./${path}` === job.value["uses"]);
}

/** True for a workflow that others call and nothing else starts. */
export function isOnlyCalled({ on }: Workflow): boolean {
  return Object.keys(on).join() === "workflow_call";
}

/** Every job of every workflow that matters, once for each way that leads to it. */
export function runs(files: readonly Workflow[], starts: (workflow: Workflow) => boolean): readonly Run[] {
  const follow = (root: Workflow, workflow: Workflow, chain: readonly Job[], prefix: string): readonly Run[] =>
    workflow.jobs.flatMap((job) => {
      // A workflow that calls itself is one that GitHub refuses.
      if (chain.includes(job)) return [];
      const called = calledBy(files, workflow, job);
      const name = `${prefix}${job.context}`;
      if (called !== undefined) return follow(root, called, [...chain, job], `${name} / `);
      return [{ root, workflow, chain: [...chain, job], name: job.value["uses"] === undefined ? name : `${name} / \${{ called }}` }];
    });
  return files.filter(starts).flatMap((file) => follow(file, file, [], ""));
}

/** Every job that could report a check: those that events start, and those of workflows that are called from where nobody here sees. */
export function reports(files: readonly Workflow[]): readonly Run[] {
  const orphans = files.filter((file) => isOnlyCalled(file) && callersOf(files, file).length === 0);
  const unseen = runs(files, (file) => orphans.includes(file)).map((run) => ({ ...run, name: `\${{ caller }} / ${run.name}` }));
  return [...runs(files, (file) => !isOnlyCalled(file)), ...unseen];
}

/** Jobs that call a workflow. */
function callersOf(files: readonly Workflow[], called: Workflow): readonly { readonly workflow: Workflow; readonly job: Job }[] {
  return files.flatMap((workflow) => workflow.jobs.filter((job) => calledBy(files, workflow, job) === called).map((job) => ({ workflow, job })));
}

/** One of two texts, by the ref that runs. */
const CHOICE = /^\$\{\{\s*github\.ref == '[^']*' && '([^']*)' \|\| '([^']*)'\s*\}\}$/;

/**
 * The values that a text of a job can have: of an input, what its callers give; of a matrix, what is written there; of a choice by the ref, both. A text
 * stays what it is
 * when it is no expression, or one whose values the plan makes.
 */
export function valuesOf(files: readonly Workflow[], workflow: Workflow, job: Job, text: string): readonly string[] {
  const choice = CHOICE.exec(text);
  if (choice !== null) return choice.slice(1);
  const [, context, key] = /^\$\{\{\s*(inputs|matrix)\.([\w-]+)\s*\}\}$/.exec(text) ?? [];
  if (context === undefined) return [text];
  const found = context === "matrix" ? matrixValues(job, key!) : inputValues(files, workflow, key!);
  return found.length === 0 ? [text] : [...new Set(found)];
}

function matrixValues(job: Job, key: string): readonly string[] {
  const matrix = at(job.value, "strategy.matrix");
  const included = items(at(matrix, "include")).filter(isProps).map((entry) => entry[key]);
  return [...items(at(matrix, key)), ...included].filter((value) => value !== undefined).map(String);
}

function inputValues(files: readonly Workflow[], called: Workflow, key: string): readonly string[] {
  return callersOf(files, called).flatMap(({ workflow, job }) => {
    const given = at(job.value["with"], key) ?? at(called.on, `workflow_call.inputs.${key}.default`);
    return given === undefined ? [] : valuesOf(files, workflow, job, String(given));
  });
}
