/** Mutual exclusion between processes by a file that holds the process id of its owner. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { isAlive } from "./provider/peer";

const POLL_MS = 300;

/** Runs `work` while it alone holds `file`. A file whose owner is dead is taken over; `onWait` hears of each look at a living one. */
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

async function take(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: "wx" }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
}
