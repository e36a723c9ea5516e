/** The program's share of a preview without changes, against the same program written the usual way. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOf } from "../kit/child";
import { ratioFigure } from "../kit/figures";
import { interleaved, type Sample } from "../kit/rounds";
import { PROJECT, STACK } from "../kit/stacks";
import type { RehearsedStack } from "../kit/rehearsed";
import type { Measurement, Report } from "../kit/subject";
import { writeUsualProgram } from "../program/usual";

const ROUNDS = 3;
const BOUND = { atLeast: 4 };

/** The runner of programs that writes down what the program's process cost. */
const RUNNER = join(__dirname, "..", "program", "run.cjs");

/** What the loader of TypeScript keeps; a checkout begins without it. */
const KEPT = join(PROJECT, "node_modules", ".cache", "gpu-cicd");

/** Seconds: of the program's process, and of the whole preview. */
type Shares = Sample<"processor" | "wall" | "preview">;

export async function program(stack: RehearsedStack, report: Report): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-usual-"));
  try {
    const usual = join(folder, "program");
    writeUsualProgram(PROJECT, usual);
    // The first one after a change strips what changed.
    await previewed(stack, PROJECT);
    const samples = await interleaved(
      ROUNDS,
      { project: () => previewed(stack, PROJECT), first: () => first(stack), usual: () => previewed(stack, usual) },
      (round, name, { processor, wall }) => report(`${name}, round ${round}: ${processor.toFixed(1)} s of processor time in ${wall.toFixed(1)} s`),
    );
    const compare = (what: string, quantity: keyof Shares, ours: "project" | "first", bound?: typeof BOUND) =>
      ratioFigure(what, ["written the usual way, s", samples.usual[quantity]], ["this project, s", samples[ours][quantity]], bound);
    return {
      measured:
        `Previews of ${STACK} by the real engine in a sandbox where it is up; each finds no change. The program's process, from the start of Node to its end after all registrations, with the ` +
        "compiler that serves it. The usual way is a copy of the program with its SDKs imported by their roots, `runtime: nodejs` and the type-checking ts-node that Pulumi takes then.",
      figures: [
        compare("processor time of the program", "processor", "project", BOUND),
        compare("wall time of the program, which waits for the engine too", "wall", "project", BOUND),
        compare("processor time of the program at its first run in a checkout", "processor", "first", BOUND),
        compare("wall time of the whole preview", "preview", "project"),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function first(stack: RehearsedStack): Promise<Shares> {
  await rm(KEPT, { recursive: true, force: true });
  return previewed(stack, PROJECT);
}

async function previewed(stack: RehearsedStack, project: string): Promise<Shares> {
  let preview = 0;
  const cost = await costOf(async (variables) => {
    preview = (await stack.preview({ project, environment: { ...variables, PULUMI_LANGUAGE_NODEJS_RUN_PATH: RUNNER } })).seconds;
  });
  return { ...cost, preview };
}
