/** Makes every harmful and harmless change of the production stack's resources and tells which of them the policies got wrong. */
import { z } from "zod";
import { readPolicyConfig } from "../../config/policies";
import { describe } from "../../policy/kit/judge";
import { PairJudge, pairsOf, randomOf, RELATIONS } from "../../policy/mutations/generated/pairs";
import { judgeAll, told, type Judged } from "../../policy/mutations/generated/prove";
import { harmful, harmless, prove, unexplained, type Outcome, type Proof } from "../../policy/mutations/run";
import { recordProgram } from "../../policy/resources/program";
import type { Resource } from "../../policy/resources/resource";
import { readState } from "../../policy/resources/state";
import { rules } from "../../policy/rules";
import { deployedState } from "../deployed";
import { define, type Io } from "../kit/command";
import { choice, number, or, text, type ValuesOf } from "../kit/options";
import { DEFAULT_STACK, PROJECT } from "../kit/project";

/** The stack whose resources the changes name. */
const STACK = DEFAULT_STACK;

/** Some hours of them. */
const MOST_PAIRS = 10_000_000;

const OPTIONS = {
  from: or(choice(["program", "sandbox"], "program: what the program registers, as a preview of a new stack shows it and as an update does; sandbox: what a rehearsal deployed"), "program"),
  state: text("FILE", "what is deployed, as `pulumi stack export` wrote it; - reads standard input"),
  pairs: or(number("COUNT", "pairs of generated changes that are tried of each kind of pair", z.number().int().min(0).max(MOST_PAIRS), `are whole numbers from 0 to ${MOST_PAIRS}`), "1000"),
  seed: or(number("NUMBER", "seed by which pairs are drawn", z.number().int().min(0), "are whole numbers"), "1"),
};

export const command = define({
  about: [
    "A harmful change is caught when a mandatory policy notices it by the name that the change expects, wherever the change can be made; a harmless one must be noticed by nobody.",
    "The last line is: caught N, missed N.",
  ],
  options: OPTIONS,
  examples: [
    ["policy-mutations", "on what the program registers: some seconds, and nothing needs to run"],
    ["policy-mutations --pairs 100000 --seed 7", "many pairs of changes at once: some minutes"],
    ["policy-mutations --from sandbox", "on what a rehearsal of prod deployed"],
  ],
  exits: { 0: "all harmful changes are caught, no harmless one is noticed", 1: "a change is missed, a harmless one is noticed, the stack as it is has a violation, or the command was called wrongly" },
  async run({ options }, io) {
    const all = await views(options, io);
    const tried = tryAll(all);
    for (const one of tried) io.out(`${reportLines(one).join("\n")}\n`);
    const judged = generated(all);
    io.out(`${generatedLines(judged).join("\n")}\n`);
    const { caught, missed, falseAlarms } = sumOf(tried);
    const hidden = pairs(all, judged, options);
    io.out(`${hidden.lines.join("\n")}\n`);
    const missedOfGenerated = judged.filter(isMissed).length + hidden.missed;
    io.out(`caught ${caught}, missed ${missed + missedOfGenerated}\n`);
    return missed + missedOfGenerated + falseAlarms === 0 ? 0 : 1;
  },
});

/** One view of the stack's resources. */
interface View {
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** A view with what the policies said of it. */
export interface Tried extends Proof {
  readonly view: string;
  readonly resources: number;
}

async function views({ from, state }: ValuesOf<typeof OPTIONS>, io: Io): Promise<readonly View[]> {
  if (state !== undefined || from === "sandbox") return [{ name: state ?? "sandbox", resources: readState(await deployedState(PROJECT, STACK, state, io)).resources }];
  const phases = ["preview", "up"] as const;
  return Promise.all(phases.map(async (phase) => ({ name: `program at ${phase}`, resources: await recordProgram(PROJECT, STACK, phase) })));
}

/** Tries every change on each view. */
export function tryAll(all: readonly View[]): readonly Tried[] {
  const config = readPolicyConfig(PROJECT, STACK);
  return all.map(({ name, resources }) => ({ view: name, resources: resources.length, ...prove(rules, resources, config, [...harmful, ...harmless, ...unexplained]) }));
}

export interface Sum {
  /** Harmful changes that were caught wherever they could be made, and in one view at least. */
  readonly caught: number;
  readonly missed: number;
  /** Harmless changes that a policy noticed, and violations of the stack as it is. */
  readonly falseAlarms: number;
}

/** Counts over everything that was tried: what was caught, missed and noticed wrongly. */
export function sumOf(tried: readonly Tried[]): Sum {
  const made = (mutation: Outcome["mutation"]): readonly Outcome[] => tried.flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.mutation === mutation && outcome.verdict !== "unknown"));
  const right = (outcomes: readonly Outcome[]): boolean => outcomes.length > 0 && outcomes.every(({ verdict }) => verdict === "right");
  const wanted = [...harmful, ...unexplained];
  const caught = wanted.filter((mutation) => right(made(mutation))).length;
  const noticed = harmless.filter((mutation) => !right(made(mutation))).length;
  return { caught, missed: wanted.length - caught, falseAlarms: noticed + tried.reduce((sum, { before }) => sum + before.length, 0) };
}

/** Every change that is generated from the values of the resources, as they are after an update. */
export function generated(all: readonly View[]): readonly Judged[] {
  const last = all.at(-1);
  return last === undefined ? [] : judgeAll(last.resources, rules, readPolicyConfig(PROJECT, STACK));
}

/** Pairs of generated changes, of which each harmful one has to be named. */
function pairs(all: readonly View[], judged: readonly Judged[], { pairs: count, seed }: { readonly pairs: number; readonly seed: number }): { lines: string[]; missed: number } {
  const judge = new PairJudge(all.at(-1)?.resources ?? [], rules, readPolicyConfig(PROJECT, STACK));
  const found = RELATIONS.map((relation) => {
    const drawn = pairsOf(judged, relation, judge.manifest, randomOf(seed));
    const missed: string[] = [];
    for (let index = 0; index < count; index++) {
      const pair = drawn.next().value;
      missed.push(...judge.unnamed(pair).map((one) => `pairs, ${relation}: ${pair.map(told).join(" | ")}\n  nothing names ${told(one)}`));
    }
    return { missed, line: `pairs, ${relation}: ${count} tried, ${missed.length} missed` };
  });
  return { lines: found.flatMap(({ missed, line }) => [...missed, line]), missed: found.reduce((sum, { missed }) => sum + missed.length, 0) };
}

function isMissed({ verdict, caught }: Judged): boolean {
  return verdict === undefined && !caught;
}

function generatedLines(judged: readonly Judged[]): string[] {
  const missed = judged.filter(isMissed);
  const excused = judged.filter(({ verdict }) => verdict !== undefined);
  const noticed = excused.filter(({ caught }) => caught).length;
  return [
    ...missed.map((one) => `generated: ${told(one)}\n  caught by nobody`),
    `generated: ${judged.length} changes; ${judged.length - excused.length - missed.length} harmful ones caught, ${missed.length} missed; ${excused.length} harm nobody, ${noticed} of them noticed`,
  ];
}

function reportLines({ view, resources, before, outcomes }: Tried): string[] {
  const count = (of: readonly Outcome["mutation"][], verdict: Outcome["verdict"]): number => outcomes.filter((outcome) => of.includes(outcome.mutation) && outcome.verdict === verdict).length;
  const unknown = count(harmful, "unknown");
  const wrong = outcomes.filter(({ verdict }) => verdict === "wrong");
  return [
    ...before.map((violation) => `${view}: unchanged, ${violation.rule.name}: ${describe(violation)}`),
    ...wrong.map(({ mutation, noticedBy }) => `${view}: ${mutation.what}\n  expected ${mutation.rule ?? "nobody"}, noticed by ${noticedBy.join(", ") || "nobody"}`),
    `${view}: ${resources} resources, ${rules.length} policies; ${count(harmful, "right")} harmful changes caught, ${count(harmful, "wrong")} missed${unknown === 0 ? "" : `, ${unknown} of what is not known yet`}; ` +
      `${count(harmless, "wrong")} of ${harmless.length} harmless ones noticed`,
  ];
}
