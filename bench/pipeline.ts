/** Measured functions of the pipeline: `npx ts-node -T bench/pipeline.ts` prints the best of some rounds, in milliseconds, as JSON. */
import { coherence } from "../pipeline/coherence";
import type { ChangedFile } from "../pipeline/plan";
import { select } from "../pipeline/select";
import { coherent, pipeline } from "../test/pipeline/fixtures";

/** One thing to measure. */
export interface Measured {
  readonly name: string;
  readonly run: () => void;
}

const manyFiles = Array.from({ length: 3000 }, (_, index): ChangedFile => ({
  path: `lib/part${index % 50}/src/deep/file${index}.go`,
  status: "modified",
}));

export const measured: readonly Measured[] = [
  // A new pipeline object each time, so that compiling the patterns counts: on a runner they are used once.
  {
    name: "select, 3,000 changed files, patterns compiled",
    run: () => void select({ ...pipeline }, { name: "push", ref: "refs/heads/pull-request/7" }, { known: true, files: manyFiles }),
  },
  { name: "coherence of the default stack", run: () => void coherence(coherent) },
];

/** The shortest of some rounds, in milliseconds: what the code takes when nothing else runs. */
export function bestOf(rounds: number, run: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const from = performance.now();
    run();
    return performance.now() - from;
  });
  return Math.min(...times);
}

if (require.main === module) {
  const results = measured.map(({ name, run }) => ({ name, firstMilliseconds: bestOf(1, run), bestMilliseconds: bestOf(10, run) }));
  process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
}
