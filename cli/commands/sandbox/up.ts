/** Starts only the sandbox, and points plain clients at it. */
import { requirements } from "../../../rehearsal/stage";
import { bringUp, refreshEnvironment } from "../../../sandbox/cli/rehearse";
import { sandboxDirectory } from "../../../sandbox/daemon/layout";
import { define } from "../../kit/command";
import { PROJECT, providersOption, stackOption } from "../../kit/project";

export const command = define({
  about: ["Starts the clouds and no stack. Writes env in the sandbox's directory, which points plain pulumi, kubectl, aws and curl at it; the engine is held to the policies of the stack."],
  options: { stack: stackOption, providers: providersOption },
  examples: [["sandbox up", "then: . .sandbox/env"]],
  async run({ options: { stack, providers } }, io) {
    const directory = sandboxDirectory(io.environment);
    await refreshEnvironment(await bringUp(directory, { providers }), { project: PROJECT, stack, requirements: requirements(PROJECT, stack) });
    io.out(`. ${directory}/env\n`);
  },
});
