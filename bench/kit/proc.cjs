/**
 * The processes of this machine, as Linux tells in /proc. Plain JavaScript, as it is also loaded into processes before anything that could
 * read TypeScript; proc.d.cts has the types.
 */
"use strict";
const { readdirSync, readFileSync } = require("node:fs");

/** What processor times count in, as Linux shows them to every program (proc_pid_stat(5), USER_HZ). */
const TICKS_PER_SECOND = 100;

exports.processes = () => {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Map(ids.flatMap((id) => {
    const stat = exports.ignoringEnded(() => readFileSync(`/proc/${id}/stat`, "utf8"));
    return stat === undefined ? [] : [[Number(id), read(stat)]];
  }));
};

/** The name, in brackets, may hold anything; the fields begin after it. `starttime` is the 22nd, so the 20th from there. */
function read(stat) {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { parent: Number(fields[1]), processor: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, started: Number(fields[19]) };
}

exports.descendants = (ancestor, processes) => {
  const isBelow = (id) => {
    const parent = processes.get(id)?.parent;
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...processes.keys()].filter(isBelow);
};

/** proc_pid(5): ENOENT, or ESRCH when it ends between the opening and the reading. */
exports.ignoringEnded = (look) => {
  try {
    return look();
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return undefined;
    throw error;
  }
};
