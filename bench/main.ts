/** Measures subjects, one after the other, and holds every figure to its bound. docs/benchmarks.md explains the figures. */
import { cpus, totalmem } from "node:os";
import { disturbance } from "./kit/disturbance";
import { RehearsedStack } from "./kit/rehearsed";
import type { Measurement, Report } from "./kit/subject";
import { changes } from "./subjects/changes";
import { history } from "./subjects/history";
import { pipeline } from "./subjects/pipeline";
import { policy } from "./subjects/policy";
import { program } from "./subjects/program";
import { rehearsal } from "./subjects/rehearsal";
import { report as reports } from "./subjects/report";
import { scale } from "./subjects/scale";

/** A stack that is up, brought there when the first subject asks for it. */
type Stack = (report: Report) => Promise<RehearsedStack>;

/** What a user gives. */
export interface BenchInput {
  /** File of change sets, for the subject `changes`. */
  readonly changes?: string | undefined;
}

/** In the order in which they are measured. */
export const SUBJECTS = {
  changes: async (report: Report, _stack: Stack, input: BenchInput) => changes(input.changes!, report),
  pipeline: (report: Report) => pipeline(report),
  scale: (report: Report) => scale(report),
  report: (report: Report) => reports(report),
  history: (report: Report) => history(report),
  rehearsal: async (report: Report, stack: Stack) => rehearsal(await stack(report)),
  program: async (report: Report, stack: Stack) => program(await stack(report), report),
  policy: async (report: Report, stack: Stack) => policy(await stack(report), report),
} as const satisfies Readonly<Record<string, (report: Report, stack: Stack, input: BenchInput) => Promise<Measurement>>>;
export type Subject = keyof typeof SUBJECTS;

/** A subject in the document. What could not be measured holds nothing. */
type Result = Measurement & { readonly holds: boolean } | { readonly error: string; readonly holds: false };

/** What was measured, and on what. */
export interface BenchDocument {
  /** When, as ISO 8601. */
  readonly at: string;
  readonly machine: object;
  /** True where every bound holds and everything could be measured. */
  readonly holds: boolean;
  readonly subjects: Partial<Record<Subject, Result>>;
}

/** @param log told how far it is, a line at a time */
export async function bench(subjects: readonly Subject[], log: Report, input: BenchInput = {}): Promise<BenchDocument> {
  const before = disturbance();
  const results = await measureAll(subjects, log, input);
  const machine = { processors: cpus().length, model: cpus()[0]?.model ?? "unknown", memoryMiB: Math.round(totalmem() / 2 ** 20), node: process.version, platform: `${process.platform} ${process.arch}`, before, after: disturbance() };
  return { at: new Date().toISOString(), machine, holds: Object.values(results).every((result) => result.holds), subjects: results };
}

async function measureAll(subjects: readonly Subject[], log: Report, input: BenchInput): Promise<Partial<Record<Subject, Result>>> {
  let started: Promise<RehearsedStack> | undefined;
  const stack: Stack = (report) => (started ??= RehearsedStack.start(report));
  const stop = async (): Promise<void> => (await started?.catch(() => undefined))?.stop();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop().finally(() => process.exit(1)));
  const results: Partial<Record<Subject, Result>> = {};
  try {
    for (const subject of subjects) results[subject] = await measured(subject, stack, log, input);
  } finally {
    await stop();
  }
  return results;
}

/** One subject that fails leaves the others. */
async function measured(subject: Subject, stack: Stack, log: Report, input: BenchInput): Promise<Result> {
  const report: Report = (state) => log(`${subject}: ${state}`);
  try {
    const measurement = await SUBJECTS[subject](report, stack, input);
    return { holds: measurement.figures.every(({ holds }) => holds !== false), ...measurement };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    report(`could not be measured: ${text}`);
    return { holds: false, error: text };
  }
}
