/** What processes and all that they started take of the machine. */
import { readFileSync } from "node:fs";
import { descendants, ignoringEnded, processes } from "./proc.cjs";

/** How often processor times are read: what a process does after the last look, before it ends, is not seen. */
const LOOK_EVERY_MS = 50;

/**
 * Proportional set size of a process and its descendants, in MiB: memory that several share is counted once. Source: /proc/PID/smaps_rollup.
 * @throws Error when the process is not there or its memory cannot be read: no figure is better than a wrong one
 */
export function pssMiB(pid: number): number {
  const below = descendants(pid, processes()).map((id) => ignoringEnded(() => pssKiB(id)) ?? 0);
  return [pssKiB(pid), ...below].reduce((sum, each) => sum + each, 0) / 1024;
}

function pssKiB(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no line Pss`);
  return Number(kib);
}

/** Seconds of processor time of everything that this process starts, directly and through others, while something runs. */
export async function processorOfDescendants(run: () => Promise<unknown>): Promise<number> {
  const before = look(new Map());
  const seen = new Map<string, number>();
  const timer = setInterval(() => look(seen), LOOK_EVERY_MS);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return [...look(seen)].reduce((sum, [id, processor]) => sum + processor - (before.get(id) ?? 0), 0);
}

/** Keeps the latest time of each process: those that have ended stay. */
function look(seen: Map<string, number>): Map<string, number> {
  const all = processes();
  for (const id of descendants(process.pid, all)) {
    const found = all.get(id);
    if (found) seen.set(`${id} ${found.started}`, found.processor);
  }
  return seen;
}
