/** Simulated time, in minutes, and what happens when. */
import { Heap } from "heap-js";

/** Something that is going to happen; it can be called off. */
export interface Appointment {
  readonly at: number;
  /** Tells appointments of one moment apart: they happen in the order in which they were made. */
  readonly order: number;
  action: (() => void) | undefined;
}

export class Clock {
  now = 0;
  private made = 0;
  private readonly upcoming = new Heap<Appointment>((a, b) => a.at - b.at || a.order - b.order);

  /** Lets something happen after some minutes; 0 is after all that is to happen now. */
  after(minutes: number, action: () => void): Appointment {
    const appointment = { at: this.now + minutes, order: this.made++, action };
    this.upcoming.push(appointment);
    return appointment;
  }

  callOff(appointment: Appointment): void {
    appointment.action = undefined;
  }

  /** Goes on until nothing is left to happen, or `over` says after a moment that what follows is of no interest. */
  run(over: () => boolean): void {
    for (let next = this.upcoming.pop(); next !== undefined; next = this.upcoming.pop()) {
      this.now = next.at;
      next.action?.();
      if (over()) return;
    }
  }
}
