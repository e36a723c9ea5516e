/**
 * Holds pure tests to what they are: one that starts a process, listens or connects fails, whatever the code under test makes of the refusal. Jest runs
 * this before each test file. Which files are not pure is said in test/needs.json, and nowhere else.
 */
"use strict";
const childProcess = require("node:child_process");
const net = require("node:net");
const { relative } = require("node:path");
const NEEDS = require("../needs.json");

const PROJECT = `${__dirname}/../..`;

/** Jest shares Node's own modules among the files of a worker, so what they were is kept beside them. */
const KEPT = Symbol.for("gpu-cicd.unguarded");
const VIOLATIONS = Symbol.for("gpu-cicd.violations");

const STARTS = ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"];
const places = [...STARTS.map((name) => [childProcess, name, "starts a process"]), [net.Server.prototype, "listen", "listens"], [net.Socket.prototype, "connect", "connects"]];
const kept = (childProcess[KEPT] ??= places.map(([owner, name]) => owner[name]));

const file = relative(PROJECT, expect.getState().testPath);
const pure = !Object.keys(NEEDS).some((start) => file.startsWith(start));
const violations = (globalThis[VIOLATIONS] = []);

places.forEach(([owner, name, does], index) => {
  owner[name] = pure ? refusal(`${file} ${does} (${name}), and is no test that may: add it to test/needs.json, or leave that out`) : kept[index];
});

function refusal(message) {
  return () => {
    violations.push(message);
    throw new Error(message);
  };
}

afterAll(() => {
  if (violations.length > 0) throw new Error([...new Set(violations)].join("\n"));
});
