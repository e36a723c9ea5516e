/** Measures, and holds every figure to its bound. */
import { bench, SUBJECTS, type Subject } from "../../bench/main";
import { define } from "../kit/command";
import { text } from "../kit/options";
import { UsageError } from "../kit/usage";

const ALL = Object.keys(SUBJECTS) as Subject[];

export const command = define({
  about: ["Prints one JSON document; its progress goes to standard error. docs/benchmarks.md explains the figures. All subjects take some ten minutes."],
  options: {
    only: text("SUBJECT,...", `measures some subjects: ${ALL.join(", ")}`),
    changes: text("FILE", "change sets of the product repository, for the subject `changes`, which is left out without them"),
  },
  examples: [
    ["bench", "everything"],
    ["bench --only pipeline,scale", "two subjects, which need no sandbox"],
    ["bench --only changes --changes change-sets.jsonl", "images, GPU minutes and feedback of real changes"],
  ],
  exits: { 0: "every bound holds", 1: "a bound is missed, something could not be measured, or the command was called wrongly" },
  async run({ options: { only = "", changes } }, io) {
    const subjects = chosen(only, changes);
    if (!subjects.includes(OF_CHANGES)) io.err(`${OF_CHANGES}: not measured\n`);
    const document = await bench(subjects, (line) => io.err(`${line}\n`), { changes });
    io.out(`${JSON.stringify(document, undefined, 2)}\n`);
    return document.holds ? 0 : 1;
  },
});

/** The one that needs a file. */
const OF_CHANGES: Subject = "changes";

/** @throws UsageError that lists every unknown name, or for a subject whose file is missing */
function chosen(only: string, changes: string | undefined): Subject[] {
  const names = only.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const unknown = names.filter((name) => !(name in SUBJECTS));
  if (unknown.length > 0) throw new UsageError([(name) => `${name("only")} names ${unknown.map((one) => JSON.stringify(one)).join(", ")}: allowed are ${ALL.join(", ")}`]);
  if (names.includes(OF_CHANGES) && changes === undefined) throw new UsageError([(name) => `${name("changes")} is not given: allowed is a file of change sets, as docs/benchmarks.md shows`]);
  if (names.length > 0) return ALL.filter((name) => names.includes(name));
  return changes === undefined ? ALL.filter((name) => name !== OF_CHANGES) : ALL;
}
