/** What the policy pack adds to a preview. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPolicyConfig } from "../../config/policies";
import { differenceFigure, type Figure } from "../kit/figures";
import { processorOfDescendants } from "../kit/processes";
import { interleaved, type Sample } from "../kit/rounds";
import { PROJECT, STACK } from "../kit/stacks";
import type { RehearsedStack } from "../kit/rehearsed";
import type { Measurement, Report } from "../kit/subject";

const ROUNDS = 7;
const BOUND = { atMost: 2 };

export async function policy(stack: RehearsedStack, report: Report): Promise<Measurement> {
  const directory = await mkdtemp(join(tmpdir(), "gpu-cicd-bench-"));
  try {
    const config = join(directory, "policies.json");
    await writeFile(config, JSON.stringify(readPolicyConfig(PROJECT, STACK)));
    return await measured(stack, report, ["--policy-pack", join(PROJECT, "policy"), "--policy-pack-config", config]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @param pack the engine's options that name the pack and its config */
async function measured(stack: RehearsedStack, report: Report, pack: readonly string[]): Promise<Measurement> {
  const samples = await interleaved(ROUNDS, { without: () => previewed(stack, []), with: () => previewed(stack, pack) }, (round, name, { wall, processor }) =>
    report(`${name} the pack, round ${round}: ${processor.toFixed(1)} s of processor time in ${wall.toFixed(1)} s`),
  );
  const added = (what: string, quantity: "processor" | "wall", bound?: typeof BOUND): Figure =>
    differenceFigure(what, "s", ["with the pack", samples.with[quantity]], ["without it", samples.without[quantity]], bound);
  return {
    measured:
      `Whole previews of ${STACK} by the real engine in a sandbox where it is up, with and without --policy-pack; each finds no change and no violation. Processor time is that of all processes of ` +
      "the preview, part of which runs beside the program.",
    figures: [added("wall time that the policy pack adds to a preview", "wall", BOUND), added("processor time that the policy pack adds to a preview", "processor")],
  };
}

async function previewed(stack: RehearsedStack, pack: readonly string[]): Promise<Sample<"processor" | "wall">> {
  let wall = 0;
  const processor = await processorOfDescendants(async () => {
    const { seconds, packs } = await stack.preview({ arguments: pack });
    if (packs.length > 0 !== pack.length > 0) throw new Error(`a preview was judged by ${packs.length} policy packs where ${pack.length > 0 ? "one was" : "none was"} asked for`);
    wall = seconds;
  });
  return { processor, wall };
}
