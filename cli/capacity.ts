/**
 * `make capacity STACK=prod`: who waits, how much of the machines is used, what it costs; `RECOMMEND=1`: the cheapest maxima for a target.
 *
 * Usage: `npx tsx cli/capacity.ts [OPTION...]`; an option without a value counts as not given.
 *   --stack         prod (default) or another stack of this project
 *   --base          a config file of the stack, or else any name of a commit: compares with the stack as that has it
 *   --format        text (default) or json
 *   --out           file for a chart as SVG; of a recommendation, of the stack as it is and as it is recommended
 *   --recommend     any value but 0 asks for the cheapest maxima instead
 *   --target        minutes that 95 of 100 jobs wait at most, with --recommend (default 15)
 *   --replications  weeks that are simulated of each stack (default 10, at least 4)
 *   --seed          any text; the same one gives the same answer
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { capacityChart, capacityText, compareCapacity, DEFAULT_REPLICATIONS, FEWEST_REPLICATIONS, recommend, recommendationText, type CapacityComparison, type CapacityStack } from "../report/capacity";
import { sideOfCommit, sideOfFile } from "./report/sides";
import { readCommittedStack } from "./stack";
import { givenOf, UsageError } from "./usage";

const PROJECT = join(__dirname, "..");
const DEFAULT_STACK = "prod";
const FORMATS = ["text", "json"] as const;

/** Most weeks: what more would tell is less than the load profile knows. */
const MOST_REPLICATIONS = 200;

/** What is asked, as text; undefined where nothing was given. */
export interface Question {
  readonly stack?: string | undefined;
  readonly base?: string | undefined;
  readonly format?: string | undefined;
  readonly out?: string | undefined;
  readonly recommend?: string | undefined;
  readonly target?: string | undefined;
  readonly replications?: string | undefined;
  readonly seed?: string | undefined;
}

/** What is printed, and the chart. */
export interface Answer {
  readonly text: string;
  /** SVG. */
  readonly chart: string;
}

/**
 * The answer. Nothing is written.
 * @param progress told what is being done, now and then
 * @throws UsageError, ConfigError, CapacityError, UnknownPriceError, or an Error for a stack or a commit that there is not
 */
export function answer(question: Question, progress: (done: string) => void = () => undefined): Answer {
  const findings = usageFindings(question);
  if (findings.length > 0) throw new UsageError(findings.join("\n"));
  return isAsked(question.recommend) ? recommended(question, progress) : compared(question, progress);
}

function usageFindings({ format, target, replications, base, recommend: recommends }: Question): string[] {
  const weeks = Number(replications);
  return [
    ...(format === undefined || FORMATS.some((each) => each === format) ? [] : [`FORMAT is ${JSON.stringify(format)}: allowed are ${FORMATS.join(", ")}`]),
    ...(target === undefined || Number(target) > 0 ? [] : [`TARGET is ${JSON.stringify(target)}: allowed are minutes, more than 0`]),
    ...(replications === undefined || (Number.isInteger(weeks) && weeks >= FEWEST_REPLICATIONS && weeks <= MOST_REPLICATIONS)
      ? []
      : [`REPLICATIONS is ${JSON.stringify(replications)}: allowed are whole numbers from ${FEWEST_REPLICATIONS} to ${MOST_REPLICATIONS}`]),
    ...(isAsked(recommends)
      ? [
          ...(base === undefined ? [] : ["BASE and RECOMMEND are both given: a recommendation compares with the stack as it is"]),
          ...(replications === undefined ? [] : ["REPLICATIONS and RECOMMEND are both given: a recommendation knows how many weeks it needs"]),
        ]
      : target === undefined
        ? []
        : ["TARGET is given without RECOMMEND=1"]),
  ];
}

function isAsked(recommends: string | undefined): boolean {
  return recommends !== undefined && recommends !== "0";
}

function compared(question: Question, progress: (done: string) => void): Answer {
  const stack = question.stack ?? DEFAULT_STACK;
  const after = readCommittedStack(stack);
  const before = question.base === undefined ? undefined : baseOf(stack, question.base);
  const replications = question.replications === undefined ? DEFAULT_REPLICATIONS : Number(question.replications);
  const weeks = replications * (before === undefined ? 1 : 2);
  const comparison = compareCapacity(after, before, { ...seedOf(question), replications, progress: (done) => progress(`${done} of ${weeks} weeks`) });
  return { text: question.format === "json" ? json(comparison) : capacityText(comparison, stack, question.base), chart: capacityChart(comparison) };
}

function recommended(question: Question, progress: (done: string) => void): Answer {
  const stack = question.stack ?? DEFAULT_STACK;
  const target = question.target === undefined ? {} : { targetMinutes: Number(question.target) };
  const recommendation = recommend(readCommittedStack(stack), { ...seedOf(question), ...target, progress: (weeks) => progress(`${weeks} weeks`) });
  const { before, after, judgeWeeks: replications, loadOf, loadSource, seed } = recommendation;
  const comparison: CapacityComparison = { before, after, replications, loadOf, loadSource, seed, differences: [] };
  return { text: question.format === "json" ? json(recommendation) : recommendationText(recommendation, stack), chart: capacityChart(comparison) };
}

/** A file of that name comes first: a commit may be called anything, and a path says what it means. */
function baseOf(stack: string, base: string): CapacityStack {
  const side = existsSync(base) ? sideOfFile(stack, base) : sideOfCommit(PROJECT, stack, base);
  if (side === undefined || "error" in side) throw new Error(`BASE=${base}: its config of ${stack} cannot be read\n${side?.error ?? ""}`);
  return side;
}

function seedOf({ seed }: Question): { readonly seed?: string } {
  return seed === undefined ? {} : { seed };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The question that arguments ask. @throws the parser's error for an option that there is not */
export function questionOf(args: readonly string[]): Question {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { stack: text, base: text, format: text, out: text, recommend: text, target: text, replications: text, seed: text } });
  return givenOf(values);
}

/** Progress is for people who watch: on a terminal it overwrites itself, and elsewhere it is not told. */
function told(done: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${done}`);
}

function main(args: readonly string[]): void {
  const question = questionOf(args);
  const { text, chart } = answer(question, told);
  told("");
  process.stdout.write(text);
  if (question.out === undefined) return;
  mkdirSync(dirname(question.out), { recursive: true });
  writeFileSync(question.out, chart);
  console.error(`chart: ${question.out}`);
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
