/** What it takes to collect a day of history, and to look at a month of it. */
import { toldBy } from "../kit/child";
import { leastFigure, type Figure } from "../kit/figures";
import { interleaved, type Sample } from "../kit/rounds";
import type { Measurement, Report } from "../kit/subject";
import { CASES_A_DAY, CASES_A_MONTH, type ColdHistoryWork } from "../history/cold";

const ROUNDS = 3;
const COLLECT_MS = 120_000;
const LOOK_MS = 5_000;
const MEMORY_MIB = 1_024;

type Costs = "wall" | "processor" | "memory";

export async function history(progress: Report): Promise<Measurement> {
  const samples = await interleaved(ROUNDS, { day: () => cold("day"), month: () => cold("month") }, (round, name) => progress(`${name}, round ${round}`));
  const time = (what: string, { wall, processor }: Readonly<Record<Costs, readonly number[]>>, atMost: number): Figure => leastFigure(what, "ms", ["wall time", wall], [["processor time", processor]], { atMost });
  const memory = (what: string, of: Readonly<Record<Costs, readonly number[]>>): Figure => leastFigure(what, "MiB", ["most memory of the process", of.memory], [], { atMost: MEMORY_MIB });
  return {
    measured: "In a new process each time. Of a collection, everything but GitHub's own answers: archives are unpacked, reports read, files written. Of a look, every question of the page.",
    figures: [
      time(`a collection of ${CASES_A_DAY} test cases`, samples.day, COLLECT_MS),
      memory("its memory", samples.day),
      time(`a look at ${CASES_A_MONTH} test cases`, samples.month, LOOK_MS),
    ],
  };
}

function cold(work: ColdHistoryWork): Promise<Sample<Costs>> {
  return toldBy("history/cold.ts", work) as Promise<Sample<Costs>>;
}
