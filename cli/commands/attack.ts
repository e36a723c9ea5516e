/** Attacks a stack as its program registers it and its files are delivered, and tells of each attack who refused it (docs/threats.md). */
import { attempt, failed, type Attempted } from "../../attacks/run";
import { clusterOf } from "../../attacks/cluster";
import { ATTACKS } from "../../attacks/list";
import { Stage } from "../../attacks/stage";
import { recordProgram } from "../../policy/resources/program";
import { define } from "../kit/command";
import { PROJECT, stackOption } from "../kit/project";
import { readCommittedStack } from "../stack";

const SUCCEEDED = 2;

export const command = define({
  about: [
    "Does what an attacker would do to the resources that the stack registers, to the files that it delivers and to a real API server, and asks judges that are written from the documents of GitHub, AWS, Azure and Kubernetes.",
    "Each attack is made twice: as the stack is, where it has to be refused, and without what stops it, where it has to succeed. An attack that did not run has failed. Those that are known not to be stopped are told with what follows (docs/threats.md).",
  ],
  options: { stack: stackOption },
  examples: [["attack", "on production's stack: some seconds, and one API server for the time"]],
  exits: { 0: "every attack is refused, or known not to be", 2: "an attack succeeded that has to be refused, was refused though listed as not held, or did not run" },
  async run({ options: { stack } }, io) {
    const { pipeline } = readCommittedStack(stack);
    const resources = await recordProgram(PROJECT, stack, "up");
    const stage = new Stage(resources, pipeline.repository, clusterOf(resources));
    const all: Attempted[] = [];
    try {
      for (const attack of ATTACKS) {
        const attempted = await attempt(attack, stage);
        all.push(attempted);
        io.out(`${line(attempted)}\n`);
      }
    } finally {
      await stage.cluster.stop();
    }
    const wrong = all.filter(failed).length;
    const notHeld = all.filter(({ verdict }) => verdict === "not held").length;
    io.out(`${all.length} attacks: ${all.length - wrong - notHeld} refused, ${notHeld} known not to be held, ${wrong} wrong\n`);
    return wrong === 0 ? 0 : SUCCEEDED;
  },
});

/** Characters of a refusal that are told; docs/threats.md says the rest. */
const MOST = 140;

function line({ attack, verdict, told }: Attempted): string {
  return `${verdict.padEnd(9)} ${attack.id}: ${told.length > MOST ? `${told.slice(0, MOST - 3)}...` : told}`;
}
