/** What a subject of the benchmarks gives. */
import type { Figure } from "./figures";

export interface Measurement {
  /** What was measured and how, in a sentence or two. */
  readonly measured: string;
  readonly figures: readonly Figure[];
}

/** Tells how far a measurement is. */
export type Report = (state: string) => void;
