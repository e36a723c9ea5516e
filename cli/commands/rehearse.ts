/** Brings a stack up in the sandbox of this machine and checks that nothing is left to do. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { requirements } from "../../rehearsal/stage";
import { rehearse } from "../../sandbox/cli/rehearse";
import { sandboxDirectory } from "../../sandbox/daemon/layout";
import { define } from "../kit/command";
import { flag, flagOn } from "../kit/options";
import { PROJECT, providersOption, stackOption } from "../kit/project";

/** What docs/rehearsal.md says of the last run is read here. */
const JUDGED = join(PROJECT, "sandbox", "judged.json");

export const command = define({
  about: [
    "Previews the stack with the policy pack, brings it up, previews again, which must show no change, and prints what was created in each cloud.",
    "The first rehearsal on a machine builds the engine and the API server from their Go modules. docs/rehearsal.md says what a rehearsal proves.",
  ],
  options: {
    stack: stackOption,
    providers: providersOption,
    clean: flag("starts from nothing, even where a sandbox runs"),
    keep: flagOn("ends the sandbox afterwards, whether the rehearsal succeeds or fails"),
    record: flag("records by whom each type was judged; make generate then writes docs/rehearsal.md"),
  },
  examples: [
    ["rehearse", "the production stack"],
    ["rehearse --providers real", "held to the real provider plugins that can be had here, or an error that says which cannot"],
    ["rehearse --stack dev --clean --no-keep", "the small stack, from nothing, and nothing stays"],
  ],
  exits: { 0: "the stack is up, and a second preview finds no change", 1: "a run failed, the second preview finds changes, or the command was called wrongly" },
  async run({ options: { stack, providers, clean, keep, record } }, io) {
    const directory = sandboxDirectory(io.environment);
    const judged = await rehearse({ project: PROJECT, stack, requirements: requirements(PROJECT, stack), directory, clean, keep, providers });
    if (record) await writeFile(JUDGED, `${JSON.stringify(judged, undefined, 2)}\n`);
  },
});
