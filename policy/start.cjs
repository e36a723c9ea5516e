/**
 * Starts the pack without a TypeScript compiler and without the SDK, and has Node.js keep what it compiles. The SDK's runner of packs loads `typescript`, `ts-node`, its log, its
 * settings and a debugger's session into the process of every pack (@pulumi/pulumi, cmd/run-policy-pack), which takes as long as judging the whole stack; this pack is one file of
 * JavaScript, in which everything that it needs is.
 */
"use strict";
const Module = require("node:module");
const { join } = require("node:path");

Module.enableCompileCache(join(__dirname, "..", "node_modules", ".cache", "gpu-cicd", "compiled"));

/** What the runner asks for: its second half, which loads the pack, a session that names functions for a serializer, and maps of sources. */
const STAND_INS = new Map([
  ["./run", { run: startPack }],
  ["../../runtime/closure/v8Hooks", { isInitializedAsync: () => Promise.resolve() }],
  ["source-map-support/register", {}],
]);

/** The runner gives the pack's folder last. It shows what the pack throws, as long as it is not told that a program of somebody else's runs. */
function startPack({ argv }) {
  const [folder] = argv._;
  require(join(folder, "bin", "index.js"));
  return Promise.resolve();
}

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const standIn = /[\\/]cmd[\\/]run-policy-pack[\\/]index\.js$/.test(parent?.filename ?? "") ? STAND_INS.get(request) : undefined;
  return standIn ?? load.call(this, request, parent, ...rest);
};
