/** Means over replications and how far they can be trusted: replications are independent, so Student's interval holds. */
import { mean, sampleStandardDeviation } from "simple-statistics";
import type { Estimate } from "./model";

/** 97.5th percentile of the standard normal distribution: 95% lie between it and its negative. */
const NORMAL = 1.959963985;

/** Fewer replications than this tell nothing of how far their mean can be trusted. */
export const FEWEST_REPLICATIONS = 4;

/** The mean of one number per replication, with half of the width of its 95% confidence interval: infinite for too few. */
export function estimate(values: readonly number[]): Estimate {
  const numbers = [...values];
  if (numbers.length === 0) return { mean: Number.NaN, halfWidth: Number.POSITIVE_INFINITY };
  if (numbers.length < FEWEST_REPLICATIONS) return { mean: mean(numbers), halfWidth: Number.POSITIVE_INFINITY };
  const error = sampleStandardDeviation(numbers) / Math.sqrt(numbers.length);
  return { mean: mean(numbers), halfWidth: error * studentQuantile(numbers.length - 1) };
}

/** Of each replication's pair, what comes after less what was before. */
export function estimateDifference(before: readonly number[], after: readonly number[]): Estimate {
  if (before.length !== after.length) throw new Error(`${before.length} replications before and ${after.length} after cannot be paired`);
  return estimate(after.map((value, index) => value - before[index]!));
}

/** True when the interval leaves 0 out. */
export function isDifference({ mean: middle, halfWidth }: Estimate): boolean {
  return Math.abs(middle) > halfWidth;
}

/** 97.5th percentile of Student's distribution: the Cornish-Fisher expansion about the normal one (Abramowitz and Stegun, 26.7.5), right to 0.2% from three degrees of freedom on. */
export function studentQuantile(degrees: number): number {
  const z = NORMAL;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, index) => sum + term / degrees ** (index + 1), z);
}
