/**
 * Writes what this process cost when it ends, as JSON, to the file that BENCH_COST_FILE names: seconds of processor time, that of children
 * that still run among it (a compiler that serves this process), and of the clock since it was started.
 */
"use strict";
const { writeFileSync } = require("node:fs");
const { descendants, processes } = require("./proc.cjs");

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const all = processes();
  const below = descendants(process.pid, all).reduce((sum, id) => sum + all.get(id).processor, 0);
  writeFileSync(process.env.BENCH_COST_FILE, JSON.stringify({ processor: (user + system) / 1e6 + below, wall: performance.now() / 1000 }));
});
