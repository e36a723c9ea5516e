/** The program's share of a preview without changes, against the same program written the usual way and against an empty one. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOf } from "../kit/child";
import { ratioFigure } from "../kit/figures";
import { interleaved, type Sample } from "../kit/rounds";
import { PROJECT, STACK } from "../kit/stacks";
import type { RehearsedStack } from "../kit/rehearsed";
import type { Measurement, Report } from "../kit/subject";
import { EMPTY, writeEmptyProgram } from "../program/empty";
import { writeUsualProgram } from "../program/usual";

const ROUNDS = 3;
/** How many times the processor time of this project's program one that is written the usual way takes. */
const BOUND = { atLeast: 2 };
const FIRST_BOUND = { atLeast: 4 };

/** How many times an empty program's preview one of this project may take. */
const OVER_EMPTY = { atMost: 2.5 };

/** The runner of programs that writes down what the program's process cost. */
const RUNNER = join(__dirname, "..", "program", "run.cjs");

/** What the loader of this project keeps; a checkout begins without it. */
const KEPT = join(PROJECT, "node_modules", ".cache", "gpu-cicd");

/** Seconds: of the program's process, and of the whole preview. */
type Shares = Sample<"processor" | "wall" | "preview">;

export async function program(stack: RehearsedStack, report: Report): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-usual-"));
  try {
    const [usual, empty, keptByTsNode] = [join(folder, "program"), join(folder, "empty"), join(folder, "ts-node")];
    writeUsualProgram(PROJECT, usual);
    writeEmptyProgram(PROJECT, empty);
    await stack.addStack(empty, EMPTY);
    // The first one after a change strips what changed.
    await previewed(stack, PROJECT);
    const samples = await interleaved(
      ROUNDS,
      {
        project: () => previewed(stack, PROJECT),
        first: () => withoutKept(KEPT, () => previewed(stack, PROJECT)),
        usualFirst: () => withoutKept(keptByTsNode, () => usually(stack, usual, keptByTsNode)),
        usual: () => usually(stack, usual, keptByTsNode),
        empty: () => previewed(stack, empty, EMPTY),
      },
      (round, name, { processor, wall }) => report(`${name}, round ${round}: ${processor.toFixed(1)} s of processor time in ${wall.toFixed(1)} s`),
    );
    const compare = (what: string, quantity: keyof Shares, bound?: typeof BOUND) =>
      ratioFigure(what, ["written the usual way, s", samples.usual[quantity]], ["this project, s", samples.project[quantity]], bound);
    return {
      measured:
        `Previews of ${STACK} by the real engine in a sandbox where it is up; each finds no change. The program's process, from the start of Node to its end after all registrations, with the ` +
        "compiler that serves it. The usual way is a copy of the program with its SDKs imported by their roots, `runtime: nodejs` and the type-checking ts-node that Pulumi takes then, which keeps what it compiled for the next run. The empty program registers nothing.",
      figures: [
        compare("processor time of the program", "processor", BOUND),
        compare("wall time of the program, which waits for the engine too", "wall"),
        ratioFigure(
          "processor time of the program at its first run in a checkout",
          ["written the usual way, s", samples.usualFirst.processor],
          ["this project, s", samples.first.processor],
          FIRST_BOUND,
        ),
        compare("wall time of the whole preview", "preview"),
        ratioFigure("wall time of the whole preview, against an empty program's", ["this project, s", samples.project.preview], ["empty, s", samples.empty.preview], OVER_EMPTY),
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withoutKept(folder: string, preview: () => Promise<Shares>): Promise<Shares> {
  await rm(folder, { recursive: true, force: true });
  return preview();
}

function usually(stack: RehearsedStack, project: string, kept: string): Promise<Shares> {
  return previewed(stack, project, undefined, { TS_NODE_CACHE_DIRECTORY: kept });
}

async function previewed(stack: RehearsedStack, project: string, name?: string, environment: NodeJS.ProcessEnv = {}): Promise<Shares> {
  let preview = 0;
  const cost = await costOf(async (variables) => {
    preview = (await stack.preview({ project, stack: name, environment: { ...variables, ...environment, PULUMI_LANGUAGE_NODEJS_RUN_PATH: RUNNER } })).seconds;
  });
  return { ...cost, preview };
}
