/** Mutual exclusion between processes by a file that holds the process id of its owner. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { isAlive } from "./provider/peer";

const POLL_MS = 300;
/** Dead owners that are looked past: more than one only where others come at the same moment. */
const TAKEOVERS = 3;

/** Runs `work` while nobody else holds `file`. A file whose owner is dead is taken over; `onWait` hears of each look at a living one. */
export async function withFileLock<T>(file: string, onWait: (holder: number) => void, work: () => Promise<T>): Promise<T> {
  while (!(await take(file))) {
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
    else onWait(holder);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** What is said of somebody who holds a file. */
export class Held extends Error {}

/**
 * Runs `work` while nobody else holds `file`, or not at all. A file whose owner is dead is taken over.
 * @param what what the owner does, for whoever comes second
 * @throws Held with the owner's process id, what it does and since when
 */
export async function withFileHeld<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
  const mine = JSON.stringify({ pid: process.pid, what, since: new Date().toISOString() } satisfies Holder);
  for (let tries = TAKEOVERS; !(await take(file, mine)); tries -= 1) {
    const holder = await holderOf(file);
    if (tries === 0 || (holder !== undefined && isAlive(holder.pid))) {
      throw new Held(holder === undefined ? `somebody else is just beginning; ${file} is theirs` : `process ${holder.pid} does this already: ${holder.what}, since ${holder.since}; wait until it has ended`);
    }
    // Under a name of its own first, so that two who find the same dead owner do not remove each other's file.
    const dead = `${file}.${process.pid}.dead`;
    await rename(file, dead).catch(() => undefined);
    await rm(dead, { force: true });
  }
  try {
    return await work();
  } finally {
    if ((await readFile(file, "utf8").catch(() => "")) === mine) await rm(file, { force: true });
  }
}

/** Who holds a file. */
interface Holder {
  readonly pid: number;
  readonly what: string;
  /** ISO 8601. */
  readonly since: string;
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

async function take(file: string, text = String(process.pid)): Promise<boolean> {
  return writeFile(file, text, { flag: "wx" }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}
