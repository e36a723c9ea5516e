/** Records previews of the real engine for tests of reports. */
import { caseNames, recordCases } from "../../test/report/record";
import { define } from "../kit/command";
import { UsageError } from "../kit/usage";

export const command = define({
  about: [
    "Brings both stacks up in sandboxes of their own, previews each change against them, and writes what a report reads into test/report/cases. Takes some minutes.",
    "Record anew where the form of events or of configs changes, then run make generate.",
  ],
  words: { placeholder: "CASE", variable: "CASES", help: `a case: ${caseNames.join(", ")}; without one, all of them` },
  options: {},
  examples: [["record nothing-changed", "one case"]],
  async run({ words }) {
    const unknown = words.filter((name) => !caseNames.includes(name));
    if (unknown.length > 0) throw new UsageError(unknown.map((name) => `${JSON.stringify(name)} is no case: allowed are ${caseNames.join(", ")}`));
    await recordCases(words);
  },
});
