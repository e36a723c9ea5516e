/** How much else a machine does: wall times of a busy one say little. */
import { loadavg } from "node:os";
import { cost } from "./rounds";

export interface Disturbance {
  /** Processes that ran or waited to, in the mean of the last minute. */
  readonly load: number;
  /** How much of a processor a process got that asked for all of one: 1 on a machine that does nothing else. */
  readonly share: number;
}

/** How long the machine is watched, in milliseconds. */
const WATCHED_MS = 500;

export function disturbance(): Disturbance {
  const until = performance.now() + WATCHED_MS;
  const { processor, wall } = cost(() => {
    while (performance.now() < until);
  });
  return { load: Number(loadavg()[0]?.toFixed(1)), share: Number(Math.min(1, processor / wall).toFixed(2)) };
}
