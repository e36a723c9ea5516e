/**
 * Random numbers by name. A stream belongs to one thing, such as a job of a run, and not to a place in the order of draws: two configs that are
 * simulated with one seed give the same job the same duration, however differently they order it. Their difference is then the configs' alone.
 */
import { hash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { probit } from "simple-statistics";
import type { Duration } from "../../pipeline/load";

/** Numbers from 0 up to 1, evenly spread. */
export type Stream = () => number;

const P95 = probit(0.95);

/** The stream of a name. Streams of different names or seeds have nothing to do with each other: their states are digests of both. */
export function stream(seed: string, name: string): Stream {
  const digest = hash("sha256", `${seed}\n${name}`, "buffer");
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  return () => uniformFloat64(generator);
}

/** The minutes that a share of all take no longer than: log-normal, by its median and 95th percentile. */
export function minutesAt({ median, p95 }: Duration, share: number): number {
  if (median === p95) return median;
  return median * (p95 / median) ** (probit(share) / P95);
}

/** The same for an exponential distribution of a mean. */
export function exponentialAt(mean: number, share: number): number {
  return -mean * Math.log1p(-share);
}
