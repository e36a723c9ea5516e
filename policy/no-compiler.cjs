/**
 * Starts the pack without a TypeScript compiler. The SDK loads `typescript` and `ts-node` into the process of every pack, whatever its language
 * (@pulumi/pulumi, cmd/run-policy-pack/run.ts), which takes as long as judging the whole stack; this pack is a bundle of JavaScript.
 */
"use strict";
const Module = require("node:module");

const STAND_INS = new Map([
  ["typescript", { version: "5.0.0" }],
  ["ts-node", { VERSION: "10.0.0", register: () => undefined }],
]);

const load = Module._load;
Module._load = function (request, ...rest) {
  return STAND_INS.get(request) ?? load.call(this, request, ...rest);
};
