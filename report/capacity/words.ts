/** Numbers as people read them. */
import type { Estimate } from "./model";

const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;

/** Below this many minutes seconds are told, and from this many on hours. */
const MINUTES_FROM = 1;
const HOURS_FROM = 2 * MINUTES_PER_HOUR;

/** A time, such as `40 s`, `3.5 min`, `25 min` or `2.1 h`. */
export function duration(minutes: number): string {
  if (minutes < MINUTES_FROM) return `${Math.round(minutes * SECONDS_PER_MINUTE)} s`;
  return minutes < HOURS_FROM ? `${short(minutes)} min` : `${short(minutes / MINUTES_PER_HOUR)} h`;
}

/** With half of its interval, such as `25 min ± 40 s`; without it where too few weeks were simulated. */
export function durationEstimate({ mean, halfWidth }: Estimate): string {
  return Number.isFinite(halfWidth) ? `${duration(mean)} ± ${duration(halfWidth)}` : duration(mean);
}

/** A difference with its sign, such as `+2.1 h ± 4 min`. */
export function durationDifference({ mean, halfWidth }: Estimate): string {
  const sign = mean < 0 ? "-" : "+";
  return Number.isFinite(halfWidth) ? `${sign}${duration(Math.abs(mean))} ± ${duration(halfWidth)}` : `${sign}${duration(Math.abs(mean))}`;
}

/** A share, such as `31%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** An amount of money without cents, such as `75,153 USD`. */
export function money(amount: number, currency: string): string {
  return `${Math.round(amount).toLocaleString("en-US")} ${currency}`;
}

/** One digit behind the point below ten, none above. */
export function short(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : Math.round(value).toLocaleString("en-US");
}
