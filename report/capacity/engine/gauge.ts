/** Values over time: how much of something there was, hour by hour. */
import type { Clock } from "./clock";

const MINUTES = 60;

/** A value that changes, integrated hour by hour. */
export class Gauge {
  private readonly areas: Float64Array;
  private readonly peaks: Float64Array;
  private since = 0;
  private current = 0;

  /** @param hours from the start of the simulation that are of interest; what comes later is left out */
  constructor(
    private readonly clock: Clock,
    private readonly hours: number,
  ) {
    this.areas = new Float64Array(hours);
    this.peaks = new Float64Array(hours);
  }

  get value(): number {
    return this.current;
  }

  add(change: number): void {
    this.settle(this.clock.now);
    this.current += change;
    const hour = Math.floor(this.clock.now / MINUTES);
    if (hour < this.hours && this.current > this.peaks[hour]!) this.peaks[hour] = this.current;
  }

  /** Mean value of each hour, up to the last one of interest. Ends the measurement. */
  hourly(): number[] {
    this.settle(this.hours * MINUTES);
    return Array.from(this.areas, (area) => area / MINUTES);
  }

  /** Highest value of each hour. */
  highest(): number[] {
    return Array.from(this.peaks);
  }

  /** Carries the value on to a moment. */
  private settle(until: number): void {
    const end = Math.min(until, this.hours * MINUTES);
    while (this.since < end) {
      const hour = Math.floor(this.since / MINUTES);
      const next = Math.min(end, (hour + 1) * MINUTES);
      this.areas[hour]! += this.current * (next - this.since);
      if (this.current > this.peaks[hour]!) this.peaks[hour] = this.current;
      this.since = next;
    }
    this.since = Math.max(this.since, until);
  }
}
