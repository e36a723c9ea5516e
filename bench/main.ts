/**
 * `make bench [ONLY=program,scale]`: measures, and holds every figure to its bound. Prints one JSON document on standard output and its
 * progress on standard error; the exit code is 1 when a bound is missed or something could not be measured. docs/benchmarks.md explains the figures.
 *
 * Usage: `npx tsx bench/main.ts [--only SUBJECT,SUBJECT...]`
 */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { disturbance } from "./kit/disturbance";
import { RehearsedStack } from "./kit/rehearsed";
import type { Measurement, Report } from "./kit/subject";
import { pipeline } from "./subjects/pipeline";
import { policy } from "./subjects/policy";
import { program } from "./subjects/program";
import { rehearsal } from "./subjects/rehearsal";
import { report as reports } from "./subjects/report";
import { scale } from "./subjects/scale";

/** A stack that is up, brought there when the first subject asks for it. */
type Stack = (report: Report) => Promise<RehearsedStack>;

/** In the order in which they are measured. */
const SUBJECTS = {
  pipeline: (report: Report) => pipeline(report),
  scale: (report: Report) => scale(report),
  report: (report: Report) => reports(report),
  rehearsal: async (report: Report, stack: Stack) => rehearsal(await stack(report)),
  program: async (report: Report, stack: Stack) => program(await stack(report), report),
  policy: async (report: Report, stack: Stack) => policy(await stack(report), report),
} as const satisfies Readonly<Record<string, (report: Report, stack: Stack) => Promise<Measurement>>>;
type Subject = keyof typeof SUBJECTS;

/** A subject in the document. What could not be measured holds nothing. */
type Result = Measurement & { readonly holds: boolean } | { readonly error: string; readonly holds: false };

async function main(): Promise<void> {
  const subjects = chosen(parseArgs({ options: { only: { type: "string", default: "" } } }).values.only);
  const before = disturbance();
  const results = await measureAll(subjects);
  const holds = Object.values(results).every((result) => result.holds);
  const machine = { processors: cpus().length, model: cpus()[0]?.model ?? "unknown", memoryMiB: Math.round(totalmem() / 2 ** 20), node: process.version, platform: `${process.platform} ${process.arch}`, before, after: disturbance() };
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), machine, holds, subjects: results }, undefined, 2)}\n`);
  process.exitCode = holds ? 0 : 1;
}

/** @throws Error that lists every unknown name */
function chosen(only: string): Subject[] {
  const all = Object.keys(SUBJECTS) as Subject[];
  const names = only.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.filter((name) => !(name in SUBJECTS));
  if (unknown.length > 0) throw new Error(`ONLY names ${unknown.map((name) => JSON.stringify(name)).join(", ")}; there are ${all.join(", ")}`);
  return names.length === 0 ? all : all.filter((name) => names.includes(name));
}

async function measureAll(subjects: readonly Subject[]): Promise<Partial<Record<Subject, Result>>> {
  let started: Promise<RehearsedStack> | undefined;
  const stack: Stack = (report) => (started ??= RehearsedStack.start(report));
  const stop = async (): Promise<void> => (await started?.catch(() => undefined))?.stop();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop().finally(() => process.exit(1)));
  const results: Partial<Record<Subject, Result>> = {};
  try {
    for (const subject of subjects) results[subject] = await measured(subject, stack);
  } finally {
    await stop();
  }
  return results;
}

/** One subject that fails leaves the others. */
async function measured(subject: Subject, stack: Stack): Promise<Result> {
  const report: Report = (state) => process.stderr.write(`${subject}: ${state}\n`);
  try {
    const measurement = await SUBJECTS[subject](report, stack);
    return { holds: measurement.figures.every(({ holds }) => holds !== false), ...measurement };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    report(`could not be measured: ${text}`);
    return { holds: false, error: text };
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
