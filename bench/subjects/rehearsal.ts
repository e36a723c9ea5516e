/** What a rehearsal takes, when its tools are built. */
import { valueFigure } from "../kit/figures";
import { STACK } from "../kit/stacks";
import type { RehearsedStack } from "../kit/rehearsed";
import type { Measurement } from "../kit/subject";

const SECONDS = 90;
const MIB = 1500;

export function rehearsal({ rehearsal: { phases, seconds, peakMiB } }: RehearsedStack): Measurement {
  return {
    measured: `One make rehearse STACK=${STACK} in a new sandbox with the tools built: one sample, as it takes long. Memory is the proportional set size of the sandbox's processes, without the engine's, read every second.`,
    figures: [
      valueFigure("make rehearse", "s", seconds, { atMost: SECONDS }),
      ...Object.entries(phases).map(([phase, took]) => valueFigure(`phase ${phase}`, "s", took)),
      valueFigure("most memory of the sandbox at once", "MiB", peakMiB, { atMost: MIB }),
    ],
  };
}
