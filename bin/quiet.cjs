/**
 * Leaves out what the SDK does for those who debug it, a quarter of a program's time. GPU_CICD_DEBUG_SDK=1 leaves it in.
 *
 * - A stack trace for each of the promises that it makes, some sixty a resource; PULUMI_DEBUG_PROMISE_LEAKS, which prints them, has them taken.
 *   That a promise was never settled is noticed all the same (runtime/debuggable.ts).
 * - A call to the engine for each message of its debug log, three a resource, one after another (log/index.ts). `pulumi preview --debug` shows them.
 */
"use strict";

function quiet() {
  if (process.env.GPU_CICD_DEBUG_SDK === "1") return;
  require("@pulumi/pulumi/log").debug = () => Promise.resolve();
  const debuggable = require("@pulumi/pulumi/runtime/debuggable");
  if (!debuggable.debugPromiseLeaks) debuggable.debuggablePromise = withoutTrace(debuggable.debuggablePromise);
}

/** A function whose errors have no stack trace. What calls it later keeps its own. */
function withoutTrace(work) {
  return (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return work(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

module.exports = { quiet };
