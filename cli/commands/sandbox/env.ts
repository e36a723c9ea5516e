/** Writes the file anew that points plain clients at the sandbox. */
import { requirements } from "../../../rehearsal/stage";
import { refreshEnvironment } from "../../../sandbox/cli/rehearse";
import { sandboxDirectory } from "../../../sandbox/daemon/layout";
import { define } from "../../kit/command";
import { PROJECT, stackOption } from "../../kit/project";
import { runningSandbox } from "./running";

export const command = define({
  about: ["Addresses change where clusters come and go, and the policies are those of one stack: this writes env in the sandbox's directory as both are now."],
  options: { stack: stackOption },
  examples: [["sandbox env --stack dev", "then: . .sandbox/env"]],
  async run({ options: { stack } }, io) {
    const directory = sandboxDirectory(io.environment);
    await refreshEnvironment(await runningSandbox(directory), { project: PROJECT, stack, requirements: requirements(PROJECT, stack) });
    io.out(`. ${directory}/env\n`);
  },
});
