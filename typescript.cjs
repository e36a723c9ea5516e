/**
 * Lets Node run this project's TypeScript: `node --require ./typescript.cjs`, which Pulumi.yaml says to the engine.
 *
 * Types are stripped and not checked; `make test` checks them. Against ts-node, which Pulumi takes by default, also without type check this
 * halves the program's processor time: ts-node rewrites every stack trace, and the SDK takes one for each promise that it makes.
 * `NODE_OPTIONS=--enable-source-maps` gives stack traces in terms of the sources.
 */
"use strict";
const { readFileSync } = require("node:fs");
const { transformSync } = require("esbuild");

require.extensions[".ts"] = (module, file) => {
  const { code } = transformSync(readFileSync(file, "utf8"), { loader: "ts", format: "cjs", target: "node20", sourcemap: "inline", sourcefile: file });
  module._compile(code, file);
};

/**
 * Shows errors without colours. To colour the stack of an uncaught error, which the SDK asks for, Node 20 marks the packages in its paths,
 * and never ends on `node_modules/@pulumi/resource.ts`, as the SDK's source maps name its files: a scoped package without a folder
 * (markNodeModules in lib/internal/util/inspect.js searches on from -1).
 */
const util = require("node:util");
const { inspect } = util;
util.inspect = Object.assign((value, options, ...rest) => {
  const plain = value instanceof Error && typeof options === "object" && options !== null ? { ...options, colors: false } : options;
  return inspect(value, plain, ...rest);
}, inspect);
