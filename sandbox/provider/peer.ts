/** Which process is at the other end of a loopback connection, and whether it still runs. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

/** The kernel's tables are read while they change, so that one look can miss what is there. */
const LOOKS = 5;

/**
 * The id of the process that is connected to `server` from `port`, both ports of 127.0.0.1, or undefined when it is gone or cannot be seen.
 * On Linux from /proc (proc(5): net/tcp and fd), elsewhere from lsof.
 */
export async function processConnectedTo(server: number, port: number): Promise<number | undefined> {
  const look = process.platform === "linux" ? fromProc : fromLsof;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const pid = await look(server, port);
    if (pid !== undefined) return pid;
  }
  return undefined;
}

/** Whether a process still runs. One that has ended does not, even when its parent has not asked for its exit code yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return process.platform !== "linux" || !hasEnded(pid);
}

/** proc(5): the first thread is a zombie as soon as it ends; the others leave the list when they do, and may write until then. */
function hasEnded(pid: number): boolean {
  try {
    return /^[ZX]$/.test(statusOf(readFileSync(`/proc/${pid}/stat`, "utf8"))[0] ?? "") && readdirSync(`/proc/${pid}/task`).length === 1;
  } catch {
    return true;
  }
}

/** Fields of /proc/PID/stat behind the name, which may hold anything: state, parent, and more. */
function statusOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

async function fromProc(server: number, port: number): Promise<number | undefined> {
  const inode = await socketInode(server, port);
  if (inode === undefined) return undefined;
  const socket = `socket:[${inode}]`;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
  for (const pid of pids) {
    if (await holds(pid, socket)) return ownerOf(pid, socket);
  }
  return undefined;
}

/** Two processes may use one port for connections to different servers: both ends tell them apart. */
async function socketInode(server: number, port: number): Promise<string | undefined> {
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")));
  const rows = tables.flatMap((table) => table.split("\n").slice(1)).map((line) => line.trim().split(/\s+/));
  return rows.find((row) => row[1]?.endsWith(hexPort(port)) && row[2]?.endsWith(hexPort(server)) && row[3] === "01")?.[9];
}

function hexPort(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Between fork and exec a child holds the sockets of its parent: the first of the line is the one that connected. */
async function ownerOf(pid: string, socket: string): Promise<number | undefined> {
  const parent = statusOf(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""))[1];
  if (parent === undefined) return undefined;
  return (await holds(parent, socket)) ? ownerOf(parent, socket) : Number(pid);
}

async function holds(pid: string, socket: string): Promise<boolean> {
  // A process may end, or belong to someone else, between the listing and the look.
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  return targets.includes(socket);
}

async function fromLsof(server: number, port: number): Promise<number | undefined> {
  const found = await promisify(execFile)("lsof", ["-nP", `-iTCP@127.0.0.1:${port}`, "-sTCP:ESTABLISHED", "-Fpn"]).catch(() => ({ stdout: "" }));
  const records = found.stdout.split(/^p/m).slice(1);
  const record = records.find((text) => text.includes(`n127.0.0.1:${port}->127.0.0.1:${server}`));
  return record === undefined ? undefined : Number.parseInt(record, 10);
}
