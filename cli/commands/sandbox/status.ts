/** Says what runs in the sandbox. */
import { printInventory } from "../../../sandbox/cli/rehearse";
import { sandboxDirectory } from "../../../sandbox/daemon/layout";
import { define } from "../../kit/command";
import { runningSandbox } from "./running";

export const command = define({
  about: ["Prints the sandbox's process, its providers, processes that it lost, the faults that are ordered, and what is in each cloud."],
  options: {},
  examples: [["sandbox status", "the sandbox in .sandbox, or in SANDBOX_DIR"]],
  exits: { 1: "no sandbox runs" },
  async run(_, io) {
    const { client, state, faults } = await look(sandboxDirectory(io.environment));
    io.out(`process ${state.pid}, since ${state.startedAt}, in ${client.layout.directory}\n`);
    for (const [name, version] of Object.entries(state.attachment.plugins)) io.out(`  real provider ${name} ${version}\n`);
    for (const [name, port] of Object.entries(state.attachment.providers)) io.out(`  provider ${name} on 127.0.0.1:${port}\n`);
    for (const { order, hits } of faults) io.out(`  fault ${JSON.stringify(order)}: ${hits.length} hits\n`);
    if (state.ended.length === 0) return printInventory(await client.call("GET /inventory"));
    for (const { name, how, at } of state.ended) io.out(`  ${name} ended (${how}) at ${at}: what it served is gone; its log is logs/${name}.log\n`);
    io.out("make rehearse or make sandbox-up starts the sandbox anew\n");
    return undefined;
  },
});

async function look(directory: string) {
  const client = await runningSandbox(directory);
  const [state, faults] = await Promise.all([client.call("GET /status"), client.call("GET /faults")]);
  return { client, state, faults };
}
