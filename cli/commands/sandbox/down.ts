/** Ends the sandbox and everything that it started. */
import { endSandbox } from "../../../sandbox/cli/rehearse";
import { sandboxDirectory } from "../../../sandbox/daemon/layout";
import { define } from "../../kit/command";

export const command = define({
  about: ["Ends every process of the sandbox. What was in its clouds is gone with it; its logs stay until the next one starts."],
  options: {},
  examples: [["sandbox down", "the sandbox in .sandbox, or in SANDBOX_DIR"]],
  exits: { 0: "no sandbox runs any more" },
  async run(_, io) {
    io.out(`${await endSandbox(sandboxDirectory(io.environment))}\n`);
  },
});
