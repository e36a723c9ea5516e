/** What a benchmark says: figures, each held to its bound where it has one. */
import { max, median, min } from "simple-statistics";

/** What a figure must not exceed, or must reach. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number };

export type Unit = "s" | "ms" | "minutes" | "times" | "bytes" | "MiB" | "images" | "jobs" | "changes" | "paths";

/** Samples of one quantity of one contender, in the figure's unit. The least is what it takes when nothing else runs. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly rounds: number;
}

export interface Figure {
  /** What was measured, as a reader would ask for it. */
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  /** The same from the rounds' medians, where `value` is from the least disturbed ones: far apart, the machine was busy. */
  readonly ofMedians?: number;
  readonly bound?: Bound;
  /** Whether `value` keeps the bound; left out where there is none. */
  readonly holds?: boolean;
  /** The samples by contender. */
  readonly samples?: Readonly<Record<string, Spread>>;
}

/** Digits that a figure shows: more would be noise. */
const SIGNIFICANT_DIGITS = 4;

/** Samples of a contender with its name. There is at least one. */
export type Named = readonly [name: string, samples: readonly number[]];

export function spread(samples: readonly number[]): Spread {
  const values = [...samples];
  return { min: rounded(min(values)), median: rounded(median(values)), max: rounded(max(values)), rounds: values.length };
}

/** How many times as much `slower` takes as `faster`, from the least of each. */
export function ratioFigure(what: string, slower: Named, faster: Named, bound?: Bound): Figure {
  return compared({ what, unit: "times" }, [slower, faster], (more, less) => more / less, bound);
}

/**
 * By how much `more` exceeds `less`: the median of the differences round by round. A difference is small beside what it is taken from, so that the least
 * of each, met in different moments, says more of the moments.
 */
export function differenceFigure(what: string, unit: Unit, more: Named, less: Named, bound?: Bound): Figure {
  const differences = more[1].map((sample, round) => sample - less[1][round]!);
  return figure({ ...compared({ what, unit }, [more, less], (one, other) => one - other, undefined), value: median(differences) }, bound);
}

/** The least of some samples; `beside` are shown and not judged. */
export function leastFigure(what: string, unit: Unit, judged: Named, beside: readonly Named[] = [], bound?: Bound): Figure {
  return compared({ what, unit }, [judged, ...beside], (value) => value, bound);
}

function compared(facts: Pick<Figure, "what" | "unit">, named: readonly [Named, ...Named[]], compare: (first: number, second: number) => number, bound: Bound | undefined): Figure {
  const [first, second = first] = named.map(([, samples]) => [...samples]) as [number[], ...number[][]];
  const samples = Object.fromEntries(named.map(([name, values]) => [name, spread(values)]));
  return figure({ ...facts, value: compare(min(first), min(second)), ofMedians: compare(median(first), median(second)), samples }, bound);
}

/** A figure that has one value, such as a size. */
export function valueFigure(what: string, unit: Unit, value: number, bound?: Bound): Figure {
  return figure({ what, unit, value }, bound);
}

function figure({ value, ofMedians, ...rest }: Figure, bound: Bound | undefined): Figure {
  const shown = { ...rest, value: rounded(value), ...(ofMedians === undefined ? {} : { ofMedians: rounded(ofMedians) }) };
  // Held before it is rounded: 100.04 is more than 100.
  return bound === undefined ? shown : { ...shown, bound, holds: keeps(value, bound) };
}

/** A value that is no number, as of a measurement that went wrong, keeps no bound. */
function keeps(value: number, bound: Bound): boolean {
  return "atMost" in bound ? value <= bound.atMost : value >= bound.atLeast;
}

function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
