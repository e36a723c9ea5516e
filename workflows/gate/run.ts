/**
 * What one run of a workflow reports, for given outcomes of its jobs.
 *
 * Follows GitHub's semantics: `needs`, the effective `if`, matrices, calls of reusable workflows, outputs, and the names of the checks.
 * Jobs themselves do not run here: an oracle says how each ends and what it puts out.
 */
import { githubContext, type GateEvent } from "./event";
import { asText, fill, holds, type Contexts, type Status } from "./expression";
import { expandMatrix, type MatrixLeg } from "./matrix";
import type { GateJob, GateWorkflow } from "./read";

/** How a job ends. `never`: no runner takes it, so it and all that needs it stay pending. */
export type Outcome = "success" | "failure" | "cancelled" | "never";
export type Result = Outcome | "skipped";

/** One job that is about to run, as the oracle is asked about it. */
export interface JobRun {
  readonly workflow: string;
  /** Ids from the outermost call inwards, such as `images / build`. */
  readonly path: string;
  /** The check's name. */
  readonly context: string;
  readonly job: GateJob;
  readonly matrix: MatrixLeg | undefined;
  readonly contexts: Contexts;
}

export interface JobEnd {
  readonly outcome: Outcome;
  /** Values of the job's step outputs, by the name of the job output that carries them. */
  readonly outputs?: Readonly<Record<string, string>>;
}

export type Oracle = (run: JobRun) => JobEnd;

/** A check as it appears on the commit. `pending` was created and never concluded. */
export interface Report {
  readonly context: string;
  readonly workflow: string;
  readonly path: string;
  readonly conclusion: "success" | "failure" | "cancelled" | "skipped" | "pending";
}

export interface RunResult {
  readonly reports: readonly Report[];
  readonly jobs: Readonly<Record<string, Result>>;
  readonly ran: readonly JobRun[];
}

export interface RunOptions {
  readonly repository: string;
  /** Values of `vars` and names of `secrets` that the run sees. */
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  /** Somebody cancels the run: jobs that do not ask for `always()` or `cancelled()` do not start any more. */
  readonly cancelled?: boolean;
}

interface Finished {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The state of one workflow's jobs within a run; calls of reusable workflows nest. */
class Level {
  readonly finished = new Map<string, Finished>();

  constructor(
    readonly workflow: GateWorkflow,
    readonly base: Contexts,
    readonly prefix: { readonly path: string; readonly context: string },
  ) {}

  /** Ids of all jobs that a job waits for, directly or not. */
  ancestors(job: GateJob): Set<string> {
    const seen = new Set<string>();
    const visit = (id: string): void => {
      if (seen.has(id)) return;
      seen.add(id);
      this.workflow.jobs.find((other) => other.id === id)?.needs.forEach(visit);
    };
    job.needs.forEach(visit);
    return seen;
  }
}

/** Runs one workflow for one event. `files` holds all workflow files, by path, for calls of reusable ones. */
export function runWorkflow(workflow: GateWorkflow, event: GateEvent, files: ReadonlyMap<string, GateWorkflow>, oracle: Oracle, options: RunOptions): RunResult {
  const run = new Run(files, oracle, options.cancelled ?? false);
  const level = new Level(
    workflow,
    {
      github: githubContext(event, options.repository, workflow.name),
      vars: options.vars ?? {},
      secrets: Object.fromEntries((options.secrets ?? []).map((name) => [name, "***"])),
      inputs: event.name === "workflow_dispatch" ? event.inputs : {},
    },
    { path: "", context: "" },
  );
  run.level(level);
  return { reports: run.reports, ran: run.ran, jobs: Object.fromEntries([...level.finished].map(([id, job]) => [id, job.result])) };
}

class Run {
  readonly reports: Report[] = [];
  readonly ran: JobRun[] = [];

  constructor(
    private readonly files: ReadonlyMap<string, GateWorkflow>,
    private readonly oracle: Oracle,
    private readonly cancelled: boolean,
  ) {}

  /** Runs the jobs of one workflow in the order of their needs. */
  level(level: Level): void {
    const waiting = [...level.workflow.jobs];
    while (waiting.length > 0) {
      const next = waiting.findIndex((job) => job.needs.every((id) => level.finished.has(id)));
      if (next < 0) throw new Error(`${level.workflow.path}: ${waiting.map((job) => job.id).join(", ")} need jobs that do not exist or need each other`);
      const [job] = waiting.splice(next, 1);
      level.finished.set(job!.id, this.job(level, job!));
    }
  }

  private job(level: Level, job: GateJob): Finished {
    const ancestors = [...level.ancestors(job)].map((id) => level.finished.get(id)!);
    if (job.needs.some((id) => level.finished.get(id)!.result === "never")) return this.pending(level, job);
    const needs = Object.fromEntries(job.needs.map((id) => [id, level.finished.get(id)!]));
    const contexts: Contexts = { ...level.base, needs };
    let legs: readonly (MatrixLeg | undefined)[];
    try {
      if (!holds(job.condition, contexts, this.status(ancestors))) return this.notRun(level, job, contexts);
      legs = job.matrix === undefined ? [undefined] : expandMatrix(fill(job.matrix, contexts));
    } catch {
      // An expression that cannot be evaluated: GitHub fails the job before it starts, under its unexpanded name.
      this.report(level, job, job.name ?? job.id, "failure");
      return { result: "failure", outputs: {} };
    }
    return combine(legs.map((matrix) => this.leg(level, job, matrix, { ...contexts, matrix: matrix ?? null, strategy: {} })));
  }

  /** `success()` and `failure()` look at every ancestor, not at the direct needs alone (docs.github.com, "Status check functions"). */
  private status(ancestors: readonly Finished[]): Status {
    return {
      success: !this.cancelled && ancestors.every((job) => job.result === "success"),
      failure: ancestors.some((job) => job.result === "failure"),
      cancelled: this.cancelled,
    };
  }

  private leg(level: Level, job: GateJob, matrix: MatrixLeg | undefined, contexts: Contexts): Finished {
    const context = checkName(job, matrix, contexts);
    return job.calls === undefined ? this.single(level, job, matrix, contexts, context) : this.call(level, job, job.calls, contexts, context);
  }

  private single(level: Level, job: GateJob, matrix: MatrixLeg | undefined, contexts: Contexts, context: string): Finished {
    const run: JobRun = { workflow: level.workflow.path, path: level.prefix.path + job.id, context: level.prefix.context + context, job, matrix, contexts };
    const { outcome, outputs = {} } = this.oracle(run);
    this.ran.push(run);
    this.report(level, job, context, outcome === "never" ? "pending" : outcome);
    const forgiven = outcome === "failure" && fill(job.continueOnError, contexts) === true;
    return { result: forgiven ? "success" : outcome, outputs: Object.fromEntries(Object.keys(job.outputs).map((name) => [name, outputs[name] ?? ""])) };
  }

  private call(level: Level, job: GateJob, path: string, contexts: Contexts, context: string): Finished {
    const called = this.files.get(path);
    if (called === undefined) throw new Error(`${level.workflow.path}: job ${job.id} calls ${path}, which is not there`);
    const handed = job.secrets === "inherit" ? level.base["secrets"] : fill(job.secrets, contexts);
    const inner = new Level(
      called,
      { ...level.base, secrets: handed, inputs: { ...called.callInputs, ...(fill(job.with, contexts) as object) } },
      { path: `${level.prefix.path}${job.id} / `, context: `${level.prefix.context}${context} / ` },
    );
    this.level(inner);
    const jobs = Object.fromEntries([...inner.finished].map(([id, finished]) => [id, finished]));
    const outputs = Object.entries(called.callOutputs).map(([name, value]) => [name, asText(fill(value, { ...inner.base, jobs }))]);
    return { result: combine([...inner.finished.values()]).result, outputs: Object.fromEntries(outputs) as Record<string, string> };
  }

  /** A job that waits for nothing is queued or runs already when somebody cancels the run, and ends as cancelled; every other one is skipped. */
  private notRun(level: Level, job: GateJob, contexts: Contexts): Finished {
    const begun = this.cancelled && job.needs.length === 0 && holds(job.condition, contexts, { success: true, failure: false, cancelled: false });
    if (!begun) return this.skipped(level, job);
    this.report(level, job, job.name ?? job.id, "cancelled");
    return { result: "cancelled", outputs: {} };
  }

  /** A skipped job reports once, under its name as written: a matrix is not expanded, a called workflow not entered (governance of checks: actions/runner#952). */
  private skipped(level: Level, job: GateJob): Finished {
    this.report(level, job, job.name ?? job.id, "skipped");
    return { result: "skipped", outputs: {} };
  }

  private pending(level: Level, job: GateJob): Finished {
    this.report(level, job, job.name ?? job.id, "pending");
    return { result: "never", outputs: {} };
  }

  private report(level: Level, job: GateJob, context: string, conclusion: Report["conclusion"]): void {
    this.reports.push({ context: level.prefix.context + context, workflow: level.workflow.path, path: level.prefix.path + job.id, conclusion });
  }
}

/** A check's name: the job's name, or its id, with a matrix' values in brackets unless the name itself holds them. */
function checkName(job: GateJob, matrix: MatrixLeg | undefined, contexts: Contexts): string {
  const name = job.name ?? job.id;
  if (name.includes("${{")) return asText(fill(name, contexts));
  return matrix === undefined ? name : `${name} (${Object.values(matrix).map(asText).join(", ")})`;
}

/** What `needs` shows of several legs or of a called workflow's jobs: the worst of them; skipped only if all were. */
function combine(parts: readonly Finished[]): Finished {
  const order: readonly Result[] = ["never", "failure", "cancelled", "success", "skipped"];
  const result = order.find((candidate) => parts.some((part) => part.result === candidate)) ?? "skipped";
  return { result, outputs: Object.assign({}, ...parts.map((part) => part.outputs)) as Record<string, string> };
}
