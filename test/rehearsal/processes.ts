/** The processes of a sandbox, as Linux tells of them (proc(5)). */
import { readdir, readFile } from "node:fs/promises";

/** A process and all that it started, by process id; those that were started apart (of another parent) are none of them. */
export async function processTree(root: number): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const isBelow = (pid: number | undefined): boolean => pid === root || (pid !== undefined && isBelow(parents.get(pid)));
  return pids.filter(isBelow);
}

/** Undefined for the first process, and for one that has just ended. */
async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return parent > 0 ? parent : undefined;
}

/** Memory in bytes: what is the process's own, and its share of every page that others map too, so that a sum over processes counts each page once. */
export async function proportionalSetSize(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kibibytes = /^Pss: +(\d+) kB$/m.exec(rollup)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Pss:\n${rollup}`);
  return Number(kibibytes) * 1024;
}

/** Arguments, separated by blanks. */
export async function commandLine(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8")).split("\0").join(" ").trim();
}
