/** Who waits, how much of the machines is used, what it costs; or the cheapest maxima for a target. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { capacityChart, capacityText, compareCapacity, DEFAULT_REPLICATIONS, FEWEST_REPLICATIONS, recommend, recommendationText, type CapacityComparison, type CapacityStack } from "../../report/capacity";
import { define, type Io } from "../kit/command";
import { unwritableFile, writeFileOf } from "../kit/files";
import { choice, flag, number, or, text, type ValuesOf } from "../kit/options";
import { PROJECT, stackOption } from "../kit/project";
import { UsageError, type Finding } from "../kit/usage";
import { DEFAULT_TARGET_MINUTES } from "../../report/capacity/recommend";
import { sideOfCommit, sideOfFile } from "../report/sides";
import { readCommittedStack } from "../stack";

/** Most weeks: what more would tell is less than the load profile knows. */
const MOST_REPLICATIONS = 200;

const OPTIONS = {
  stack: stackOption,
  base: text("FILE|COMMIT", "compares with a config file of the stack, or else with the stack as a commit has it"),
  format: or(choice(["text", "json"], "how the answer is written"), "text"),
  out: text("FILE", "writes a chart as SVG; of a recommendation, of the stack as it is and as it is recommended"),
  recommend: flag("finds the cheapest maxima of the runner classes that keep waits below --target"),
  target: number("MINUTES", `minutes that 95 of 100 jobs wait at most, with --recommend; ${DEFAULT_TARGET_MINUTES} where it is not given`, z.number().positive().finite(), "are minutes, more than 0"),
  replications: number("WEEKS", `weeks that are simulated of each stack; ${DEFAULT_REPLICATIONS} where it is not given`, z.number().int().min(FEWEST_REPLICATIONS).max(MOST_REPLICATIONS), `are whole numbers from ${FEWEST_REPLICATIONS} to ${MOST_REPLICATIONS}`),
  seed: text("TEXT", "any text; the same one gives the same answer"),
};

/** What is asked. */
export type Question = Partial<Omit<ValuesOf<typeof OPTIONS>, "out" | "stack">> & { readonly stack: string };

export const command = define({
  about: ["Simulates weeks of jobs on the runners of a stack, event by event, from the load profile in its config. A week takes about a second."],
  options: OPTIONS,
  examples: [
    ["capacity --stack prod", "the stack as it is"],
    ["capacity --base origin/main --out chart.svg", "a change, with a chart"],
    ["capacity --recommend --target 10", "the cheapest maxima with which 95 of 100 jobs wait ten minutes at most"],
  ],
  check: ({ options }) => [...usageFindings(options), ...unwritableFile("out", options.out)],
  run({ options: { out, ...question } }, io) {
    const told = progressOn(io);
    const { text: answered, chart } = answer(question, told);
    told("");
    io.out(answered);
    if (out === undefined) return;
    writeFileOf("out", out, chart);
    io.err(`chart: ${out}\n`);
  },
});

/** What is printed, and the chart. */
export interface Answer {
  readonly text: string;
  /** SVG. */
  readonly chart: string;
}

/**
 * The answer. Nothing is written.
 * @param progress told what is being done, now and then
 * @throws UsageError, ConfigError, CapacityError, UnknownPriceError, or an Error for a commit that does not exist
 */
export function answer(question: Question, progress: (done: string) => void = () => undefined): Answer {
  return question.recommend === true ? recommended(question, progress) : compared(question, progress);
}

function usageFindings({ target, replications, base, recommend: recommends }: Pick<Question, "target" | "replications" | "base" | "recommend">): Finding[] {
  if (recommends !== true) return target === undefined ? [] : [(name) => `${name("target")} is given without ${name("recommend")}`];
  return [
    ...(base === undefined ? [] : [(name: (option: string) => string) => `${name("base")} and ${name("recommend")} are both given: a recommendation compares with the stack as it is`]),
    ...(replications === undefined ? [] : [(name: (option: string) => string) => `${name("replications")} and ${name("recommend")} are both given: a recommendation knows how many weeks it needs`]),
  ];
}

function compared(question: Question, progress: (done: string) => void): Answer {
  const { stack } = question;
  const after = readCommittedStack(stack);
  const before = question.base === undefined ? undefined : baseOf(stack, question.base);
  const replications = question.replications ?? DEFAULT_REPLICATIONS;
  const weeks = replications * (before === undefined ? 1 : 2);
  const comparison = compareCapacity(after, before, { ...seedOf(question), replications, progress: (done) => progress(`${done} of ${weeks} weeks`) });
  return { text: question.format === "json" ? json(comparison) : capacityText(comparison, stack, question.base), chart: capacityChart(comparison) };
}

function recommended(question: Question, progress: (done: string) => void): Answer {
  const { stack } = question;
  const target = question.target === undefined ? {} : { targetMinutes: question.target };
  const recommendation = recommend(readCommittedStack(stack), { ...seedOf(question), ...target, progress: (weeks) => progress(`${weeks} weeks`) });
  const { before, after, judgeWeeks: replications, loadOf, loadSource, seed } = recommendation;
  const comparison: CapacityComparison = { before, after, replications, loadOf, loadSource, seed, differences: [] };
  return { text: question.format === "json" ? json(recommendation) : recommendationText(recommendation, stack), chart: capacityChart(comparison) };
}

/** A file of that name comes first: a commit may be called anything, and a path says what it means. */
function baseOf(stack: string, base: string): CapacityStack {
  const side = existsSync(base) ? sideOfFile(stack, base, "base") : sideOfCommit(PROJECT, stack, base);
  if (side === undefined || "error" in side) throw new UsageError([(name) => `${name("base")} is ${JSON.stringify(base)}: its config of ${stack} cannot be read\n${side?.error ?? ""}`]);
  return side;
}

function seedOf({ seed }: Question): { readonly seed?: string } {
  return seed === undefined ? {} : { seed };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Progress is for people who watch: on a terminal it overwrites itself, and elsewhere it is not told. */
function progressOn(io: Io): (done: string) => void {
  return io.watched ? (done) => io.err(`\r\u001b[K${done}`) : () => undefined;
}
