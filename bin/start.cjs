/**
 * What the project's program and its commands begin with: `node --require ./bin/start.cjs`, as Pulumi.yaml says to the engine. Refuses a Node.js that
 * package.json does not admit, and has Node.js keep what it compiles, here as everywhere in this project: in node_modules/.cache.
 */
"use strict";
const { join } = require("node:path");
const { admits } = require("./node.cjs");
const { engines } = require("../package.json");

if (!admits(engines.node, process.versions.node)) {
  console.error(`Node.js ${engines.node} is needed, found ${process.versions.node}. Run: export PATH="$(node ${join(__dirname, "node.cjs")}):$PATH"`);
  process.exit(1);
}

require("node:module").enableCompileCache(join(__dirname, "..", "node_modules", ".cache", "gpu-cicd", "compiled"));
