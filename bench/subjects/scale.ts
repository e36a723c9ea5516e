/** What ten times the frameworks and scale sets cost. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceOf } from "../../config/file";
import { readStack, type StackInput } from "../../config/read";
import { coherence, type CoherenceInput } from "../../pipeline/coherence";
import { select } from "../../pipeline/select";
import { requirements } from "../../rehearsal/stage";
import { jobFacts, renderFiles, variables } from "../../workflows";
import { costOf, textOf, COST, TYPESCRIPT, type Cost } from "../kit/child";
import { ratioFigure, type Figure } from "../kit/figures";
import { cost, interleaved, type Contender } from "../kit/rounds";
import { PROJECT, settingsOf, STACK } from "../kit/stacks";
import type { Measurement, Report } from "../kit/subject";
import { biggerStack, type Growth } from "../scale/bigger";
import { manyFiles, MIRROR_PUSH } from "../scale/changes";

const TIMES = 10;
const BOUND = { atMost: 12 };
const ROUNDS = 9;
const PROGRAM_ROUNDS = 3;

const NAMES = { one: "the stack", many: `the stack with ${TIMES} times the frameworks and scale sets` } as const;

/** A stack of either size: the text of its file, and what is read from it. */
interface Sized {
  readonly text: string;
  readonly input: StackInput;
}

export async function scale(report: Report): Promise<Measurement> {
  const one = sized({ frameworks: 1, scaleSets: 1 });
  const many = sized({ frameworks: TIMES, scaleSets: TIMES });
  return {
    measured:
      `${STACK}, and the same with ${TIMES} times the frameworks and scale sets by config, each added set with a suite of its own. Functions run in one process that is warm; ` +
      "the program runs as a process of its own against mocks of the engine, from its start to the end of registration.",
    figures: [...(await functions(one, many, report)), ...(await program(one, many, report))],
  };
}

function sized(growth: Growth): Sized {
  const text = biggerStack(PROJECT, STACK, growth);
  return { text, input: readStack(sourceOf(STACK, text)) };
}

async function functions(one: Sized, many: Sized, report: Report): Promise<Figure[]> {
  const works: Readonly<Record<string, (sized: Sized) => () => void>> = {
    "reading the stack's config": ({ text }) => () => void readStack(sourceOf(STACK, text)),
    coherence: (stack) => {
      const input = coherenceInput(stack);
      return () => void coherence(input);
    },
    "rendering all files": ({ input }) => () => void renderFiles(input.pipeline, settingsOf(input)),
    // A new pipeline object each time, so that compiling the patterns counts: on a runner they are used once.
    [`select on ${manyFiles.length} changed files`]: ({ input }) => () => void select({ ...input.pipeline }, MIRROR_PUSH, { known: true, files: manyFiles }),
  };
  const figures: Figure[] = [];
  for (const [what, prepare] of Object.entries(works)) {
    const samples = await interleaved(ROUNDS, { one: timed(prepare(one)), many: timed(prepare(many)) });
    figures.push(ratioFigure(`processor time, ${what}, ms`, [NAMES.many, samples.many.processor], [NAMES.one, samples.one.processor], BOUND));
    report(what);
  }
  return figures;
}

/** Run once beforehand: what a process does for the first time is the same for a small stack and a large one, and would flatter the ratio. */
function timed(run: () => void): Contender<"processor" | "wall"> {
  run();
  return () => cost(run);
}

function coherenceInput({ input }: Sized): CoherenceInput {
  const { pipeline, infrastructure } = input;
  const provided = variables(pipeline.environments).map(({ name, environment }) => ({ name, environment }));
  return { pipeline, infrastructure, jobs: jobFacts(pipeline, settingsOf(input)), variables: provided };
}

async function program(one: Sized, many: Sized, report: Report): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-scale-"));
  try {
    await writeProject(folder, { one: one.text, many: many.text });
    const samples = await interleaved(PROGRAM_ROUNDS, { one: () => programCost(folder, "one"), many: () => programCost(folder, "many") }, (round, name, { processor }) =>
      report(`the program, round ${round}, ${NAMES[name]}: ${processor.toFixed(1)} s of processor time`),
    );
    return (["processor", "wall"] as const).map((quantity) => ratioFigure(`${quantity} time, the program, s`, [NAMES.many, samples.many[quantity]], [NAMES.one, samples.one[quantity]], BOUND));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A project that is this one's program, with stacks of its own. */
async function writeProject(folder: string, stacks: Readonly<Record<string, string>>): Promise<void> {
  for (const file of ["Pulumi.yaml", "index.ts"]) await symlink(join(PROJECT, file), join(folder, file));
  for (const [stack, text] of Object.entries(stacks)) await writeFile(join(folder, `Pulumi.${stack}.yaml`), text);
}

function programCost(folder: string, stack: string): Promise<Cost> {
  const secrets = requirements(PROJECT, STACK).secrets.map(({ key }) => key);
  const run = [join(PROJECT, "policy", "resources", "run-program.ts"), folder, folder, stack, "preview", ...secrets];
  return costOf((variables) => textOf(process.execPath, ["--require", COST, "--import", TYPESCRIPT, ...run], { cwd: PROJECT, env: { ...process.env, ...variables } }));
}
