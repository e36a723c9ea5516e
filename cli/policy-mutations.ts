/**
 * `make policy-mutations [FROM=program|sandbox] [STATE=FILE]`: makes every harmful and harmless change of the production stack's resources and
 * tells which of them the policies got wrong.
 *
 * Usage: `npx tsx cli/policy-mutations.ts [--from program|sandbox] [--state FILE|-]`; an option without a value counts as not given.
 *   program   what the program registers, as a preview of a new stack shows it and as an update does: seconds, and nothing needs to run (default)
 *   sandbox   what is deployed in the sandbox, after `make rehearse`
 *   --state   what is deployed, from a file that `pulumi stack export` wrote, or from standard input
 *
 * The last line is `caught N, missed N`. A harmful change is caught when a mandatory policy notices it by the name that the change expects,
 * wherever the change can be made; a harmless one must be noticed by nobody. Exit code 1 when anything is missed, a harmless change is noticed, or
 * the stack as it is has a violation.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readPolicyConfig } from "../config/policies";
import { describe } from "../policy/kit/judge";
import { harmful, harmless, prove, type Outcome, type Proof } from "../policy/mutations/run";
import { recordProgram } from "../policy/resources/program";
import type { Resource } from "../policy/resources/resource";
import { readState } from "../policy/resources/state";
import { rules } from "../policy/rules";
import { deployedState } from "./deployed";
import { givenOf } from "./usage";

const PROJECT = join(__dirname, "..");

/** The stack whose resources the changes name. */
const STACK = "prod";

const ORIGINS = ["program", "sandbox"] as const;

interface Flags {
  readonly from?: string | undefined;
  readonly state?: string | undefined;
}

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

async function views({ from = ORIGINS[0], state }: Flags): Promise<readonly View[]> {
  if (state !== undefined || from === "sandbox") return [{ name: state ?? "sandbox", resources: readState(await deployedState(PROJECT, STACK, state)).resources }];
  if (from !== "program") throw new Error(`FROM is ${JSON.stringify(from)}: allowed are ${ORIGINS.join(", ")}`);
  const phases = ["preview", "up"] as const;
  return Promise.all(phases.map(async (phase) => ({ name: `program at ${phase}`, resources: await recordProgram(PROJECT, STACK, phase) })));
}

/** Tries every change on each view. */
export function tryAll(all: readonly View[]): readonly Tried[] {
  const config = readPolicyConfig(PROJECT, STACK);
  return all.map(({ name, resources }) => ({ view: name, resources: resources.length, ...prove(rules, resources, config, [...harmful, ...harmless]) }));
}

export interface Sum {
  /** Harmful changes that were caught wherever they could be made, and in one view at least. */
  readonly caught: number;
  readonly missed: number;
  /** Harmless changes that a policy noticed, and violations of the stack as it is. */
  readonly falseAlarms: number;
}

export function sumOf(tried: readonly Tried[]): Sum {
  const made = (mutation: Outcome["mutation"]): readonly Outcome[] => tried.flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.mutation === mutation && outcome.verdict !== "unknown"));
  const right = (outcomes: readonly Outcome[]): boolean => outcomes.length > 0 && outcomes.every(({ verdict }) => verdict === "right");
  const caught = harmful.filter((mutation) => right(made(mutation))).length;
  const noticed = harmless.filter((mutation) => !right(made(mutation))).length;
  return { caught, missed: harmful.length - caught, falseAlarms: noticed + tried.reduce((sum, { before }) => sum + before.length, 0) };
}

function report({ view, resources, before, outcomes }: Tried): void {
  for (const violation of before) console.log(`${view}: unchanged, ${violation.rule.name}: ${describe(violation)}`);
  for (const { mutation, noticedBy } of outcomes.filter(({ verdict }) => verdict === "wrong")) {
    console.log(`${view}: ${mutation.what}\n  expected ${mutation.rule ?? "nobody"}, noticed by ${noticedBy.join(", ") || "nobody"}`);
  }
  const count = (of: readonly Outcome["mutation"][], verdict: Outcome["verdict"]): number => outcomes.filter((outcome) => of.includes(outcome.mutation) && outcome.verdict === verdict).length;
  const unknown = count(harmful, "unknown");
  console.log(
    `${view}: ${resources} resources, ${rules.length} policies; ${count(harmful, "right")} harmful changes caught, ${count(harmful, "wrong")} missed${unknown === 0 ? "" : `, ${unknown} of what is not known yet`}; ` +
      `${count(harmless, "wrong")} of ${harmless.length} harmless ones noticed`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: "string" }, state: { type: "string" } } });
  const tried = tryAll(await views(givenOf(values)));
  tried.forEach(report);
  const { caught, missed, falseAlarms } = sumOf(tried);
  console.log(`caught ${caught}, missed ${missed}`);
  process.exitCode = missed + falseAlarms === 0 ? 0 : 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
