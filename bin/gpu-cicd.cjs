#!/usr/bin/env node
/** The command `gpu-cicd`: on the Node.js that runs this project, with its TypeScript. Only this file and those that it requires say how that is loaded. */
"use strict";
const { delimiter } = require("path");
const { spawnSync } = require("child_process");
const { admits, ensureNode } = require("./node.cjs");
const { engines } = require("../package.json");

if (admits(engines.node, process.versions.node)) {
  require("./start.cjs");
  require("./typescript.cjs");
  void require("../cli/process.ts").runProcess();
} else {
  runOnPinnedNode();
}

/** Starts this file again where the Node.js that was found is too old. */
function runOnPinnedNode() {
  try {
    const folder = ensureNode();
    const { status } = spawnSync(`${folder}/node`, [__filename, ...process.argv.slice(2)], { stdio: "inherit", env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH || ""}` } });
    process.exitCode = status === null ? 1 : status;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
