/** When events of a load come. */
import type { Load } from "../../pipeline/load";
import { exponentialAt } from "./streams";

export const HOURS_PER_DAY = 24;
export const MINUTES_PER_HOUR = 60;
const SATURDAY = 6;
const SUNDAY = 0;

/** The simulated days begin on a Sunday, which brings the system into its stride and is not measured; the week from Monday on is. */
export const FIRST_DAY = new Date("2026-11-15T00:00:00Z");
export const DAYS = 8;

/**
 * Moments of a Poisson process whose rate is that of the hour. The clock of a process of rate 1 is bent to it, so that the same numbers give the
 * same events in the same order at any rate.
 */
export function arrivals({ hours, weekend }: Load, perWeekday: number, draw: () => number): number[] {
  const weights = hours.reduce((sum, weight) => sum + weight, 0);
  const moments: number[] = [];
  let due = exponentialAt(1, draw());
  let expected = 0;
  for (let hour = 0; hour < DAYS * HOURS_PER_DAY; hour += 1) {
    const rate = ((hours[hour % HOURS_PER_DAY] ?? 0) / weights) * perWeekday * (isWeekend(hour) ? weekend : 1);
    while (rate > 0 && due <= expected + rate) {
      moments.push((hour + (due - expected) / rate) * MINUTES_PER_HOUR);
      due += exponentialAt(1, draw());
    }
    expected += rate;
  }
  return moments;
}

function isWeekend(hour: number): boolean {
  const day = (FIRST_DAY.getUTCDay() + Math.floor(hour / HOURS_PER_DAY)) % 7;
  return day === SATURDAY || day === SUNDAY;
}
