/** Which process is at the other end of a loopback connection. */
import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * The id of the process that holds the connection from 127.0.0.1:`port`, or undefined when it is gone or cannot be seen.
 * On Linux from /proc (proc(5): net/tcp and fd), elsewhere from lsof.
 */
export async function processAtPort(port: number): Promise<number | undefined> {
  return process.platform === "linux" ? fromProc(port) : fromLsof(port);
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function fromProc(port: number): Promise<number | undefined> {
  const inode = await socketInode(port);
  if (inode === undefined) return undefined;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
  for (const pid of pids) {
    if (await holds(pid, `socket:[${inode}]`)) return Number(pid);
  }
  return undefined;
}

async function socketInode(port: number): Promise<string | undefined> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")));
  const rows = tables.flatMap((table) => table.split("\n").slice(1)).map((line) => line.trim().split(/\s+/));
  return rows.find((row) => row[1]?.endsWith(local) && row[3] === "01")?.[9];
}

async function holds(pid: string, socket: string): Promise<boolean> {
  // A process may end, or belong to someone else, between the listing and the look.
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  return targets.includes(socket);
}

async function fromLsof(port: number): Promise<number | undefined> {
  const found = await promisify(execFile)("lsof", ["-nP", `-iTCP@127.0.0.1:${port}`, "-sTCP:ESTABLISHED", "-Fpn"]).catch(() => ({ stdout: "" }));
  const records = found.stdout.split(/^p/m).slice(1);
  const record = records.find((text) => text.includes(`n127.0.0.1:${port}->`));
  return record === undefined ? undefined : Number.parseInt(record, 10);
}
